// A PostgreSQL server (15 or newer) as the database of the projections. Each log has a schema of its own, so that live,
// lab and sample never mix; everything in it can be dropped and folded again.
import postgres from 'postgres';
import { AppError, invariant } from '@weighbridge/kernel';
import type { Database, Row, Statement } from './database.ts';
import { checkAffected, databaseFailure } from './failure.ts';

const OLDEST = 150_000;
const CONNECTIONS = 6;
const CONNECT_SECONDS = 10;

/** Values stay the text that PostgreSQL makes of them, both ways: numbers, booleans, instants, JSON, bytes. */
const AS_TEXT = {
  plain: {
    to: 16,
    from: [16, 17, 20, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802],
    serialize: (value: string) => value,
    parse: (value: string) => value,
  },
} as const;

export interface PostgresqlOptions {
  /** `postgresql://…`. */
  readonly url: string;
  /** Made when it is not there. */
  readonly schema: string;
  /** A statement of a reader that runs longer is cancelled by the server. */
  readonly readMs?: number;
  /** Drops the schema first. */
  readonly fresh?: boolean;
}

/** Throws DATABASE_UNAVAILABLE when it cannot be reached, or is older than PostgreSQL 15. */
export async function openPostgresql(options: PostgresqlOptions): Promise<Database> {
  const { url, schema, readMs } = options;
  invariant(/^[a-z_][a-z0-9_]{0,62}$/.test(schema), 'a schema has a plain name');
  const common = {
    max: CONNECTIONS,
    connect_timeout: CONNECT_SECONDS,
    fetch_types: false,
    onnotice: () => undefined,
    types: AS_TEXT,
  };
  const connection = { application_name: 'weighbridge', search_path: schema, TimeZone: 'UTC' };
  const deadline = readMs === undefined ? {} : { statement_timeout: readMs };
  const writers = connect(url, { ...common, connection });
  const readers = connect(url, {
    ...common,
    connection: { ...connection, ...deadline, default_transaction_read_only: true },
  });
  try {
    const [server] = await writers.unsafe('SHOW server_version_num');
    const version = Number((server as Row | undefined)?.['server_version_num']);
    if (!(version >= OLDEST))
      throw new AppError(
        'DATABASE_UNAVAILABLE',
        `the database server is version ${version}, and 15 or newer is needed`,
      );
    if (options.fresh === true) await writers.unsafe(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await writers.unsafe(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  } catch (error) {
    await Promise.all([writers.end({ timeout: 1 }), readers.end({ timeout: 1 })]);
    throw databaseFailure(error, 'the database server');
  }
  return new Postgresql(writers, readers);
}

type Client = ReturnType<typeof postgres>;

const connect = (url: string, options: object): Client => {
  try {
    return postgres(url, options);
  } catch (error) {
    // The message must not repeat the address: a password may stand in it.
    throw new AppError('DATABASE_UNAVAILABLE', 'the address of the database server cannot be read', {
      next: 'write it as postgresql://USER@HOST:PORT/DATABASE',
      cause: error,
    });
  }
};

class Postgresql implements Database {
  readonly kind = 'postgresql';
  readonly #writers: Client;
  readonly #readers: Client;

  constructor(writers: Client, readers: Client) {
    this.#writers = writers;
    this.#readers = readers;
  }

  async read(sql: string, params: readonly (string | null)[], most: number): Promise<readonly Row[]> {
    try {
      const rows: readonly Row[] = [...(await this.#readers.unsafe<Row[]>(sql, [...params], { prepare: true }))];
      invariant(rows.length <= most, `a query asked for at most ${most} rows and got ${rows.length}`);
      return rows;
    } catch (error) {
      throw databaseFailure(error, 'the database server');
    }
  }

  async run(statements: readonly Statement[]): Promise<void> {
    try {
      await this.#writers.begin(async (transaction) => {
        for (const statement of statements) {
          const done = await transaction.unsafe(statement.sql, [...statement.params], { prepare: true });
          checkAffected(statement, done.count);
        }
      });
    } catch (error) {
      throw databaseFailure(error, 'the database server');
    }
  }

  async script(sql: string): Promise<void> {
    try {
      await this.#writers.begin((transaction) => transaction.unsafe(sql));
    } catch (error) {
      throw databaseFailure(error, 'the database server');
    }
  }

  /** A server looks after itself. */
  tidy(): Promise<void> {
    return Promise.resolve();
  }

  memory(): null {
    return null;
  }

  async close(): Promise<void> {
    await Promise.all([this.#writers.end({ timeout: 5 }), this.#readers.end({ timeout: 5 })]);
  }
}
