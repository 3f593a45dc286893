// Saved views are a fold over `view` entries: the newest of each id stands, until one removes it. Names are unique among
// those that stand, so that a person never meets two of one name.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Actor, SavedView } from '@weighbridge/protocol';
import { openEntryFold, type FoldStores, type Happened } from './entry-fold.ts';

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

type Views = ReadonlyMap<string, SavedView>;

export function openViewStore(stores: FoldStores): ViewStore {
  const fold = openEntryFold<Views, ViewChange>(stores, { kind: 'view', start: new Map(), apply });
  return {
    all: () => [...fold.state().values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    save: async ({ id: given, name, path, query }, by) => {
      const id = given ?? stores.nextId();
      const views = await fold.write((standing) => {
        const before = given === undefined ? null : contentOf(held(standing, given));
        const taken = [...standing.values()].find((view) => view.name === name && view.id !== given);
        if (taken !== undefined) throw nameTaken(name);
        if (before === null && standing.size >= LIMITS.views) throw tooMany();
        return { change: { action: 'save', id, before, after: { name, path, query }, by } };
      });
      return held(views, id);
    },
    remove: async (id, by) => {
      await fold.write((standing) => ({
        change: { action: 'remove', id, before: contentOf(held(standing, id)), after: null, by },
      }));
    },
  };
}

function held(views: Views, id: string): SavedView {
  const view = views.get(id);
  if (view !== undefined) return view;
  throw new AppError('VIEW_UNKNOWN', `there is no saved view ${id.slice(0, 40)}`);
}

const nameTaken = (name: string): AppError =>
  new AppError('BAD_REQUEST', `a view is named "${name}" already`, { next: 'change that one, or take another name' });

const tooMany = (): AppError =>
  new AppError('BAD_REQUEST', `there are ${LIMITS.views} saved views already`, {
    next: 'remove one that nobody needs',
  });

const contentOf = ({ name, path, query }: ViewContent): ViewContent => ({ name, path, query });

function apply(views: Views, { at, change }: Happened<ViewChange>): Views {
  const next = new Map(views);
  if (change.after === null) next.delete(change.id);
  else next.set(change.id, { id: change.id, ...contentOf(change.after), saved: at, by: change.by });
  return next;
}
