// Prepares a chart over time: ranks the series, folds what is beyond eight into an explicit "others", stacks what is
// stacked, finds gaps and the last bucket that is not over yet, and writes the same in words and as a table. The view
// draws what stands here and computes nothing.
import type { ChartTable } from '../chart-frame/model.ts';
import { formatDay, formatInstant, formatMinute } from '../when/model.ts';
import { decimalOf, picoOf, sumOf } from '../money/decimal.ts';
import { briefText, exactText, plotValue, type Unit, type Value } from '../unit/model.ts';

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  /** One per bucket; null is unknown, and drawn as a gap. */
  readonly values: readonly Value[];
  /** Given for a series that is already the rest of many: how many it stands for. Its key is `OTHERS`. */
  readonly members?: number;
}

export interface ChartData {
  /** The insight, or the question: "Spend doubled on Tuesday". */
  readonly title: string;
  readonly unit: Unit;
  /** `stack`: parts of a sum, per bucket. `line`: things one compares. */
  readonly shape: 'stack' | 'line';
  /** Starts of the buckets, UTC milliseconds, evenly apart. */
  readonly starts: readonly number[];
  readonly bucketMs: number;
  /** The present: a bucket that ends after it is not over yet. */
  readonly now: number;
  readonly series: readonly ChartSeries[];
  /** The same in the period before, bucket by bucket, as one dashed line (of all series together). */
  readonly before?: { readonly label: string; readonly values: readonly Value[] };
}

export const MAX_SERIES = 8;
export const OTHERS = 'others';

export interface DrawnSeries {
  readonly key: string;
  readonly label: string;
  /** Custom property of its colour. */
  readonly colour: string;
  /** Heights as drawn: of a stack, up to and including this series. */
  readonly plot: readonly (number | null)[];
  /** Exact values, for hover and table. */
  readonly texts: readonly string[];
  /** Of the whole range, short; empty where a sum means nothing (durations, shares). */
  readonly total: string;
  /** How many series it stands for: more than one only for `others`. */
  readonly members: number;
}

export type PreparedChart =
  | { readonly state: 'empty'; readonly title: string; readonly summary: string }
  | {
      readonly state: 'ready';
      readonly title: string;
      readonly summary: string;
      readonly shape: ChartData['shape'];
      readonly unit: Unit;
      /** In seconds, as the drawing library counts. */
      readonly seconds: readonly number[];
      readonly bucketMs: number;
      /** What each bucket is called: exact, for hover and table. */
      readonly bucketLabels: readonly string[];
      /** Index of the first bucket that is not over; null when all are. */
      readonly openFrom: number | null;
      readonly series: readonly DrawnSeries[];
      readonly before: {
        readonly label: string;
        readonly plot: readonly (number | null)[];
        readonly texts: readonly string[];
      } | null;
      readonly totals: readonly string[];
      /** Highest mark, with room above; never zero. */
      readonly top: number;
      readonly table: ChartTable;
    };

const DAY = 86_400_000;

export function prepareChart(data: ChartData): PreparedChart {
  const { title, unit, shape, starts, bucketMs, now } = data;
  const known = data.series.filter(({ values }) => values.some((value) => value !== null));
  if (starts.length === 0 || known.length === 0) {
    return { state: 'empty', title, summary: 'Nothing was recorded in this range.' };
  }
  const ranked = rank(known, unit, shape);
  const series = draw(ranked, unit, shape);
  const open = starts.findIndex((start) => start + bucketMs > now);
  const totals = starts.map((_, i) => exactText(unit, sumAt(known, i, unit)));
  const before =
    data.before === undefined
      ? null
      : {
          label: data.before.label,
          plot: starts.map((_, i) => plotValue(unit, data.before?.values[i] ?? null)),
          texts: starts.map((_, i) => exactText(unit, data.before?.values[i] ?? null)),
        };
  const heights = [...series.flatMap(({ plot }) => plot), ...(before?.plot ?? [])].filter((height) => height !== null);
  const bucketLabels = starts.map((start) => bucketLabel(start, bucketMs));
  return {
    state: 'ready',
    title,
    summary: summarise(data, known, open < 0 ? null : open),
    shape,
    unit,
    seconds: starts.map((start) => start / 1000),
    bucketMs,
    bucketLabels,
    openFrom: open < 0 ? null : open,
    series,
    before,
    totals,
    top: Math.max(...heights, 0) * 1.05 || 1,
    table: tableOf(bucketLabels, series, shape === 'stack' && series.length > 1 ? totals : null, before),
  };
}

