// The statements that the projections write with, carried out on simulated tables: each form by its pattern. A statement in
// a form that nobody taught it is refused, so that a new one is noticed. test/simulated-store.test.ts holds all of it
// against a real database, statement by statement.
import { databaseError } from './database-error.ts';
import { insert, keyOf, listOf, shown, type Row, type Table, type Transaction } from './tables.ts';

type Params = readonly (string | null)[];
/** Returns how many rows it touched. */
type Write = (transaction: Transaction, params: Params) => number;
type Merge = (kept: Row, given: Row) => Row;

const known = new Map<string, Write>();

export function write(transaction: Transaction, sql: string, params: Params): number {
  let statement = known.get(sql);
  if (statement === undefined) {
    for (const [pattern, make] of FORMS) {
      const match = pattern.exec(sql);
      if (match === null) continue;
      statement = make(match);
      break;
    }
    if (statement === undefined) throw new Error(`the simulated database does not understand: ${sql.slice(0, 200)}`);
    known.set(sql, statement);
  }
  return statement(transaction, params);
}

const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray) => Write])[] = [
  [
    /^UPDATE projection SET next_entry = \$1::bigint, last_leaf = \$2, carried = \$3 WHERE name = \$4 AND next_entry = \$5::bigint AND origin = \$6$/,
    () => moveOn,
  ],
  [
    /^UPDATE admin_key SET revoked = COALESCE\(revoked, \$2::bigint\),\n {2}reason = CASE WHEN revoked IS NULL THEN \$3::text ELSE reason END WHERE id = \$1$/,
    () => revoke,
  ],
  [/^UPDATE projector SET holder = (holder|\$1) WHERE holder = \$[12]$/, ([, to]) => (to === 'holder' ? held : taken)],
  [/^UPDATE (\w+) SET erased = true, (\w+ = NULL(?:, \w+ = NULL)*) WHERE subject = ANY\(\$1::text\[\]\)$/, emptied],
  [/^DELETE FROM (\w+) WHERE (\w+) = ANY\(\$1::uuid\[\]\)$/, deleted],
  [
    /^DELETE FROM (\w+) USING unnest\(\$1::bigint\[\], \$2::bigint\[\]\) AS gone \(first, beyond\) WHERE (\w+) >= first AND \2 < beyond$/,
    deletedWithin,
  ],
  [/^INSERT INTO (\w+) AS kept \((\w+), grp, ([^)]*)\) SELECT .* JOIN unnest\(.*\) AS moved .* ON CONFLICT .*$/, moved],
  [
    /^\s*INSERT INTO (\w+) AS kept \(([^)]*), buckets, calls\)\s+SELECT [^]*\)\s+DO UPDATE SET \(buckets, calls\) = \([^]*$/,
    histograms,
  ],
  [/^INSERT INTO (\w+) \(([^)]*)\) VALUES \(\$1[^)]*\)$/, inserted],
  [
    /^INSERT INTO (\w+)(?: AS kept)? \(([^)]*)\)\s+SELECT [^]*? FROM unnest\([^)]*\)(?: AS new \([^)]*\))?(?:\s+ON CONFLICT \([^)]*\) DO (NOTHING|UPDATE SET ([^]*)))?$/,
    unnested,
  ],
  [/^CREATE TABLE (\w+) PARTITION OF (\w+) FOR VALUES FROM \((\d+)\) TO \((\d+)\)$/, partitionMade],
  [/^DROP TABLE (recent_call)_(\d+)$/, partitionDropped],
];

function moveOn(transaction: Transaction, params: Params): number {
  const [next = null, leaf = null, carried = null, name = null, from = null, origin = null] = params;
  const row = transaction.read('projection').rows.get(name ?? '');
  if (row === undefined || row['next_entry'] !== from || row['origin'] !== origin) return 0;
  const moved = { ...row, next_entry: next, last_leaf: leaf, carried };
  transaction.change('projection').rows.set(name ?? '', moved);
  return 1;
}

const isHeld = (transaction: Transaction, by: string | null): boolean =>
  transaction.read('projector').rows.get('all')?.['holder'] === by;

