// Calls as they come in: those after a place in the log, oldest first, as far as the table of recent calls has taken the
// log in. The place moves on over everything that was looked at, found or not, so that nothing is looked at twice and
// nothing is missed; what is not kept any more, or too much to tell, is skipped and said to be.
import { LIMITS } from '@weighbridge/kernel';
import { callFilterSchema, type CallRow } from '@weighbridge/protocol';
import { z } from 'zod';
import { RECENT_NAMES } from '../projections/recent-calls.ts';
import { rowToCall } from './call-rows.ts';
import type { Query } from './query.ts';
import { searchConditions } from './search.ts';
import { Sql, toCount } from './sql.ts';

const tailInput = z.strictObject({
  filters: z.array(callFilterSchema).max(30),
  /** Entries from this one on. */
  after: z.int().min(0),
  limit: z.int().min(1).max(LIMITS.live_rows),
});

export interface Tail {
  /** Where the look began: beyond `after` when what lies between was skipped. */
  readonly from: number;
  /** Oldest first. */
  readonly rows: readonly CallRow[];
  /** Index after the newest entry that was looked at. */
  readonly next: number;
  /** There is more already. */
  readonly more: boolean;
}

export const tail: Query<typeof tailInput, Tail> = {
  input: tailInput,
  answer: async ({ reader, journal }, { filters, after, limit }) => {
    // Rows and this number move together, so that every call before it is in the table.
    const [progress] = await reader.read(
      "SELECT next_entry FROM projection WHERE name = 'recent calls' LIMIT 1",
      [],
      1,
    );
    const end = toCount(progress?.['next_entry']);
    const from = Math.max(after, await oldestToTell(reader, end));
    if (from >= end)
      return { from: Math.min(from, Math.max(end, after)), rows: [], next: Math.max(end, after), more: false };
    const sql = new Sql();
    const text = `
SELECT ${RECENT_NAMES.join(', ')} FROM recent_call
WHERE entry >= ${from} AND entry < ${end} AND ${searchConditions(sql, filters)} ORDER BY entry LIMIT ${limit}`;
    const rows = (await reader.read(text, sql.params, limit)).map(rowToCall);
    // Rows that went out while they were read are skipped, and said to be.
    const kept = await oldestToTell(reader, end);
    if (kept > from) return tail.answer({ reader, journal }, { filters, after, limit });
    const full = rows.length === limit;
    const next = full ? (rows.at(-1)?.entry ?? end) + 1 : end;
    return { from, rows, next, more: next < end };
  },
};

/** The oldest call that is kept, or so far back that a reader had better ask for a page. */
async function oldestToTell(reader: Parameters<typeof tail.answer>[0]['reader'], end: number): Promise<number> {
  const [row] = await reader.read('SELECT entry, n FROM recent_call ORDER BY n LIMIT 1', [], 1);
  // Nothing is missing before the first call of all.
  const kept = row === undefined || row['n'] === '0' ? 0 : toCount(row['entry']);
  return Math.max(kept, end - LIMITS.search_rows);
}
