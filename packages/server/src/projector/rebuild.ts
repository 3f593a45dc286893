// Folding a log from its beginning, apart from a running server: to make the tables anew, or to see whether those there
// are what the journal says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import type { ProjectionState } from '@weighbridge/protocol';
import type { Home } from '../home.ts';
import { projectionsOf } from '../projections/index.ts';
import { openStore, type Store } from '../store/open-store.ts';
import type { StoreSettings } from '../store/settings.ts';
import { digestTables, differences, type Digests } from './digests.ts';
import { openProjector, type Projector } from './projector.ts';
import type { Say } from '../logging/events.ts';

export interface FoldOptions {
  readonly home: Home;
  readonly settings: StoreSettings;
  readonly say: Say;
  /** Hears now and then how many entries the slowest projection holds, of how many. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const PROGRESS_MS = 500;

/** Throws away the tables and folds the log again. The log's home must be locked by the caller. */
export async function rebuildTables(options: FoldOptions): Promise<Digests> {
  return fold(options, { ...options.settings, fresh: true });
}

/** Digests of the tables as they are. The log's home must be locked by the caller. */
export async function readTables(options: FoldOptions): Promise<Digests> {
  const store = await openStore(options.settings, options.say);
  try {
    const projections = projectionsOf(options.settings);
    const next = await nextOf(store);
    // Nothing is to be folded in while they are only looked at.
    const ends = Object.fromEntries(projections.map(({ name }) => [name, next[name] ?? 0]));
    return await withProjector(options, store, ends, async (projector) => {
      await projector.erase();
      // Those that could not be gone on with are folded again, as far as they were.
      await projector.reach();
      return digestTables(store.database, projections);
    });
  } finally {
    await store.close();
  }
}

/**
 * Folds the log into a database of its own, each projection as far as `held` says, and throws that database away again.
 * Throws PROJECTION_DIFFERS, naming every table that is not what the log says.
 */
export async function checkTables(options: FoldOptions, held: Digests): Promise<Digests> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-check-'));
  try {
    const folded = await fold(options, { ...options.settings, folder, fresh: true, suffix: '_check' }, held.next);
    const found = differences(held, folded);
    if (found.length === 0) return folded;
    throw new AppError('PROJECTION_DIFFERS', `the tables are not what the journal says: ${found.join('; ')}`, {
      details: { differences: found },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fold(
  options: FoldOptions,
  settings: StoreSettings,
  ends?: Readonly<Record<string, number>>,
): Promise<Digests> {
  const store = await openStore(settings, options.say);
  try {
    return await withProjector({ ...options, settings }, store, ends, async (projector, size) => {
      await reach(projector, size, options);
      const stopped = projector.state().find(({ state }) => state === 'stopped');
      if (stopped !== undefined)
        throw new AppError('PROJECTION_STOPPED', `"${stopped.name}" stopped: ${stopped.problem?.message ?? ''}`);
      return projector.pause(() => digestTables(store.database, projectionsOf(settings)));
    });
  } finally {
    if (settings.suffix !== undefined) await store.drop();
    await store.close();
  }
}

async function withProjector<Value>(
  { home, settings, say }: FoldOptions,
  { database }: Store,
  ends: Readonly<Record<string, number>> | undefined,
  work: (projector: Projector, size: number) => Promise<Value>,
): Promise<Value> {
  const journal = openJournal(home.journal, { vault: home.vault });
  const projector = await openProjector({
    journal,
    database,
    projections: projectionsOf(settings),
    say,
    ...(ends === undefined ? {} : { ends }),
  });
  try {
    return await work(projector, journal.checkpoint().size);
  } finally {
    await projector.close();
    journal.close();
  }
}

/** How far the tables are. */
async function nextOf({ database }: Store): Promise<Readonly<Record<string, number>>> {
  const exists = await database.read("SELECT to_regclass('projection')::text AS name LIMIT 1", [], 1);
  if (exists[0]?.['name'] === null) return {};
  const rows = await database.read('SELECT name, next_entry FROM projection LIMIT 100', [], 100);
  return Object.fromEntries(rows.map((row) => [row['name'] ?? '', Number(row['next_entry'])]));
}

async function reach(projector: Projector, size: number, { progress, signal }: FoldOptions): Promise<void> {
  const tell = (): void => progress?.(slowest(projector.state()), size);
  const timer = setInterval(tell, PROGRESS_MS);
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new AppError('PROJECTION_STOPPED', 'interrupted', { next: 'run it again' }));
  stopped.promise.catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([projector.reach(size), stopped.promise]);
    tell();
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}

const slowest = (states: readonly ProjectionState[]): number => Math.min(...states.map(({ next }) => next));
