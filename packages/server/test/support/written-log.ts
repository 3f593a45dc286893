// A log in memory, for asking what was known when: entries are decided on by a real desk at moments of the test's choosing, kept as the
// drafts that an instance would append, and read by as many desks as the test likes, in any order.
import type { Actor, EntryDraft } from '@weighbridge/protocol';
import { NO_LOG, openDealDesk, type Blobs, type DealDesk } from '@weighbridge/server';
import type { FoldStores } from '../../src/admin/entry-fold.ts';

export const BY: Actor = { via: 'command' };

/** Read-only, over these entries in this order. */
export function logOf(drafts: readonly EntryDraft[]): FoldStores['journal'] {
  return {
    ...NO_LOG,
    *entries({ kinds, newestFirst = false } = {}) {
      const rows = drafts.map((draft, index) => ({ draft, index }));
      for (const { draft, index } of newestFirst ? rows.toReversed() : rows)
        if (kinds === undefined || kinds.includes(draft.kind))
          yield { index, leaf: { id: draft.id, at: draft.at, kind: draft.kind, groups: {} } } as never;
    },
    groups: (index) => {
      const { commercial, public: open } = drafts[index] ?? {};
      return {
        ...(commercial === undefined ? {} : { commercial: { text: commercial } }),
        ...(open === undefined ? {} : { public: { text: open } }),
      } as never;
    },
  };
}

const unwritten = (): never => {
  throw new Error('nothing is written here');
};

export const deskOf = (drafts: readonly EntryDraft[], blobs: Blobs): DealDesk =>
  openDealDesk({ journal: logOf(drafts), blobs, nextId: unwritten, admin: { append: unwritten } });

export interface Writing {
  readonly desk: DealDesk;
  /** What was written so far, in the order in which it was. */
  readonly drafts: EntryDraft[];
  /** The clock that entries are written by; it may be set back. */
  at(moment: number): void;
}

export function writing(blobs: Blobs): Writing {
  const drafts: EntryDraft[] = [];
  let now = 0;
  const desk = openDealDesk({
    journal: NO_LOG,
    blobs,
    now: () => now,
    nextId: () => `01M8KQXNAE6V10X9ZY${String(drafts.length).padStart(8, '0')}`,
    admin: {
      append: (draft: EntryDraft) => {
        drafts.push(draft);
        return Promise.resolve();
      },
    },
  });
  return {
    desk,
    drafts,
    at: (moment) => {
      now = moment;
    },
  };
}
