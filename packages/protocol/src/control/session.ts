// Sessions of the console: opened once by a link that only the operator of the machine can have printed, held by a cookie
// that no script can read together with a token that no other port of the host gets.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';

export const nothing = z.strictObject({});

export const sessionSchema = z
  .strictObject({
    /** Names the session in the journal; opens nothing. */
    id: z.string(),
    opened: instant,
    /** When it ends unless something is asked before. */
    idle_until: instant,
    /** When it ends in any case. */
    expires: instant,
    /** Whether it is the one that asks. */
    own: z.boolean(),
  })
  .meta({ id: 'Session' });
export type ControlSession = z.output<typeof sessionSchema>;

/** The secret of a one-time link: what stands behind `#link=`. */
export const openSessionInput = z.strictObject({ link: z.string().min(1).max(128) });
export const openedSessionSchema = z
  .strictObject({
    session: sessionSchema,
    /** For the header `weighbridge-token` of every request; shown only here. */
    token: z.string(),
  })
  .meta({ id: 'OpenedSession' });
export type OpenedSession = z.output<typeof openedSessionSchema>;

export const sessionsSchema = z.strictObject({ rows: z.array(sessionSchema) }).meta({ id: 'Sessions' });
export const endSessionInput = z.strictObject({ id: z.string().max(26) });
export const endedSchema = z.strictObject({ ended: z.boolean() }).meta({ id: 'EndedSession' });

export const linkSchema = z
  .strictObject({
    /** To be opened once, until `expires`. The secret stands in the fragment, which no browser sends. */
    url: z.string(),
    expires: instant,
    /** Links that are still open, this one included. */
    open: count,
  })
  .meta({ id: 'ConsoleLink' });
export type ConsoleLink = z.output<typeof linkSchema>;
