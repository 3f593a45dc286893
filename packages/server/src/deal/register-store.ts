// The organisation's own register: a fold over `register` entries, each a whole file with who entered it and what stood before. What
// it says is laid over the register that ships, as of any day; a version that can no longer be read adds nothing, and says so.
import { createHash } from 'node:crypto';
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import { layOver, readOwnRegister, type OwnRegister } from '@weighbridge/governance';
import { REGISTER_TEXT_MOST, type Actor } from '@weighbridge/protocol';
import type { BlobReference, Blobs } from '../admin/blobs.ts';
import { openEntryFold, type FoldStores, type Happened } from '../admin/entry-fold.ts';
import { reference, type Reference } from './reference.ts';

interface Named {
  readonly digest: string;
  readonly title: string;
}

interface RegisterChangeEntry {
  readonly action: 'enter' | 'remove';
  readonly before: Named | null;
  readonly after: (Named & { readonly file: string; readonly text: BlobReference }) | null;
  readonly by: Actor;
}

export interface RegisterVersion {
  /** Id of its entry. */
  readonly entry: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly by: Actor;
  /** Null: it was taken out. */
  readonly held: (Named & { readonly file: string; readonly text: BlobReference }) | null;
}

interface RegisterReading {
  readonly own: OwnRegister | null;
  /** Why it adds nothing; null where it does. */
  readonly unread: string | null;
}

export interface RegisterStore {
  /** Oldest first; what was taken out is one of them. */
  versions(): readonly RegisterVersion[];
  /** When the first was entered; null: none was. */
  first(): number | null;
  /** The one that stood at that moment; undefined where none did. */
  standing(at: number): RegisterVersion | undefined;
  reading(version: RegisterVersion): RegisterReading;
  /** Null where it is gone, or was taken out. */
  text(version: RegisterVersion): string | null;
  /** What ships with what stood at that moment laid over it. */
  reference(at: number): Reference;
  /**
   * `follows`: digest of the version that has to stand, null: none may; undefined: whatever does. False where it stands so
   * already. Throws DEAL_INVALID, REGISTER_CHANGED, or BAD_REQUEST for a text that is too long.
   */
  enter(
    asked: { readonly file: string; readonly text: string; readonly follows?: string | null | undefined },
    by: Actor,
  ): Promise<boolean>;
  /** Throws BAD_REQUEST where none stands. */
  remove(by: Actor): Promise<void>;
}

type State = readonly RegisterVersion[];

export function openRegisterStore(stores: FoldStores & { readonly blobs: Blobs }): RegisterStore {
  const fold = openEntryFold<State, RegisterChangeEntry>(stores, { kind: 'register', start: [], apply });
  const known = new Map<string, RegisterReading & { readonly laid: Reference }>();
  const read = ({ held }: RegisterVersion) => {
    if (held === null) return { own: null, unread: null, laid: reference() };
    const before = known.get(held.digest);
    if (before !== undefined) return before;
    const reading = readLaid(held.file, () => stores.blobs.text(held.text));
    if (known.size >= LIMITS.registers_read) known.clear();
    known.set(held.digest, reading);
    return reading;
  };
  const standing = (at: number): RegisterVersion | undefined => {
    const last = fold.state().findLast((version) => version.at <= at);
    return last?.held === null ? undefined : last;
  };
  return {
    versions: () => fold.state(),
    first: () => fold.first(),
    standing,
    reading: read,
    text: ({ held }) => (held === null ? null : textOrNull(stores.blobs, held.text)),
    reference: (at) => {
      const version = standing(at);
      return version === undefined ? reference() : read(version).laid;
    },
    enter: async ({ file, text, follows }, by) => {
      if (text.length > REGISTER_TEXT_MOST)
        throw new AppError(
          'BAD_REQUEST',
          `a register has at most ${REGISTER_TEXT_MOST} characters, and ${file} has ${text.length}`,
        );
      const { title } = readOwnRegister(reference(), file, text);
      const digest = createHash('sha256').update(text).digest('hex');
      let changed = false;
      await fold.write((now) => {
        const before = now.at(-1)?.held ?? null;
        if (follows !== undefined && (before?.digest ?? null) !== follows) throw notAsSeen(before);
        if (before?.digest === digest) return null;
        changed = true;
        const after = { digest, title, file, text: stores.blobs.keep(text) };
        return { change: { action: 'enter', before: nameOf(before), after, by } };
      });
      return changed;
    },
    remove: async (by) => {
      await fold.write((now) => {
        const before = now.at(-1)?.held ?? null;
        if (before === null)
          throw new AppError('BAD_REQUEST', 'no register of your own stands: there is nothing to take out');
        return { change: { action: 'remove', before: nameOf(before), after: null, by } };
      });
    },
  };
}

/**
 * A later release may ship an id that the file uses, or read another form, and its text may be gone: the product goes on with what
 * ships, and says why.
 */
function readLaid(file: string, text: () => string): RegisterReading & { readonly laid: Reference } {
  try {
    const own = readOwnRegister(reference(), file, text());
    return { own, unread: null, laid: layOver(reference(), own) };
  } catch (error) {
    if (isAppError(error) && (error.code === 'DEAL_INVALID' || error.code === 'JOURNAL_CORRUPT'))
      return { own: null, unread: error.message.slice(0, UNREAD_MOST), laid: withoutOwn() };
    throw error;
  }
}

/** What ships, and that something is missing over it: evidence of whom nobody can place does not count meanwhile. */
const withoutOwn = (): Reference => ({ ...reference(), register: { ...reference().register, unread: true } });

function textOrNull(blobs: Blobs, text: BlobReference): string | null {
  try {
    return blobs.text(text);
  } catch (error) {
    if (isAppError(error) && error.code === 'JOURNAL_CORRUPT') return null;
    throw error;
  }
}

const UNREAD_MOST = 2_000;

const nameOf = (held: RegisterVersion['held']): Named | null =>
  held === null ? null : { digest: held.digest, title: held.title };

const apply = (state: State, { entry, at, change }: Happened<RegisterChangeEntry>): State => [
  ...state,
  { entry, at, by: change.by, held: change.after },
];

const notAsSeen = (before: RegisterVersion['held']): AppError =>
  new AppError(
    'REGISTER_CHANGED',
    before === null
      ? 'the register was taken out meanwhile'
      : `a register stands already, "${before.title}" from ${before.file}`,
  );
