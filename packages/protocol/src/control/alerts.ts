// Alerts as they are told: entries of the log with, for those about a limit, whose counter it was, and the channels that
// carry them. A name that is a person's stands in the personal group of its entry, and is null once that was erased.
import { z } from 'zod';
import { ALERT_CHANNELS } from '../alert-names.ts';
import { count, instant } from '../queries/period.ts';

export const alertSchema = z
  .strictObject({
    entry: count,
    at: instant,
    alert: z.string(),
    about: z.string(),
    message: z.string(),
    /** Of an alert about a limit: how many per cent of which rule, and of whose counter: `names` in the order of `per`. */
    limit: z
      .strictObject({ rule: z.string(), share: count, names: z.array(z.string()).nullable(), until: instant })
      .nullable(),
  })
  .meta({ id: 'Alert' });
export type AlertTold = z.output<typeof alertSchema>;

export const alertsToldSchema = z
  .strictObject({ rows: z.array(alertSchema), next: count.nullable() })
  .meta({ id: 'Alerts' });

export const channelSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(ALERT_CHANNELS),
    /** `idle`: nothing was sent yet. `failing`: the last one could not be delivered. */
    state: z.enum(['idle', 'up', 'failing']),
    /** Of the last that was delivered. */
    delivered_at: instant.nullable(),
    /** Why the last could not be, in words without a secret; null while all is well. */
    problem: z.string().nullable(),
    delivered: count,
    /** Given up after the last try, or for want of room. */
    dropped: count,
    waiting: count,
  })
  .meta({ id: 'Channel' });
export type ChannelState = z.output<typeof channelSchema>;

export const channelsSchema = z.strictObject({ rows: z.array(channelSchema) }).meta({ id: 'Channels' });

export const testChannelInput = z.strictObject({ name: z.string().min(1).max(64) });
export const testedChannelSchema = z.strictObject({ delivered: z.boolean(), problem: z.string().nullable() });
