// The part of the configuration that says which routes go on while the journal takes no entries, by which bypass, and how
// far. What a schema cannot see (a bypass that nobody named, one that leads nowhere) is checked where meaning is.
import { z } from 'zod';

/** So many at most: each has a place of its own in the file by which a start knows that sealing had stopped. */
export const BYPASSES_MOST = 16;

export const bypassRule = z.strictObject({
  /** Deployments that may serve unsealed; absent: every candidate of the route. */
  deployments: z.array(z.string().min(1).max(63)).min(1).max(64).optional(),
  /** Who answers for it: a team or a rota, not a person. */
  owner: z.string().min(1).max(128),
  /** Why these calls may go without a receipt rather than not at all. */
  reason: z.string().min(1).max(512),
  /** A window that is open longer takes no more calls. */
  longest_minutes: z.int().min(1).max(1_440).default(60),
  /** Calls of one window, at most. */
  calls: z.int().min(1).max(1_000_000).default(10_000),
  /** Bytes of requests and answers of one window, at most. */
  bytes: z.int().min(1).max(1_099_511_627_776).default(1_073_741_824),
  /** A file on another disk, where calls are noted as they go: after a kill it is sealed from there. */
  spill_file: z.string().min(1).max(1_024).optional(),
});
export type BypassConfig = z.output<typeof bypassRule>;

/** What a route does while the journal takes no entries. */
export const whenUnsealed = z.union([z.literal('refuse'), z.strictObject({ bypass: z.string().min(1).max(63) })]);
