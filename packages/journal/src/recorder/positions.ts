// How far into each lane's write-ahead files the log reaches, as of a size. Written before the checkpoint of that size,
// with the one before kept beside it, so that whichever checkpoint a crash leaves in force has its positions. If the
// file is lost, they are read off the leaves.
import type { Leaf } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { isMissing, replaceFile } from '../store/durable-file.ts';
import { BUNDLE_ENTRIES, entriesFolder, positionsPath } from '../store/layout.ts';
import { nextItem, readBundle } from '../store/part-store.ts';
import type { LanePosition } from '../wal/tail.ts';

export interface Generation {
  readonly size: number;
  readonly lanes: readonly LanePosition[];
}

export const writePositions = (folder: string, generations: readonly Generation[]): void =>
  replaceFile(positionsPath(folder), `${JSON.stringify({ generations })}\n`);

/** The positions that belong to a log of `size`. */
export function readPositions(folder: string, size: number): Generation {
  const known = readGenerations(folder).find((generation) => generation.size === size);
  return known ?? { size, lanes: positionsFromLeaves(folder, size) };
}

/** Those that were written last; none when the file is not there. */
export function readGenerations(folder: string): readonly Generation[] {
  try {
    return (JSON.parse(disk.readFileSync(positionsPath(folder), 'utf8')) as { generations: Generation[] }).generations;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Slow: goes through the whole log. */
function positionsFromLeaves(folder: string, size: number): LanePosition[] {
  const next = new Map<string, LanePosition>();
  for (let first = 0; first < size; first += BUNDLE_ENTRIES) {
    const bundle = readBundle(entriesFolder(folder), 2, first / BUNDLE_ENTRIES, Math.min(BUNDLE_ENTRIES, size - first));
    for (let at = 0; at < bundle.length;) {
      const end = nextItem(bundle, 2, at);
      const { by } = JSON.parse(bundle.toString('utf8', at + 2, end)) as Leaf;
      next.set(`${by.lane}-${by.epoch}`, [by.lane, by.epoch, by.seq + 1]);
      at = end;
    }
  }
  return [...next.values()];
}