const bucketLabel = (start: number, bucketMs: number): string =>
  bucketMs >= DAY ? formatDay(start) : bucketMs >= 60_000 ? `${formatMinute(start)} UTC` : formatInstant(start);

interface Ranked extends ChartSeries {
  readonly colour: string;
  readonly members: number;
}

/** Largest first where size means something; lines keep the order they were given in. */
function rank(all: readonly ChartSeries[], unit: Unit, shape: ChartData['shape']): Ranked[] {
  const given = all.filter(({ key }) => key === OTHERS);
  const series = all.filter(({ key }) => key !== OTHERS);
  const sizes = new Map(series.map((one) => [one, sizeOf(one, unit)]));
  const sorted = shape === 'stack' ? series.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0)) : series;
  const shown = sorted.slice(0, MAX_SERIES).map((one, i) => ({ ...one, colour: `--cat-${i + 1}`, members: 1 }));
  const rest = [...sorted.slice(MAX_SERIES), ...given];
  if (rest.length === 0) return shown;
  const members = rest.reduce((sum, one) => sum + (one.members ?? 1), 0);
  return [...shown, { ...fold(rest, members, unit, shape), colour: '--cat-others', members }];
}

const sizeOf = ({ values }: ChartSeries, unit: Unit): number =>
  values.reduce<number>((sum, value) => sum + (plotValue(unit, value) ?? 0), 0);

/** Of a stack the sum of the rest; of lines, whose sum means nothing, the highest of the rest. */
function fold(rest: readonly ChartSeries[], members: number, unit: Unit, shape: ChartData['shape']): ChartSeries {
  const length = rest[0]?.values.length ?? 0;
  const values = Array.from({ length }, (_, i) =>
    shape === 'stack' ? sumAt(rest, i, unit) : highestAt(rest, i, unit),
  );
  const label = shape === 'stack' ? `${members} others` : `highest of ${members} others`;
  return { key: OTHERS, label, values };
}

/** Exact sum of what is known in a bucket; null when nothing is. */
function sumAt(series: readonly ChartSeries[], index: number, unit: Unit): Value {
  const values = series.map(({ values }) => values[index] ?? null).filter((value) => value !== null);
  return sumValues(values, unit);
}

function sumValues(values: readonly (string | number)[], unit: Unit): Value {
  if (values.length === 0) return null;
  if (unit.kind === 'money') return decimalOf(sumOf(values.map(String)).sum);
  if (unit.kind === 'count') return values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n).toString();
  return values.reduce<number>((sum, value) => sum + Number(value), 0);
}

function highestAt(series: readonly ChartSeries[], index: number, unit: Unit): Value {
  const values = series.map(({ values }) => values[index] ?? null).filter((value) => value !== null);
  return values.toSorted((a, b) => (plotValue(unit, b) ?? 0) - (plotValue(unit, a) ?? 0))[0] ?? null;
}

function draw(ranked: readonly Ranked[], unit: Unit, shape: ChartData['shape']): DrawnSeries[] {
  const below: number[] = [];
  return ranked.map(({ key, label, colour, members, values }) => {
    const plot = values.map((value, i) => {
      const height = plotValue(unit, value);
      if (shape === 'line' || height === null) return height;
      below[i] = (below[i] ?? 0) + height;
      return below[i];
    });
    const known = values.filter((value) => value !== null);
    const total = unit.kind === 'money' || unit.kind === 'count' ? briefText(unit, sumValues(known, unit)) : '';
    return { key, label, colour, plot, texts: values.map((value) => exactText(unit, value)), total, members };
  });
}

