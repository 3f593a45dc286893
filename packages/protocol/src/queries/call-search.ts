// Searching calls: `team:platform outcome:error -model:gpt* cost:>0.5 total:>2000 "free words"`. A pure function from the
// text of a search box to filters; whatever it does not understand it says, and filters nothing by it.
import { didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';

/** Matched whole, without regard to case; `*` at the end matches a prefix. */
export const TEXT_FIELDS = [
  'id',
  'organisation',
  'project',
  'team',
  'cost_centre',
  'environment',
  'key',
  'route',
  'asked',
  'surface',
  'model',
  'deployment',
  'cloud',
  'seller',
  'region',
  'tier',
  'outcome',
  'error',
  'cost_status',
  'currency',
] as const;
/** Compared: `200`, `>200`, `<200`. `total`, `ttft`, `tpot`, `gateway` in milliseconds, `cost` as billed. */
export const NUMBER_FIELDS = [
  'status',
  'attempts',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'total',
  'ttft',
  'tpot',
  'gateway',
  'request_bytes',
  'response_bytes',
  'cost',
] as const;
/** `yes` or `no`. */
export const TRUTH_FIELDS = ['stream', 'fallback', 'erased', 'simulated'] as const;

export const callFilterSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('text'),
      field: z.enum(TEXT_FIELDS),
      /** Any of these; null: the call has none. */
      values: z.array(z.string().min(1).max(512).nullable()).min(1).max(50),
      not: z.boolean().default(false),
    }),
    z.strictObject({
      kind: z.literal('number'),
      field: z.enum(NUMBER_FIELDS),
      is: z.enum(['equal', 'above', 'below']),
      /** Decimal text. */
      value: z.string().regex(/^\d{1,18}(\.\d{1,12})?$/),
      not: z.boolean().default(false),
    }),
    z.strictObject({ kind: z.literal('truth'), field: z.enum(TRUTH_FIELDS), value: z.boolean() }),
    /** A word that stands anywhere in a name of the call. */
    z.strictObject({ kind: z.literal('word'), word: z.string().min(1).max(100), not: z.boolean().default(false) }),
  ])
  .meta({ id: 'CallFilter' });
export type CallSearchFilter = z.output<typeof callFilterSchema>;

export interface CallSearch {
  readonly filters: readonly CallSearchFilter[];
  /** What was not understood, in words, one for each part of the text. */
  readonly problems: readonly string[];
}

const FIELDS: readonly string[] = [...TEXT_FIELDS, ...NUMBER_FIELDS, ...TRUTH_FIELDS];
const PART = /(-?)(?:([a-z_]+):)?(?:"([^"]*)"|(\S+))/g;
const PARTS_MOST = 30;
const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  (names as readonly string[]).includes(name);

export function parseCallSearch(text: string): CallSearch {
  const filters: CallSearchFilter[] = [];
  const problems: string[] = [];
  for (const [part, minus = '', field, quoted, plain = ''] of text.slice(0, 4_000).matchAll(PART)) {
    if (filters.length + problems.length >= PARTS_MOST) {
      problems.push(`only the first ${PARTS_MOST} parts are used`);
      break;
    }
    const made = filterOf(minus === '-', field, quoted ?? plain);
    if (typeof made === 'string') problems.push(`${part}: ${made}`);
    else filters.push(made);
  }
  return { filters, problems };
}

/** The filter, or what is wrong. */
function filterOf(not: boolean, field: string | undefined, value: string): CallSearchFilter | string {
  if (value === '') return 'a value is missing';
  if (field === undefined) return { kind: 'word', word: value.slice(0, 100), not };
  if (isOneOf(TRUTH_FIELDS, field)) {
    if (value !== 'yes' && value !== 'no') return 'say yes or no';
    return { kind: 'truth', field, value: (value === 'yes') !== not };
  }
  if (isOneOf(NUMBER_FIELDS, field)) {
    const [, sign = '', number = ''] = /^([<>]?)(\d{1,18}(?:\.\d{1,12})?)$/.exec(value) ?? [];
    if (number === '') return 'give a number, >number or <number';
    const is = sign === '>' ? 'above' : sign === '<' ? 'below' : 'equal';
    return { kind: 'number', field, is, value: number, not };
  }
  if (isOneOf(TEXT_FIELDS, field)) {
    const values = value.split(',').filter((each) => each !== '');
    if (values.length === 0) return 'a value is missing';
    return { kind: 'text', field, not, values: values.slice(0, 50).map((each) => (each === 'none' ? null : each)) };
  }
  const near = didYouMean(field, FIELDS);
  return near === undefined ? `calls have no ${field}` : `calls have no ${field}; did you mean ${near}?`;
}
