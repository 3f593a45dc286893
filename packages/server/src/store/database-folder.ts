// The folder of an embedded database. It has a lock of its own, since the database would let two openers in, and a note
// that says whether it was closed in order. The database does not sync its files: after the end of a process the
// operating system still holds all that was written, after the end of the machine it may not, and then nothing in the
// folder is believed.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@weighbridge/kernel';
import { acquireFolderLock } from '@weighbridge/journal';
import type { StoreSettings } from './settings.ts';

/** How the last opener left it. `killed`: its process ended; `lost`: the machine did, or nobody knows. */
export type Condition = 'new' | 'clean' | 'killed' | 'lost';

export interface DatabaseFolder {
  /** What the database itself opens. */
  readonly data: string;
  readonly condition: Condition;
  /** Throws away what lies in it. */
  clear(): void;
  /** Lets go of the lock; `clean`: the database was closed in order. */
  release(clean: boolean): void;
}

interface Note {
  readonly open: boolean;
  readonly boot: string;
}

/** Throws FOLDER_LOCKED when somebody else has it open. */
export function openDatabaseFolder(folder: string): DatabaseFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = acquireFolderLock(folder);
  const data = join(folder, 'data');
  const note = join(folder, 'state.json');
  const boot = bootOf();
  const condition = conditionOf(readNote(note) ?? (existsSync(data) ? null : undefined), boot);
  write(note, { open: true, boot });
  return {
    data,
    condition,
    clear: () => rmSync(data, { recursive: true, force: true }),
    release: (clean) => {
      if (clean) write(note, { open: false, boot });
      lock.release();
    },
  };
}

/** Whether the files of a database that is open are not there any more; a server's are its own. */
export const databaseGone = ({ folder, server }: Pick<StoreSettings, 'folder' | 'server'>): boolean =>
  server === null && !existsSync(join(folder, 'data', 'PG_VERSION'));

function conditionOf(note: Note | null | undefined, boot: string): Condition {
  if (note === undefined) return 'new';
  if (note === null) return 'lost';
  if (!note.open) return 'clean';
  return note.boot === boot ? 'killed' : 'lost';
}

/** Undefined when there is none, or none that can be read. */
function readNote(path: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as Partial<Note>;
    return typeof note.open === 'boolean' && typeof note.boot === 'string' ? (note as Note) : undefined;
  } catch {
    return undefined; // A note that is not there, or not whole, says nothing: the folder is not believed.
  }
}

function write(path: string, note: Note): void {
  writeFileSync(`${path}.next`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(`${path}.next`, path);
}

const MINUTE_MS = 60_000;

/** Tells one start of the machine from another. A guess that is off only costs a rebuild. */
function bootOf(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `up since minute ${Math.round((systemClock.wall() - uptime() * 1000) / MINUTE_MS)}`;
  }
}
