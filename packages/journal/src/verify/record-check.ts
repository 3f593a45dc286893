// What lies beside the leaves, held against them: each record is taken apart where it lies in its bundle, the digest of
// every group computed, and what fits handed to whoever wants to know what it says. Nothing is copied that need not be:
// a log is verified at the speed of its hashes only where the rest allocates little.
import { AppError } from '@weighbridge/kernel';
import { GROUPS, leafProblems, scanLeaf, type Group, type Leaf, type Page } from '@weighbridge/protocol';
import { openPersonal, recordSpans, sealedPersonal, spanDigest } from '../record/record.ts';
import { leavesRoot, readClosing } from '../retention/closings.ts';
import { ages, readStatement, statedFor, type PrunedRange } from '../retention/statements.ts';
import { BUNDLE_ENTRIES, PART_ENTRIES } from '../store/layout.ts';
import { nextItem } from '../store/part-store.ts';
import type { Vault } from '../vault/vault.ts';
import { newTally, type Tally } from './verdict.ts';
import { checkDigest, checkGroup, parseLeaf } from './verify-receipt.ts';

export interface CheckedEntry {
  readonly index: number;
  readonly leaf: Leaf;
  /** What is wrong with the leaf's own members (`leafProblems`): known here, judged by the caller. */
  readonly leafProblems: readonly string[];
  /** `personal` only when the vault opened it. */
  readonly groups: Readonly<Partial<Record<Group, Passage>>>;
}

export interface BytesPage extends Page {
  readonly bytes: Buffer;
}

/** A group's canonical JSON: bytes `[from, to)` of a page that holds until the caller returns. */
export interface Passage {
  readonly page: BytesPage;
  readonly from: number;
  readonly to: number;
}

/** A bundle of leaves, and the one of what lies beside them. */
export interface RecordBundle {
  readonly bundle: number;
  readonly leaves: Buffer;
  readonly records: Buffer;
  readonly width: number;
  readonly vault: Vault | null;
  readonly tally: Tally;
}

/** Throws PROOF_INVALID, JOURNAL_CORRUPT. `onEntry`: told of every entry whose groups are those that its leaf commits to. */
export function checkRecords(
  { bundle, leaves, records, width, vault, tally }: RecordBundle,
  onEntry: ((entry: CheckedEntry) => void) | undefined,
): void {
  const leafPage = pageOf(leaves);
  const recordPage = onEntry === undefined ? { bytes: records, text: '', at: 0 } : pageOf(records);
  let leafAt = 0;
  let recordAt = 0;
  for (let i = 0; i < width; i += 1) {
    const leafEnd = nextItem(leaves, 2, leafAt);
    const recordEnd = nextItem(records, 4, recordAt);
    const index = bundle * BUNDLE_ENTRIES + i;
    const { leaf, problems } = readLeaf(leafPage, leafAt + 2, leafEnd);
    if (leaf.kind === 'call') countCall(tally, index);
    if (recordEnd === recordAt + 4) {
      countEmptied(tally, index, leaf);
      leafAt = leafEnd;
      recordAt = recordEnd;
      continue;
    }
    const groups = checkRecord(leaf, { page: recordPage, from: recordAt + 4, to: recordEnd }, vault, tally);
    if (leaf.kind === 'pruned') takePruned(tally, index, statementIn(leaf, groups.public));
    if (leaf.kind === 'closing')
      tally.closings.add(index, readClosing(textOf(groups.public)), leaves.toString('utf8', leafAt + 2, leafEnd));
    onEntry?.({ index, leaf, leafProblems: problems, groups });
    leafAt = leafEnd;
    recordAt = recordEnd;
  }
  if (recordAt !== records.length)
    throw new AppError('JOURNAL_CORRUPT', `the records of bundle ${bundle} are more than its leaves`);
}

/**
 * Of a bundle by itself, none of whose records may be gone. Throws PROOF_INVALID, JOURNAL_CORRUPT. Personal groups are not
 * opened: whoever reads them opens them, and a key of the vault answers for them.
 */
export function checkRecordsOf(leaves: Buffer, records: Buffer, onLeaf: (leaf: Leaf) => void): void {
  const [leafPage, recordPage] = [pageOf(leaves), { bytes: records, text: '', at: 0 }];
  const tally = newTally();
  let recordAt = 0;
  for (let leafAt = 0; leafAt < leaves.length;) {
    const leafEnd = nextItem(leaves, 2, leafAt);
    const recordEnd = nextItem(records, 4, recordAt);
    const { leaf } = readLeaf(leafPage, leafAt + 2, leafEnd);
    checkRecord(leaf, { page: recordPage, from: recordAt + 4, to: recordEnd }, null, tally);
    onLeaf(leaf);
    [leafAt, recordAt] = [leafEnd, recordEnd];
  }
}

