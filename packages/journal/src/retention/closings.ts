// Closing entries: what the records of a part of the log came to, sealed before they go. Those of one part stand side by side
// under one checkpoint. Their public group says of which leaves; what it says can be checked for ever, since leaves stay.
import { createHash } from 'node:crypto';
import { AppError, canonicalJson } from '@weighbridge/kernel';
import type { Journal } from '../contract.ts';
import { TileTree } from '../merkle/proof.ts';
import { groupDigest } from '../record/record.ts';
import { HashReader } from '../store/hash-store.ts';
import { PART_ENTRIES } from '../store/layout.ts';
import type { ClosedPart, EntryRange, SealedClosing } from './closed-part.ts';

/** The public group of a closing entry. */
interface ClosingStatement extends EntryRange, Pick<SealedClosing, 'calls' | 'leaves'> {
  /** Which of how many. */
  readonly chunk: number;
  readonly chunks: number;
}

const VERSION = 1;

export const formatClosing = ({ from, to, chunk, chunks, calls, leaves }: ClosingStatement): string =>
  canonicalJson({ calls, chunk, chunks, from, leaves, to, v: VERSION });

/** Throws JOURNAL_CORRUPT. */
export function readClosing(text: string): ClosingStatement {
  const { from = -1, to = -1, chunk = -1, chunks = 0, calls = -1, leaves = '', v } = parsed(text);
  const counts = [from, chunk, chunks, calls].every((count) => Number.isSafeInteger(count) && count >= 0);
  const part = from % PART_ENTRIES === 0 && to === from + PART_ENTRIES;
  if (v !== VERSION || !counts || !part || chunk >= chunks || typeof leaves !== 'string')
    throw new AppError('JOURNAL_CORRUPT', 'a closing entry does not say of what it is');
  return { from, to, chunk, chunks, calls, leaves };
}

function parsed(text: string): Partial<ClosingStatement> & { readonly v?: number } {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', 'a closing entry is not JSON', { cause: error });
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What a `pruned` entry names closing entries by: over the digests of their leaves, a line each. */
export const setDigest = (leaves: readonly string[]): string => digestOf(leaves.map((leaf) => `${leaf}\n`).join(''));

/** Closing entries as they come by, in the order of the log, put together to those of one part. */
export class ClosingSets {
  readonly whole: SealedClosing[] = [];
  #open: { readonly first: number; readonly said: ClosingStatement; readonly leaves: string[] } | null = null;

  /** Throws JOURNAL_CORRUPT for one that stands where it cannot. */
  add(index: number, said: ClosingStatement, leaf: string): void {
    if (said.chunk === 0) this.#open = { first: index, said, leaves: [] };
    const open = this.#open;
    const follows =
      open !== null &&
      index === open.first + open.leaves.length &&
      formatClosing({ ...open.said, chunk: said.chunk }) === formatClosing(said) &&
      said.chunk === open.leaves.length &&
      index >= said.to;
    if (!follows)
      throw new AppError('JOURNAL_CORRUPT', `entry ${index} closes ${said.from} to ${said.to - 1}, out of its order`);
    open.leaves.push(digestOf(leaf));
    if (open.leaves.length < said.chunks) return;
    const { from, to, calls, leaves } = said;
    const digest = setDigest(open.leaves);
    this.whole.push({ from, to, first: open.first, entries: said.chunks, digest, calls, leaves });
    this.#open = null;
  }
}

/**
 * Those that stand whole in entries `[from, to)`, oldest first, whether anything was pruned for them or not. Throws
 * JOURNAL_CORRUPT.
 */
export function sealedClosings(journal: Journal, from = 0, to = Infinity): readonly SealedClosing[] {
  const sets = new ClosingSets();
  for (const { index, text } of journal.entries({ kinds: ['closing'], from, to }))
    sets.add(index, readClosing(journal.groups(index, ['public']).public?.text ?? '{}'), text);
  return sets.whole;
}

/** What the closing entries of a part say. Throws JOURNAL_CORRUPT when they are not those that were meant. */
export function closingTexts(journal: Journal, { first, entries, digest, from, to }: ClosedPart): readonly string[] {
  // Those that come after are many in an old log, and large.
  const [found] = sealedClosings(journal, first, first + entries);
  if (found?.first !== first || found.digest !== digest || found.entries !== entries || found.from !== from)
    throw new AppError('JOURNAL_CORRUPT', `entry ${first} does not close ${from} to ${to - 1} as it is said to`);
  return Array.from({ length: entries }, (_, i) => committedText(journal, first + i));
}

/** Sums in place of calls that are gone: nobody else will look whether they are those that were sealed. */
function committedText(journal: Journal, index: number): string {
  const { leaf } = journal.entry(index);
  const { commercial } = journal.groups(index, ['commercial']);
  const { salt = '', text = '' } = commercial ?? {};
  if (groupDigest(Buffer.from(salt, 'base64url'), Buffer.from(text)) === leaf.groups.commercial) return text;
  throw new AppError('JOURNAL_CORRUPT', `what closing entry ${index} says was changed`);
}

/** Of leaves `[from, to)`, in a log of this size: the root over them alone, base64. */
export function leavesRoot(folder: string, size: number, { from, to }: EntryRange): string {
  const hashes = new HashReader(folder);
  try {
    return new TileTree(size, hashes.read).subtree(from, to).toString('base64');
  } finally {
    hashes.close();
  }
}
