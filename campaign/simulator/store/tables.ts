// Tables of the simulated database. Values are PostgreSQL's own text; a row is never changed but replaced, and a table is
// copied before its first change in a transaction: so a transaction is undone by forgetting it, and a look at the tables of
// some moment costs nothing.
import { databaseError } from './database-error.ts';

export type Row = Readonly<Record<string, string | null>>;

export interface Table {
  /** Type by name, in order. */
  readonly columns: ReadonlyMap<string, string>;
  readonly key: readonly string[];
  /** Columns each of whose values may stand in one row only. */
  readonly unique: readonly string[];
  /** Null: it has none. */
  readonly partitions: ReadonlyMap<string, readonly [from: number, to: number]> | null;
  readonly rows: Map<string, Row>;
}

export type Tables = ReadonlyMap<string, Table>;

export class Transaction {
  readonly #tables: Map<string, Table>;
  /** Made by this transaction: free to be changed. */
  readonly #own: Set<string> = new Set();

  constructor(tables: Tables) {
    this.#tables = new Map(tables);
  }

  /** What is to be seen once it is committed. */
  get tables(): Tables {
    return this.#tables;
  }

  read(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw databaseError('42P01', `relation "${name}" does not exist`);
    return table;
  }

  change(name: string): Table {
    const table = this.read(name);
    if (this.#own.has(name)) return table;
    const copy = { ...table, rows: new Map(table.rows) };
    this.#own.add(name);
    this.#tables.set(name, copy);
    return copy;
  }

  put(name: string, table: Table): void {
    this.#own.add(name);
    this.#tables.set(name, table);
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  drop(name: string): void {
    this.#tables.delete(name);
  }
}

export const keyOf = ({ key }: Table, row: Row): string => {
  const [first = '', second] = key;
  return second === undefined ? (row[first] ?? '') : key.map((column) => row[column]).join(' ');
};

/** Throws for a key that is there already, and for a row that no partition takes. */
export function insert(table: Table, row: Row): void {
  const key = keyOf(table, row);
  if (table.rows.has(key)) throw databaseError('23505', `duplicate key (${key})`);
  for (const column of table.unique)
    for (const other of table.rows.values())
      if (other[column] === row[column]) throw databaseError('23505', `duplicate ${column} (${row[column]})`);
  if (table.partitions !== null && !taken(table.partitions, Number(key)))
    throw databaseError('23514', `no partition of relation found for row ${key}`);
  table.rows.set(key, row);
}

const taken = (partitions: NonNullable<Table['partitions']>, n: number): boolean =>
  [...partitions.values()].some(([from, to]) => n >= from && n < to);

/** A value in the text that PostgreSQL would show it in. */
export function shown(type: string, value: string | null): string | null {
  if (value === null) return null;
  switch (type) {
    case 'boolean':
      return value === 'true' || value === 't' ? 't' : 'f';
    case 'uuid': {
      const hex = value.replaceAll('-', '');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
    case 'bytea':
      return value.startsWith('\\x') ? value : `\\x${value}`;
    default:
      return value;
  }
}

/** A list in PostgreSQL's text form. */
export function listOf(text: string | null | undefined): (string | null)[] {
  if (text === null || text === undefined || text === '{}') return [];
  const inside = text.slice(1, -1);
  if (!inside.includes('"')) return inside.split(',').map((item) => (item === 'NULL' ? null : item));
  const items: (string | null)[] = [];
  for (const [, quoted, plain] of inside.matchAll(/(?:"((?:[^"\\]|\\.)*)"|([^,]+))(?:,|$)/g)) {
    if (quoted !== undefined) items.push(quoted.replaceAll(/\\(.)/g, '$1'));
    else items.push(plain === undefined || plain === 'NULL' ? null : plain);
  }
  return items;
}
