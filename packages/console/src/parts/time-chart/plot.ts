// From a prepared chart to what the drawing library takes: columns of numbers and one description per drawn line. Pure,
// so that the order of stacks, the dotted tail and the picking by a click are tested without a canvas.
import { axisText } from '../unit/model.ts';
import type { PreparedChart } from './model.ts';

export type ReadyChart = Extract<PreparedChart, { state: 'ready' }>;
type Column = (number | null)[];

export interface PlotLine {
  readonly kind: 'bar' | 'line' | 'tail' | 'before';
  /** Custom property of its colour. */
  readonly colour: string;
}
export interface Plot {
  /** Seconds first, then one column per line. */
  readonly columns: readonly [number[], ...Column[]];
  readonly lines: readonly PlotLine[];
}

const BEFORE_COLOUR = '--n-8';

export function plotOfChart(chart: ReadyChart): Plot {
  const columns: [number[], ...Column[]] = [[...chart.seconds]];
  const lines: PlotLine[] = [];
  const add = (kind: PlotLine['kind'], colour: string, column: Column): void => {
    lines.push({ kind, colour });
    columns.push(column);
  };
  if (chart.shape === 'stack') {
    // The tallest first: each next one stands in front of it, and what is left in sight is its own part.
    for (const { colour, plot } of chart.series.toReversed()) add('bar', colour, [...plot]);
  } else {
    for (const { colour, plot } of chart.series) {
      const open = chart.openFrom ?? plot.length;
      add(
        'line',
        colour,
        plot.map((value, i) => (i < open ? value : null)),
      );
      const tail = plot.map((value, i) => (i >= open - 1 ? value : null));
      if (open < plot.length) add('tail', colour, tail);
    }
  }
  if (chart.before !== null) add('before', BEFORE_COLOUR, [...chart.before.plot]);
  return { columns, lines };
}

/** Points with no known neighbour: as part of a line they would be invisible. */
export function lonePoints(column: readonly (number | null | undefined)[]): number[] {
  const known = (i: number): boolean => (column[i] ?? null) !== null;
  return column.flatMap((_, i) => (known(i) && !known(i - 1) && !known(i + 1) ? [i] : []));
}

/** The series under a click: of a stack the part that was hit, of lines the nearest. Null: none is there. */
export function seriesAt(chart: ReadyChart, index: number, height: number): string | null {
  const there = chart.series.flatMap(({ key, plot }) => {
    const value = plot[index] ?? null;
    return value === null ? [] : [{ key, value }];
  });
  if (chart.shape === 'stack') return there.find(({ value }) => height <= value)?.key ?? null;
  const sorted = there.toSorted((a, b) => Math.abs(a.value - height) - Math.abs(b.value - height));
  return sorted[0]?.key ?? null;
}

const DAY_SECONDS = 86_400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22 Nov` where a day begins or ticks are days apart, else `14:00`. UTC. */
export function timeTicks(seconds: readonly number[]): string[] {
  const apart = seconds.length > 1 ? (seconds[1] ?? 0) - (seconds[0] ?? 0) : DAY_SECONDS;
  return seconds.map((second) => {
    const date = new Date(second * 1000);
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
    if (apart >= 28 * DAY_SECONDS) return `${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
    return apart >= DAY_SECONDS || second % DAY_SECONDS === 0 ? day : date.toISOString().slice(11, 16);
  });
}

export const valueTicks = (chart: ReadyChart, ticks: readonly number[]): string[] =>
  ticks.map((tick) => axisText(chart.unit, tick));

/** What is read aloud, and stands in the legend, for one bucket. */
export function spokenBucket(chart: ReadyChart, index: number): string {
  const values = chart.series.map(({ label, texts }) => `${label} ${texts[index] ?? ''}`);
  const all = chart.shape === 'stack' && chart.series.length > 1 ? [`all ${chart.totals[index] ?? ''}`] : [];
  const open = chart.openFrom !== null && index >= chart.openFrom ? ', not over yet' : '';
  return `${chart.bucketLabels[index] ?? ''}${open}: ${[...all, ...values].join(', ')}`;
}
