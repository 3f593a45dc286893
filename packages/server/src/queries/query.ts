// What a question to the projections is: an input that a schema checks, and an answer put together from bounded reads.
import { AppError } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { z } from 'zod';
import type { Reader } from '../store/database.ts';

export interface Sources {
  readonly reader: Reader;
  readonly journal: Journal;
}

export interface Query<Input extends z.ZodType, Answer> {
  readonly input: Input;
  readonly answer: (sources: Sources, input: z.output<Input>) => Promise<Answer>;
}

/** Throws BAD_REQUEST, naming the first thing that does not fit. */
export function checkInput<Input extends z.ZodType>(schema: Input, value: unknown): z.output<Input> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the question' : issue.path.join('.');
  throw new AppError('BAD_REQUEST', `${where} does not fit: ${issue?.message ?? 'it is malformed'}`);
}
