// Sums over calls: of a period, beside the period before; as a series over hours or days; split by one or two
// dimensions, with what does not make the list added up as `others`.
import { z } from 'zod';
import { AMOUNTS, COUNTERS, DIMENSIONS, TOKEN_COUNTERS } from '../dimensions.ts';
import { TOKEN_CLASSES } from '../usage.ts';
import { count, decimal, filtersSchema, instant, memberSchema, periodSchema } from './period.ts';

/** Money of one currency: exact decimal text. What has no price is in none of them, and counted as `unpriced`. */
export const spendSchema = z.strictObject({
  currency: z.string(),
  list: decimal,
  contracted: decimal,
  billed: decimal,
});
export type Spend = z.output<typeof spendSchema>;

/** Milliseconds, the mean over calls that have the figure; null when none has. */
const mean = z.number().nullable();

export const totalsSchema = z
  .strictObject({
    calls: count,
    errors: count,
    unpriced: count,
    estimated: count,
    fallbacks: count,
    attempts: count,
    request_bytes: count,
    response_bytes: count,
    /** Tokens by class; a class that nobody used is 0. */
    tokens: z.record(z.enum(TOKEN_CLASSES), count),
    /** One row per currency; empty when there were no calls. */
    spend: z.array(spendSchema),
    mean_ms: z.strictObject({ total: mean, ttft: mean, gateway: mean }),
  })
  .meta({ id: 'Totals' });
export type Totals = z.output<typeof totalsSchema>;

export const overviewInput = periodSchema.extend({ filters: filtersSchema });
export type OverviewInput = z.input<typeof overviewInput>;
export const overviewSchema = z.strictObject({
  period: periodSchema,
  totals: totalsSchema,
  /** The period of the same length that ends where this one begins. */
  before: z.strictObject({ period: periodSchema, totals: totalsSchema }),
});
export type Overview = z.output<typeof overviewSchema>;

/** What a series or a list can be of: a counter, all tokens, tokens of a class, an amount of money. */
export const MEASURES = [...COUNTERS, 'tokens', ...TOKEN_COUNTERS, ...AMOUNTS] as const;
export const measureSchema = z.enum(MEASURES as readonly [string, ...string[]]);
export type Measure = (typeof MEASURES)[number];

export const seriesInput = periodSchema.extend({
  every: z.enum(['hour', 'day']),
  measure: measureSchema.default('calls'),
  /** For an amount: which currency. By default the one of most calls. */
  currency: z.string().max(3).optional(),
  by: z.enum(DIMENSIONS).optional(),
  /** So many members by name; the rest is one series of its own. */
  most: z.int().min(1).max(20).default(8),
  filters: filtersSchema,
});
export type SeriesInput = z.input<typeof seriesInput>;
export const seriesSchema = z.strictObject({
  period: periodSchema,
  every: z.enum(['hour', 'day']),
  measure: measureSchema,
  /** Of an amount; null for what is no money. */
  currency: z.string().nullable(),
  /** Beginning of each bucket. */
  starts: z.array(instant),
  series: z.array(
    z.strictObject({
      /** Null for the whole, and for `others`. */
      member: memberSchema.nullable(),
      /** How many members are added up in this one. */
      others: count.nullable(),
      /** One for each bucket: a whole number, for an amount exact decimal text. A bucket without calls is 0. */
      points: z.array(z.union([count, decimal])),
      /** Calls in each bucket that have no price: with them an amount is the least it can be. */
      unpriced: z.array(count),
    }),
  ),
});
export type Series = z.output<typeof seriesSchema>;

export const breakdownInput = periodSchema.extend({
  by: z.array(z.enum(DIMENSIONS)).min(1).max(2),
  sort: measureSchema.default('billed'),
  most: z.int().min(1).max(500).default(50),
  /** Adds what each row came to in the period before. */
  compare: z.boolean().default(false),
  filters: filtersSchema,
});
export type BreakdownInput = z.input<typeof breakdownInput>;
export const breakdownSchema = z.strictObject({
  period: periodSchema,
  by: z.array(z.enum(DIMENSIONS)),
  rows: z.array(
    z.strictObject({
      members: z.array(memberSchema),
      totals: totalsSchema,
      /** Null when it was not asked for. */
      before: totalsSchema.nullable(),
    }),
  ),
  /** What did not make the list; null when everything did. */
  others: z.strictObject({ rows: count, totals: totalsSchema, before: totalsSchema.nullable() }).nullable(),
  total: totalsSchema,
  before: z.strictObject({ period: periodSchema, totals: totalsSchema }).nullable(),
});
export type Breakdown = z.output<typeof breakdownSchema>;
