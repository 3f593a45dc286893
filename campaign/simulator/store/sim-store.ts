// The projections' database in a simulated run: the product's own port (`Database`) over tables in memory. An operation
// waits until the run lets it go on; then it is refused, or carried out, or carried out and its answer lost. What was under
// way when its program died is dropped, or done all the same, and with a server even some time after the next program
// has begun.
import { checkAffected, databaseFailure, type Database, type Row, type Statement } from '@weighbridge/server';
import { AppError } from '@weighbridge/kernel';
import type { Random } from '../random.ts';
import { databaseError } from './database-error.ts';
import { read } from './reads.ts';
import { runScript } from './scripts.ts';
import { write } from './statements.ts';
import { Transaction, type Tables } from './tables.ts';

/** `embedded`: its files lie on the node's machine and go with its power. `postgresql`: another machine. */
export type StoreKind = Database['kind'];

export interface StoreFaults {
  /** Nobody answers. */
  away: boolean;
  /** Chance that an operation is refused before anything is done. */
  refuses: number;
  /** Chance that a transaction is carried out and its answer lost. */
  losesAnswer: number;
  /** Most ticks that an operation takes. */
  slow: number;
  /** Its files are damaged: everything is refused as such, until they are thrown away. */
  damaged: boolean;
}

interface Operation {
  due: number;
  /** Of which connection; null: whoever asked is gone. */
  owner: object | null;
  readonly writes: boolean;
  /** Carries it out; throws what the database says. */
  readonly act: () => unknown;
  readonly answer: (settle: { readonly value: unknown } | { readonly error: unknown }) => void;
}

const WHAT = 'the simulated database';

export class SimStore {
  readonly kind: StoreKind;
  readonly faults: StoreFaults = { away: false, refuses: 0, losesAnswer: 0, slow: 1, damaged: false };
  readonly #random: Random;
  #tables: Tables = new Map();
  #waiting: Operation[] = [];
  #tick = 0;
  /** The program that is connected. One that is gone is never answered, and asks nothing more. */
  #connected: object | null = null;
  /** Told after each transaction that was carried out. */
  onCommit: (tables: Tables) => void = () => undefined;
  /** Operations that were refused, or whose answer was lost. */
  injected = 0;

  constructor(kind: StoreKind, random: Random) {
    this.kind = kind;
    this.#random = random;
  }

  /** As committed. */
  get tables(): Tables {
    return this.#tables;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** A program's connection. */
  connect(): Database {
    const owner = {};
    this.#connected = owner;
    const ask = <Value>(writes: boolean, act: () => Value): Promise<Value> =>
      new Promise<Value>((resolve, reject) => {
        if (this.#connected !== owner) return;
        const due = this.#tick + this.#random.between(1, this.faults.slow);
        const answer: Operation['answer'] = (settle) =>
          'error' in settle ? reject(settle.error) : resolve(settle.value as Value);
        this.#waiting.push({ due, owner, writes, act, answer });
      });
    return {
      kind: this.kind,
      read: (sql, params, most) => ask(false, () => this.#read(sql, params, most)),
      run: (statements) => ask(true, () => this.#transaction((transaction) => runAll(transaction, statements))),
      script: (sql) => ask(true, () => this.#transaction((transaction) => runScript(transaction, sql))),
      tidy: () => Promise.resolve(),
      memory: () => null,
      close: () => Promise.resolve(),
    };
  }

  /** One tick: what is due is done, one after the other. */
  step(): void {
    this.#tick += 1;
    const due = this.#waiting.filter((operation) => operation.due <= this.#tick);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((operation) => operation.due > this.#tick);
    for (const operation of due) this.#perform(operation);
  }

  /** The program is gone: its process ended, or all of its machine. */
  hangUp(): void {
    this.#connected = null;
    const left = this.#waiting.filter(({ owner }) => owner !== null);
    this.#waiting = this.#waiting.filter(({ owner }) => owner === null);
    for (const operation of left) {
      if (!operation.writes || !this.#random.chance(0.4)) continue;
      operation.owner = null;
      // A server may be slow to do what it was told; what is embedded ends with its process.
      operation.due = this.#tick + this.#random.between(1, 12);
      if (this.kind === 'embedded') this.#perform(operation);
      else this.#waiting.push(operation);
    }
  }

  /** Everything in it is gone. */
  wipe(): void {
    this.#tables = new Map();
    this.faults.damaged = false;
  }

  /** Somebody puts back what was there at some time. */
  restore(tables: Tables): void {
    this.#tables = tables;
  }

  #perform({ owner, writes, act, answer }: Operation): void {
    try {
      if (owner !== null) this.#mayRefuse();
      const value = act();
      if (owner === null) return;
      if (writes && this.#random.chance(this.faults.losesAnswer)) this.#fail('08006');
      answer({ value });
    } catch (error) {
      // What has no code is a mistake in here, and not a database's answer.
      if (typeof (error as { readonly code?: unknown }).code !== 'string') throw error;
      if (owner !== null) answer({ error: databaseFailure(error, WHAT) });
    }
  }

  #mayRefuse(): void {
    if (this.faults.damaged) throw databaseError('XX001', 'invalid page in block');
    if (this.faults.away || this.#random.chance(this.faults.refuses)) this.#fail('57P03');
  }

  #fail(code: string): never {
    this.injected += 1;
    throw databaseError(code, 'the connection was closed');
  }

  #read(sql: string, params: readonly (string | null)[], most: number): readonly Row[] {
    const rows = read(this.#tables, sql, params);
    if (rows.length > most) throw new AppError('INTERNAL', `a query asked for at most ${most} rows`);
    return rows;
  }

  #transaction(work: (transaction: Transaction) => void): void {
    const transaction = new Transaction(this.#tables);
    work(transaction);
    this.#tables = transaction.tables;
    this.onCommit(this.#tables);
  }
}

function runAll(transaction: Transaction, statements: readonly Statement[]): void {
  for (const statement of statements) checkAffected(statement, write(transaction, statement.sql, statement.params));
}
