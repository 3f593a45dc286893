// What OpenAI's checks of a request say is wrong with it, in the API's own wording, for both of its dialects.
import { refuse, type Refusal } from '../model/refusal.ts';

export interface Wrong {
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

export const wrong = (message: string, param: string | null, code: string | null = 'invalid_value'): Wrong => ({
  message,
  param,
  code,
});

export const asRefusal = ({ message, param, code }: Wrong): Refusal =>
  refuse('invalid', message, { ...(param === null ? {} : { param }), ...(code === null ? {} : { code }) });

const typeName = (value: unknown): string => {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return { string: 'a string', boolean: 'a boolean', object: 'an object' }[typeof value as string] ?? typeof value;
};

export const badType = (param: string, wanted: string, value: unknown): Wrong =>
  wrong(`Invalid type for '${param}': expected ${wanted}, but got ${typeName(value)} instead.`, param, 'invalid_type');

export const missing = (param: string): Wrong =>
  wrong(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');

export const tooLong = (limit: number, got: number, param: string): Wrong =>
  wrong(
    `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${got} tokens. Please reduce the length of the messages.`,
    param,
    'context_length_exceeded',
  );
