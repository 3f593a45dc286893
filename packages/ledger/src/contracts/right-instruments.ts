// Instruments that are rights of one side against the other: to leave, and to look.
import { z } from 'zod';
import { amount, CONTRACT_MOST, currencyCode, day, fraction, lastDay, wordList } from './fields.ts';
import { COMMON } from './money-instruments.ts';

export const exit = z.strictObject({
  kind: z.literal('exit'),
  ...COMMON,
  holder: z.string(),
  from: z.string(),
  currency: currencyCode.optional(),
  window: z.strictObject({ from: day, until: lastDay }),
  notice_days: z.int().min(0).max(3_650),
  /** What leaving costs, by the day on which it takes effect. Left out: the contract does not say. */
  fees: z
    .array(z.strictObject({ from: day, until: lastDay, amount }))
    .max(CONTRACT_MOST.rows)
    .optional(),
  /** What opens the right; none: it is open without a reason. */
  triggers: wordList.optional(),
});

export const audit = z.strictObject({
  kind: z.literal('audit'),
  ...COMMON,
  holder: z.string(),
  of: z.string(),
  look_back_months: z.int().min(1).max(240),
  /** Difference that neither side disputes. */
  tolerance: fraction,
  dispute_days: z.int().min(1).max(3_650),
  covers: wordList.optional(),
});