/** Whether an entry states that it was pruned is known at the end of the log. Throws PROOF_INVALID for a kind that never is. */
function countEmptied(tally: Tally, index: number, leaf: Leaf): void {
  if (!ages(leaf.kind)) throw new AppError('PROOF_INVALID', `the record of entry ${index} (${leaf.kind}) is gone`);
  tally.emptied += 1;
  tally.emptiedParts.add(Math.floor(index / PART_ENTRIES));
}

const statementIn = (leaf: Leaf, passage: Passage | undefined): readonly PrunedRange[] =>
  passage === undefined ? [] : readStatement(leaf.at, textOf(passage));

const textOf = (passage: Passage | undefined): string =>
  passage === undefined ? '{}' : passage.page.bytes.toString('utf8', passage.from, passage.to);

function countCall(tally: Tally, index: number): void {
  const part = Math.floor(index / PART_ENTRIES);
  tally.calls[part] = (tally.calls[part] ?? 0) + 1;
}

/** Throws PROOF_INVALID unless the entries that are said to close what goes stand before, and are those that are meant. */
function takePruned(tally: Tally, index: number, ranges: readonly PrunedRange[]): void {
  for (const part of ranges.flatMap(({ closed }) => closed)) {
    const set = tally.closings.whole.find(({ first }) => first === part.first);
    if (set?.digest === part.digest && set.from === part.from && set.entries === part.entries) continue;
    throw new AppError(
      'PROOF_INVALID',
      `entry ${index} says that entry ${part.first} closes ${part.from} to ${part.to - 1}, and it does not`,
    );
  }
  tally.pruned.push(...ranges);
}

/** Throws PROOF_INVALID unless each closing entry is of the leaves that the log holds there, and of as many calls. */
export function checkClosings(folder: string, size: number, { closings, calls }: Tally): void {
  for (const { first, from, to, leaves, calls: said } of closings.whole) {
    const which = `entry ${first} closes entries ${from} to ${to - 1}`;
    if (leavesRoot(folder, size, { from, to }) !== leaves)
      throw new AppError('PROOF_INVALID', `${which}, and the leaves there are not those that it says`);
    const there = calls[from / PART_ENTRIES] ?? 0;
    if (said !== there) throw new AppError('PROOF_INVALID', `${which} as ${said} calls, and there are ${there}`);
  }
}

/** Throws PROOF_INVALID unless every record that is gone is stated as pruned by an entry of the log. */
export function checkPruned({ emptiedParts, pruned }: Tally): void {
  for (const part of emptiedParts) {
    const first = part * PART_ENTRIES;
    if (statedFor(first, pruned) !== undefined) continue;
    const which = `${first} to ${first + PART_ENTRIES - 1}`;
    throw new AppError(
      'PROOF_INVALID',
      `records of entries ${which} are gone, and no entry states that they were pruned`,
    );
  }
}

const pageOf = (bytes: Buffer): BytesPage => ({ bytes, text: bytes.toString('latin1'), at: 0 });

const NONE: readonly string[] = [];

function readLeaf(page: BytesPage, from: number, to: number): { leaf: Leaf; problems: readonly string[] } {
  page.at = from;
  const scanned = scanLeaf(page, to);
  if (scanned !== undefined) return { leaf: scanned, problems: NONE };
  const leaf = parseLeaf(page.bytes.toString('utf8', from, to));
  return { leaf, problems: leafProblems(leaf) };
}

function checkRecord(
  leaf: Leaf,
  { page, from, to }: Passage,
  vault: Vault | null,
  tally: Tally,
): CheckedEntry['groups'] {
  const { bytes } = page;
  const spans = recordSpans(bytes, from, to);
  const checked: Partial<Record<Group, Passage>> = {};
  for (const name of GROUPS) {
    const span = spans[name];
    const committed = leaf.groups[name];
    if ((span === null) !== (committed === undefined)) {
      throw new AppError('PROOF_INVALID', `the record of ${leaf.id} and its leaf differ on the ${name} group`);
    }
    if (span === null || committed === undefined) continue;
    if ('salt' in span) {
      checkDigest(name, committed, spanDigest(bytes, span));
      checked[name] = { page, from: span.text, to: span.end };
    } else {
      const opened = vault === null ? null : openSealed(leaf, bytes.subarray(span.start, span.end), vault);
      if (opened === null) {
        tally.unchecked += 1;
        continue;
      }
      checkGroup(name, committed, opened.salt, opened.text);
      checked[name] = { page: pageOf(opened.text), from: 0, to: opened.text.length };
    }
    tally.checked += 1;
  }
  return checked;
}

const openSealed = (leaf: Leaf, bytes: Buffer, vault: Vault): { salt: Buffer; text: Buffer } | null =>
  openUnlessErased(() => openPersonal(sealedPersonal(bytes), leaf.by, leaf.id, vault));

function openUnlessErased<T>(open: () => T | null): T | null {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'SUBJECT_ERASED') return null;
    throw new AppError('PROOF_INVALID', `a personal group cannot be opened: ${error.message}`, { cause: error });
  }
}
