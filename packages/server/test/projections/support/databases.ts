// The two kinds of database that everything here runs on: the embedded one, and a PostgreSQL 15 server.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Statement } from '../../../src/store/database.ts';
import { openEmbedded } from '../../../src/store/pglite.ts';
import { openPostgresql } from '../../../src/store/postgresql.ts';
import { startPostgres, type Postgres } from './postgres.ts';

/** What outlives a test no longer than it: a test's context, or a scope of a whole suite. */
export interface Scope {
  after(end: () => unknown): void;
}

/** For `before` and `after` of a suite. */
export function suiteScope(): Scope & { end(): Promise<void> } {
  const ends: (() => unknown)[] = [];
  return {
    after: (end) => void ends.unshift(end),
    end: async () => {
      for (const end of ends) await end();
    },
  };
}

export interface Kind {
  readonly name: 'embedded' | 'postgresql';
  /** An empty database of its own, gone with the test. */
  open(t: Scope): Promise<Database>;
  /** The same database once more, as after a restart. */
  again(t: Scope, database: Database): Promise<Database>;
}

export const temporaryFolder = (t: Scope, name = 'projections'): string => {
  const folder = mkdtempSync(join(tmpdir(), `weighbridge-${name}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const places = new WeakMap<Database, string>();

/** Whether a transaction moves the place of a projection; taking the tables over does not. */
export const moves = (statements: readonly Statement[]): boolean =>
  statements.some(({ sql }) => sql.startsWith('UPDATE projection '));

/** Making an embedded database takes seconds: an empty one is made for all of a file's tests, and copied. */
let empty: Promise<string> | undefined;
async function makeEmpty(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-empty-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await (await openEmbedded(folder)).close();
  return folder;
}

export const embedded: Kind = {
  name: 'embedded',
  open: async (t) => {
    const folder = join(temporaryFolder(t), 'data');
    cpSync(await (empty ??= makeEmpty()), folder, { recursive: true });
    return openAt(t, folder);
  },
  again: async (t, database) => {
    await database.close();
    return openAt(t, places.get(database) ?? '');
  },
};

async function openAt(t: Scope, folder: string): Promise<Database> {
  const database = await openEmbedded(folder);
  places.set(database, folder);
  t.after(() => database.close().catch(() => undefined));
  return database;
}

let server: Postgres | undefined;
let schemas = 0;

export const startServer = async (): Promise<void> => {
  server = await startPostgres();
};
export const stopServer = async (): Promise<void> => {
  await server?.stop();
  server = undefined;
};
export const serverUrl = (): string => server?.url ?? 'postgresql://nowhere';

export const postgresql: Kind = {
  name: 'postgresql',
  open: (t) => {
    schemas += 1;
    return openSchema(t, `test_${schemas}`);
  },
  again: async (t, database) => {
    await database.close();
    return openSchema(t, places.get(database) ?? '');
  },
};

async function openSchema(t: Scope, schema: string): Promise<Database> {
  const database = await openPostgresql({ url: serverUrl(), schema });
  places.set(database, schema);
  t.after(() => database.close());
  return database;
}

/** The database, with another way to carry out transactions. */
export const running = (database: Database, run: Database['run']): Database => ({
  kind: database.kind,
  read: (...asked) => database.read(...asked),
  script: (sql) => database.script(sql),
  tidy: () => database.tidy(),
  memory: () => database.memory(),
  close: () => database.close(),
  run,
});
