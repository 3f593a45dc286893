// Deletes the private records of old calls, part by part, and nothing else: leaves, tiles and every entry of
// administration stay, so that every checkpoint, consistency proof and receipt that was handed out goes on to verify. The
// entry that states it is sealed first, and before that what the records came to (closings.ts); whatever interrupts the
// deletion, the next opening of the log finishes it.
import { AppError, canonicalJson, invariant, isAppError } from '@weighbridge/kernel';
import type { Closing, Journal } from '../contract.ts';
import { openJournal } from '../journal.ts';
import { IdReader } from '../store/id-index.ts';
import { entriesFolder, PART_ENTRIES, recordsFolder } from '../store/layout.ts';
import { emptyItems } from '../store/part-store.ts';
import { isEmptied, sealedFile } from '../store/sealed-part.ts';
import type { EntryDraft, Leaf } from '@weighbridge/protocol';
import { closingTexts, formatClosing, leavesRoot, sealedClosings } from './closings.ts';
import type { EntryRange, SealedClosing } from './closed-part.ts';
import { checkPart, type Instants } from './part-check.ts';
import { ages, statedFor } from './statements.ts';

/** Parts of one entry: closing and emptying them keeps the recorder for a second or two, and calls wait in their files. */
const PARTS_AT_ONCE = 4;

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
  readonly ranges: readonly EntryRange[];
  /** What each part came to, and where the log says so; empty where the recorder closes no books. */
  readonly closed: readonly SealedClosing[];
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
      if (time === null || !reaches(order, time)) continue;
      if (statedFor(part * PART_ENTRIES, stated) !== undefined) continue;
      if (sealedFile(recordsFolder(folder), part) !== null) parts.push(part);
    }
    return parts;
  } finally {
    journal.close();
  }
}

const reaches = ({ before, holds }: PruneOrder, { earliest, latest }: Instants): boolean =>
  latest < before && !holds.some(({ from, until }) => latest >= from && earliest < until);

/** What pruning needs of the recorder. */
interface PruneTools {
  readonly folder: string;
  readonly vault: string;
  /** Seals entries side by side; the index of the first. */
  readonly record: (entries: readonly Pick<EntryDraft, 'kind' | 'public' | 'commercial'>[]) => number;
  /** Absent: nothing says afterwards what the records came to. */
  readonly closing?: Closing;
  readonly seal?: (subject: string, text: string) => string;
}

/**
 * First the books of each part are closed, then an entry states that it goes, then it goes: whatever interrupts that, the
 * next time goes on from there. Throws JOURNAL_CORRUPT when a part cannot be closed: then nothing of it goes.
 */
export function prune(order: PruneOrder, tools: PruneTools): Pruned {
  const parts = prunableParts(tools.folder, order);
  const now = parts.slice(0, PARTS_AT_ONCE);
  const ranges = toRanges(now);
  if (ranges.length === 0) return { index: null, ranges, closed: [], more: false };
  const closed = closeParts(now, order, tools);
  const { before, by, holds, policy } = order;
  const said = {
    before,
    by,
    holds: holds.map((hold) => ({ ...hold })),
    policy,
    ranges: ranges.map((range) => ({ ...range })),
    v: 1,
  };
  const named = closed.map(({ from, to, first, entries, digest }) => ({ from, to, first, entries, digest }));
  const text = canonicalJson(named.length === 0 ? said : { ...said, closed: named });
  const index = tools.record([{ kind: 'pruned', public: text }]);
  for (const part of now) emptyPart(tools.folder, part);
  return { index, ranges, closed, more: parts.length > now.length };
}

function closeParts(parts: readonly number[], order: PruneOrder, tools: PruneTools): readonly SealedClosing[] {
  const { closing } = tools;
  if (closing === undefined) return [];
  const journal = openJournal(tools.folder, { vault: tools.vault });
  try {
    // A crash may have come after they were sealed, and before anything was pruned.
    const left = sealedClosings(journal, endOfNamed(journal));
    return parts.map((part) => {
      const range = { from: part * PART_ENTRIES, to: (part + 1) * PART_ENTRIES };
      // The index of ids is no evidence: the leaves say how old they are.
      if (!reaches(order, checkPart(tools.folder, journal.checkpoint().size, range)))
        throw new AppError(
          'JOURNAL_CORRUPT',
          `entries ${range.from} to ${range.to - 1} are not as old as the index says`,
        );
      const set = left.findLast(({ from }) => from === range.from);
      return set !== undefined && says(journal, set, closing) ? set : closePart(journal, range, { ...tools, closing });
    });
  } finally {
    journal.close();
  }
}

/** Where those end that `pruned` entries name; nobody needs them here. */
const endOfNamed = (journal: Journal): number =>
  journal
    .pruned()
    .flatMap(({ closed }) => closed)
    .reduce((end, { first, entries }) => Math.max(end, first + entries), 0);

/** False where a version that read records otherwise left them: those that nobody names are never folded. */
function says(journal: Journal, set: SealedClosing, closing: Closing): boolean {
  try {
    closing.check(journal, set, closingTexts(journal, set));
    return true;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'JOURNAL_CORRUPT') throw error;
    return false;
  }
}

function closePart(journal: Journal, range: EntryRange, tools: PruneTools & { closing: Closing }): SealedClosing {
  const { closing, folder, record, seal } = tools;
  invariant(seal !== undefined, 'whoever closes books can seal what they say of subjects');
  const texts = closing.make(journal, range, seal);
  closing.check(journal, range, texts);
  const { size } = journal.checkpoint();
  let calls = 0;
  for (const { leaf } of journal.entries({ kinds: ['call'], ...range })) calls += Number(leaf.kind === 'call');
  const said = { ...range, calls, chunks: texts.length, leaves: leavesRoot(folder, size, range) };
  const first = record(
    texts.map((commercial, chunk) => ({ kind: 'closing', commercial, public: formatClosing({ ...said, chunk }) })),
  );
  const [sealed] = sealedClosings(journal, first, first + texts.length);
  const read = sealed === undefined ? [] : closingTexts(journal, sealed);
  invariant(
    sealed !== undefined && texts.every((text, i) => text === read[i]),
    'what was sealed is there as it was said',
  );
  return sealed;
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

function toRanges(parts: readonly number[]): EntryRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const part of parts) {
    const last = ranges.at(-1);
    if (last?.to === part * PART_ENTRIES) last.to += PART_ENTRIES;
    else ranges.push({ from: part * PART_ENTRIES, to: (part + 1) * PART_ENTRIES });
  }
  return ranges;
}
