// The embedded database: PostgreSQL compiled to WebAssembly, in the thread that opens it. It does one thing at a time,
// so whoever reads goes before whoever writes. What the original does in processes of its own has to be asked for here:
// checkpoints (else its log grows for ever) and vacuum with statistics. Its memory has a hard bound: beyond it a
// statement fails, and the next one runs again.
import { PGlite, type Results } from '@electric-sql/pglite';
import { AppError, invariant, systemClock, LIMITS } from '@weighbridge/kernel';
import type { Database, Row, Statement } from './database.ts';
import { checkAffected, embeddedFailure } from './failure.ts';
import { createTurns, type Turns } from './turns.ts';

/** Bytes of the database's log after which it is written back. */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;
/** Transactions after which the tables are looked at. */
const LOOK_TRANSACTIONS = 50;
/** Nothing more is begun after so long: everybody waits for it. */
const TIDY_MS = 100;

const TABLES_MOST = 20;
/**
 * Tables with more dead, new or changed rows than a server's autovacuum lets pass by default, the smallest first: they cost
 * least, and a plan made without their statistics costs most. https://www.postgresql.org/docs/15/runtime-config-autovacuum.html
 */
const IN_NEED = `
SELECT format('%I.%I', schemaname, relname) AS name, (dead > 1 OR new > 1)::text AS vacuum, (changed > 1)::text AS analyze,
  (rows > 20000)::text AS large
FROM (
  SELECT schemaname, relname, GREATEST(kept, n_live_tup) AS rows, n_dead_tup / (50 + kept / 5) AS dead,
    n_ins_since_vacuum / (1000 + kept / 5) AS new, n_mod_since_analyze / (50 + kept / 10) AS changed
  FROM pg_stat_user_tables, LATERAL (
    SELECT GREATEST(reltuples, 0)::float8 AS kept FROM pg_class WHERE oid = relid
  ) AS known
) AS need
WHERE GREATEST(dead, new, changed) > 1
ORDER BY rows, relname
LIMIT ${TABLES_MOST}`;

/** Rows sampled of a large table, by 300: a tenth of what is usual, since a sample of wide rows takes a second. */
const FEW_STATISTICS = 10;

/** OIDs of booleans, bytes, numbers, instants and JSON: https://www.postgresql.org/docs/15/catalog-pg-type.html */
const CONVERTED = [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802];
const asText = Object.fromEntries(CONVERTED.map((oid) => [oid, (value: string): string => value]));
/** Values stay the text that PostgreSQL makes of them, both ways. */
const AS_TEXT = { parsers: asText, serializers: asText };

export interface EmbeddedOptions {
  /** Most memory of the database itself. */
  readonly memoryBytes?: number;
  /** Told before a read begins and after: whoever set a deadline sees what runs. */
  readonly reading?: (on: boolean) => void;
}

/** `folder`: where it keeps its files; made when it is not there. Throws DATABASE_CORRUPT when it cannot be opened. */
export async function openEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<Database> {
  const { database, memory } = await open(folder, options.memoryBytes ?? LIMITS.database_bytes);
  return new Embedded(database, memory, options.reading ?? (() => undefined));
}

class Embedded implements Database {
  readonly kind = 'embedded';
  readonly #database: PGlite;
  readonly #memory: WebAssembly.Memory;
  readonly #turns: Turns = createTurns();
  readonly #reading: (on: boolean) => void;
  #checkpointed = 0n;
  #transactions = 0;

  constructor(database: PGlite, memory: WebAssembly.Memory, reading: (on: boolean) => void) {
    this.#database = database;
    this.#memory = memory;
    this.#reading = reading;
  }

