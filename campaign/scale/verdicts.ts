// What the pages have to keep to over millions of receipts.
import type { Measured } from './measure.ts';

export interface ScaleVerdict {
  readonly claim: string;
  readonly measured: string;
  readonly verdict: 'pass' | 'short' | 'not measured';
}

const PAGE_MS = 1_000;
const QUESTION_MS = 100;
const JAVASCRIPT_BYTES = 250 * 1024;
/** The embedded database may take 768 MiB of it. */
const MEMORY_MIB = 1_536;

const judge = (claim: string, measured: string, holds: boolean | null): ScaleVerdict => ({
  claim,
  measured,
  verdict: holds === null ? 'not measured' : holds ? 'pass' : 'short',
});

const dearest = <Item>(items: readonly Item[], of: (item: Item) => number): Item | undefined =>
  items.toSorted((a, b) => of(b) - of(a))[0];

export function verdicts({ questions, pages, search, rss_mib: rss, database_mib: database }: Measured): ScaleVerdict[] {
  const question = dearest(questions, ({ median_ms: ms }) => ms);
  const over = questions.filter(({ median_ms: ms, refused }) => ms > QUESTION_MS || refused > 0).length;
  const page = dearest(pages?.pages ?? [], ({ ms }) => ms);
  const changes = pages?.interactions ?? [];
  const change = dearest(changes, ({ ms }) => ms);
  const slowest = dearest(changes, ({ max_ms: ms }) => ms);
  return [
    judge(
      `each question to roll-ups answered within ${QUESTION_MS} ms (median of its tries)`,
      `${questions.length - over} of ${questions.length}; slowest ${question?.median_ms} ms (${question?.what})`,
      over === 0,
    ),
    judge(
      `each page to be used within ${PAGE_MS} ms`,
      pages === null ? '-' : `slowest ${page?.ms} ms (${page?.page}); the first of all ${pages.first_load.ms} ms`,
      pages === null ? null : (page?.ms ?? Infinity) <= PAGE_MS,
    ),
    judge(
      `each change of what a page asks of roll-ups on screen within ${QUESTION_MS} ms, all its questions together (median of three)`,
      pages === null
        ? '-'
        : `slowest ${change?.ms} ms (${change?.what}); of all tries ${slowest?.max_ms} ms (${slowest?.what})`,
      pages === null ? null : (change?.ms ?? Infinity) <= QUESTION_MS,
    ),
    judge(
      'free search gives its results page by page, and says how far it is',
      `${search.pages} pages, ${search.scanned} of ${search.of} calls looked through, a page in ${search.median_ms} ms (at most ${search.max_ms})${pages === null ? '' : `; on screen after ${pages.search.first_progress_ms} ms: ${pages.search.text}`}`,
      search.pages > 0 && search.scanned > 0,
    ),
    judge(
      `JavaScript of the first load at most ${JAVASCRIPT_BYTES / 1024} KiB, compressed`,
      pages === null ? '-' : `${Math.round(pages.first_load.javascript_bytes / 1024)} KiB`,
      pages === null ? null : pages.first_load.javascript_bytes <= JAVASCRIPT_BYTES,
    ),
    judge(
      `memory bounded: the instance at most ${MEMORY_MIB} MiB`,
      rss.after === null
        ? '-'
        : `${Math.round(rss.before ?? 0)} MiB before, ${Math.round(rss.after)} MiB after; of it the database ${database} MiB`,
      rss.after === null ? null : rss.after <= MEMORY_MIB,
    ),
  ];
}
