// What administration did, and how the log grew: rows of the administration projection, newest first.
import { z } from 'zod';
import { count, instant } from './period.ts';

export const pageInput = z.strictObject({
  /** Only rows of smaller entry indexes: `next` of the page before. */
  before: count.optional(),
  limit: z.int().min(1).max(500).default(50),
});
export type PageInput = z.input<typeof pageInput>;

const name = z.string().nullable();

/** A key, without the person who holds it: that stands in the journal only. */
export const keyRowSchema = z.strictObject({
  entry: count,
  id: z.string(),
  name: z.string(),
  purpose: name,
  team: name,
  project: name,
  cost_centre: name,
  environment: name,
  created: instant,
  expires: instant.nullable(),
  revoked: instant.nullable(),
  reason: name,
});
export type KeyRow = z.output<typeof keyRowSchema>;

export const configurationRowSchema = z.strictObject({
  entry: count,
  at: instant,
  digest: z.string(),
  previous: name,
  source: z.string(),
  cause: z.string(),
  /** What changed, as JSON text: a list, or the reference of the blob that holds it. */
  diff: z.string(),
});
export type ConfigurationRow = z.output<typeof configurationRowSchema>;

export const alertRowSchema = z.strictObject({
  entry: count,
  at: instant,
  alert: z.string(),
  about: z.string(),
  message: z.string(),
});
export type AlertRow = z.output<typeof alertRowSchema>;

/** Entries of one kind that the log took in within an hour. */
export const logHourSchema = z.strictObject({
  hour: instant,
  kind: z.string(),
  entries: count,
  /** Bytes of their leaves. */
  leaf_bytes: count,
  first: count,
  last: count,
});
export type LogHour = z.output<typeof logHourSchema>;

const page = <Row extends z.ZodType>(row: Row) => z.strictObject({ rows: z.array(row), next: count.nullable() });

export const keysSchema = page(keyRowSchema);
export type Keys = z.output<typeof keysSchema>;
export const configurationsSchema = page(configurationRowSchema);
export type Configurations = z.output<typeof configurationsSchema>;
export const alertsSchema = page(alertRowSchema);
export type Alerts = z.output<typeof alertsSchema>;

export const logInput = z.strictObject({ since: instant, until: instant });
export type LogInput = z.input<typeof logInput>;
export const logSchema = z.strictObject({
  /** Entries that the newest signed checkpoint covers, and the checkpoint itself: read from the log, not from a table. */
  size: count,
  checkpoint: z.string(),
  hours: z.array(logHourSchema),
});
export type Log = z.output<typeof logSchema>;
