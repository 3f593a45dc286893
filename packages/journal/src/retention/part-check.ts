// A part whose records are about to go, held against what was sealed once more: what its calls came to is the last that will
// be said of them, and a record that was changed before that would be found by nobody afterwards.
import { AppError, isAppError } from '@weighbridge/kernel';
import { CompactRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/hash.ts';
import { BUNDLE_ENTRIES, entriesFolder, recordsFolder } from '../store/layout.ts';
import { BundleReader, nextItem } from '../store/part-store.ts';
import { checkRecordsOf } from '../verify/record-check.ts';
import { leavesRoot } from './closings.ts';
import type { EntryRange } from './closed-part.ts';

/** Of the oldest and of the newest entry: UTC milliseconds. */
export interface Instants {
  readonly earliest: number;
  readonly latest: number;
}

/** Throws JOURNAL_CORRUPT unless the tree has these leaves, and each of them commits to the record beside it. */
export function checkPart(folder: string, size: number, range: EntryRange): Instants {
  try {
    const { root, ...instants } = readPart(folder, range);
    if (root === leavesRoot(folder, size, range)) return instants;
  } catch (error) {
    if (!isAppError(error) || (error.code !== 'PROOF_INVALID' && error.code !== 'JOURNAL_CORRUPT')) throw error;
    throw changed(range, `: ${error.message}`, error);
  }
  throw changed(range, ': the tree has other leaves');
}

function readPart(folder: string, { from, to }: EntryRange): Instants & { readonly root: string } {
  const entries = new BundleReader(entriesFolder(folder), 2);
  const beside = new BundleReader(recordsFolder(folder), 4);
  const tree = new CompactRange();
  let [earliest, latest] = [Infinity, 0];
  try {
    for (let bundle = from / BUNDLE_ENTRIES; bundle < to / BUNDLE_ENTRIES; bundle += 1) {
      const leaves = entries.read(bundle, BUNDLE_ENTRIES);
      for (let at = 0; at < leaves.length;) {
        const next = nextItem(leaves, 2, at);
        tree.append(leafHash(leaves.subarray(at + 2, next)));
        at = next;
      }
      checkRecordsOf(leaves, beside.read(bundle, BUNDLE_ENTRIES), ({ at }) => {
        earliest = Math.min(earliest, at);
        latest = Math.max(latest, at);
      });
    }
    return { earliest, latest, root: tree.root().toString('base64') };
  } finally {
    entries.close();
    beside.close();
  }
}

const changed = ({ from, to }: EntryRange, why: string, cause?: AppError): AppError =>
  new AppError('JOURNAL_CORRUPT', `the records of entries ${from} to ${to - 1} are not those that were sealed${why}`, {
    next: 'run `weighbridge verify`: it says what was changed',
    ...(cause === undefined ? {} : { cause }),
  });
