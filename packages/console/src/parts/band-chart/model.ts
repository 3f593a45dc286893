// Prepares a chart of estimates over months: a line for the middle, a band for the interval around it, ceilings as lines across
// and dated promises as marks. What is unknown is a gap. Places are shares of the drawing, so it takes any width without being
// measured, and a better estimate replaces a first one without anything moving.
import type { ChartTable } from '../chart-frame/model.ts';

export interface BandPoint {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  /** As it is read: middle, then the interval. */
  readonly text: string;
}
export interface BandSeries {
  readonly key: string;
  readonly label: string;
  /** Custom property of its colour. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** By month; null is a gap. */
  readonly points: readonly (BandPoint | null)[];
}
export interface BandChartData {
  readonly key: string;
  readonly title: string;
  readonly summary: string;
  /** Of the axis. */
  readonly unit: string;
  /** Places on the axis: months as `2029-12`, unless `marks` says which of them are named on it. */
  readonly months: readonly string[];
  readonly marks?: readonly { readonly text: string; readonly at: number }[];
  /** What a place is, at the head of the table; a month where nothing is said. */
  readonly column?: string;
  readonly series: readonly BandSeries[];
  /** Lines across. */
  readonly ceilings: readonly { readonly label: string; readonly value: number }[];
  /** What is due by when. */
  readonly dues: readonly { readonly label: string; readonly month: string; readonly value: number }[];
  readonly axis: (tick: number) => string;
}

export interface DrawnBand {
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  readonly dashed: boolean;
  /** Paths in a square of 1000 by 1000. */
  readonly area: string;
  readonly line: string;
  readonly texts: readonly string[];
}
interface Placed {
  readonly text: string;
  /** 0 to 1, from the left or from the bottom. */
  readonly at: number;
}
export interface PreparedBands {
  readonly key: string;
  readonly title: string;
  readonly summary: string;
  readonly unit: string;
  readonly months: readonly string[];
  readonly series: readonly DrawnBand[];
  readonly ticks: readonly Placed[];
  readonly years: readonly Placed[];
  /** What a place on the axis is. */
  readonly column: string;
  readonly ceilings: readonly Placed[];
  readonly dues: readonly { readonly text: string; readonly left: number; readonly bottom: number }[];
  readonly table: ChartTable | null;
  /** The month that is shown where none is pointed at: the last that every line has. */
  readonly last: number;
}

export const SQUARE = 1000;
const TICKS = 4;
/** What is less has no axis. */
const LEAST = 1e-9;
const STEPS = [1, 2, 2.5, 5, 10] as const;
const MISSING = '–';
/** More years than this are named every other one. */
const YEARS_MOST = 7;

export function prepareBands(data: BandChartData): PreparedBands {
  const { months, series, ceilings, dues, axis } = data;
  const heights = series.flatMap(({ points }) => points.map((point) => point?.high ?? 0));
  const marks = [...ceilings, ...dues].map(({ value }) => value);
  const step = stepFor(Math.max(...heights, ...marks, 0));
  const count = Math.max(1, Math.ceil((Math.max(...heights, ...marks, 0) * 1.02) / step));
  const top = count * step;
  const left = (month: number): number => (months.length < 2 ? 0.5 : month / (months.length - 1));
  return {
    key: data.key,
    title: data.title,
    summary: data.summary,
    unit: data.unit,
    months,
    series: series.map((one) => ({
      key: one.key,
      label: one.label,
      colour: one.colour,
      dashed: one.dashed === true,
      area: areaOf(one.points, left, top),
      line: lineOf(one.points, left, top),
      texts: months.map((_, month) => one.points[month]?.text ?? MISSING),
    })),
    ticks: Array.from({ length: count + 1 }, (_, i) => ({ text: axis(i * step), at: (i * step) / top })),
    years: data.marks?.map(({ text, at }) => ({ text, at: left(at) })) ?? yearsOf(months, left),
    column: data.column ?? 'month',
    ceilings: ceilings.map(({ label, value }) => ({ text: label, at: value / top })),
    dues: dues.flatMap(({ label, month, value }) => {
      const at = months.indexOf(month);
      return at === -1 ? [] : [{ text: label, left: left(at), bottom: value / top }];
    }),
    table: tableOf(data),
    last: lastOf(data),
  };
}

/** A round number that goes about four times into the highest value. */
export function stepFor(most: number): number {
  if (!(most > LEAST)) return 1;
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
}

function lastOf({ months, series }: BandChartData): number {
  const all = months.findLastIndex((_, month) => series.every(({ points }) => (points[month] ?? null) !== null));
  return all === -1 ? Math.max(0, months.length - 1) : all;
}

/** Stretches of months that follow one another and are known. */
function stretches(points: readonly (BandPoint | null)[]): { month: number; point: BandPoint }[][] {
  const all: { month: number; point: BandPoint }[][] = [];
  let open: { month: number; point: BandPoint }[] = [];
  for (const [month, point] of points.entries()) {
    if (point !== null) open.push({ month, point });
    if ((point === null || month === points.length - 1) && open.length > 0) {
      all.push(open);
      open = [];
    }
  }
  return all;
}

type Left = (month: number) => number;
const place = (left: number, value: number, top: number): string =>
  `${round(left * SQUARE)} ${round(SQUARE * (1 - value / top))}`;
const round = (number: number): number => Math.round(number * 10) / 10;

function lineOf(points: readonly (BandPoint | null)[], left: Left, top: number): string {
  return stretches(points)
    .map((stretch) => `M${stretch.map(({ month, point }) => place(left(month), point.middle, top)).join('L')}`)
    .join('');
}

function areaOf(points: readonly (BandPoint | null)[], left: Left, top: number): string {
  return stretches(points)
    .map((stretch) => {
      const above = stretch.map(({ month, point }) => place(left(month), point.high, top));
      const below = stretch.map(({ month, point }) => place(left(month), point.low, top)).toReversed();
      return `M${[...above, ...below].join('L')}Z`;
    })
    .join('');
}

function yearsOf(months: readonly string[], left: Left): Placed[] {
  const starts = months.flatMap((month, at) =>
    month.endsWith('-01') ? [{ text: month.slice(0, 4), at: left(at) }] : [],
  );
  return starts.length > YEARS_MOST ? starts.filter((_, i) => i % 2 === 0) : starts;
}

function tableOf({ months, series, dues, column = 'month' }: BandChartData): ChartTable | null {
  if (series.length === 0) return null;
  const due = new Map(dues.map(({ month, label }) => [month, label]));
  return {
    columns: [column, ...series.map(({ label }) => label), ...(dues.length > 0 ? ['promised by then'] : [])],
    rows: months.map((month, i) => [
      month,
      ...series.map(({ points }) => points[i]?.text ?? MISSING),
      ...(dues.length > 0 ? [due.get(month) ?? ''] : []),
    ]),
  };
}

/** What is read aloud for one month. */
export const spokenMonth = ({ months, series }: PreparedBands, month: number): string =>
  `${months[month] ?? ''}: ${series.map(({ label, texts }) => `${label} ${texts[month] ?? MISSING}`).join(', ')}`;
