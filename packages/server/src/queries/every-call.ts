// Calls newest first, all of them: those kept as rows from their table, older ones from the journal, page by page in one
// order, so that who goes on until the end has seen every call that passes the filter once. A page looks through a bounded
// number of entries, and may be short or empty without being the last.
import { AppError } from '@weighbridge/kernel';
import { GROUPS, callsInput, type CallRow, type Calls } from '@weighbridge/protocol';
import type { Journal } from '@weighbridge/journal';

import { decode } from '../projector/decode.ts';
import type { CallFact } from '../projector/call-fact.ts';
import { plainList } from '../store/columns.ts';
import type { Reader } from '../store/database.ts';
import { callMatches } from './call-match.ts';
import { factToCall } from './call-rows.ts';
import { calls } from './calls.ts';
import type { Query, Sources } from './query.ts';
import { toCount } from './sql.ts';

/** Entries of the journal that one page looks through: some tens of milliseconds. */
const LOOKED_MOST = 4_096;
/** Entries are written in the order of time, but for what lanes and clocks are apart. */
const OUT_OF_ORDER_MS = 600_000;

/** A partition goes out once in many thousand calls. */
const TRIES_MOST = 5;

type Asked = ReturnType<(typeof callsInput)['parse']>;

export const everyCall: Query<typeof callsInput, Calls> = {
  input: callsInput,
  answer: async (sources, asked) => {
    for (let i = 0; i < TRIES_MOST; i += 1) {
      const page = await onePage(sources, asked);
      if (page !== null) return page;
    }
    throw new AppError('QUERY_TIMEOUT', 'calls go out of the table faster than they are read', { next: 'ask again' });
  },
};

/** Null when rows went out while they were read: what then was missing would be missing from the page. */
async function onePage(sources: Sources, asked: Asked): Promise<Calls | null> {
  const { reader, journal } = sources;
  const oldest = await oldestRow(reader);
  if (oldest === null) return calls.answer(sources, asked);
  const { before = Infinity, since = 0 } = asked;
  if (before > oldest.entry) {
    const page = await calls.answer(sources, asked);
    if ((await oldestRow(reader))?.entry !== oldest.entry) return null;
    const older = oldest.n > 0 && oldest.at + OUT_OF_ORDER_MS >= since;
    return page.next === null && older ? { ...page, next: oldest.entry } : page;
  }
  const page = await archived(reader, journal, asked, before);
  const { kept } = await calls.answer(sources, { ...asked, filters: [], before: 0, limit: 1 });
  return { ...page, kept };
}

/** The oldest call that is kept as a row: `n` 0 is the first of all. */
async function oldestRow(reader: Reader): Promise<{ n: number; entry: number; at: number } | null> {
  const [row] = await reader.read(`SELECT n, entry, at FROM recent_call ORDER BY n LIMIT 1`, [], 1);
  return row === undefined ? null : { n: toCount(row['n']), entry: toCount(row['entry']), at: toCount(row['at']) };
}

async function archived(
  reader: Reader,
  journal: Journal,
  { filters, since = 0, until = Infinity, limit }: Asked,
  before: number,
): Promise<Omit<Calls, 'kept'>> {
  const from = Math.max(0, before - LOOKED_MOST);
  const rows: CallRow[] = [];
  let scanned = 0;
  let newest = 0;
  for (const fact of await factsOf(reader, journal, from, before)) {
    if (rows.length === limit) return { rows, next: rows.at(-1)?.entry ?? null, scanned };
    scanned += 1;
    newest = Math.max(newest, fact.at);
    const row = factToCall(fact);
    if (row.at >= since && row.at < until && callMatches(row, filters)) rows.push(row);
  }
  const beyond = scanned > 0 && newest + OUT_OF_ORDER_MS < since;
  return { rows, next: from === 0 || beyond ? null : from, scanned };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Newest first, each with the route that its decision names. */
async function factsOf(reader: Reader, journal: Journal, from: number, to: number): Promise<readonly CallFact[]> {
  const facts: Mutable<CallFact>[] = [];
  for (const record of journal.records({ kinds: ['call'], from, to, newestFirst: true }, GROUPS)) {
    const fact = decode(record);
    if (fact.kind === 'call') facts.push(fact);
  }
  const digests = [...new Set(facts.map(({ decided }) => decided))].filter((digest) => digest !== '');
  if (digests.length === 0) return facts;
  const sql = `SELECT digest, route FROM decision WHERE digest = ANY($1::text[]) LIMIT ${digests.length}`;
  const found = await reader.read(sql, [plainList(digests)], digests.length);
  const routes = new Map(found.map((row) => [row['digest'], row['route']]));
  for (const fact of facts) {
    const route = routes.get(fact.decided);
    fact.route = route === undefined || route === null || route === '' ? null : route;
  }
  return facts;
}
