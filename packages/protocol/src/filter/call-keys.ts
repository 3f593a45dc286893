// What a search for calls may name, each beside the field of a filter that it stands for. A type holds the two together: a
// field without a key would not compile.
import { OUTCOMES } from '../receipt.ts';
import type { NUMBER_FIELDS, TEXT_FIELDS, TRUTH_FIELDS } from '../queries/call-search.ts';
import type { FilterKey } from './grammar.ts';

export type TextField = (typeof TEXT_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];
export type TruthField = (typeof TRUTH_FIELDS)[number];

export type CallKey = FilterKey &
  (
    | { readonly as: 'text'; readonly field: TextField }
    | { readonly as: 'number'; readonly field: NumberField }
    | { readonly as: 'truth'; readonly field: TruthField }
  );

/** What stands for calls that have no value in a field. */
export const NONE = 'none';

interface Said {
  /** The word people write, where it is not the field's own name. */
  readonly key?: string;
  readonly about: string;
  readonly values?: readonly string[];
}
interface SaidNumber extends Said {
  readonly kind: 'money' | 'count' | 'duration';
}

const TEXTS: Readonly<Record<TextField, Said>> = {
  team: { about: 'the team of the key' },
  model: { about: 'the model that was served; * at the end matches a prefix' },
  outcome: { about: 'how the call ended', values: [...OUTCOMES, NONE] },
  deployment: { about: 'the deployment that served' },
  cloud: { about: 'the cloud that ran it' },
  region: { about: 'where it was served, as configured' },
  region_reported: { about: 'the region as the response wrote it; none: it did not say' },
  route: { about: 'the route that took the call' },
  seller: { about: 'who sold it' },
  tier: { about: 'the service tier' },
  key: { about: 'the key that was used' },
  project: { about: 'the project of the key' },
  organisation: { about: 'who is billed' },
  cost_centre: { about: 'the cost centre of the key' },
  environment: { about: 'the environment of the key' },
  asked: { about: 'the model name as the client wrote it' },
  surface: { about: 'the API that the client spoke' },
  error: { about: 'code of the error' },
  cost_status: { key: 'price', about: 'how well the cost is known', values: ['exact', 'unpriced', 'estimated'] },
  currency: { about: 'currency of the cost' },
  id: { about: 'id of the call' },
};
const NUMBERS: Readonly<Record<NumberField, SaidNumber>> = {
  cost: { kind: 'money', about: 'billed cost' },
  ttft: { kind: 'duration', about: 'time to the first token' },
  total: { kind: 'duration', about: 'from start to end' },
  tpot: { kind: 'duration', about: 'time per token after the first' },
  gateway: { kind: 'duration', about: 'time spent in the gateway itself' },
  input_tokens: { key: 'input', kind: 'count', about: 'tokens of the prompt' },
  cached_tokens: { key: 'cached', kind: 'count', about: 'tokens of the prompt read from a cache' },
  output_tokens: { key: 'output', kind: 'count', about: 'tokens of the answer' },
  status: { kind: 'count', about: 'HTTP status to the client' },
  attempts: { kind: 'count', about: 'attempts over all deployments' },
  request_bytes: { key: 'request', kind: 'count', about: 'bytes of the request' },
  response_bytes: { key: 'response', kind: 'count', about: 'bytes of the answer' },
};
const TRUTHS: Readonly<Record<TruthField, Said>> = {
  stream: { about: 'whether it was streamed' },
  fallback: { about: 'whether another deployment failed first' },
  erased: { about: 'whether who asked was erased' },
  simulated: { about: 'whether a simulated cloud answered' },
};
const YES_NO = ['yes', 'no'] as const;

const fieldsOf = <Field extends string>(said: Readonly<Record<Field, unknown>>): Field[] =>
  Object.keys(said) as Field[];

const texts = fieldsOf(TEXTS).map((field): CallKey => {
  const { key = field, about, values } = TEXTS[field];
  const choice = values === undefined ? { kind: 'text' as const } : { kind: 'choice' as const, values };
  return { key, field, as: 'text', about, ...choice };
});
const numbers = fieldsOf(NUMBERS).map((field): CallKey => {
  const { key = field, about, kind } = NUMBERS[field];
  return { key, field, as: 'number', about, kind };
});
const truths = fieldsOf(TRUTHS).map((field): CallKey => {
  const { key = field, about } = TRUTHS[field];
  return { key, field, as: 'truth', about, kind: 'choice', values: YES_NO };
});

/** In the order of completion: what is asked for most comes first. */
const FIRST = ['team', 'model', 'outcome', 'cost', 'ttft', 'total', 'input', 'output'];
const place = ({ key }: CallKey): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
export const CALL_KEYS: readonly CallKey[] = [...texts, ...numbers, ...truths].toSorted((a, b) => place(a) - place(b));
