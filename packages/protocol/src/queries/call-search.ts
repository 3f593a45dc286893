// Searching calls: the fields that a filter may name, and its shape. How people write one is `filter/call-filters.ts`.
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
  'region_reported',
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
