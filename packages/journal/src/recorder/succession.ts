// How a successor log begins, and that it was begun. Ending a log takes several steps on the disk; what they need to know is written
// down before the first of them, so that whatever interrupts them, `recover` goes on where it was, and nothing else opens the folder
// meanwhile: a log half ended looks like none at all.
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { replaceFile, syncFolder } from '../store/durable-file.ts';
import type { LanePosition } from '../wal/tail.ts';
import type { SearchedLog } from './orphans.ts';

/** How a successor log differs from a plain new one. */
export interface Succession {
  /** What it says first, and behind that, under the same first checkpoint, what it takes over from the log before. */
  readonly entries: readonly (Omit<EntryDraft, 'id' | 'at'> & { readonly id?: string })[];
  /** Write-ahead files may have gaps: what is missing is part of what the first entry states. */
  readonly acceptGaps: boolean;
  /** The log before: calls that it holds are not closed again. */
  readonly predecessor: SearchedLog;
}

/** What is known of a log before anything of it is moved. */
export interface Begun {
  /** Under which it is superseded. */
  readonly number: number;
  /** Of the successor. */
  readonly origin: string;
  /** The checkpoint beside the log, and the one that the vault remembers; null where there is none. */
  readonly found: string | null;
  readonly signed: string | null;
  /** vkeys of the log, the current one first. */
  readonly keys: readonly string[];
  /** How far the log reaches into its write-ahead files. */
  readonly lanes: readonly LanePosition[];
}

const begunPath = (folder: string): string => join(folder, 'succeeding');

export function readBegun(folder: string): Begun | null {
  const path = begunPath(folder);
  if (!disk.existsSync(path)) return null;
  try {
    return JSON.parse(disk.readFileSync(path, 'utf8')) as Begun;
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `${path} is not JSON`, { cause: error });
  }
}

export const writeBegun = (folder: string, begun: Begun): void =>
  replaceFile(begunPath(folder), `${JSON.stringify(begun)}\n`);

export function dropBegun(folder: string): void {
  disk.rmSync(begunPath(folder), { force: true });
  syncFolder(folder);
}

/** Throws JOURNAL_CORRUPT where a successor was begun and not finished. */
export function mustNotBeSucceeding(folder: string): void {
  if (!disk.existsSync(begunPath(folder))) return;
  throw new AppError('JOURNAL_CORRUPT', `the log in ${folder} is being ended: a recovery was interrupted`, {
    next: 'run `weighbridge recover` again: it goes on where it was interrupted',
  });
}
