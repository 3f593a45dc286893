// The stores of one log, opened for writing by the one process that holds the folder's lock. Used by the running server
// and, when none runs, by a command that has to write an entry: the same lock keeps the two apart.
import { randomFillSync } from 'node:crypto';
import { createUlid, systemClock } from '@weighbridge/kernel';
import {
  awaitFolderLock,
  createSignals,
  nextEpoch,
  openJournal,
  openVault,
  openWriteAhead,
  startRecorderThread,
  type Durability,
  type Journal,
  type RecorderThread,
  type Vault,
  type WriteAhead,
} from '@weighbridge/journal';
import { makeHome, type Home } from '../home.ts';
import { openBlobs, type Blobs } from './blobs.ts';

export interface StoresOptions {
  readonly home: Home;
  readonly node: string;
  readonly organisation: string;
  readonly build: string;
  readonly durability: Durability;
}

export interface Stores {
  readonly home: Home;
  readonly vault: Vault;
  readonly journal: Journal;
  readonly admin: WriteAhead;
  readonly blobs: Blobs;
  readonly recorder: RecorderThread;
  readonly signals: SharedArrayBuffer;
  readonly epoch: number;
  /** Ids of entries that administration writes. */
  readonly nextId: () => string;
  /** Calls that an earlier run left open and this start closed as interrupted. */
  readonly interrupted: number;
  /** Says that this instance is stopping, so that who starts next waits for it. */
  leaving(): void;
  close(): Promise<void>;
}

/** Lane number of the admin thread's own write-ahead file. */
export const ADMIN_LANE = 0;

/** Throws FOLDER_LOCKED, VAULT_UNREADABLE, JOURNAL_ROLLED_BACK, JOURNAL_CORRUPT; nothing stays open then. */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { home, node, build, durability } = options;
  makeHome(home);
  await using undo = new AsyncDisposableStack();
  const lock = await awaitFolderLock(home.root);
  undo.defer(() => lock.release());
  const epoch = nextEpoch(home.journal);
  const vault = openVault(home.vault, { origin: `${options.organisation}/${home.log}/${node}` });
  const signals = createSignals();
  const recorder = await startRecorderThread({
    durability,
    folder: home.journal,
    vault: home.vault,
    epoch,
    node,
    build,
    log: home.log,
    waiting: home.waiting,
    signals,
    closingModule: new URL('../closing/closing.ts', import.meta.url).href,
  });
  undo.defer(() => recorder.stop());
  recorder.ended.catch(() => undefined); // Whoever runs on awaits it; a short command only stops it.
  const admin = openWriteAhead({
    folder: home.journal,
    vault: home.vault,
    lane: ADMIN_LANE,
    epoch,
    node,
    build,
    durability,
    signals,
  });
  undo.defer(() => admin.close());
  const journal = openJournal(home.journal, { vault: home.vault });
  undo.defer(() => journal.close());
  const nextId = createUlid(
    () => systemClock.wall(),
    (bytes) => randomFillSync(bytes),
  );
  const kept = undo.move();
  const base = {
    home,
    vault,
    journal,
    admin,
    blobs: openBlobs(home.blobs),
    recorder,
    signals,
    epoch,
    nextId,
    leaving: () => lock.leaving(),
  };
  return { ...base, interrupted: countInterrupted(journal, epoch), close: () => kept.disposeAsync() };
}

/** Recovery writes what it closes under the epoch of this start, before anything else of it. */
function countInterrupted(journal: Journal, epoch: number): number {
  let closed = 0;
  for (const { leaf } of journal.entries({ kinds: ['call'], newestFirst: true })) {
    if (leaf.by.epoch !== epoch) break;
    closed += 1;
  }
  return closed;
}
