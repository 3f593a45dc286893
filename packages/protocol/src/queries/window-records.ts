// What sellers' records say of the time of one window, request by request where they name requests, and which entries of a part
// of the log they name: what a window of a bypass is reconciled with.
import { z } from 'zod';
import { OBSERVED_SOURCES } from '../observed.ts';
import { count, instant } from './period.ts';

const source = z.enum(OBSERVED_SOURCES);
const name = z.string().nullable();

export const windowRecordsInput = z.strictObject({
  since: instant,
  until: instant,
  /** Entries: from inclusive, to exclusive. */
  from: count,
  to: count,
});
export const windowRecordsSchema = z.strictObject({
  /** Entries of that part of the log whose request a record that counts names. */
  named: z.array(count),
  /** Requests of that time that no call here bore the id of. */
  strange: z.array(
    z.strictObject({ source, seller: z.string(), at: z.int(), model: name, tokens: count.nullable(), requests: name }),
  ),
  /** Rows that name no request, added up: what they are about, which reaches beyond the window. */
  sums: z.array(
    z.strictObject({
      source,
      seller: z.string(),
      since: z.int(),
      until: z.int(),
      tokens: count.nullable(),
      rows: count,
    }),
  ),
  spans: z.array(z.strictObject({ source, seller: z.string(), since: z.int(), until: z.int() })),
});
export type WindowRecords = z.output<typeof windowRecordsSchema>;
