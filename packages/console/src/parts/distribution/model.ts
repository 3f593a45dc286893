// How values spread: bars over buckets as the roll-ups keep them (upper bounds and counts, a logarithmic ladder), with
// the quantiles marked. A quantile from buckets is known only to its bucket, so it is shown as that.
import type { ChartTable } from '../chart-frame/model.ts';
import { prepareCount } from '../count/model.ts';
import { axisText, exactText, shareText, type Unit } from '../unit/model.ts';

export interface DistributionData {
  readonly title: string;
  readonly unit: Unit;
  /** Upper bounds, rising; a bucket holds what is above the bound before and up to its own. */
  readonly bounds: readonly number[];
  /** One per bound. */
  readonly counts: readonly number[];
}

export interface DistributionBar {
  /** `100 ms to 150 ms`. */
  readonly range: string;
  readonly count: string;
  readonly share: string;
  /** 0 to 1 of the highest bar. */
  readonly height: number;
}
export interface DistributionMark {
  readonly name: 'p50' | 'p90' | 'p99';
  /** `1.2 s or less`: the upper bound of its bucket. */
  readonly text: string;
  /** Where it stands over the bars, 0 to 1: the upper end of its bucket. */
  readonly position: number;
}
export type PreparedDistribution =
  | { readonly state: 'empty'; readonly title: string; readonly summary: string }
  | {
      readonly state: 'ready';
      readonly title: string;
      readonly summary: string;
      readonly bars: readonly DistributionBar[];
      readonly marks: readonly DistributionMark[];
      readonly ticks: readonly { readonly text: string; readonly position: number }[];
      readonly table: ChartTable;
    };

const QUANTILES = [
  ['p50', 50n],
  ['p90', 90n],
  ['p99', 99n],
] as const;
const MAX_TICKS = 4;

export function prepareDistribution({ title, unit, bounds, counts }: DistributionData): PreparedDistribution {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  if (first < 0) return { state: 'empty', title, summary: 'Nothing was measured in this range.' };
  const shown = counts.slice(first, last + 1);
  const total = shown.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...shown);
  const edge = (i: number): number => (i < 0 ? 0 : (bounds[i] ?? 0));
  const bars = shown.map((count, i) => ({
    range: `${exactText(unit, edge(first + i - 1))} to ${exactText(unit, edge(first + i))}`,
    count: prepareCount(count).text,
    share: shareText(count / total),
    height: count / most,
  }));
  const marks = QUANTILES.map(([name, percent]) => {
    const at = rankBucket(shown, percent);
    return { name, text: `${exactText(unit, edge(first + at))} or less`, position: (at + 1) / shown.length };
  });
  const every = Math.max(1, Math.ceil((shown.length + 1) / MAX_TICKS));
  const ticks = Array.from({ length: shown.length + 1 }, (_, i) => i)
    .filter((i) => i % every === 0)
    .map((i) => ({ text: axisText(unit, edge(first + i - 1)), position: i / shown.length }));
  const [p50, , p99] = marks;
  const summary = `${prepareCount(total).text} measured. Half took ${p50?.text ?? ''}, 99 of 100 took ${p99?.text ?? ''}.`;
  const table = {
    columns: ['from – to', 'count', 'share'],
    rows: bars.map(({ range, count, share }) => [range, count, share]),
  };
  return { state: 'ready', title, summary, bars, marks, ticks, table };
}

/** The bucket in which the value of this rank lies: the smallest with at least `percent` of all at or below it. */
function rankBucket(counts: readonly number[], percent: bigint): number {
  const total = counts.reduce((sum, count) => sum + BigInt(count), 0n);
  let below = 0n;
  for (const [i, count] of counts.entries()) {
    below += BigInt(count);
    if (below * 100n >= total * percent) return i;
  }
  return counts.length - 1;
}