const held: Write = (transaction, [holder = null]) => (isHeld(transaction, holder) ? 1 : 0);

const taken: Write = (transaction, [holder = null, before = null]) => {
  if (!isHeld(transaction, before)) return 0;
  transaction.change('projector').rows.set('all', { part: 'all', holder });
  return 1;
};

function revoke(transaction: Transaction, [id = null, at = null, reason = null]: Params): number {
  const { rows } = transaction.change('admin_key');
  let count = 0;
  for (const [key, row] of rows) {
    if (row['id'] !== id) continue;
    count += 1;
    if (row['revoked'] === null) rows.set(key, { ...row, revoked: at, reason });
  }
  return count;
}

function emptied([, name = '', list = '']: RegExpExecArray): Write {
  const nothing = Object.fromEntries(list.split(', ').map((item) => [item.split(' ')[0] ?? '', null]));
  return (transaction, [subjects]) => {
    const { rows } = transaction.change(name);
    const asked = new Set(listOf(subjects));
    let count = 0;
    for (const [key, row] of rows) {
      if (row['subject'] === null || !asked.has(row['subject'] ?? null)) continue;
      rows.set(key, { ...row, ...nothing, erased: 't' });
      count += 1;
    }
    return count;
  };
}

function deleted([, name = '', column = '']: RegExpExecArray): Write {
  return (transaction, [list]) => {
    const { rows } = transaction.change(name);
    const asked = new Set(listOf(list).map((value) => shown('uuid', value)));
    let count = 0;
    for (const [key, row] of rows) if (asked.has(row[column] ?? null) && rows.delete(key)) count += 1;
    return count;
  };
}

/** Rows whose number lies within one of some ranges. */
function deletedWithin([, name = '', column = '']: RegExpExecArray): Write {
  return (transaction, [first, beyond]) => {
    const { rows } = transaction.change(name);
    const ends = listOf(beyond).map(Number);
    const ranges = listOf(first).map((from, i) => [Number(from), ends[i] ?? 0] as const);
    let count = 0;
    for (const [key, row] of rows) {
      const at = Number(row[column]);
      if (ranges.some(([from, end]) => at >= from && at < end) && rows.delete(key)) count += 1;
    }
    return count;
  };
}

/** Sums of some groups are added to those of others. */
function moved([, name = '', period = '', sums = '']: RegExpExecArray): Write {
  const columns = sums.split(', ');
  const add = adding(columns);
  return (transaction, [from, to]) => {
    const table = transaction.change(name);
    const targets = listOf(to).map((value) => shown('uuid', value));
    const target = new Map(listOf(from).map((value, i) => [shown('uuid', value), targets[i] ?? null]));
    const leaving = [...table.rows.values()].filter((row) => target.has(row['grp'] ?? null));
    for (const row of leaving) {
      const grp = target.get(row['grp'] ?? null) ?? null;
      merge(table, { ...row, [period]: row[period] ?? null, grp }, add);
    }
    return leaving.length;
  };
}

function inserted([, name = '', columns = '']: RegExpExecArray): Write {
  const names = columns.split(', ');
  return (transaction, params) => {
    const table = transaction.change(name);
    const row: Record<string, string | null> = Object.fromEntries(
      [...table.columns.keys()].map((each) => [each, null]),
    );
    for (const [i, column] of names.entries()) row[column] = shown(table.columns.get(column) ?? '', params[i] ?? null);
    insert(table, row);
    return 1;
  };
}

/** Rows by columns, one list each. */
function unnested([, name = '', columns = '', conflict, set = '']: RegExpExecArray): Write {
  const names = columns.split(/,\s*/);
  const keep: Merge = (kept) => kept;
  const onConflict = conflict === undefined ? null : conflict === 'NOTHING' ? keep : merging(set);
  return (transaction, params) => {
    const table = transaction.change(name);
    const types = names.map((column) => table.columns.get(column) ?? '');
    const lists = names.map((_, i) => listOf(params[i]));
    const count = lists[0]?.length ?? 0;
    for (let at = 0; at < count; at += 1) {
      const row: Record<string, string | null> = {};
      for (const [i, column] of names.entries()) row[column] = shown(types[i] ?? '', lists[i]?.[at] ?? null);
      if (onConflict === null) insert(table, row);
      else merge(table, row, onConflict);
    }
    return count;
  };
}

