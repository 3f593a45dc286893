// Epochs tell the starts of a node apart: together with lane and sequence number they name an entry's place in its
// writer's own order. A number handed out is never handed out again, whatever happens to the process.
import { mkdirSync, readFileSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';
import { isMissing, replaceFile } from '../store/durable-file.ts';
import { epochPath } from '../store/layout.ts';

/** The next epoch of this folder. Call it under the folder lock, once per start (and per lane started again). */
export function nextEpoch(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const epoch = readEpoch(folder) + 1;
  replaceFile(epochPath(folder), `${epoch}\n`);
  return epoch;
}

function readEpoch(folder: string): number {
  try {
    const text = readFileSync(epochPath(folder), 'utf8').trim();
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new AppError('JOURNAL_CORRUPT', `${epochPath(folder)} does not hold a number`);
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
