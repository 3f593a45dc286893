// What `pruned` entries state: of which entries the private records were deleted, when, by which policy, and by whom. A
// record that is gone without such a statement is damage, and told as that.
import { AppError } from '@weighbridge/kernel';
import { PART_ENTRIES } from '../store/layout.ts';
import type { ClosedPart, EntryRange } from './closed-part.ts';

/** Kinds whose records age: what administration wrote (keys, prices, configurations, erasures) stays. */
const AGEING = new Set(['call', 'intent']);

export const ages = (kind: string): boolean => AGEING.has(kind);

/** Entries `[from, to)`: whole parts. */
export interface PrunedRange {
  readonly from: number;
  readonly to: number;
  /** UTC milliseconds. */
  readonly at: number;
  /** As the configuration has it: `records: 400d`. */
  readonly policy: string;
  /** `instance` or `command`. */
  readonly by: string;
  /** The parts of it, and which entries say what each came to; empty where it was pruned without. */
  readonly closed: readonly ClosedPart[];
}

/** The public group of a `pruned` entry. Throws JOURNAL_CORRUPT when it is not one. */
export function readStatement(at: number, text: string): readonly PrunedRange[] {
  const {
    ranges,
    policy,
    by,
    closed = [],
  } = JSON.parse(text) as {
    readonly ranges?: readonly EntryRange[];
    readonly policy?: string;
    readonly by?: string;
    readonly closed?: readonly ClosedPart[];
  };
  const whole = (entry: number): boolean => Number.isSafeInteger(entry) && entry >= 0 && entry % PART_ENTRIES === 0;
  const sound = Array.isArray(ranges) && ranges.every(({ from, to }) => whole(from) && whole(to) && from < to);
  if (!sound) throw new AppError('JOURNAL_CORRUPT', 'an entry that states a pruning does not say of what');
  return ranges.map(({ from, to }) => {
    const within = closed.filter((part) => part.from >= from && part.to <= to);
    const parts = (to - from) / PART_ENTRIES;
    const tiled = within.every(
      (part, i) => part.from === from + i * PART_ENTRIES && part.to - part.from === PART_ENTRIES,
    );
    if (within.length > 0 && (within.length !== parts || !tiled))
      throw new AppError(
        'JOURNAL_CORRUPT',
        `an entry that states a pruning does not close all of ${from} to ${to - 1}`,
      );
    return { from, to, at, policy: String(policy), by: String(by), closed: within };
  });
}

/** The part of a pruned range that holds this entry, where its books were closed. */
export const closedPartOf = (index: number, ranges: readonly PrunedRange[]): ClosedPart | undefined =>
  statedFor(index, ranges)?.closed.find(({ from, to }) => from <= index && index < to);

export const statedFor = (index: number, ranges: readonly PrunedRange[]): PrunedRange | undefined =>
  ranges.find(({ from, to }) => from <= index && index < to);

/** Of an entry whose record is empty: that it was pruned, or that nothing says so (JOURNAL_CORRUPT). */
export function absence(index: number, ranges: readonly PrunedRange[]): AppError {
  const stated = statedFor(index, ranges);
  if (stated === undefined)
    return new AppError(
      'JOURNAL_CORRUPT',
      `the record of entry ${index} is gone, and no entry states that it was pruned`,
    );
  const day = new Date(stated.at).toISOString().slice(0, 10);
  return new AppError(
    'RECORD_PRUNED',
    `the record of entry ${index} was pruned on ${day} by the policy "${stated.policy}"`,
  );
}
