// Contracts are a fold over `contract` entries: the newest version of each id stands, until one takes it out. A file is read
// whole before anything is written, so one that is broken or half written never takes the place of one that stands.
import { createHash } from 'node:crypto';
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import { readContract, type Contract } from '@weighbridge/ledger';
import { CONTRACT_TEXT_MOST, type Actor } from '@weighbridge/protocol';
import type { BlobReference, Blobs } from '../admin/blobs.ts';
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
}

export interface ContractStore {
  /** Those that stand, by id. Throws JOURNAL_CORRUPT where the text of one is gone. */
  all(): readonly HeldContract[];
  /** Those that stand, by id, without their texts. */
  named(): readonly { readonly id: string; readonly title: string }[];
  /** Throws CONTRACT_UNKNOWN. */
  held(id: string): HeldContract;
  /** What a version says. Throws JOURNAL_CORRUPT where its text is gone; undefined where this version cannot read it. */
  reading(version: ContractVersion): Contract | undefined;
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
  const read = new Map<string, Contract>();
  /** Versions that the log holds are read once. */
  const contractOf = ({ digest, file, text }: ContractVersion): Contract => {
    const known = read.get(digest);
    if (known !== undefined) return known;
    const contract = readContract(file, stores.blobs.text(text));
    if (read.size >= LIMITS.contracts * 2) read.clear();
    read.set(digest, contract);
    return contract;
  };
  const heldOf = (standing: Standing, id: string): HeldContract => {
    const versions = standing.get(id);
    const last = versions?.at(-1);
    if (versions === undefined || last === undefined) throw unknown(id);
    return { id, contract: contractOf(last), text: stores.blobs.text(last.text), versions };
  };
  return {
    all: () => [...fold.state().keys()].toSorted().map((id) => heldOf(fold.state(), id)),
    named: () =>
      [...fold.state()]
        .map(([id, versions]) => ({ id, title: versions.at(-1)?.title ?? '' }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    held: (id) => heldOf(fold.state(), id),
    reading: (version) => {
      try {
        return contractOf(version);
      } catch (error) {
        // An old version may be in a form that is no longer read; its text still is.
        if (isAppError(error) && error.code === 'DEAL_INVALID') return undefined;
        throw error;
      }
    },
    enter: async ({ file, text, follows }, by) => {
      if (text.length > CONTRACT_TEXT_MOST)
        throw new AppError(
          'BAD_REQUEST',
          `a contract has at most ${CONTRACT_TEXT_MOST} characters, and ${file} has ${text.length}`,
        );
      const { id, title } = readContract(file, text);
      const digest = createHash('sha256').update(text).digest('hex');
      let changed = false;
      const standing = await fold.write((now) => {
        const before = now.get(id)?.at(-1);
        if (follows !== undefined && (before?.digest ?? null) !== follows) throw notAsSeen(id, before);
        if (before?.digest === digest) return null;
        if (before === undefined && now.size >= LIMITS.contracts) throw tooMany();
        changed = true;
        const was = before === undefined ? null : { digest: before.digest, title: before.title };
        const after = { digest, title, file, text: stores.blobs.keep(text) };
        return { change: { action: 'enter', id, before: was, after, by } };
      });
      return { held: heldOf(standing, id), changed };
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

function apply(standing: Standing, { entry, at, change }: Happened<ContractChange>): Standing {
  const next = new Map(standing);
  if (change.after === null) next.delete(change.id);
  else {
    const { digest, title, file, text } = change.after;
    next.set(change.id, [...(standing.get(change.id) ?? []), { entry, at, digest, title, file, by: change.by, text }]);
  }
  return next;
}

const unknown = (id: string): AppError =>
  new AppError('CONTRACT_UNKNOWN', `no contract ${id.slice(0, 80)} stands in the log`);

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
