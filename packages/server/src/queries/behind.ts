// The calls that a row of a roll-up was added up from, newest first: their entries are listed with the row, so nothing is
// scanned. Those that are not kept as rows any more are read from the journal.
import { AppError } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import { behindInput, GROUPS, type Behind, type CallRow } from '@weighbridge/protocol';
import { decodeEntries, partOf } from '../projections/entry-lists.ts';
import { RECENT_NAMES } from '../projections/recent-calls.ts';
import { decode } from '../projector/decode.ts';
import type { CallFact } from '../projector/call-fact.ts';
import { routesOf } from '../projector/source.ts';
import { plainList } from '../store/columns.ts';
import type { Reader } from '../store/database.ts';
import { factToCall, rowToCall } from './call-rows.ts';
import { dimensionConditions } from './conditions.ts';
import type { Query } from './query.ts';
import { hoursOf } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

/** Lists that are read for one page: each is of one group, hour and part of the log, and has one call at least. */
const LISTS_MOST = 20_000;

export const behind: Query<typeof behindInput, Behind> = {
  input: behindInput,
  answer: async ({ reader, journal }, { filters, before, limit, ...period }) => {
    const hours = hoursOf(period);
    const found = await newest(reader, hours, filters, before ?? Infinity, limit + 1);
    const page = found.slice(0, limit);
    return {
      period: hours.period,
      rows: await rowsOf(reader, journal, page),
      next: found.length > limit ? (page.at(-1) ?? null) : null,
    };
  },
};

type Filters = Parameters<typeof dimensionConditions>[2];
type Hours = ReturnType<typeof hoursOf>;

/** The newest `most` entries below `below`, newest first. */
async function newest(reader: Reader, hours: Hours, filters: Filters, below: number, most: number): Promise<number[]> {
  const found: number[] = [];
  let part = below === Infinity ? Infinity : partOf(below - 1);
  while (found.length < most) {
    const lists = await listsUpTo(reader, hours, filters, part, most);
    for (const [number, digits] of lists.parts) {
      const entries = digits.flatMap((each) => decodeEntries(number, each)).sort((a, b) => b - a);
      found.push(...entries.filter((entry) => entry < below));
      part = number - 1;
    }
    if (lists.last) break;
  }
  return found.slice(0, most);
}

/** Lists by part, newest part first; `last`: there are no more. A part that may not be whole is left for the next time. */
async function listsUpTo(
  reader: Reader,
  { from, to }: Hours,
  filters: Filters,
  part: number,
  most: number,
): Promise<{ readonly parts: ReadonlyMap<number, string[]>; readonly last: boolean }> {
  for (const rowsMost of [most, LISTS_MOST]) {
    const sql = new Sql();
    const conditions = dimensionConditions(sql, 'g', filters);
    const upTo = part === Infinity ? 'true' : `e.part <= ${part}`;
    const text = `
SELECT e.part, encode(e.entries, 'hex') AS digits FROM rollup_entry AS e JOIN rollup_group AS g USING (grp)
WHERE e.hour >= ${from} AND e.hour < ${to} AND ${upTo} AND ${conditions} ORDER BY e.part DESC LIMIT ${rowsMost}`;
    const parts = new Map<number, string[]>();
    const rows = await reader.read(text, sql.params, rowsMost);
    for (const row of rows) {
      const number = toCount(row['part']);
      const held = parts.get(number) ?? [];
      held.push(row['digits'] ?? '');
      parts.set(number, held);
    }
    const last = rows.length < rowsMost;
    if (!last) parts.delete(toCount(rows.at(-1)?.['part']));
    if (last || parts.size > 0) return { parts, last };
  }
  throw new AppError('BAD_REQUEST', 'too many groups are behind this', {
    next: 'add a filter or ask for a shorter period',
  });
}

async function rowsOf(reader: Reader, journal: Journal, entries: readonly number[]): Promise<CallRow[]> {
  if (entries.length === 0) return [];
  const sql = new Sql();
  const among = `entry = ANY(${sql.value(plainList(entries), 'bigint[]')})`;
  const text = `SELECT ${RECENT_NAMES.join(', ')} FROM recent_call WHERE ${among} LIMIT ${entries.length}`;
  const rows = await reader.read(text, sql.params, entries.length);
  const kept = new Map(rows.map((row) => [toCount(row['entry']), rowToCall(row)]));
  const older = entries.filter((entry) => !kept.has(entry)).map((entry) => readCall(journal, entry));
  const routes = await routesOf(
    reader,
    older.map(({ decided }) => decided),
  );
  for (const fact of older) kept.set(fact.entry, factToCall({ ...fact, route: routes.get(fact.decided) ?? null }));
  return entries.flatMap((entry) => kept.get(entry) ?? []);
}

function readCall(journal: Journal, entry: number): CallFact {
  for (const record of journal.records({ kinds: ['call'], from: entry, to: entry + 1 }, GROUPS)) {
    const fact = decode(record);
    if (fact.kind === 'call') return fact;
  }
  throw new AppError('JOURNAL_CORRUPT', `entry ${entry} is listed as a call, and the log holds none there`);
}
