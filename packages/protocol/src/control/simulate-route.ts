// A route's past calls under another strategy: what they came to, and what is simulated beside it, each with the range that
// nine of ten redrawn samples fall in.
import { z } from 'zod';
import { count, decimal, instant } from '../queries/period.ts';
import { STRATEGIES } from '../strategy-names.ts';

export const simulateRouteInput = z.strictObject({
  route: z.string().min(1).max(64),
  strategy: z.enum(STRATEGIES),
  /** Seven days before now. */
  since: instant.optional(),
  /** Now. */
  until: instant.optional(),
});

const share = z.number().min(0).max(1);
const ranged = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, low: value, high: value });
const ms = z.number().min(0);

const measures = z.strictObject({
  /** Of calls that have a price; null where none has. */
  cost: ranged(decimal).nullable(),
  currency: z.string(),
  unpriced: count,
  /** Share of prompt tokens that caches read. */
  cache_share: ranged(share).nullable(),
  /** To the first token of a stream, else to the whole answer. */
  wait_ms: z.strictObject({ mean: ranged(ms), p50: ranged(ms), p95: ranged(ms) }).nullable(),
  /** Calls whose wait nobody knows. */
  wait_unknown: count,
  /** Calls that another than the first choice took. */
  spilled: ranged(share).nullable(),
  /** Of calls, by candidate. */
  shares: z.array(z.strictObject({ deployment: z.string(), value: share, low: share, high: share })),
});

export const simulatedRouteSchema = z
  .strictObject({
    /** What `would` says never happened. */
    simulated: z.literal(true),
    /** The calls themselves were of simulated clouds as well. */
    lab: z.boolean(),
    route: z.string(),
    strategy: z.enum(STRATEGIES),
    /** Of the route as it is configured. */
    strategy_now: z.enum(STRATEGIES),
    since: instant,
    until: instant,
    calls: count,
    sessions: count,
    /** Calls of the route that nothing served, or of which nobody knows what they used. */
    left_out: count,
    /** Older calls of the period were not looked at. */
    cut: z.boolean(),
    /** From the receipts. */
    was: measures,
    /** What the model of caches says of the calls as they were: beside `was.cache_share` it tells how far to trust it. */
    modelled_cache_share: ranged(share).nullable(),
    would: measures,
    /** What it cannot know, in sentences. */
    unknown: z.array(z.string()),
  })
  .meta({ id: 'SimulatedRoute' });
