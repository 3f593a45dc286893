// One writer per folder. The lock is the operating system's own, held through SQLite's exclusive transaction on an
// empty file: the kernel lets go of it when its holder dies, however it dies, so there is no stale lock to judge and
// no moment in which two can both take one over. The text file beside it only names the holder for people.
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@weighbridge/kernel';

export interface FolderLock {
  readonly folder: string;
  release(): void;
}

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
  writeFileSync(join(real, 'lock.holder'), `process ${process.pid}, since ${new Date().toISOString()}\n`);
  held.add(database);
  return {
    folder: real,
    release: () => {
      if (!held.delete(database)) return;
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'lock.holder'), 'utf8').trim();
  } catch {
    return 'another process';
  }
}
