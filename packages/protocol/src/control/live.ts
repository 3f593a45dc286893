// What the live stream tells (`text/event-stream`): new calls that pass a filter, and the state of the log. Every event of
// calls bears the index after the newest entry looked at as its id; a client that comes back with it (`Last-Event-ID`)
// misses nothing that is still kept, and hears of a gap when something is not.
import { z } from 'zod';
import { callFilterSchema } from '../queries/call-search.ts';
import { callRowSchema } from '../queries/calls.ts';
import { count, instant } from '../queries/period.ts';

export const liveInput = z.strictObject({ filters: z.array(callFilterSchema).max(30).default([]) });

/** `event: calls`, oldest first. */
export const liveCallsSchema = z.strictObject({ rows: z.array(callRowSchema) }).meta({ id: 'LiveCalls' });

/** `event: state`, when something of it changed. */
export const liveStateSchema = z
  .strictObject({
    at: instant,
    /** Entries under the newest checkpoint. */
    size: count,
    /** Instant of the newest entry that every table holds. */
    up_to: instant.nullable(),
    /** Entries that the slowest table does not hold yet. */
    lag_entries: count,
    /** Age of the oldest of them. */
    lag_seconds: z.number().min(0),
    tables: z.enum(['off', 'starting', 'running', 'failed']),
    in_flight: count,
    /** Windows of bypasses that are not in the log as a whole yet; the status names them. */
    windows: count,
  })
  .meta({ id: 'LiveState' });
export type LiveState = z.output<typeof liveStateSchema>;

/** `event: gap`: calls between these indexes were not told; ask for them. */
export const liveGapSchema = z.strictObject({ from: count, to: count }).meta({ id: 'LiveGap' });
export type LiveGap = z.output<typeof liveGapSchema>;

export const LIVE_EVENTS = { calls: liveCallsSchema, state: liveStateSchema, gap: liveGapSchema } as const;
