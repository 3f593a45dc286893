// Instruments that promise something other than money: capacity, and how well, where and how safely the service is given.
// Service levels are data here; they are held against measurements elsewhere.
import { z } from 'zod';
import { amount, CONTRACT_MOST, fraction, lastDay, month, quantity, wordList, words } from './fields.ts';
import { COMMON } from './money-instruments.ts';

export const CAPACITY_UNITS = ['PTU', 'GSU', 'TPM-in', 'TPM-out', 'model-units', 'GPUs', 'MW'] as const;

export const capacity = z.strictObject({
  kind: z.literal('capacity'),
  ...COMMON,
  provider: z.string(),
  for: z.string(),
  unit: z.enum(CAPACITY_UNITS),
  /** From each month on, this much. */
  ramp: z.array(z.strictObject({ month, quantity })).min(1).max(CONTRACT_MOST.milestones),
  until: lastDay,
  /** lost: what is not used in its hour is gone. Left out: the contract does not say. */
  unused: z.enum(['lost', 'kept']).optional(),
  /** `per: PTU and hour`; hour, day, month or year; `1,000 TPM-in and month`. */
  price: z.strictObject({ amount, per: words }).optional(),
  /** Ids of the configuration: the deployments that it is used by, so that their calls show what of it was used. */
  deployments: z.array(words).min(1).max(50).optional(),
  models: wordList.optional(),
  regions: wordList.optional(),
  runtimes: wordList.optional(),
  quantisation: wordList.optional(),
  accelerators: wordList.optional(),
  /** How it is shown that the capacity is there, and by whom. */
  verification: z.strictObject({ by: words, method: words, third_party: z.boolean() }).optional(),
});

/** Part of the price given back below a level. */
const creditRow = z.strictObject({ below: words, fraction });
const CLAUSE = { credit: z.array(creditRow).max(20).optional(), excludes: wordList.optional() } as const;

const hours = z.int().min(0).max(8_760);

export const slaClause = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('availability'),
    target: fraction,
    window: z.enum(['month', 'quarter', 'year']),
    ...CLAUSE,
  }),
  z.strictObject({
    kind: z.literal('latency'),
    of: z.enum(['first-token', 'between-tokens', 'whole']),
    percentile: fraction,
    most_ms: z.int().min(1).max(3_600_000),
    ...CLAUSE,
  }),
  z.strictObject({ kind: z.literal('capacity'), target: fraction, ...CLAUSE }),
  z.strictObject({ kind: z.literal('region'), regions: wordList.min(1), ...CLAUSE }),
  z.strictObject({ kind: z.literal('breach-notice'), hours }),
  z.strictObject({ kind: z.literal('rpo'), hours }),
  z.strictObject({ kind: z.literal('rto'), hours }),
]);

export const sla = z.strictObject({
  kind: z.literal('sla'),
  ...COMMON,
  provider: z.string(),
  for: z.string(),
  clauses: z.array(slaClause).min(1).max(50),
});

export const residency = z.strictObject({
  kind: z.literal('residency'),
  ...COMMON,
  owed_by: z.string(),
  regions: wordList.min(1),
  covers: z
    .array(z.enum(['prompts', 'answers', 'logs', 'training-data', 'support-access']))
    .min(1)
    .max(5),
});

export const security = z.strictObject({
  kind: z.literal('security'),
  ...COMMON,
  owed_by: z.string(),
  covers: z
    .array(z.enum(['leakage', 'poisoning', 'misuse', 'access', 'encryption']))
    .min(1)
    .max(5),
  notice_hours: hours.optional(),
  proofs: wordList.optional(),
});
