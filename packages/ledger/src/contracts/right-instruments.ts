// Instruments that are rights of one side against the other: to leave, and to look.
import { z } from 'zod';
import { amount, CONTRACT_MOST, currencyCode, day, fraction, lastDay, wordList } from './fields.ts';
import { COMMON } from './money-instruments.ts';

/** One step of what leaving costs: when, by days or by months; and what, an amount, a part of what is left, or both. */
const feeRow = z.strictObject({
  from: day.optional(),
  until: lastDay.optional(),
  /** Of the term, counted from 1: its first month begins with it. Without a last one, to the end of the window. */
  months: z.strictObject({ first: z.int().min(1).max(600), last: z.int().min(1).max(600).optional() }).optional(),
  amount: amount.optional(),
  /** A part of what is still committed when leaving takes effect. */
  of_remaining: fraction.optional(),
  /** Spend commitments and capacity whose rest it is a part of. Left out: what the holder must spend with the party that is left. */
  of: z.array(z.string()).min(1).max(CONTRACT_MOST.rows).optional(),
  /** Of a milestone that is under way then, what counts: what is not drawn of it, or its days. Left out: the contract does not say. */
  counted: z.enum(['undrawn', 'by-days']).optional(),
  at_least: amount.optional(),
  at_most: amount.optional(),
});

export const exit = z.strictObject({
  kind: z.literal('exit'),
  ...COMMON,
  holder: z.string(),
  from: z.string(),
  currency: currencyCode.optional(),
  window: z.strictObject({ from: day, until: lastDay }),
  notice_days: z.int().min(0).max(3_650),
  /** What leaving costs, by the day on which it takes effect. Left out: the contract does not say. */
  fees: z.array(feeRow).max(CONTRACT_MOST.rows).optional(),
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
