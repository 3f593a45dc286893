// One writer per folder. The lock is the operating system's own, held through SQLite's exclusive transaction on an
// empty file: the kernel lets go of it when its holder dies, however it dies, so there is no stale lock to judge and
// no moment in which two can both take one over. The text file beside it only names the holder for people.
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '@weighbridge/kernel';

export interface FolderLock {
  readonly folder: string;
  /** Says that this process is on its way out, so that who starts next waits for it. */
  leaving(): void;
  release(): void;
}

/** How long a start waits for a holder that is stopping, and between two looks. */
const LEAVING_MS = 10_000;
const LOOK_MS = 25;

/** Locks of this process. Held here, since a database that nobody refers to is collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process, making it if need be. Throws FOLDER_LOCKED, naming the holder, when another
 * process (or another part of this one) has it. Released by `release()` and by the death of the process.
 */
export function acquireFolderLock(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const real = realpathSync(folder);
  const database = new DatabaseSync(join(real, 'lock.db'));
  try {
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new AppError('FOLDER_LOCKED', `${real} is in use by ${holderOf(real)}`, { cause: error });
  }
  const holder = `process ${process.pid}, since ${new Date().toISOString()}`;
  writeHolder(real, holder);
  held.add(database);
  return {
    folder: real,
    leaving: () => {
      if (held.has(database)) writeHolder(real, `${holder}${LEAVING}${new Date().toISOString()}`);
    },
    release: () => {
      if (!held.delete(database)) return;
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** As `acquireFolderLock`, and waits, for at most `waitMs`, where the holder says that it is stopping. */
export async function awaitFolderLock(folder: string, waitMs = LEAVING_MS): Promise<FolderLock> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return acquireFolderLock(folder);
    } catch (error) {
      const leaving = error instanceof AppError && error.code === 'FOLDER_LOCKED' && holderOf(folder).includes(LEAVING);
      if (!leaving || performance.now() > deadline) throw error;
    }
    await setTimeout(LOOK_MS);
  }
}

const LEAVING = ', stopping since ';

/** For people alone: a disk that is full, or refuses, takes nobody's lock away, and keeps nobody from leaving. */
function writeHolder(folder: string, holder: string): void {
  try {
    writeFileSync(join(folder, 'lock.holder'), `${holder}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}

function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'lock.holder'), 'utf8').trim();
  } catch {
    return 'another process';
  }
}
