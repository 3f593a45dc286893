// What demand is sized and priced on: capacity on the 95th percentile of its windows, money on the mean. Hours hide their minutes, so from
// hours the minute's percentile is computed: within each hour requests come by chance, and their lengths differ (a compound Poisson sum).
import { refuse, share, whole, within } from '../numbers/refuse.ts';
import { normalBelow, quantileOf } from '../numbers/statistics.ts';
import type { LengthMoments } from './lengths.ts';
import type { DemandSeries, DemandWindow, TokenCounts } from './series.ts';

/** Of a quantity a minute. */
export interface DemandLevels {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly peak: number;
  /** Capacity is sized on `p95`: this many times what is paid for on average. */
  readonly p95_over_mean: number;
  readonly windows: number;
  readonly window_s: number;
}

/** Throws PLAN_INVALID for fewer than twenty windows: below, a 95th percentile is the largest of a handful. */
export function levelsOf(series: DemandSeries, of: (window: DemandWindow) => number): DemandLevels {
  const { windows, window_s } = series;
  if (windows.length < 20)
    refuse(
      `${windows.length} windows of demand do not show a 95th percentile`,
      'give 20 windows and more, or shorter ones',
    );
  const minutes = window_s / 60;
  const sorted = Float64Array.from(windows, (window) => within('a window of demand', of(window)) / minutes).toSorted();
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  const at = (q: number): number => quantileOf(sorted, q);
  const p95 = at(0.95);
  return {
    mean,
    p50: at(0.5),
    p95,
    p99: at(0.99),
    peak: at(1),
    p95_over_mean: mean === 0 ? Number.NaN : p95 / mean,
    windows: windows.length,
    window_s,
  };
}

export const requestsOf = ({ requests }: DemandWindow): number => requests;

export const tokensOf =
  (weigh: (tokens: TokenCounts) => number) =>
  ({ tokens }: DemandWindow): number =>
    weigh(tokens);

/**
 * Of what requests ask a minute, what a share `q` of minutes does not exceed, from windows that are longer than a minute. In a window of
 * N requests a minute has Poisson(N ÷ minutes) of them, so its sum has that mean × m and that variance × m² (1 + v); taken as normal.
 */
export function minuteQuantile(series: DemandSeries, each: LengthMoments, q: number): number {
  share('q', q);
  const minutes = series.window_s / 60;
  within('window_s', series.window_s, { least: 60, most: 1e9 });
  const held = series.windows.map(({ requests }) => {
    const rate = requests / minutes;
    return { mean: rate * each.mean, spread: Math.sqrt(rate * each.mean ** 2 * (1 + each.variability)) };
  });
  const below = (level: number): number =>
    held.reduce((sum, { mean, spread }) => sum + (spread === 0 ? 1 : normalBelow((level - mean) / spread)), 0) /
    held.length;
  let [low, high] = [0, Math.max(...held.map(({ mean, spread }) => mean + 8 * spread), 1e-9)];
  for (let round = 0; round < 80; round += 1) {
    const middle = (low + high) / 2;
    if (below(middle) < q) low = middle;
    else high = middle;
  }
  return high;
}

/** Windows in a few blocks of equal length, from the quietest to the busiest by `of`. Throws PLAN_INVALID for fewer windows than blocks. */
export function windowBlocks(
  { windows, window_s }: DemandSeries,
  of: (window: DemandWindow) => number,
  blocks: number,
): readonly (readonly DemandWindow[])[] {
  whole('blocks', blocks, 1, 200);
  if (windows.length < blocks)
    refuse(`${windows.length} windows make no ${blocks} blocks`, 'give fewer blocks, or more windows');
  const sorted = windows
    .map((window) => ({ window, level: (within('a window of demand', of(window)) / window_s) * 3600 }))
    .toSorted((a, b) => a.level - b.level);
  const edge = (at: number): number => Math.round((at * sorted.length) / blocks);
  return Array.from({ length: blocks }, (_, at) => sorted.slice(edge(at), edge(at + 1)).map(({ window }) => window));
}

/** What the mix is decided on: of each block the mean of an hour. */
export const durationBlocks = (
  series: DemandSeries,
  of: (window: DemandWindow) => number,
  blocks: number,
): readonly { readonly hours: number; readonly per_hour: number }[] =>
  windowBlocks(series, of, blocks).map((held) => ({
    hours: (held.length * series.window_s) / 3600,
    per_hour: held.reduce((sum, window) => sum + (of(window) / series.window_s) * 3600, 0) / held.length,
  }));
