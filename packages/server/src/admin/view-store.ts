// Saved views are a fold over `view` entries: the newest of each id stands, until one removes it. Names are unique among
// those that stand, so that a person never meets two of one name.
import { AppError, LIMITS, systemClock } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { Actor, EntryDraft, SavedView } from '@weighbridge/protocol';
import { canonical } from './entries.ts';
import type { Stores } from './stores.ts';

/** What a view is, without who saved it and when. */
export type ViewContent = Pick<SavedView, 'name' | 'path' | 'query'>;

interface ViewChange {
  readonly action: 'save' | 'remove';
  readonly id: string;
  readonly before: ViewContent | null;
  readonly after: ViewContent | null;
  readonly by: Actor;
}

export interface ViewStore {
  /** By name. */
  all(): readonly SavedView[];
  /** Durable when it resolves. Throws VIEW_UNKNOWN for an id that does not stand, BAD_REQUEST for a name that is taken. */
  save(content: ViewContent & { readonly id?: string }, by: Actor): Promise<SavedView>;
  /** Throws VIEW_UNKNOWN. */
  remove(id: string, by: Actor): Promise<void>;
}

type ViewStores = Pick<Stores, 'journal' | 'nextId'> & { readonly admin: Pick<Stores['admin'], 'append'> };

export function openViewStore(stores: ViewStores): ViewStore {
  let views = foldViews(stores.journal);
  let tail: Promise<unknown> = Promise.resolve();
  /** One change at a time: what it was before is then true. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const run = tail.then(work);
    tail = run.catch(() => undefined);
    return run;
  };
  const write = async (change: ViewChange, at: number): Promise<void> => {
    await stores.admin.append(viewDraft(stores.nextId(), at, change));
    views = apply(views, change, at);
  };
  const held = (id: string): SavedView => {
    const view = views.get(id);
    if (view !== undefined) return view;
    throw new AppError('VIEW_UNKNOWN', `there is no saved view ${id.slice(0, 40)}`);
  };
  return {
    all: () => [...views.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    save: ({ id: given, name, path, query }, by) =>
      inTurn(async () => {
        const before = given === undefined ? null : contentOf(held(given));
        const taken = [...views.values()].find((view) => view.name === name && view.id !== given);
        if (taken !== undefined) throw nameTaken(name);
        if (before === null && views.size >= LIMITS.views) throw tooMany();
        const id = given ?? stores.nextId();
        const at = systemClock.wall();
        await write({ action: 'save', id, before, after: { name, path, query }, by }, at);
        return held(id);
      }),
    remove: (id, by) =>
      inTurn(() => write({ action: 'remove', id, before: contentOf(held(id)), after: null, by }, systemClock.wall())),
  };
}

const nameTaken = (name: string): AppError =>
  new AppError('BAD_REQUEST', `a view is named "${name}" already`, { next: 'change that one, or take another name' });

const tooMany = (): AppError =>
  new AppError('BAD_REQUEST', `there are ${LIMITS.views} saved views already`, {
    next: 'remove one that nobody needs',
  });

const contentOf = ({ name, path, query }: ViewContent): ViewContent => ({ name, path, query });

const viewDraft = (id: string, at: number, change: ViewChange): EntryDraft => ({
  kind: 'view',
  id,
  at,
  commercial: canonical(change),
});

function foldViews(journal: Journal): ReadonlyMap<string, SavedView> {
  let views: ReadonlyMap<string, SavedView> = new Map();
  for (const { index, leaf } of journal.entries({ kinds: ['view'] })) {
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text !== undefined) views = apply(views, JSON.parse(text) as ViewChange, leaf.at);
  }
  return views;
}

function apply(views: ReadonlyMap<string, SavedView>, change: ViewChange, at: number): ReadonlyMap<string, SavedView> {
  const next = new Map(views);
  if (change.after === null) next.delete(change.id);
  else next.set(change.id, { id: change.id, ...contentOf(change.after), saved: at, by: change.by });
  return next;
}
