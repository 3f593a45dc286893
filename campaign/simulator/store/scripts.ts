// Scripts that make and drop tables, as far as the projections write them.
import { insert, shown, type Table, type Transaction } from './tables.ts';

type Act = (transaction: Transaction) => void;

const known = new Map<string, readonly Act[]>();

/** Throws for a statement that the simulated database does not know. */
export function runScript(transaction: Transaction, script: string): void {
  let acts = known.get(script);
  if (acts === undefined) {
    acts = script
      .split(';')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
      .map(understand);
    known.set(script, acts);
  }
  for (const act of acts) act(transaction);
}

function understand(statement: string): Act {
  const make = /^CREATE TABLE (IF NOT EXISTS )?(\w+) \(\n([^]*)\n\)( PARTITION BY RANGE \(n\))?/.exec(statement);
  if (make !== null) {
    const [, gently, name = '', lines = '', parted] = make;
    const { columns, key, unique } = shapeOf(lines);
    const empty = (): Table => ({
      columns,
      key,
      unique,
      partitions: parted === undefined ? null : new Map<string, [number, number]>(),
      rows: new Map(),
    });
    return (transaction) => {
      if (gently === undefined || !transaction.has(name)) transaction.put(name, empty());
    };
  }
  const drop = /^DROP TABLE IF EXISTS (\w+) CASCADE$/.exec(statement)?.[1];
  if (drop !== undefined) return (transaction) => transaction.drop(drop);
  const values = /^INSERT INTO (\w+) \(([^)]*)\) VALUES \(([^]*?)\)\nON CONFLICT/.exec(statement);
  if (values !== null) return upsert(values[1] ?? '', (values[2] ?? '').split(', '), literalsOf(values[3] ?? ''));
  const origin =
    /^DELETE FROM decision WHERE entry >= \(SELECT max\(next_entry\) FROM projection WHERE origin = '([^']*)'\)$/.exec(
      statement,
    )?.[1];
  if (origin !== undefined) return (transaction) => forgetDecisions(transaction, origin);
  if (/^(?:CREATE INDEX|ALTER TABLE \w+ ALTER COLUMN)/.test(statement)) return () => undefined;
  throw new Error(`the simulated database does not understand: ${statement.slice(0, 200)}`);
}

function shapeOf(lines: string): Pick<Table, 'columns' | 'key' | 'unique'> {
  const columns = new Map<string, string>();
  let key: string[] = [];
  const unique: string[] = [];
  for (const line of lines.split('\n').map((each) => each.trim().replace(/,$/, ''))) {
    const whole = /^PRIMARY KEY \(([^)]*)\)$/.exec(line)?.[1];
    if (whole !== undefined) key = whole.split(', ');
    const [, name = '', type = ''] = /^(\w+) (\w+)/.exec(line) ?? [];
    if (whole !== undefined || name === '') continue;
    columns.set(name, type);
    if (line.includes('PRIMARY KEY')) key = [name];
    if (line.includes('UNIQUE')) unique.push(name);
  }
  return { columns, key, unique };
}

/** Those that no projection of this log has passed. */
function forgetDecisions(transaction: Transaction, origin: string): void {
  const places = [...transaction.read('projection').rows.values()].filter((row) => row['origin'] === origin);
  const from = Math.max(...places.map((row) => Number(row['next_entry'])));
  const { rows } = transaction.change('decision');
  for (const [key, { entry }] of rows) if (Number(entry) >= from) rows.delete(key);
}

/** A projection's own row, made or set back. */
function upsert(name: string, columns: readonly string[], values: readonly string[]): Act {
  return (transaction) => {
    const table = transaction.change(name);
    const cells = columns.map((column, i) => [column, shown(table.columns.get(column) ?? '', values[i] ?? null)]);
    const row = Object.fromEntries(cells) as Record<string, string | null>;
    table.rows.delete(row[table.key[0] ?? ''] ?? '');
    insert(table, row);
  };
}

const literalsOf = (text: string): string[] =>
  [...text.matchAll(/'((?:[^']|'')*)'|(\d+)/g)].map(
    ([, quoted, number]) => number ?? (quoted ?? '').replaceAll("''", "'"),
  );
