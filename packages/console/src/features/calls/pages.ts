// Pages of calls as one list, and new calls on top of it.
import type { CallRow, Calls } from '@weighbridge/protocol';
import { PAGE_ROWS } from './model.ts';

/** As the cache of answers holds them. */
export interface Pages {
  pages: Calls[];
  pageParams: (number | null)[];
}

/** Rows that may be put on top before the list begins anew. */
export const GROWN_MOST = 4 * PAGE_ROWS;

/** All pages as one. */
export function joined({ pages }: Pages): Calls {
  const [first, last] = [pages[0], pages.at(-1)];
  return {
    rows: pages.flatMap((page) => page.rows),
    next: last?.next ?? null,
    scanned: pages.reduce((sum, page) => sum + page.scanned, 0),
    kept: first?.kept ?? { calls: 0, oldest: null, all: true },
  };
}

/** New calls first; a list that has grown long this way ends after its first page, and goes on from there. */
export function onTop({ pages, pageParams }: Pages, fresh: readonly CallRow[]): Pages {
  const [first, ...others] = pages;
  if (first === undefined || fresh.length === 0) return { pages, pageParams };
  const known = new Set(first.rows.map(({ id }) => id));
  const added = fresh.filter(({ id }) => !known.has(id)).toReversed();
  const rows = [...added, ...first.rows];
  const kept = { ...first.kept, calls: first.kept.calls + added.length };
  if (rows.length <= GROWN_MOST) return { pages: [{ ...first, rows, kept }, ...others], pageParams };
  const shown = rows.slice(0, PAGE_ROWS);
  return { pages: [{ ...first, rows: shown, kept, next: shown.at(-1)?.entry ?? null }], pageParams: [null] };
}
