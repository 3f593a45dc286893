// The configuration in force and how it came to be so. It names secrets and never holds one; people stand in it under
// `keys`, and only what is in force shows them: history does not.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';
import { pageInput } from '../queries/administration.ts';

/** How the change came about: which way it was asked for, and by which session. */
export const actorSchema = z
  .strictObject({
    /** `instance`: by itself, at its start; `file`: the configuration file changed; `signal`, `socket`, `command`: the operator of the machine; `console`: a session. */
    via: z.enum(['instance', 'file', 'signal', 'socket', 'command', 'console']),
    session: z.string().optional(),
  })
  .meta({ id: 'Actor' });
export type Actor = z.output<typeof actorSchema>;

/** One path that differs; absent: it was not there, or is gone. */
export const changeSchema = z
  .strictObject({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })
  .meta({ id: 'Change' });

export const configurationSchema = z
  .strictObject({
    digest: z.string(),
    source: z.string(),
    since: instant.nullable(),
    /** As it is in force: what the file says, with what it leaves out. */
    config: z.record(z.string(), z.unknown()),
    warnings: z.array(
      z.strictObject({ path: z.string(), line: count.nullable(), message: z.string(), mend: z.string() }),
    ),
  })
  .meta({ id: 'Configuration' });
export type ConfigurationView = z.output<typeof configurationSchema>;

export const configurationHistoryInput = pageInput;
export const configurationHistorySchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        entry: count,
        at: instant,
        digest: z.string(),
        previous: z.string().nullable(),
        source: z.string(),
        cause: z.string(),
        /** Null: written before this was kept. */
        by: actorSchema.nullable(),
        changes: z.array(changeSchema),
        /** How many more there are than are shown. */
        more: count,
      }),
    ),
    next: count.nullable(),
  })
  .meta({ id: 'ConfigurationHistory' });
export type ConfigurationHistory = z.output<typeof configurationHistorySchema>;
