// The log itself: how large, under which checkpoint, who cosigned it, how it grew, and its entries one by one.
import { z } from 'zod';
import { ENTRY_KINDS, GROUPS } from '../entry.ts';
import { projectionsStateSchema } from '../queries/freshness.ts';
import { count, instant } from '../queries/period.ts';
import { logHourSchema } from '../queries/administration.ts';

/** A witness that the configuration names, as this log last heard of it. */
export const witnessSchema = z
  .looseObject({
    name: z.string(),
    url: z.string(),
    /** `cosigning`, or what is wrong. */
    state: z.string(),
    /** Entries of the newest checkpoint that it cosigned; null for none. */
    size: count.nullable(),
    at: instant.nullable(),
    problem: z.string().optional(),
    since: instant.optional(),
  })
  .meta({ id: 'Witness' });
export type WitnessView = z.output<typeof witnessSchema>;

export const journalInput = z.strictObject({ since: instant, until: instant });

export const journalSchema = z
  .strictObject({
    origin: z.string(),
    vkey: z.string(),
    size: count,
    /** Root hash, base64. */
    root: z.string(),
    /** The newest signed checkpoint, verbatim: what a verifier remembers. */
    checkpoint: z.string(),
    /** Instant of the newest entry under it; null for an empty log. */
    newest: instant.nullable(),
    witnesses: z.array(witnessSchema),
    /** Entries by hour and kind, newest first; null while the tables cannot be asked. */
    hours: z.array(logHourSchema).nullable(),
    projections: projectionsStateSchema,
  })
  .meta({ id: 'Journal' });
export type ControlJournal = z.output<typeof journalSchema>;

export const entriesInput = z.strictObject({
  kinds: z.array(z.enum(ENTRY_KINDS)).min(1).max(ENTRY_KINDS.length).optional(),
  /** Only smaller indexes: `next` of the page before. */
  before: count.optional(),
  limit: z.int().min(1).max(200).default(50),
});

export const entrySchema = z
  .strictObject({
    entry: count,
    id: z.string(),
    kind: z.enum(ENTRY_KINDS),
    at: instant,
    by: z.strictObject({ node: z.string(), lane: count, epoch: count, seq: count, build: z.string() }),
    /** Groups that the leaf commits to. */
    groups: z.array(z.enum(GROUPS)),
    /** The exact text that the log commits to. */
    leaf: z.string(),
  })
  .meta({ id: 'Entry' });
export type ControlEntry = z.output<typeof entrySchema>;
export const entriesSchema = z
  .strictObject({ rows: z.array(entrySchema), next: count.nullable() })
  .meta({ id: 'Entries' });
