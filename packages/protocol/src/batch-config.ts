// How a deployment takes calls whose callers can wait: through its seller's batch API. A deployment without it takes none.
// Which seller has such an API is not known here: it is checked where the configuration's meaning is.
import { z } from 'zod';
import { duration } from './duration.ts';

export const batchConfig = z.strictObject({
  /** A call waits so long for others to go in one batch with it. */
  gather: duration('1h', 'calls are gathered for').default('30s'),
  /** How often the seller is asked whether a batch is done. */
  look: duration('1h', 'a batch is looked at within').default('60s'),
  /**
   * So long before its deadline a call is taken out of its batch and served at once. Absent: as its seller's cancelling asks for.
   */
  margin: duration('24h', 'the margin is').optional(),
  /** Calls that wait for this deployment on one lane; one more is served at once. */
  most_waiting: z.int().min(1).max(4_000).default(1_000),
  /** Bytes of their requests. */
  max_bytes: z
    .int()
    .min(64 * 1024)
    .max(1024 ** 3)
    .default(128 * 1024 ** 2),
});
