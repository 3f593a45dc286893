// What stands is a fold over the entries of one kind, in the order of the log: read once when it is opened, and carried on by
// each change that is written. One change at a time, so that what it says of before is then true. A successor log holds the
// entries of the log that it closed again (docs/decisions/0032): each counts as of when it was first written, and once. What stood
// at a moment of the past is the same fold over what had been written by then.
import { systemClock } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { CarriedFrom, EntryDraft, EntryKind } from '@weighbridge/protocol';
import { canonical } from './entries.ts';
import type { Stores } from './stores.ts';

/** Kinds that are folded so. When a log is succeeded, its successor takes all of them over. */
export const CARRIED_KINDS = [
  'view',
  'contract',
  'claim',
  'incident',
  'attestation',
  'register',
] as const satisfies readonly EntryKind[];

export interface Happened<Change> {
  /** Id of its entry, the same in every log that holds it. */
  readonly entry: string;
  /** When it was first written, UTC milliseconds. */
  readonly at: number;
  /** Where it first stood, where that was not this log. */
  readonly carried: CarriedFrom | null;
  readonly change: Change;
}

export type FoldStores = Pick<Stores, 'nextId'> & {
  readonly journal: Pick<Journal, 'entries' | 'groups'>;
  readonly admin: Pick<Stores['admin'], 'append'>;
  /** UTC milliseconds; absent: the machine's clock. */
  readonly now?: () => number;
};

/** Where there is no log yet. */
export const NO_LOG: FoldStores['journal'] = {
  entries: () => [][Symbol.iterator](),
  groups: () => ({}),
};

export interface EntryFold<State, Change> {
  state(): State;
  /** From what had been written by then alone, wherever in the log it stands: what was written later is not in it. */
  stateAt(at: number): State;
  /** When the first of its entries was written, UTC milliseconds; null: there is none. */
  first(): number | null;
  /**
   * Waits for its turn, has the change decided on the state as it then is, writes it and folds it in; null: nothing is to be
   * written. Durable when it resolves.
   */
  write(decide: (state: State, at: number) => Draft<Change> | null): Promise<State>;
}

interface Draft<Change> {
  readonly change: Change;
  /** Canonical text that everybody may see. */
  readonly public?: string;
}

export interface FoldForm<State, Change> {
  readonly kind: (typeof CARRIED_KINDS)[number];
  readonly start: State;
  readonly apply: (state: State, happened: Happened<Change>) => State;
}

export function openEntryFold<State, Change>(
  stores: FoldStores,
  { kind, start, apply }: FoldForm<State, Change>,
): EntryFold<State, Change> {
  const all = [...readChanges<Change>(stores.journal, kind)];
  let state = all.reduce(apply, start);
  let before: { readonly at: number; readonly of: number; readonly state: State } | undefined;
  const stateAt = (at: number): State => {
    if (all.every((happened) => happened.at <= at)) return state;
    if (before?.at !== at || before.of !== all.length)
      before = { at, of: all.length, state: all.filter((happened) => happened.at <= at).reduce(apply, start) };
    return before.state;
  };
  let tail: Promise<unknown> = Promise.resolve();
  const turn = async (decide: (state: State, at: number) => Draft<Change> | null): Promise<State> => {
    const at = stores.now?.() ?? systemClock.wall();
    const draft = decide(state, at);
    if (draft === null) return state;
    const entry = stores.nextId();
    await stores.admin.append(draftOf(kind, entry, at, draft));
    const happened = { entry, at, carried: null, change: draft.change };
    all.push(happened);
    state = apply(state, happened);
    return state;
  };
  return {
    state: () => state,
    stateAt,
    first: () => (all.length === 0 ? null : all.reduce((least, { at }) => Math.min(least, at), Infinity)),
    write: (decide) => {
      const run = tail.then(() => turn(decide));
      tail = run.catch(() => undefined);
      return run;
    },
  };
}

const draftOf = <Change>(kind: EntryKind, id: string, at: number, draft: Draft<Change>): EntryDraft => ({
  kind,
  id,
  at,
  commercial: canonical(draft.change),
  ...(draft.public === undefined ? {} : { public: draft.public }),
});

/**
 * In the order of the log. What was pruned is not told: it no longer says anything. An entry that was carried, and waited in a
 * write-ahead file as well when the log before was damaged, stands there twice, and counts once.
 */
function* readChanges<Change>(journal: FoldStores['journal'], kind: EntryKind): Generator<Happened<Change>> {
  const known = new Set<string>();
  for (const { index, leaf } of journal.entries({ kinds: [kind] })) {
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text === undefined || known.has(leaf.id)) continue;
    known.add(leaf.id);
    const change = JSON.parse(text) as Change & { readonly carried?: CarriedFrom };
    const { carried = null } = change;
    yield { entry: leaf.id, at: carried?.at ?? leaf.at, carried, change };
  }
}
