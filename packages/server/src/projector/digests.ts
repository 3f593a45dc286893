// A digest over every row of every table, in the order of its key: two databases that folded the same log show the same
// ones, whichever kind they are and however they got there.
import { createHash } from 'node:crypto';
import type { Database } from '../store/database.ts';
import { BASE_TABLES } from './progress.ts';
import type { Projection, Table } from './projection.ts';

export interface TableDigest {
  readonly projection: string;
  readonly table: string;
  readonly rows: number;
  /** base64url SHA-256 over the rows in PostgreSQL's text form, a line each. */
  readonly digest: string;
}

export interface Digests {
  /** How many entries each projection holds, by name. */
  readonly next: Readonly<Record<string, number>>;
  readonly tables: readonly TableDigest[];
}

const PAGE_ROWS = 4_000;
const PROJECTIONS_MOST = 100;

/** The tables must stand still meanwhile. */
export async function digestTables(database: Database, projections: readonly Projection[]): Promise<Digests> {
  const tables: TableDigest[] = [];
  for (const { name, tables: own } of [...projections, { name: 'all of them', tables: BASE_TABLES }]) {
    for (const table of own)
      tables.push({ projection: name, table: table.name, ...(await digestTable(database, table)) });
  }
  const sql = `SELECT name, next_entry FROM projection ORDER BY name LIMIT ${PROJECTIONS_MOST}`;
  const rows = await database.read(sql, [], PROJECTIONS_MOST);
  return { next: Object.fromEntries(rows.map((row) => [row['name'] ?? '', Number(row['next_entry'])])), tables };
}

async function digestTable(database: Database, { name, key }: Table): Promise<{ rows: number; digest: string }> {
  const hash = createHash('sha256');
  const keys = key.join(', ');
  const marks = key.map((column) => `${column}::text AS at_${column}`).join(', ');
  let rows = 0;
  let last: (string | null)[] | null = null;
  for (;;) {
    const beyond = last === null ? '' : `WHERE (${keys}) > (${key.map((_, index) => `$${index + 1}`).join(', ')})`;
    const sql = `SELECT page::text AS line, ${marks} FROM ${name} AS page ${beyond} ORDER BY ${keys} LIMIT ${PAGE_ROWS}`;
    const page = await database.read(sql, last ?? [], PAGE_ROWS);
    for (const row of page) hash.update(`${row['line']}\n`);
    rows += page.length;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_ROWS) return { rows, digest: hash.digest('base64url') };
    last = key.map((column) => end[`at_${column}`] ?? null);
  }
}

/** Tables that differ, in words; empty when none does. */
export function differences(held: Digests, folded: Digests): readonly string[] {
  return held.tables.flatMap(({ table, rows, digest }) => {
    const other = folded.tables.find((each) => each.table === table);
    if (other === undefined) return [`${table} is not there`];
    if (other.digest === digest) return [];
    return [`${table}: ${rows} rows, digest ${digest}; folded from the journal ${other.rows} rows, ${other.digest}`];
  });
}
