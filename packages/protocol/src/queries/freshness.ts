// How far the projections are behind the journal, one by one: the stamp beside every number that is read from them.
import { z } from 'zod';
import { count } from './period.ts';

/** `stopped`: at an entry or a statement that it cannot take; the others go on. */
export const PROJECTION_STATES = ['following', 'catching up', 'stopped'] as const;

export const projectionStateSchema = z.strictObject({
  name: z.string(),
  version: z.int(),
  state: z.enum(PROJECTION_STATES),
  /** Entries folded in: the next is this one. */
  next: count,
  /** Sealed entries that it has not folded in yet. */
  lag_entries: count,
  /** Age of the oldest of them, in seconds; 0 when there is none. */
  lag_seconds: z.number().min(0),
  /** Why it stopped, and at which entry. */
  problem: z.strictObject({ code: z.string(), message: z.string(), entry: count.nullable() }).nullable(),
});
export type ProjectionState = z.output<typeof projectionStateSchema>;

export const projectionsStateSchema = z
  .strictObject({
    /** `failed`: not one of them runs, and `problem` says why. */
    state: z.enum(['off', 'starting', 'running', 'failed']),
    store: z.enum(['embedded', 'postgresql']).nullable(),
    /** Memory of the embedded database. */
    memory_bytes: count.nullable(),
    problem: z.string().nullable(),
    projections: z.array(projectionStateSchema),
  })
  .meta({ id: 'ProjectionsState' });
export type ProjectionsState = z.output<typeof projectionsStateSchema>;
