// The file on another disk in which calls through a bypass are noted as they go: what would have been the intent before a
// call is sent, what would have been its receipt when it is over. It holds what a write-ahead file holds, persons too, and
// is emptied as soon as all of it is sealed. A line survives a kill at once; it is synced to its disk beside the calls, all
// that was written meanwhile together, so a loss of power costs what was written since the last sync began.
import { closeSync, createReadStream, existsSync, fdatasync, openSync, truncateSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '@weighbridge/kernel';
import type { BypassNote } from '@weighbridge/gateway';
import type { EntryDraft } from '@weighbridge/protocol';

export type SpillLine =
  | { readonly bypass: string; readonly opened: number; readonly began: EntryDraft }
  | (BypassNote & { readonly began?: undefined });

type Sync = (fd: number, done: (error: Error | null) => void) => void;

/**
 * One end of it: each line is one write at its end, so that lanes share the file. It begins with an end of line: one that a
 * full disk cut off spoils no other. One sync is under way at a time: a disk that never answers holds no more than that.
 */
export class SpillFile {
  readonly #fd: number;
  readonly #failed: (error: Error) => void;
  readonly #sync: Sync;
  #syncing = false;
  /** Written since the sync under way began. */
  #more = false;
  #closed = false;

  /** `failed` hears of a sync that did not succeed: what it was about may not survive a loss of power. */
  constructor(path: string, failed: (error: Error) => void, sync: Sync = fdatasync) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#failed = failed;
    this.#sync = sync;
  }

  add(line: SpillLine): void {
    const text = Buffer.from(`\n${JSON.stringify(line)}\n`);
    if (writeSync(this.#fd, text) < text.length)
      throw new AppError('JOURNAL_UNAVAILABLE', 'the disk of the spill file took a part of a line only');
    this.#more = true;
    this.#syncAll();
  }

  /** What is being synced still is. */
  close(): void {
    this.#closed = true;
    if (!this.#syncing) closeSync(this.#fd);
  }

  #syncAll(): void {
    if (this.#syncing) return;
    if (!this.#more) {
      if (this.#closed) closeSync(this.#fd);
      return;
    }
    this.#syncing = true;
    this.#more = false;
    this.#sync(this.#fd, (error) => {
      this.#syncing = false;
      if (error !== null) this.#failed(error);
      this.#syncAll();
    });
  }
}

/** Its lines in their order. A last line that was cut off when the process was killed tells nothing. */
export async function* readSpill(path: string): AsyncGenerator<SpillLine> {
  if (!existsSync(path)) return;
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    const read = parsed(line);
    if (read !== null) yield read;
  }
}

function parsed(line: string): SpillLine | null {
  try {
    return JSON.parse(line) as SpillLine;
  } catch {
    return null;
  }
}

export function emptySpill(path: string): void {
  if (existsSync(path)) truncateSync(path, 0);
}