function tableOf(
  buckets: readonly string[],
  series: readonly DrawnSeries[],
  totals: readonly string[] | null,
  before: { readonly label: string; readonly texts: readonly string[] } | null,
): ChartTable {
  return {
    columns: [
      'from',
      ...series.map(({ label }) => label),
      ...(totals === null ? [] : ['all']),
      ...(before === null ? [] : [before.label]),
    ],
    rows: buckets.map((bucket, i) => [
      bucket,
      ...series.map(({ texts }) => texts[i] ?? ''),
      ...(totals === null ? [] : [totals[i] ?? '']),
      ...(before === null ? [] : [before.texts[i] ?? '']),
    ]),
  };
}

/** Two or three sentences: how much, the highest bucket, the largest part, gaps, and whether the last is still open. */
function summarise(data: ChartData, known: readonly ChartSeries[], open: number | null): string {
  const { unit, shape, starts, bucketMs } = data;
  const sentences: string[] = [];
  if (shape === 'stack') {
    const sums = starts.map((_, i) => sumAt(known, i, unit));
    sentences.push(
      `${briefText(
        unit,
        sumValues(
          sums.filter((sum) => sum !== null),
          unit,
        ),
      )} in all.`,
    );
    const peak = highest(sums, unit);
    if (peak !== null)
      sentences.push(`Highest: ${briefText(unit, peak.value)} from ${bucketLabel(starts[peak.at] ?? 0, bucketMs)}.`);
    const largest = known.toSorted((a, b) => sizeOf(b, unit) - sizeOf(a, unit))[0];
    if (known.length > 1 && largest !== undefined)
      sentences.push(
        `Largest part: ${largest.label}, ${briefText(
          unit,
          sumValues(
            largest.values.filter((v) => v !== null),
            unit,
          ),
        )}.`,
      );
  } else {
    for (const one of known.slice(0, 3)) {
      const peak = highest(one.values, unit);
      const last = one.values.findLast((value, i) => value !== null && (open === null || i < open)) ?? null;
      if (peak === null) continue;
      sentences.push(
        `${one.label}: ${last === null ? '' : `${briefText(unit, last)} last, `}at most ${briefText(unit, peak.value)} from ${bucketLabel(starts[peak.at] ?? 0, bucketMs)}.`,
      );
    }
  }
  const gaps = starts.filter(
    (_, i) => i < (open ?? starts.length) && known.every(({ values }) => (values[i] ?? null) === null),
  ).length;
  if (gaps > 0) sentences.push(`${gaps} of ${starts.length} buckets hold nothing.`);
  if (open !== null) sentences.push('The last bucket is not over yet.');
  return sentences.join(' ');
}

function highest(values: readonly Value[], unit: Unit): { readonly value: Value; readonly at: number } | null {
  let at = -1;
  let most = -Infinity;
  for (const [i, value] of values.entries()) {
    const height = plotValue(unit, value);
    if (height === null || height <= most) continue;
    at = i;
    most = height;
  }
  return at < 0 ? null : { value: values[at] ?? null, at };
}

/** Begins a change that is told as a multiple. */
export const MANY = '\u00d7\u00a0';
export const FAR = `>\u00a0${MANY}1000`;

/** Change against the period before: `+12 %`, from ten times on `× 12`, or null where there is nothing to compare with. */
export function changeOf(
  now: string | null,
  before: string | null,
): { readonly text: string; readonly up: boolean } | null {
  const [one, other] = [now === null ? null : picoOf(now), before === null ? null : picoOf(before)];
  if (one === null || other === null || other === 0n) return null;
  // Of next to nothing anything is a huge multiple.
  if (other > 0n && one >= 1000n * other) return { text: FAR, up: true };
  // A percentage of thousands says less than how many times it is.
  if (other > 0n && one >= 10n * other) return { text: `${MANY}${(one / other).toString()}`, up: true };
  const permille = Number(((one - other) * 1000n) / (other < 0n ? -other : other));
  const percent =
    Math.abs(permille) < 100 ? (Math.abs(permille) / 10).toFixed(1) : Math.round(Math.abs(permille) / 10).toString();
  if (permille === 0) return { text: 'unchanged', up: false };
  return { text: `${permille > 0 ? '+' : '\u2212'}${percent}\u00a0%`, up: permille > 0 };
}
