// The sample organisation beside an instance: whether it is there, how far it is, and what is done to it. Its own log is
// asked at the same paths below `/sample`, where nothing can be changed.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';

/**
 * `off`: this instance shows none. `absent`: it can be made. `waiting`: the start will come to it. `making`: its calls are
 * written. `closed`: it is whole, and opened when somebody looks. `folding`: its tables are opened, and filled where they are
 * behind. `ready`: it can be asked. `failed`: it could not be made.
 */
export const SAMPLE_STATES = [
  'off',
  'absent',
  'waiting',
  'making',
  'closed',
  'folding',
  'ready',
  'removing',
  'failed',
] as const;

export const sampleSchema = z
  .strictObject({
    state: z.enum(SAMPLE_STATES),
    /** Entries written or folded so far, of about so many; null where nothing is being done, or it has just begun. */
    progress: z.strictObject({ done: count, total: count }).nullable(),
    /** The hour that its month ends at; null where there is none. */
    end: instant.nullable(),
    /** The hour up to which calls go on coming while somebody looks; null where there is none. */
    until: instant.nullable(),
    /** Why it could not be made; null otherwise. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Sample' });
export type SampleState = z.output<typeof sampleSchema>;

export const SAMPLE_CALLS = { least: 1_000, most: 1_000_000 } as const;
export const makeSampleInput = z.strictObject({
  /** About so many; absent: a whole month of them. */
  calls: z.number().int().min(SAMPLE_CALLS.least).max(SAMPLE_CALLS.most).optional(),
});
