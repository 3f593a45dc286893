// What the page of spend asks, from the state in its address.
import type { Question } from '../../api/port.ts';
import type { SpendSearch } from '../../app/search-state.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { dimensionFilters } from '../dimension-filters.ts';
import { everyOf } from '../overview/questions.ts';

const HOUR = 3_600_000;
const MAX_ROWS = 500;

export interface SpendQuestions {
  readonly totals: Question<'overview'>;
  readonly series: Question<'series'>;
  /** The period before, whole, bucket for bucket. */
  readonly before: Question<'series'>;
  readonly breakdown: Question<'breakdown'>;
}

export function spendQuestions({ by, and, q }: SpendSearch, range: TimeRange): SpendQuestions {
  const filters = dimensionFilters(q);
  const period = { since: range.from, until: range.until, filters };
  const every = everyOf(range);
  // By whole buckets, so that each has its counterpart: a Monday of five days ago lies under none of them half.
  const width = every === 'hour' ? HOUR : 24 * HOUR;
  const back = Math.ceil((range.until - range.from) / width) * width;
  const dimensions = and === 'none' || and === by ? [by] : [by, and];
  return {
    totals: period,
    series: { ...period, every, measure: 'billed', by, most: 8 },
    before: {
      since: Math.max(0, range.from - back),
      until: range.until - back,
      filters,
      every,
      measure: 'billed',
      most: 1,
    },
    breakdown: { ...period, by: dimensions, sort: 'billed', most: MAX_ROWS, compare: true },
  };
}
