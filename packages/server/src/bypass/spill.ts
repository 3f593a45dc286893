// The file on another disk in which calls through a bypass are noted as they go: what would have been the intent before a
// call is sent, what would have been its receipt when it is over. It holds what a write-ahead file holds, persons too, and
// is emptied as soon as all of it is sealed.
import { closeSync, createReadStream, existsSync, openSync, truncateSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '@weighbridge/kernel';
import type { BypassNote } from '@weighbridge/gateway';
import type { EntryDraft } from '@weighbridge/protocol';

export type SpillLine =
  | { readonly bypass: string; readonly opened: number; readonly began: EntryDraft }
  | (BypassNote & { readonly began?: undefined });

/**
 * One end of it: each line is one write at its end, so that lanes share the file. It begins with an end of line: one that a
 * full disk cut off spoils no other.
 */
export class SpillFile {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'a', 0o600);
  }

  add(line: SpillLine): void {
    const text = Buffer.from(`\n${JSON.stringify(line)}\n`);
    if (writeSync(this.#fd, text) < text.length)
      throw new AppError('JOURNAL_UNAVAILABLE', 'the disk of the spill file took a part of a line only');
  }

  close(): void {
    closeSync(this.#fd);
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
