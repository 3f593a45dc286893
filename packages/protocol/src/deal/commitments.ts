// Commitments and credits as charges draw them: what is drawn, left, lapsed and owed, with what is to be expected. A charge is
// what one deployment came to in one day, as the roll-ups have it; every drawn amount leads to the calls behind it.
import { z } from 'zod';
import { count, decimal, dimensionFilterSchema, instant, periodSchema } from '../queries/period.ts';
import { day, exitSchema, possibilitySchema, unreadableContractSchema } from './contracts.ts';

const text = z.string();

/** By nearest rank over the paths. */
const quantiles = <Value extends z.ZodType>(value: Value) => z.strictObject({ p10: value, p50: value, p90: value });

export const forecastSchema = z.strictObject({
  /** `not known`: of days before, nothing is metered and nothing stated, so nothing can be foretold. */
  verdict: z.enum(['projected', 'insufficient evidence', 'ended', 'not known']),
  /** Whole days of usage that it rests on. */
  days: count,
  projected: z
    .strictObject({
      /** By its end, what was drawn so far included. */
      drawn: quantiles(decimal),
      missing: quantiles(decimal),
      /** Owed for it; null: the contract does not say. */
      shortfall: quantiles(decimal).nullable(),
      /** When nothing is left to draw; null: not by its end. */
      complete_on: quantiles(day.nullable()),
      paths_complete: count,
      paths: count,
    })
    .nullable(),
});
export type Forecast = z.output<typeof forecastSchema>;

/** Days, both inclusive. */
export const daySpanSchema = z.strictObject({ from: day, until: day });

export const trancheSchema = z.strictObject({
  tranche: text,
  from: day,
  until: day,
  state: z.enum(['ahead', 'open', 'ended']),
  committed: decimal,
  /** Came in from the tranche before. */
  rolled_in: decimal,
  /** Metered, and what is stated of the time before. */
  drawn: decimal,
  /** The part of it that a statement says: stated, not metered. */
  stated: decimal,
  /**
   * Days of which nothing is known, neither metered nor stated: what is drawn is then the least it can be, what is left and lapsed the
   * most, and what is owed not known. Null: all is known.
   */
  unknown: daySpanSchema.nullable(),
  remaining: decimal,
  expired: decimal,
  rolled_out: decimal,
  /** Owed because of what has lapsed; null: the contract does not say, or it is not known what was drawn. */
  shortfall: decimal.nullable(),
  /** The most that can still be owed, if nothing more is drawn. */
  shortfall_at_most: decimal,
  /** Paid before and lapsed. */
  lost: decimal,
  charges: count,
  forecast: forecastSchema,
});
export type Tranche = z.output<typeof trancheSchema>;

export const commitmentSchema = z.strictObject({
  contract: text,
  title: text,
  status: text,
  instrument: text,
  kind: z.enum(['spend', 'credit']),
  currency: text,
  rule: text,
  automatic: z.union([z.boolean(), z.literal('unstated')]),
  committed: decimal,
  drawn: decimal,
  /** What a statement says of the time before metering, and until when it counts; it is in `drawn`. Null: there is none. */
  stated: z.strictObject({ amount: decimal, until: day, source: text }).nullable(),
  remaining: decimal,
  expired: decimal,
  tranches: z.array(trancheSchema),
  /** What was drawn up to the end of each of these days, all tranches together: at most 800 points, the last one at `at`. */
  burn: z.array(z.strictObject({ day, drawn: decimal })),
  exits: z.array(exitSchema),
});
export type Commitment = z.output<typeof commitmentSchema>;

export const commitmentsInput = z.strictObject({
  /** Seen from the end of this day; absent: now. */
  at: day.optional(),
  /** Planned growth from month to month: "0.05" is five per cent more. */
  growth: z
    .string()
    .regex(/^(-?0|\d{1,2})(\.\d{1,6})?$/, 'write a part of one: 0.05 or -0.1')
    .default('0'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
});
export const commitmentsSchema = z
  .strictObject({
    at: instant,
    growth: text,
    rows: z.array(commitmentSchema),
    /** Contracts that stand and cannot be read: what they commit to is in no row and no sum. */
    unreadable: z.array(unreadableContractSchema),
    /** "Up to": in no sum above. */
    possibilities: z.array(possibilitySchema.extend({ contract: text, status: text, currency: text })),
    charges: z.strictObject({
      /** Null where there is no contract that money could draw. */
      period: periodSchema.nullable(),
      /** The first day that was metered; null: none was, or nobody can say now. */
      metered_since: day.nullable(),
      days: count,
      count,
      /**
       * Added up, by currency: all of it, what of it drew a commitment or credit, and the rest; and of the rest, what a statement counts
       * already.
       */
      money: z.array(
        z.strictObject({ currency: text, total: decimal, drawn: decimal, not_drawn: decimal, in_statements: decimal }),
      ),
      /** Calls without a price: with them the money is the least it can be. */
      unpriced: count,
      /** Why there are none to reckon with, where the tables cannot be asked. */
      unknown: text.nullable(),
      /** Where this log succeeded another within the period: what was spent until then is in that one, and in no figure here. */
      earlier: z.strictObject({ until: instant, origin: text }).nullable(),
    }),
  })
  .meta({ id: 'Commitments' });
export type Commitments = z.output<typeof commitmentsSchema>;

export const drawnInput = z.strictObject({
  contract: z.string().max(80),
  instrument: z.string().max(80),
  tranche: z.string().max(80),
  at: day.optional(),
});
export const drawnSchema = z
  .strictObject({
    contract: text,
    instrument: text,
    tranche: text,
    currency: text,
    drawn: decimal,
    /** The part of it that a statement says, which no row below shows. */
    stated: decimal,
    /** By day, then deployment; at most 2,000, the newest. */
    rows: z.array(
      z.strictObject({
        day,
        deployment: text.nullable(),
        model: text.nullable(),
        cloud: text.nullable(),
        region: text.nullable(),
        tier: text.nullable(),
        seller: text.nullable(),
        biller: text.nullable(),
        /** What the day came to there, and what of it this tranche took. */
        charge: decimal,
        drawn: decimal,
        /** The calls behind it, as the list of calls is asked. */
        period: periodSchema,
        filters: z.array(dimensionFilterSchema),
      }),
    ),
    older: count,
  })
  .meta({ id: 'Drawn' });
export type Drawn = z.output<typeof drawnSchema>;
