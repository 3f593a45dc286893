// What stands is a fold over the entries of one kind, in the order of the log: read once when it is opened, and carried on by
// each change that is written. One change at a time, so that what it says of before is then true.
import { systemClock } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { EntryDraft, EntryKind } from '@weighbridge/protocol';
import { canonical } from './entries.ts';
import type { Stores } from './stores.ts';

export interface Happened<Change> {
  /** Id of its entry. */
  readonly entry: string;
  /** UTC milliseconds. */
  readonly at: number;
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
  readonly kind: EntryKind;
  readonly start: State;
  readonly apply: (state: State, happened: Happened<Change>) => State;
}

export function openEntryFold<State, Change>(
  stores: FoldStores,
  { kind, start, apply }: FoldForm<State, Change>,
): EntryFold<State, Change> {
  let state = start;
  for (const happened of readChanges<Change>(stores.journal, kind)) state = apply(state, happened);
  let tail: Promise<unknown> = Promise.resolve();
  const turn = async (decide: (state: State, at: number) => Draft<Change> | null): Promise<State> => {
    const at = stores.now?.() ?? systemClock.wall();
    const draft = decide(state, at);
    if (draft === null) return state;
    const entry = stores.nextId();
    await stores.admin.append(draftOf(kind, entry, at, draft));
    state = apply(state, { entry, at, change: draft.change });
    return state;
  };
  return {
    state: () => state,
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

/** In the order of the log. What was pruned is not told: it no longer says anything. */
function* readChanges<Change>(journal: FoldStores['journal'], kind: EntryKind): Generator<Happened<Change>> {
  for (const { index, leaf } of journal.entries({ kinds: [kind] })) {
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text !== undefined) yield { entry: leaf.id, at: leaf.at, change: JSON.parse(text) as Change };
  }
}