  read(sql: string, params: readonly (string | null)[], most: number): Promise<readonly Row[]> {
    return this.#turns.take('first', async () => {
      this.#reading(true);
      const { rows } = await this.#query(this.#database, { sql, params }).finally(() => this.#reading(false));
      invariant(rows.length <= most, `a query asked for at most ${most} rows and got ${rows.length}`);
      return rows;
    });
  }

  run(statements: readonly Statement[]): Promise<void> {
    return this.#turns.take('second', async () => {
      try {
        await this.#database.transaction(async (transaction) => {
          for (const statement of statements) {
            const { affectedRows } = await this.#query(transaction, statement);
            checkAffected(statement, affectedRows ?? 0);
          }
        });
      } catch (error) {
        throw embeddedFailure(error);
      }
      this.#transactions += 1;
    });
  }

  script(sql: string): Promise<void> {
    return this.#turns.take('second', async () => {
      try {
        await this.#database.transaction((transaction) => transaction.exec(sql));
      } catch (error) {
        throw embeddedFailure(error);
      }
    });
  }

  async tidy(): Promise<void> {
    const [row] = await this.read("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS written", [], 1);
    const written = BigInt(row?.['written'] ?? '0');
    if (written - this.#checkpointed > CHECKPOINT_BYTES) {
      await this.#alone('CHECKPOINT');
      this.#checkpointed = written;
    }
    if (this.#transactions < LOOK_TRANSACTIONS) return;
    this.#transactions = 0;
    // What was counted is told once a second otherwise.
    await this.#alone('SELECT pg_stat_force_next_flush()');
    const until = systemClock.monotonic() + TIDY_MS;
    for (const { name, vacuum, analyze, large } of await this.read(IN_NEED, [], TABLES_MOST)) {
      if (systemClock.monotonic() > until) return;
      if (vacuum === 'true') await this.#alone(`VACUUM ${name}`);
      if (analyze !== 'true') continue;
      const few = large === 'true' ? `SET default_statistics_target = ${FEW_STATISTICS};` : '';
      await this.#alone(`${few} ANALYZE ${name}; RESET default_statistics_target`);
    }
  }

  memory(): number {
    return this.#memory.buffer.byteLength;
  }

  close(): Promise<void> {
    return this.#turns.take('second', () => this.#database.close());
  }

  #alone(sql: string): Promise<void> {
    return this.#turns.take('second', async () => {
      try {
        await this.#database.exec(sql);
      } catch (error) {
        throw embeddedFailure(error);
      }
    });
  }

  async #query(on: Pick<PGlite, 'query'>, { sql, params }: Statement): Promise<Results<Row>> {
    try {
      return await on.query<Row>(sql, [...params], AS_TEXT);
    } catch (error) {
      throw embeddedFailure(error);
    }
  }
}

/** One opens after the other: what bounds the memory stands in a name that the whole thread shares while one opens. */
let opening: Promise<unknown> = Promise.resolve();

function open(folder: string, bytes: number): Promise<{ database: PGlite; memory: WebAssembly.Memory }> {
  const opened = opening.then(() => openBounded(folder, bytes));
  opening = opened.catch(() => undefined);
  return opened;
}

const WASM_PAGE_BYTES = 65_536;

/** The library takes no bound on memory; the memory object that it makes does. */
async function openBounded(folder: string, bytes: number): Promise<{ database: PGlite; memory: WebAssembly.Memory }> {
  const Memory = WebAssembly.Memory;
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super({ ...descriptor, maximum: Math.min(descriptor.maximum ?? Infinity, Math.floor(bytes / WASM_PAGE_BYTES)) });
      made.push(this);
    }
  };
  try {
    const database = await PGlite.create({ dataDir: folder, relaxedDurability: true });
    const memory = made.toSorted((a, b) => b.buffer.byteLength - a.buffer.byteLength)[0];
    invariant(memory !== undefined, 'the embedded database has a memory');
    return { database, memory };
  } catch (error) {
    throw new AppError('DATABASE_CORRUPT', `the embedded database in ${folder} cannot be opened: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    WebAssembly.Memory = Memory;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
