// The database of a log's projections, as the configuration says. An embedded one that cannot be believed (the machine
// went down with it) or opened (its files are damaged) is thrown away: whoever folds into it begins anew.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, isAppError, LIMITS, type ErrorBody } from '@weighbridge/kernel';
import { processEnvironment } from '../config/environment.ts';
import type { Database } from './database.ts';
import { openDatabaseFolder } from './database-folder.ts';
import type { StoreSettings } from './settings.ts';
import type { Say } from '../logging/events.ts';

export interface Store {
  readonly database: Database;
  /** False when whoever had it last did not close it: its tables are to be looked at before they are believed. */
  readonly orderly: boolean;
  /** Throws away everything in it. */
  drop(): Promise<void>;
  /** Closes the database, and says that it was closed in order. */
  close(): Promise<void>;
}

/**
 * Throws FOLDER_LOCKED, DATABASE_UNAVAILABLE, DATABASE_CORRUPT; `say` hears when tables are thrown away. `reading`: of an
 * embedded database, told before a read and after.
 */
export function openStore(settings: StoreSettings, say: Say, reading?: (on: boolean) => void): Promise<Store> {
  return settings.server === null ? openFolder(settings, say, reading) : openServer(settings, settings.server);
}

async function openFolder(
  settings: StoreSettings,
  say: Say,
  reading: ((on: boolean) => void) | undefined,
): Promise<Store> {
  const folder = openDatabaseFolder(settings.folder);
  try {
    if (folder.condition === 'lost')
      say('the machine went down with the tables open: they are folded again', 'tables.folded_again');
    if (settings.fresh === true || folder.condition === 'lost') folder.clear();
    const database = await open(folder.data, reading).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'DATABASE_CORRUPT') throw error;
      say(`${error.message}. The tables are folded again`, 'tables.folded_again');
      folder.clear();
      return open(folder.data, reading);
    });
    const close = async (): Promise<void> => {
      try {
        await database.close();
        folder.release(true);
      } catch (error) {
        folder.release(false);
        throw error;
      }
    };
    // Its folder goes with whoever made it.
    const drop = (): Promise<void> => Promise.resolve();
    return { database, drop, close, orderly: folder.condition !== 'killed' };
  } catch (error) {
    folder.release(false);
    throw error;
  }
}

async function open(data: string, reading: ((on: boolean) => void) | undefined): Promise<Database> {
  if (!existsSync(join(data, 'PG_VERSION'))) await create(data);
  // Loaded by whoever opens one, and by nobody else: the main thread starts faster without them.
  const { openEmbedded } = await import('./pglite.ts');
  return openEmbedded(data, reading === undefined ? {} : { reading });
}

async function create(data: string): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const worker = new Worker(new URL('./create-thread.ts', import.meta.url), {
    workerData: { folder: data, memoryBytes: LIMITS.database_bytes },
    name: 'database',
  });
  let problem: ErrorBody | null = null;
  worker.on('message', (body: ErrorBody) => (problem = body));
  await once(worker, 'exit');
  const { code, message } = (problem ?? {}) as Partial<ErrorBody>;
  if (code !== undefined && message !== undefined) throw new AppError(code, message);
}

async function openServer(settings: StoreSettings, server: NonNullable<StoreSettings['server']>): Promise<Store> {
  const url = addressOf(server);
  const { openPostgresql } = await import('./postgresql.ts');
  const schema = `weighbridge_${settings.log}${settings.suffix ?? ''}`;
  const database = await openPostgresql({ url, schema, readMs: LIMITS.query_ms, fresh: settings.fresh === true });
  const drop = (): Promise<void> => database.script(`DROP SCHEMA ${schema} CASCADE`);
  return { database, drop, close: () => database.close(), orderly: true };
}

/** A password may stand in it: it is named in the configuration, and never shown. */
function addressOf(server: NonNullable<StoreSettings['server']>): string {
  const missing = (what: string, cause?: unknown): AppError =>
    new AppError('DATABASE_UNAVAILABLE', `${what} does not hold the address of the projections' database`, {
      next: 'put postgresql://USER:PASSWORD@HOST:PORT/DATABASE there',
      cause,
    });
  if ('env' in server) {
    const value = processEnvironment()[server.env];
    if (value === undefined || value === '') throw missing(`the variable ${server.env}`);
    return value;
  }
  try {
    return readFileSync(server.file, 'utf8').trim();
  } catch (error) {
    throw missing(`the file ${server.file}`, error);
  }
}
