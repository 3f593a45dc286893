// The part of a route that lets one call take more than one leg on purpose. What a schema cannot see (a hedge with nowhere
// to go, two of these at once) is checked where the configuration's meaning is.
import { z } from 'zod';

/** A second leg at the next candidate when no content has come in time; the first to have content serves. */
export const hedgeRule = z.strictObject({
  /** Milliseconds without content until the second leg goes. Exactly one of `after_ms` and `after`. */
  after_ms: z.int().min(1).max(600_000).optional(),
  /** As long as 95 of 100 recent calls of the route took at most; no hedge until the lane has seen enough of them. */
  after: z.literal('p95').optional(),
  /** Share of the route's calls that may have a second leg, at most. */
  budget: z.number().gt(0).max(1).default(0.05),
});
export type HedgeConfig = z.output<typeof hedgeRule>;
