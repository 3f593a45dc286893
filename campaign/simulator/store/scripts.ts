// Scripts that make and drop tables, as far as the projections write them.
import { databaseError } from './database-error.ts';
import { insert, shown, type Table, type Transaction } from './tables.ts';

type Act = (transaction: Transaction) => void;

const known = new Map<string, readonly Act[]>();

/** Before a script of one who holds the tables; it has a name in it that is new with each program. */
const GUARD =
  /^WITH held AS \(UPDATE projector SET holder = holder WHERE holder = '([^']*)' RETURNING 1\) SELECT 1 \/ count\(\*\) FROM held;\n/;

/** Throws for a statement that the simulated database does not know. */
export function runScript(transaction: Transaction, guarded: string): void {
  const guard = GUARD.exec(guarded);
  if (guard !== null && transaction.read('projector').rows.get('all')?.['holder'] !== guard[1])
    throw databaseError('22012', 'division by zero');
  const script = guarded.slice(guard?.[0].length ?? 0);
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
  const values = /^INSERT INTO (\w+) \(([^)]*)\) VALUES \(([^]*?)\)\nON CONFLICT \(\w+\) DO (NOTHING|UPDATE)/.exec(
    statement,
  );
  if (values !== null) {
    const [, name = '', columns = '', literals = '', then] = values;
    return upsert(name, columns.split(', '), literalsOf(literals), then === 'UPDATE');
  }
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

/** A row, made or, where one stands there, `renewed` or left. */
function upsert(name: string, columns: readonly string[], values: readonly string[], renewed: boolean): Act {
  return (transaction) => {
    const table = transaction.change(name);
    const cells = columns.map((column, i) => [column, shown(table.columns.get(column) ?? '', values[i] ?? null)]);
    const row = Object.fromEntries(cells) as Record<string, string | null>;
    const key = row[table.key[0] ?? ''] ?? '';
    if (!renewed && table.rows.has(key)) return;
    table.rows.delete(key);
    insert(table, row);
  };
}

const literalsOf = (text: string): string[] =>
  [...text.matchAll(/'((?:[^']|'')*)'|(\d+)/g)].map(
    ([, quoted, number]) => number ?? (quoted ?? '').replaceAll("''", "'"),
  );
