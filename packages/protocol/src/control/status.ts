// What an instance says of itself: which log, how fresh its tables are, what it carries.
import { z } from 'zod';
import { projectionsStateSchema } from '../queries/freshness.ts';
import { count, decimal, instant } from '../queries/period.ts';
import { openWindowSchema } from './windows.ts';

export const logKindSchema = z.enum(['live', 'lab', 'sample']);

export const budgetSchema = z
  .strictObject({
    daily: decimal,
    /** Spent today, or held for calls in flight. */
    used: decimal,
    left: decimal,
    currency: z.string(),
  })
  .meta({ id: 'Budget' });

/** The configuration file under watch; null where the configuration came from no file. */
const watchSchema = z.strictObject({
  file: z.string(),
  state: z.enum(['watching', 'looking', 'lost']),
  since: instant,
  /** Why it is not `watching`. */
  problem: z.string().nullable(),
});

const commandFormSchema = z.strictObject({ start: z.string(), options: z.string() }).meta({ id: 'CommandForm' });

export const controlStatusSchema = z
  .strictObject({
    version: z.string(),
    organisation: z.string(),
    node: z.string(),
    log: logKindSchema,
    /** Nothing real is called: true for the logs `lab` and `sample`. */
    simulated: z.boolean(),
    /** Of the gateway. */
    origin: z.string(),
    started: instant,
    /** The server's clock as it answers. */
    now: instant,
    /** Public key of the log. */
    vkey: z.string(),
    journal: z.strictObject({ origin: z.string(), size: count }),
    /** Instant of the newest entry that every table holds; null when they hold none. */
    up_to: instant.nullable(),
    /** Currency of most calls of the last 30 days. */
    currency: z.string(),
    lanes: count,
    /** Since this start. `unsealed`: ended without a receipt, because the journal did not take it. */
    calls: z.strictObject({
      in_flight: count,
      calls: count,
      unauthenticated: count,
      receipts: count,
      unsealed: count,
      draining: z.boolean(),
    }),
    /** Of an earlier run, closed by this start. */
    interrupted: count,
    /** Hard budget of this UTC day; null: there is none. */
    budget: budgetSchema.nullable(),
    configuration: z.strictObject({ digest: z.string(), source: z.string(), watch: watchSchema.nullable() }),
    /** Bypasses that calls go through now, or whose calls are being sealed. */
    windows: z.array(openWindowSchema),
    projections: projectionsStateSchema,
    /** How commands on this log are typed where the instance was started. */
    command: commandFormSchema,
  })
  .meta({ id: 'Status' });
export type ControlStatus = z.output<typeof controlStatusSchema>;
