// The part of a route that lets one call take more than one leg on purpose. What a schema cannot see (a hedge with nowhere
// to go, two of these at once) is checked where the configuration's meaning is.
import { z } from 'zod';
import { candidateWhen } from './candidate-when.ts';

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

/** An answer of any candidate but the last is checked before the client gets it; one that fails is asked of the next. */
export const cascadeRule = z.strictObject({
  /** All that are named have to pass. */
  check: z.strictObject({
    /** It came to its end: no ceiling cut it, nothing was refused. */
    finished: z.boolean().default(true),
    /** Its text is one JSON value. */
    json: z.boolean().default(false),
    /** Its text is JSON that fits this JSON Schema. */
    schema: z.record(z.string(), z.json()).optional(),
    /** Characters of text, at least. */
    min_chars: z.int().min(1).max(1_000_000).optional(),
    /** Phrases that its text does not say, large or small letters alike: `I cannot help`. */
    lacks: z.array(z.string().min(1).max(256)).max(64).default([]),
    /** It calls a tool, or the one of this name. */
    tool: z.union([z.literal(true), z.string().min(1).max(128)]).optional(),
  }),
});
export type CascadeConfig = z.output<typeof cascadeRule>;

/** A share of the calls is sent once more, to another deployment; its answer is dropped. */
export const mirrorRule = z.strictObject({
  deployment: z.string().min(1).max(63),
  /** Of the calls that were sent. */
  share: z.number().gt(0).max(1),
  /** Who bears what copies cost: never the team that called. */
  cost_centre: z.string().min(1).max(64),
  /** Copies in flight on one lane; beyond it none is made. */
  at_once: z.int().min(1).max(256).default(4),
  /** Only requests that meet all of this are copied. */
  when: candidateWhen.optional(),
});
