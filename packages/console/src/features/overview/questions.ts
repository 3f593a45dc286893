// What the overview asks, from the state in its address. Roll-ups know whole hours; up to a week is shown by the hour.
import type { LatencyDimension } from '@weighbridge/protocol';
import type { Question } from '../../api/port.ts';
import type { Grouping, OverviewSearch } from '../../app/search-state.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { dimensionFilters } from '../dimension-filters.ts';

const HOURLY_UP_TO = 7 * 86_400_000 + 3_600_000;
const LATENCY_BY: readonly LatencyDimension[] = ['route', 'model', 'deployment', 'cloud', 'region', 'tier'];

/** The same grouping, where latency is kept by it. */
export const latencyBy = (by: Grouping): LatencyDimension | null => LATENCY_BY.find((name) => name === by) ?? null;

export const everyOf = ({ from, until }: TimeRange): 'hour' | 'day' => (until - from <= HOURLY_UP_TO ? 'hour' : 'day');

export interface OverviewQuestions {
  readonly overview: Question<'overview'>;
  readonly spend: Question<'series'>;
  readonly calls: Question<'series'>;
  readonly breakdown: Question<'breakdown'>;
  readonly latency: Question<'latency'>;
  /** Of the whole range at once: quantiles cannot be added. */
  readonly ttft: Question<'latency'>;
}

export function overviewQuestions({ by, q }: OverviewSearch, range: TimeRange): OverviewQuestions {
  const filters = dimensionFilters(q);
  const period = { since: range.from, until: range.until, filters };
  const every = everyOf(range);
  const kept = latencyBy(by);
  // Latency holds no person, and cannot be filtered by one.
  const impersonal = filters.flatMap(({ dimension, ...filter }) => {
    const own = LATENCY_BY.find((name) => name === dimension);
    return own === undefined ? [] : [{ ...filter, dimension: own }];
  });
  const ttft = { ...period, filters: impersonal, metrics: ['ttft'] as const, quantiles: [0.5, 0.99], buckets: false };
  return {
    overview: period,
    spend: { ...period, every, measure: 'billed', by, most: 8 },
    calls: { ...period, every, measure: 'calls', by: 'outcome', most: 8 },
    breakdown: { ...period, by: [by], sort: 'billed', most: 200, compare: true },
    latency: { ...ttft, every, ...(kept === null ? {} : { by: kept }) },
    ttft,
  };
}
