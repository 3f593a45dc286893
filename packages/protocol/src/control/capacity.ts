// Reserved capacity as it stands: of each what it is worth, how full it is by our count and the seller's own, minute by minute what was used
// of it and what it had no room for, and what its idle part costs where a contract says what it costs. Counted since the lanes
// began to, at most three hours back.
import { z } from 'zod';
import { count, decimal, instant } from '../queries/period.ts';

export const CAPACITY_KINDS = ['ptu', 'gsu', 'tpm', 'priority', 'slots'] as const;

const share = z.number().min(0);

const minuteSchema = z.strictObject({
  at: instant,
  /** Weighted tokens of calls that ended in it, as a share of what the minute is worth; of own machines the most calls at a time. */
  used: share,
  calls: count,
  /** Calls that it had no room for and that were served on demand. */
  spilled: count,
  /** Calls that met the seller's 429. */
  refused: count,
  /** Calls that had to wait for room. */
  queued: count,
});

export const capacityRowSchema = z
  .strictObject({
    deployment: z.string(),
    kind: z.enum(CAPACITY_KINDS),
    /** Weighted tokens a minute, of input and of output where they are bought apart; empty for own machines. */
    worth: z.array(z.number()),
    /** Calls at a time; null where nothing bounds them. */
    concurrent: count.nullable(),
    in_flight: count,
    /** How full it is now by our count. */
    full: share,
    /** How full the seller said it is, and when; null: it has not. */
    said: z.strictObject({ full: share, at: instant }).nullable(),
    /** What we take for all of it, after refusals, as a share of what is configured. */
    learnt: share,
    /** Until when the seller said to stay away; null: it did not, or that is over. */
    full_until: instant.nullable(),
    /** Since when it is counted. */
    since: instant,
    minutes: z.array(minuteSchema),
    /** Over those minutes; null before the first whole one. */
    used: share.nullable(),
    idle: share.nullable(),
    calls: count,
    spilled: count,
    refused: count,
    queued: count,
    /** What it cost in that time by the contract that names the deployment, and what of it was idle. */
    cost: z
      .strictObject({
        contract: z.string(),
        instrument: z.string(),
        currency: z.string(),
        paid: decimal,
        idle: decimal,
        reckoned: z.string(),
      })
      .nullable(),
    /** Why nobody can say what it cost; null where somebody can. */
    unknown: z.string().nullable(),
  })
  .meta({ id: 'ReservedCapacity' });
export type CapacityRow = z.output<typeof capacityRowSchema>;

export const capacitySchema = z
  .strictObject({
    at: instant,
    /** `none`: nobody runs, and nothing is counted. */
    source: z.enum(['running', 'none']),
    simulated: z.boolean(),
    rows: z.array(capacityRowSchema),
  })
  .meta({ id: 'Capacity' });
