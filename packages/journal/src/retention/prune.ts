// Deletes the private records of old calls, part by part, and nothing else: leaves, tiles and every entry of
// administration stay, so that every checkpoint, consistency proof and receipt that was handed out goes on to verify. The
// entry that states it is sealed first; whatever interrupts the deletion, the next opening of the log finishes it.
import { canonicalJson } from '@weighbridge/kernel';
import type { Journal } from '../contract.ts';
import { openJournal } from '../journal.ts';
import { IdReader } from '../store/id-index.ts';
import { entriesFolder, PART_ENTRIES, recordsFolder } from '../store/layout.ts';
import { emptyItems, isEmptied, sealedFile } from '../store/part-store.ts';
import type { Leaf } from '@weighbridge/protocol';
import { ages, statedFor } from './statements.ts';

/** Parts of one entry: emptying them keeps the recorder for a second or two. */
const PARTS_AT_ONCE = 8;

export interface PruneOrder {
  /** Parts all of whose entries are older than this: UTC milliseconds. */
  readonly before: number;
  /** Parts with an entry in one of these periods are kept: UTC milliseconds, `until` exclusive. */
  readonly holds: readonly { readonly from: number; readonly until: number }[];
  readonly policy: string;
  readonly by: string;
}

export interface Pruned {
  /** Index of the entry that states it; null: nothing was old enough. */
  readonly index: number | null;
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  /** There is more: ask again. */
  readonly more: boolean;
}

/** Parts that the order reaches and that no entry states as pruned yet, oldest first. */
export function prunableParts(folder: string, order: PruneOrder): number[] {
  const journal = openJournal(folder);
  try {
    const { size } = journal.checkpoint();
    const stated = journal.pruned();
    const ids = new IdReader(folder);
    const parts: number[] = [];
    // The part with the newest entry stays, full or not.
    for (let part = 0; part < Math.floor((size - 1) / PART_ENTRIES); part += 1) {
      const time = ids.instants(part);
      if (time === null || time.latest >= order.before) continue;
      if (statedFor(part * PART_ENTRIES, stated) !== undefined) continue;
      if (order.holds.some(({ from, until }) => time.latest >= from && time.earliest < until)) continue;
      if (sealedFile(recordsFolder(folder), part) !== null) parts.push(part);
    }
    return parts;
  } finally {
    journal.close();
  }
}

/** `record`: seals the entry. */
export function prune(folder: string, order: PruneOrder, record: (text: string) => number): Pruned {
  const parts = prunableParts(folder, order);
  const now = parts.slice(0, PARTS_AT_ONCE);
  const ranges = toRanges(now);
  if (ranges.length === 0) return { index: null, ranges, more: false };
  const { before, by, holds, policy } = order;
  const index = record(canonicalJson({ before, by, holds: holds.map((hold) => ({ ...hold })), policy, ranges, v: 1 }));
  for (const part of now) emptyPart(folder, part);
  return { index, ranges, more: parts.length > now.length };
}

/** Deletes what an entry states as pruned and a crash left there. */
export function finishPruning(folder: string): void {
  const journal: Journal = openJournal(folder);
  try {
    for (const { from, to } of journal.pruned())
      for (let part = from / PART_ENTRIES; part < to / PART_ENTRIES; part += 1) emptyPart(folder, part);
  } finally {
    journal.close();
  }
}

function emptyPart(folder: string, part: number): void {
  const records = recordsFolder(folder);
  if (sealedFile(records, part) === null || isEmptied(records, part)) return;
  emptyItems(records, entriesFolder(folder), part, (leaf) => ages((JSON.parse(leaf.toString('utf8')) as Leaf).kind));
}

function toRanges(parts: readonly number[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const part of parts) {
    const last = ranges.at(-1);
    if (last?.to === part * PART_ENTRIES) last.to += PART_ENTRIES;
    else ranges.push({ from: part * PART_ENTRIES, to: (part + 1) * PART_ENTRIES });
  }
  return ranges;
}
