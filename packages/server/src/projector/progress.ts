// How far each projection is, kept in the database beside its tables and moved in the transaction that writes its rows:
// an entry is in both or in neither. The row names the log and the last leaf that was folded in, so that tables of
// another log, or of a log that was rolled back, are never continued.
import { createHash } from 'node:crypto';
import { closedPartOf, type ClosedPart, type Journal } from '@weighbridge/journal';
import { invariant } from '@weighbridge/kernel';
import { plainList, textList } from '../store/columns.ts';
import type { Database, Row, Statement } from '../store/database.ts';
import type { DecidedFact } from './facts.ts';
import type { Projection, Table } from './projection.ts';
import type { Say } from '../logging/events.ts';

export interface Progress {
  /** Entries before this one are folded in. */
  readonly next: number;
  readonly carried: string;
  /** `next` lies within a part that was pruned, and what its calls came to is folded in as its closing entries say it. */
  readonly through: boolean;
}

export const BEGINNING: Progress = { next: 0, carried: '', through: false };

export const BASE_SCHEMA = `
CREATE TABLE IF NOT EXISTS projection (
  name text COLLATE "C" PRIMARY KEY,
  identity text NOT NULL,
  origin text NOT NULL,
  next_entry bigint NOT NULL,
  last_leaf text NOT NULL,
  carried text NOT NULL
);
CREATE TABLE IF NOT EXISTS decision (
  digest text COLLATE "C" PRIMARY KEY,
  route text NOT NULL,
  entry bigint NOT NULL
);
`;

/** Tables that no projection owns. */
export const BASE_TABLES: readonly Table[] = [{ name: 'decision', key: ['digest'] }];

const NO_LEAF = 'none';
/** Behind the digest of the last leaf: see `through`. */
const THROUGH = ' closed';
const PROJECTIONS_MOST = 100;

/** What a projection's rows were made by: a change of any of it folds them again. */
export const identityOf = ({ name, version, settings, schema, tables }: Projection): string =>
  createHash('sha256')
    .update(JSON.stringify({ name, version, settings, schema, tables, base: BASE_SCHEMA }))
    .digest('base64url');

/**
 * Makes what is missing. A projection whose tables were made another way, or from another log than this one, begins
 * again, and with `verify` one whose tables do not add up as well; `say` hears why.
 */
export async function openProgress(
  database: Database,
  journal: Journal,
  projections: readonly Projection[],
  { say, verify }: { readonly say: Say; readonly verify: boolean },
): Promise<ReadonlyMap<string, Progress>> {
  await database.script(BASE_SCHEMA);
  const { origin, size } = journal.checkpoint();
  const rows = await database.read(
    `SELECT name, identity, origin, next_entry, last_leaf, carried FROM projection LIMIT ${PROJECTIONS_MOST}`,
    [],
    PROJECTIONS_MOST,
  );
  const kept = new Map<string, Row>();
  for (const projection of projections) {
    const row = rows.find(({ name }) => name === projection.name);
    const other = row === undefined ? null : differs(row, projection, journal, { origin, size });
    const problem = other ?? (verify && row !== undefined ? await unsound(database, projection) : null);
    if (problem !== null) say(`the tables of "${projection.name}" are folded again: ${problem}`, 'tables.folded_again');
    if (problem !== null || row === undefined) sayPruned(journal, projection.name, say);
    else kept.set(projection.name, row);
  }
  const again = projections.filter(({ name }) => !kept.has(name));
  for (const projection of again) await beginAgain(database, projection, origin);
  return new Map(
    projections.map(({ name }) => {
      const row = kept.get(name);
      return [name, row === undefined ? BEGINNING : progressIn(row)];
    }),
  );
}

const progressIn = (row: Row): Progress => ({
  next: Number(row['next_entry']),
  carried: row['carried'] ?? '',
  through: row['last_leaf']?.endsWith(THROUGH) ?? false,
});

/** What is folded from the beginning lacks what was pruned without closing its books, and that is never silent. */
function sayPruned(journal: Journal, name: string, say: Say): void {
  for (const { from, to, at, policy, closed } of journal.pruned()) {
    if (closed.length > 0) continue;
    const day = new Date(at).toISOString().slice(0, 10);
    say(
      `the tables of "${name}" lack the calls of entries ${from} to ${to - 1}: pruned on ${day} by the policy "${policy}"`,
      'tables.incomplete',
    );
  }
}

