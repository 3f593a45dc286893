// What each deployment came to, day by day: the charges that draw commitments.
import { z } from 'zod';
import { count, decimal, periodSchema } from './period.ts';

/** Days that the period touches are answered whole. */
export const dailySpendInput = periodSchema;

const name = z.string().nullable();
export const dailySpendRowSchema = z.strictObject({
  /** Days since 1970, in UTC. */
  day: count,
  model: name,
  deployment: name,
  cloud: name,
  region: name,
  tier: name,
  currency: z.string(),
  billed: decimal,
  calls: count,
  unpriced: count,
});
export type DailySpendRow = z.output<typeof dailySpendRowSchema>;

export const dailySpendSchema = z.strictObject({
  rows: z.array(dailySpendRowSchema),
  /** The day from which on to ask again; null: everything was told. */
  next: count.nullable(),
});
export type DailySpend = z.output<typeof dailySpendSchema>;
