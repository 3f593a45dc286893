// Contracts are a fold over `contract` entries: the newest version of each id stands, until one takes it out. A file is read
// whole before anything is written, so one that is broken or half written never takes the place of one that stands. Their texts lie
// beside the log as blobs: one that is gone or altered is one contract that cannot be read, and says so, and no other's trouble.
import { createHash } from 'node:crypto';
import { AppError, invariant, isAppError, LIMITS } from '@weighbridge/kernel';
import { dealSize, readContract, type Contract, type DealSize } from '@weighbridge/ledger';
import { CONTRACT_TEXT_MOST, type Actor, type CarriedFrom } from '@weighbridge/protocol';
import { isReference, type BlobReference, type Blobs } from '../admin/blobs.ts';
import { openEntryFold, type FoldStores, type Happened } from '../admin/entry-fold.ts';

interface Named {
  readonly digest: string;
  readonly title: string;
}

interface ContractChange {
  readonly action: 'enter' | 'remove';
  readonly id: string;
  readonly before: Named | null;
  readonly after: (Named & { readonly file: string; readonly text: BlobReference }) | null;
  readonly by: Actor;
}

export interface ContractVersion {
  /** Id of its entry. */
  readonly entry: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly digest: string;
  readonly title: string;
  readonly file: string;
  readonly by: Actor;
  readonly text: BlobReference;
  /** Where it was entered, where that was a log that this one succeeded. */
  readonly carried: CarriedFrom | null;
}

/** One that stands, and of which nothing can be said but what its entry says. */
export interface UnreadContract {
  readonly id: string;
  /** Oldest first; the last one stands. */
  readonly versions: readonly ContractVersion[];
  /** What is wrong with its text. */
  readonly why: string;
}

export interface HeldContract {
  readonly id: string;
  readonly contract: Contract;
  readonly text: string;
  /** Oldest first; the last one stands. */
  readonly versions: readonly ContractVersion[];
}

export interface Entered {
  readonly held: HeldContract;
  /** False where it stood so already. */
  readonly changed: boolean;
  /** It stood so already, and its text, which was gone or altered, lies beside the log again. */
  readonly mended: boolean;
}

/** What the log says of contracts at a moment: of now, or of what had been entered by then. */
export interface ContractsKnown {
  /** Those that stand, by id, each either read or not to be read. */
  all(): { readonly held: readonly HeldContract[]; readonly unreadable: readonly UnreadContract[] };
  /** Those that stand, by id, without their texts. */
  named(): readonly { readonly id: string; readonly title: string }[];
  /** Throws CONTRACT_UNKNOWN, and CONTRACT_UNREADABLE where its text is gone, altered, or in a form that is no longer read. */
  held(id: string): HeldContract;
  /** The version that stands under an id, whether it can be read or not. */
  standing(id: string): ContractVersion | undefined;
  /** What a version says, or why that cannot be told. */
  reading(version: ContractVersion): Contract | { readonly why: string };
  /** How large the deal is without the contract of this id. */
  others(id: string): DealSize;
}

export interface ContractStore extends ContractsKnown {
  /** From what had been entered by then alone. */
  asOf(at: number): ContractsKnown;
  /** When the first was entered; null: none was. */
  first(): number | null;
  /**
   * `follows`: digest of the version that has to stand, null: none may; undefined: whatever does. Throws DEAL_INVALID,
   * CONTRACT_CHANGED, or BAD_REQUEST where there are too many.
   */
  enter(
    asked: { readonly file: string; readonly text: string; readonly follows?: string | null | undefined },
    by: Actor,
  ): Promise<Entered>;
  /** Throws CONTRACT_UNKNOWN. */
  remove(id: string, by: Actor): Promise<void>;
}

type Standing = ReadonlyMap<string, readonly ContractVersion[]>;

export function openContractStore(stores: FoldStores & { readonly blobs: Blobs }): ContractStore {
  const fold = openEntryFold<Standing, ContractChange>(stores, { kind: 'contract', start: new Map(), apply });
  const readingOf = readerOf(stores.blobs);
  const known = (standing: () => Standing, when: When): ContractsKnown => knownOf(standing, readingOf, when);
  return {
    ...known(() => fold.state(), 'now'),
    asOf: (at) => known(() => fold.stateAt(at), 'then'),
    first: () => fold.first(),
    enter: async ({ file, text, follows }, by) => {
      if (text.length > CONTRACT_TEXT_MOST)
        throw new AppError(
          'BAD_REQUEST',
          `a contract has at most ${CONTRACT_TEXT_MOST} characters, and ${file} has ${text.length}`,
        );
      const { id, title } = readContract(file, text);
      const digest = createHash('sha256').update(text).digest('hex');
      let changed = false;
      let mended = false;
      const standing = await fold.write((now) => {
        const before = now.get(id)?.at(-1);
        if (follows !== undefined && (before?.digest ?? null) !== follows) throw notAsSeen(id, before);
        if (before?.digest === digest) {
          mended = stores.blobs.trouble(before.text) !== null;
          stores.blobs.keep(text);
          return null;
        }
        if (before === undefined && now.size >= LIMITS.contracts) throw tooMany();
        // Throws with the line at which the whole becomes too much.
        readContract(file, text, knownOf(() => now, readingOf, 'now').others(id));
        changed = true;
        const was = before === undefined ? null : { digest: before.digest, title: before.title };
        const after = { digest, title, file, text: stores.blobs.keep(text) };
        return { change: { action: 'enter', id, before: was, after, by } };
      });
      return { held: knownOf(() => standing, readingOf, 'now').held(id), changed, mended };
    },
    remove: async (id, by) => {
      await fold.write((now) => {
        const last = now.get(id)?.at(-1);
        if (last === undefined) throw unknown(id);
        const before = { digest: last.digest, title: last.title };
        return { change: { action: 'remove', id, before, after: null, by } };
      });
    },
  };
}

