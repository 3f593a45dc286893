// What a successor log takes over from the log that it closes: entries of some kinds, each written again as an entry of its own,
// under its own id, that says which entry of which log it first was, and when. The closed log is read leaf by leaf and not by its
// index, and only what its own signed root vouches for goes over: a log is succeeded because something is wrong with it. What
// cannot be read, or is not what was sealed, stays behind by name.
import { AppError, canonicalJson, type Json, type JsonObject } from '@weighbridge/kernel';
import type { CarriedFrom, EntryDraft, EntryKind, Leaf } from '@weighbridge/protocol';
import type { Checkpoint, Disclosure, Journal, LogEntry } from '../contract.ts';
import { openJournal } from '../journal.ts';
import { leafHash } from '../merkle/hash.ts';
import { TileTree } from '../merkle/proof.ts';
import { verifyInclusion } from '../merkle/verify.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { groupDigest } from '../record/record.ts';
import { HashReader } from '../store/hash-store.ts';
import { BUNDLE_ENTRIES } from '../store/layout.ts';

/** Of what stayed behind, so much is named; all of it is counted. */
const LEFT_NAMED = 50;

/** Entries of the closed log that did not go over, and why. */
export interface LeftBehind {
  /** Indexes: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  /** Of an entry that could be read: its kind and id. */
  readonly entry?: string;
  readonly why: string;
}

export interface Carried {
  /** How many went over. */
  readonly entries: number;
  /** The log that they come from, as it was found: its origin, size and root (base64). Null: nothing of it could be believed. */
  readonly from: { readonly origin: string; readonly size: number; readonly root: string } | null;
  /** The first 50. */
  readonly left: readonly LeftBehind[];
  /** How many reasons there were to leave something behind. */
  readonly left_in_all: number;
}

type CarriedDraft = Omit<EntryDraft, 'at'>;

export interface CarriedEntries {
  readonly drafts: readonly CarriedDraft[];
  readonly summary: Carried;
}

interface Closed {
  /** Folder of the closed log. */
  readonly folder: string;
  /** The checkpoint that was found beside it; null where there is none. */
  readonly found: string | null;
  /** Keys that signed it. */
  readonly keys: readonly NoteVerifier[];
}

/** Throws nothing that the closed log could cause: a successor begins whatever state that is in. */
export function carriedFrom({ folder, found, keys }: Closed, kinds: readonly EntryKind[]): CarriedEntries {
  const left: LeftBehind[] = [];
  let leftInAll = 0;
  const leave = (behind: LeftBehind): void => {
    leftInAll += 1;
    if (left.length < LEFT_NAMED) left.push(behind);
  };
  const told = (drafts: readonly CarriedDraft[], from: Carried['from']): CarriedEntries => ({
    drafts,
    summary: { entries: drafts.length, from, left, left_in_all: leftInAll },
  });
  if (found === null) {
    leave({ from: 0, to: 0, why: 'the closed log is not there: no checkpoint lies beside it' });
    return told([], null);
  }
  let checkpoint: Checkpoint;
  try {
    checkpoint = openCheckpoint(found, keys);
  } catch (error) {
    leave({ from: 0, to: 0, why: `the checkpoint of the closed log was not signed by its key: ${reasonOf(error)}` });
    return told([], null);
  }
  const { origin, size, root } = checkpoint;
  return told(draftsOf(folder, checkpoint, kinds, leave), { origin, size, root: root.toString('base64') });
}

type Leave = (behind: LeftBehind) => void;

function draftsOf(
  folder: string,
  checkpoint: Checkpoint,
  kinds: readonly EntryKind[],
  leave: Leave,
): readonly CarriedDraft[] {
  const { size } = checkpoint;
  const hashes = new HashReader(folder);
  const tree = new TileTree(size, hashes.read);
  try {
    const journal = openJournal(folder);
    try {
      return bundlesOf(size).flatMap(({ from, to }) => {
        const own = tried(() => [...journal.entries({ kinds, from, to, unindexed: true })], { from, to }, leave) ?? [];
        return own.flatMap((entry) => {
          const { index, leaf } = entry;
          const place = { from: index, to: index + 1, entry: `${leaf.kind} ${leaf.id}` };
          return tried(() => draftOf(journal, entry, tree, checkpoint), place, leave) ?? [];
        });
      });
    } finally {
      journal.close();
    }
  } catch (error) {
    leave({ from: 0, to: size, why: reasonOf(error) });
    return [];
  } finally {
    hashes.close();
  }
}

/** What fails is told, and does not keep the rest. */
function tried<Value>(work: () => Value, place: Omit<LeftBehind, 'why'>, leave: Leave): Value | undefined {
  try {
    return work();
  } catch (error) {
    leave({ ...place, why: reasonOf(error) });
    return undefined;
  }
}

const bundlesOf = (size: number): readonly { readonly from: number; readonly to: number }[] =>
  Array.from({ length: Math.ceil(size / BUNDLE_ENTRIES) }, (_, bundle) => ({
    from: bundle * BUNDLE_ENTRIES,
    to: Math.min(size, (bundle + 1) * BUNDLE_ENTRIES),
  }));

/**
 * What was carried before keeps what it says of where it first stood. Throws PROOF_INVALID for what the signed root does not
 * vouch for, and what reading it throws.
 */
function draftOf(
  journal: Journal,
  { index, leaf, text }: LogEntry,
  tree: TileTree,
  { origin, size, root }: Checkpoint,
): CarriedDraft {
  verifyInclusion(index, size, leafHash(Buffer.from(text)), tree.inclusion(index), root);
  const groups = journal.groups(index, ['commercial', 'public']);
  const commercial = committed('commercial', groups, leaf);
  const open = committed('public', groups, leaf);
  const content = JSON.parse(commercial ?? '{}') as JsonObject & { readonly carried?: CarriedFrom };
  const carried: CarriedFrom = content.carried ?? { at: leaf.at, index, origin };
  return {
    kind: leaf.kind,
    id: leaf.id,
    commercial: canonicalJson({ ...content, carried: { ...carried } } satisfies Json),
    ...(open === undefined ? {} : { public: publicOf(open, carried) }),
  };
}

/** Throws PROOF_INVALID where it is not what the leaf commits to. */
function committed(name: 'commercial' | 'public', groups: Disclosure, leaf: Leaf): string | undefined {
  const group = groups[name];
  const digest =
    group === undefined ? undefined : groupDigest(Buffer.from(group.salt, 'base64url'), Buffer.from(group.text));
  if (digest === leaf.groups[name]) return group?.text;
  throw new AppError('PROOF_INVALID', `its ${name} group is not the one that its leaf commits to`);
}

/** What was published then is not published anew: it says of itself when it was said. */
const publicOf = (text: string, carried: CarriedFrom): string =>
  canonicalJson({ ...(JSON.parse(text) as JsonObject), carried: { ...carried } } satisfies Json);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