/** Rows whose two lists, of buckets and of calls in each, are added to those that are there. */
function histograms([, name = '', keys = '']: RegExpExecArray): Write {
  const names = [...keys.split(', '), 'buckets', 'calls'];
  return (transaction, params) => {
    const table = transaction.change(name);
    const lists = names.map((_, i) => listOf(params[i]));
    const count = lists[0]?.length ?? 0;
    for (let at = 0; at < count; at += 1) {
      const cells = names.map((column, i) => [column, shown(table.columns.get(column) ?? '', lists[i]?.[at] ?? null)]);
      merge(table, Object.fromEntries(cells) as Row, addHistogram);
    }
    return count;
  };
}

const addHistogram: Merge = (kept, given) => {
  const sums = new Map<number, string>();
  for (const { buckets, calls } of [kept, given]) {
    const numbers = listOf(calls);
    for (const [i, bucket] of listOf(buckets).entries())
      sums.set(Number(bucket), plus(sums.get(Number(bucket)) ?? '0', numbers[i]));
  }
  const sorted = [...sums].sort(([a], [b]) => a - b);
  const list = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;
  return { ...kept, buckets: list(sorted.map(([bucket]) => bucket)), calls: list(sorted.map(([, sum]) => sum)) };
};

function merge(table: Table, row: Row, onConflict: Merge): void {
  const key = keyOf(table, row);
  const kept = table.rows.get(key);
  if (kept === undefined) insert(table, row);
  else table.rows.set(key, onConflict(kept, row));
}

const plus = (one: string | null | undefined, other: string | null | undefined): string => {
  const sum = Number(one) + Number(other);
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(one ?? 0) + BigInt(other ?? 0));
};

const adding =
  (columns: readonly string[]): Merge =>
  (kept, given) => {
    const row: Record<string, string | null> = { ...kept };
    for (const column of columns) row[column] = plus(kept[column], given[column]);
    return row;
  };

/** `a = kept.a + EXCLUDED.a, b = kept.b || EXCLUDED.b, c = EXCLUDED.c` */
function merging(set: string): Merge {
  const items = set.split(/,\s*/).map((item) => {
    const [, column = '', , operator = '='] = /^(\w+) = (kept\.\w+ (\+|\|\|) )?EXCLUDED\.\w+$/.exec(item) ?? [];
    if (column === '') throw new Error(`the simulated database does not understand: ${item}`);
    return [column, operator] as const;
  });
  return (kept, given) => {
    const row: Record<string, string | null> = { ...kept };
    for (const [column, operator] of items) {
      const value = given[column] ?? null;
      if (operator === '+') row[column] = plus(kept[column], value);
      else row[column] = operator === '=' ? value : `${kept[column]}${value?.slice(2)}`;
    }
    return row;
  };
}

function partitionMade([, name = '', parent = '', from = '', to = '']: RegExpExecArray): Write {
  return (transaction) => {
    const table = transaction.change(parent);
    if (table.partitions?.has(name) === true) throw databaseError('42P07', `relation "${name}" already exists`);
    const partitions = new Map(table.partitions).set(name, [Number(from), Number(to)] as const);
    transaction.put(parent, { ...table, partitions });
    return 0;
  };
}

function partitionDropped([, parent = '', part = '']: RegExpExecArray): Write {
  const name = `${parent}_${part}`;
  return (transaction) => {
    const table = transaction.tables.has(parent) ? transaction.change(parent) : undefined;
    const range = table?.partitions?.get(name);
    if (table === undefined || range === undefined) throw databaseError('42P01', `table "${name}" does not exist`);
    const partitions = new Map(table.partitions);
    partitions.delete(name);
    for (const key of table.rows.keys()) if (Number(key) >= range[0] && Number(key) < range[1]) table.rows.delete(key);
    transaction.put(parent, { ...table, partitions });
    return 0;
  };
}