type When = 'now' | 'then';

function knownOf(
  standing: () => Standing,
  readingOf: (version: ContractVersion) => Reading,
  when: When,
): ContractsKnown {
  const stands = (id: string, versions: readonly ContractVersion[]): HeldContract | UnreadContract => {
    const last = versions.at(-1);
    invariant(last !== undefined, 'a contract that stands has a version');
    const found = readingOf(last);
    return 'why' in found ? { id, versions, why: found.why } : { id, versions, ...found };
  };
  return {
    all: () => {
      const sorted = [...standing()].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const found = sorted.map(([id, versions]) => stands(id, versions));
      return {
        held: found.filter((one) => 'contract' in one),
        unreadable: found.filter((one) => 'why' in one),
      };
    },
    named: () => namesOf(standing()),
    held: (id) => {
      const versions = standing().get(id);
      if (versions === undefined) throw unknown(id, when);
      const found = stands(id, versions);
      if ('why' in found) throw unreadable(found);
      return found;
    },
    standing: (id) => standing().get(id)?.at(-1),
    reading: (version) => {
      const found = readingOf(version);
      return 'why' in found ? found : found.contract;
    },
    others: (id) =>
      dealSize(
        [...standing()].flatMap(([name, versions]) => {
          const found = name === id ? undefined : stands(name, versions);
          return found !== undefined && 'contract' in found ? [found.contract] : [];
        }),
      ),
  };
}

const namesOf = (standing: Standing): ReturnType<ContractsKnown['named']> =>
  [...standing]
    .map(([id, versions]) => ({ id, title: versions.at(-1)?.title ?? '' }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

type Reading = { readonly contract: Contract; readonly text: string } | { readonly why: string };

/** A text is held against its digest whenever it is asked for, and understood once. */
function readerOf(blobs: Blobs): (version: ContractVersion) => Reading {
  const known = new Map<string, Contract>();
  const understood = ({ digest, file }: ContractVersion, text: string): Contract => {
    const before = known.get(digest);
    if (before !== undefined) return before;
    const contract = readContract(file, text);
    if (known.size >= LIMITS.contracts * 2) known.clear();
    known.set(digest, contract);
    return contract;
  };
  return (version) => {
    if (!isReference(version.text)) return { why: 'its entry names no text' };
    try {
      const text = blobs.text(version.text);
      return { contract: understood(version, text), text };
    } catch (error) {
      // Gone or altered; or in a form that is no longer read.
      if (isAppError(error) && (error.code === 'DEAL_INVALID' || error.code === 'JOURNAL_CORRUPT'))
        return { why: error.message };
      throw error;
    }
  };
}

function apply(standing: Standing, { entry, at, carried, change }: Happened<ContractChange>): Standing {
  const next = new Map(standing);
  if (change.after === null) next.delete(change.id);
  else {
    const { digest, title, file, text } = change.after;
    const version = { entry, at, digest, title, file, by: change.by, text, carried };
    next.set(change.id, [...(standing.get(change.id) ?? []), version]);
  }
  return next;
}

const unknown = (id: string, when: When = 'now'): AppError =>
  new AppError(
    'CONTRACT_UNKNOWN',
    when === 'now'
      ? `no contract ${id.slice(0, 80)} stands in the log`
      : `no contract ${id.slice(0, 80)} stood in the log at the end of that day`,
  );

const unreadable = ({ id, why }: UnreadContract): AppError =>
  new AppError('CONTRACT_UNREADABLE', `contract ${id} stands in the log, and its text cannot be read: ${why}`, {
    next: mendOf(id),
  });

/** What brings the text of a contract back. */
export const mendOf = (id: string): string =>
  `put the file back from a backup, or enter the contract again: \`weighbridge deal import FILE\`; \`weighbridge deal remove ${id}\` takes it out`;

const notAsSeen = (id: string, before: ContractVersion | undefined): AppError =>
  new AppError(
    'CONTRACT_CHANGED',
    before === undefined
      ? `contract ${id} was taken out meanwhile`
      : `contract ${id} stands already, entered ${new Date(before.at).toISOString()} from ${before.file}`,
  );

const tooMany = (): AppError =>
  new AppError('BAD_REQUEST', `there are ${LIMITS.contracts} contracts already`, {
    next: 'take out one that has ended: `weighbridge deal remove ID`',
  });
