// Where a log of millions of made-up receipts lies, and what is known of it: enough to go on with one that was
// interrupted, since the same mark gives the same receipts.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHome, type Home } from '@weighbridge/server';

export interface Mark {
  readonly seed: number;
  readonly receipts: number;
  /** UTC milliseconds of the first receipt. */
  readonly start: number;
  readonly callsPerHour: number;
  /** Every receipt is sealed. */
  readonly whole: boolean;
}

export interface Place {
  readonly folder: string;
  readonly home: Home;
}

/** Of the lab's configuration, which is what looks at the log afterwards. */
export const NAMES = { organisation: 'lab', node: 'node-1' } as const;

const HOUR_MS = 3_600_000;
/** The receipts end now, and are spread over the month that the console's pages show at most by default. */
const HOURS = 31 * 24;

export const placeOf = (folder: string): Place => ({ folder, home: openHome(join(folder, 'home'), 'lab') });

const path = ({ folder }: Place): string => join(folder, 'mark.json');

export function markOf(place: Place, asked: { readonly seed: number; readonly receipts: number }): Mark {
  if (existsSync(path(place))) return JSON.parse(readFileSync(path(place), 'utf8')) as Mark;
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const mark = { ...asked, start: now - HOURS * HOUR_MS, callsPerHour: asked.receipts / HOURS, whole: false };
  keepMark(place, mark);
  return mark;
}

export function keepMark(place: Place, mark: Mark): void {
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(`${path(place)}.next`, JSON.stringify(mark));
  renameSync(`${path(place)}.next`, path(place));
}
