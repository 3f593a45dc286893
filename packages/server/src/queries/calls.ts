// Recent calls, newest first, page by page. A page looks through a bounded number of rows whatever the filter finds, so
// that a search over all of them is many short questions, and can show how far it is.
import { LIMITS } from '@weighbridge/kernel';
import { callsInput, type Calls } from '@weighbridge/protocol';
import { RECENT_NAMES } from '../projections/recent-calls.ts';
import type { Reader } from '../store/database.ts';
import { rowToCall } from './call-rows.ts';
import type { Query } from './query.ts';
import { searchConditions } from './search.ts';
import { Sql, toCount } from './sql.ts';

export const calls: Query<typeof callsInput, Calls> = {
  input: callsInput,
  answer: async ({ reader }, { filters, since, until, before, limit }) => {
    const kept = await keptCalls(reader);
    const start = before === undefined ? null : await numberBefore(reader, before);
    const last = start ?? kept.newest;
    if (kept.calls === 0 || last === null || (before !== undefined && start === null)) return empty(kept);
    const first = Math.max(kept.first, last - LIMITS.search_rows + 1);
    const sql = new Sql();
    const conditions = [`n BETWEEN ${first} AND ${last}`, searchConditions(sql, filters)];
    if (since !== undefined) conditions.push(`at >= ${sql.value(since, 'bigint')}`);
    if (until !== undefined) conditions.push(`at < ${sql.value(until, 'bigint')}`);
    const text = `SELECT n, ${RECENT_NAMES.join(', ')} FROM recent_call WHERE ${conditions.join(' AND ')} ORDER BY n DESC LIMIT ${limit}`;
    const rows = await reader.read(text, sql.params, limit);
    const full = rows.length === limit;
    const reached = full ? toCount(rows.at(-1)?.['n']) : first;
    return {
      rows: rows.map(rowToCall),
      next: reached > kept.first ? await entryOf(reader, reached) : null,
      scanned: last - reached + 1,
      kept: shown(kept),
    };
  },
};

interface Kept {
  readonly calls: number;
  readonly first: number;
  readonly newest: number | null;
  readonly oldest: number | null;
}

/** Number 0 is the first call of all. */
const shown = ({ calls, oldest, first }: Kept): Calls['kept'] => ({ calls, oldest, all: first === 0 });

const empty = (kept: Kept): Calls => ({ rows: [], next: null, scanned: 0, kept: shown(kept) });

/** Numbers are without gaps: how many there are is told by the first and the last. */
async function keptCalls(reader: Reader): Promise<Kept> {
  const end = (order: string): string => `(SELECT n FROM recent_call ORDER BY n ${order} LIMIT 1)`;
  const oldest = '(SELECT at FROM recent_call ORDER BY n LIMIT 1)';
  const [row] = await reader.read(
    `SELECT ${end('ASC')} AS first, ${end('DESC')} AS newest, ${oldest} AS oldest LIMIT 1`,
    [],
    1,
  );
  const first = row?.['first'];
  if (typeof first !== 'string') return { calls: 0, first: 0, newest: null, oldest: null };
  const newest = toCount(row?.['newest']);
  return { calls: newest - toCount(first) + 1, first: toCount(first), newest, oldest: toCount(row?.['oldest']) };
}

/** Number of the newest call before this entry; null when there is none. */
async function numberBefore(reader: Reader, entry: number): Promise<number | null> {
  const sql = new Sql();
  const text = `SELECT n FROM recent_call WHERE entry < ${sql.value(entry, 'bigint')} ORDER BY entry DESC LIMIT 1`;
  const [row] = await reader.read(text, sql.params, 1);
  return row === undefined ? null : toCount(row['n']);
}

async function entryOf(reader: Reader, n: number): Promise<number | null> {
  const [row] = await reader.read(`SELECT entry FROM recent_call WHERE n = ${n} LIMIT 1`, [], 1);
  return row === undefined ? null : toCount(row['entry']);
}