function differs(
  row: Row,
  projection: Projection,
  journal: Journal,
  log: { readonly origin: string; readonly size: number },
): string | null {
  const next = Number(row['next_entry']);
  if (row['identity'] !== identityOf(projection)) return 'they were made by another version';
  if (row['origin'] !== log.origin) return `they are of the log ${row['origin']}`;
  if (next > log.size) return `they hold ${next} entries and the log only ${log.size}`;
  const { through } = progressIn(row);
  if (row['last_leaf'] !== leafMark(journal, next, through))
    return `entry ${next - 1} of the log is not the one they hold`;
  const part = closedPartOf(next, journal.pruned());
  if (part !== undefined && part.from < next && !through) return prunedWithin(part);
  return null;
}

/** Why tables that hold some calls of a part one by one cannot go on with what all of them came to. */
export const prunedWithin = ({ from, to }: ClosedPart): string =>
  `they hold some of entries ${from} to ${to - 1}, and the rest was pruned before it was folded in`;

async function unsound(database: Database, { checks }: Projection): Promise<string | null> {
  for (const sql of checks) {
    const [row] = await database.read(sql, [], 1);
    if (row?.['sound'] !== 't') return 'after an end that was not in order they do not add up';
  }
  return null;
}

/** The leaf before `next`, as a projection's row names it. */
export const leafMark = (journal: Journal, next: number, through: boolean): string =>
  leafDigest(journal, next) + (through ? THROUGH : '');

function leafDigest(journal: Journal, next: number): string {
  if (next === 0) return NO_LEAF;
  return createHash('sha256')
    .update(journal.entry(next - 1).text)
    .digest('base64url');
}

/**
 * Drops a projection's tables and makes them anew, empty. Decisions are nobody's own: those that no projection of this log has
 * passed may be of another log, or of a history that was rolled back. They go too, and whoever passes them keeps them again.
 */
export async function beginAgain(database: Database, projection: Projection, origin: string): Promise<void> {
  const values = [projection.name, identityOf(projection), origin, NO_LEAF].map(quoted).join(', ');
  const drops = projection.tables.map(({ name }) => `DROP TABLE IF EXISTS ${name} CASCADE;`).join('\n');
  await database.script(`
${drops}
${projection.schema}
INSERT INTO projection (name, identity, origin, last_leaf, next_entry, carried) VALUES (${values}, 0, '')
ON CONFLICT (name) DO UPDATE SET identity = EXCLUDED.identity, origin = EXCLUDED.origin,
  last_leaf = EXCLUDED.last_leaf, next_entry = 0, carried = '';
DELETE FROM decision WHERE entry >= (SELECT max(next_entry) FROM projection WHERE origin = ${quoted(origin)});
`);
}

/** Standard strings: only the quote itself is doubled. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** How far a projection is, as the database says. */
export async function readProgress(database: Database, name: string): Promise<Progress> {
  const sql = 'SELECT next_entry, last_leaf, carried FROM projection WHERE name = $1 LIMIT 1';
  const [row] = await database.read(sql, [name], 1);
  invariant(row !== undefined, 'a projection that runs has its row');
  return progressIn(row);
}

/** Where a projection is moved from, and where to. */
export interface Move {
  readonly name: string;
  /** The log that its tables are of. */
  readonly origin: string;
  readonly from: number;
  readonly to: number;
  /** Of the leaf before `to`: see `leafMark`. */
  readonly mark: string;
  readonly carried: string;
}

/**
 * Moves a projection on. It touches no row, and so undoes its transaction, when somebody else has moved it, or made its
 * tables anew for another log: a server may carry out late what a process asked for that followed the log before.
 */
export function moveOn({ name, origin, from, to, mark, carried }: Move): Statement {
  invariant(to >= from, 'a projection never goes back');
  return {
    sql: 'UPDATE projection SET next_entry = $1::bigint, last_leaf = $2, carried = $3 WHERE name = $4 AND next_entry = $5::bigint AND origin = $6',
    params: [String(to), mark, carried, name, String(from), origin],
    affects: 1,
  };
}

/**
 * Keeps decisions for the look-up of routes, each with the first entry that states it. Whoever folds past one keeps it, so
 * all that any of them needs is there, and the first to come by is the first in the log.
 */
export function keepDecisions(decided: readonly DecidedFact[]): readonly Statement[] {
  if (decided.length === 0) return [];
  return [
    {
      sql: 'INSERT INTO decision (digest, route, entry) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT (digest) DO NOTHING',
      params: [
        plainList(decided.map(({ digest }) => digest)),
        textList(decided.map(({ route }) => route)),
        plainList(decided.map(({ entry }) => entry)),
      ],
    },
  ];
}
