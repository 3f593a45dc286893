// For which requests a candidate of a route is there at all. Typed conditions, all of which have to hold: a table that can
// be checked and read, not a script. What a request does not say meets no condition that asks for it.
import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,62}$/, 'use lower-case letters, digits, dots, underscores or hyphens');
const value = z.string().min(1).max(256);
/** One value, or any of several. */
const anyOf = z.union([value, z.array(value).min(1).max(64)]);
const features = z.array(z.string().min(1).max(64)).min(1).max(32);
const range = (most: number) =>
  z.strictObject({ at_least: z.int().min(0).max(most).optional(), at_most: z.int().min(0).max(most).optional() });

export const candidateWhen = z.strictObject({
  /** Of `weighbridge-tags`, and of the key. */
  tags: z.record(name, anyOf).optional(),
  /** Of the request's body. */
  metadata: z.record(z.string().min(1).max(64), anyOf).optional(),
  /** The tags of these names. */
  data_class: anyOf.optional(),
  task: anyOf.optional(),
  /** The request uses all of these; names of the capability table. */
  features: features.optional(),
  /** It uses none of these. */
  without: features.optional(),
  stream: z.boolean().optional(),
  request_bytes: range(268_435_456).optional(),
  /** As the caller asks for; one that names none meets no bound. */
  max_output_tokens: range(10_000_000).optional(),
});
export type CandidateWhen = z.output<typeof candidateWhen>;
