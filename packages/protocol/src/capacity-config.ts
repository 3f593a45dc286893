// The part of the configuration that says which capacity a deployment has bought, and how much of it. Figures that a seller
// publishes for a model need not be written: they stand, with their source, where the configuration's meaning is.
import { z } from 'zod';

const units = z.int().min(1).max(1_000_000);
const rate = z.number().positive().max(1_000_000_000);
const weight = z.number().min(0).max(1_000);

const shared = {
  /** Share that is left free before the seller's own limit: what two clocks and two counts of a prompt may differ by. */
  margin: z.number().min(0).max(0.5).default(0.01),
};

export const capacityConfig = z.discriminatedUnion('kind', [
  /** Units that drain a bucket steadily: above 100 % the seller answers 429. */
  z.strictObject({
    kind: z.literal('ptu'),
    units,
    /** Name of the model in the table of rates; by default the deployment's `priced_as`, else its `model`. */
    model: z.string().min(1).max(128).optional(),
    input_tpm_per_unit: rate.optional(),
    /** Tokens of input that one of output counts as. */
    output_weight: weight.optional(),
    /** Seconds of the whole capacity that fit in the bucket. No seller publishes it: it is learnt down from refusals. */
    burst_seconds: z.number().min(1).max(600).default(60),
    ...shared,
  }),
  /** Units of throughput a second, checked over a window; the seller serves what is beyond on demand. */
  z.strictObject({
    kind: z.literal('gsu'),
    units,
    model: z.string().min(1).max(128).optional(),
    tokens_per_second_per_unit: rate.optional(),
    output_weight: weight.optional(),
    cache_read_weight: weight.optional(),
    window_seconds: z.number().min(1).max(3_600).default(30),
    ...shared,
  }),
  /** Tokens a minute in and out, bought apart; the seller serves what is beyond on demand. */
  z.strictObject({ kind: z.literal('tpm'), input_tpm: rate, output_tpm: rate, ...shared }),
  /** As `tpm`, with caches counted by their weights, and what is left told in headers of each answer. */
  z.strictObject({ kind: z.literal('priority'), input_tpm: rate, output_tpm: rate, ...shared }),
  /** Own machines: so many calls at a time, over all lanes. */
  z.strictObject({ kind: z.literal('slots'), concurrent: z.int().min(1).max(100_000) }),
]);
export type CapacityConfig = z.output<typeof capacityConfig>;
