// Charts of a plan: each line with its band, over months or over a demand that grows by factors. Where amounts spread over more than
// two powers of ten the axis counts powers, and says so.
import type { PlanBand, PlanChart } from '@weighbridge/protocol';
import { prepareBands, type BandPoint, type BandSeries, type PreparedBands } from '../../parts/band-chart/model.ts';
import { bandText, figureText } from './figures.ts';

export interface NamedChart {
  readonly chart: PlanChart;
  /** Which of two plans. */
  readonly label: string;
  readonly second: boolean;
}

const COLOURS = ['--cat-1', '--cat-2', '--cat-3', '--cat-4', '--cat-5', '--cat-6', '--cat-7', '--cat-8'] as const;
const SPREAD = 100;
const MARKS = 5;

/** One chart of the first plan, with the same chart of the second drawn into it where there is one. */
export function chartOf(sides: readonly NamedChart[]): PreparedBands {
  const { chart } = sides[0] as NamedChart;
  const bands = sides.flatMap((side) =>
    side.chart.lines.flatMap(({ bands: held }) => held.filter((band) => band !== null)),
  );
  const least = Math.min(...bands.map(({ p10 }) => p10));
  const most = Math.max(...bands.map(({ p90 }) => p90), 0);
  const log = least > 0 && most / least > SPREAD;
  const floor = log ? Math.floor(Math.log10(least)) : 0;
  const height = (value: number): number => (log ? Math.log10(value) - floor : value);
  const { places, marks } = placesOf(chart);
  return prepareBands({
    key: chart.id,
    title: chart.title,
    summary: summaryOf(chart),
    unit: `${chart.unit}${log ? ', by powers of ten' : ''}${acrossOf(chart)}`,
    months: places,
    ...(marks === null ? {} : { marks, column: chart.axis.is === 'months' ? 'month' : chart.axis.title }),
    series: sides.flatMap(({ chart: held, label, second }) =>
      held.lines.map(({ id, title, bands: line }, at): BandSeries => ({
        key: `${id} ${second ? 'second' : 'first'}`,
        label: sides.length > 1 ? `${title}, ${label}` : title,
        colour: COLOURS[at % COLOURS.length] ?? '--cat-1',
        dashed: second,
        points: line.map((band) => pointOf(band, held.unit, height)),
      })),
    ),
    ceilings: [],
    dues: [],
    axis: (tick) => figureText(log ? 10 ** (tick + floor) : tick, chart.unit, true),
  });
}

function pointOf(band: PlanBand | null, unit: string, height: (value: number) => number): BandPoint | null {
  if (band === null) return null;
  return { low: height(band.p10), middle: height(band.p50), high: height(band.p90), text: bandText(band, unit) };
}

function placesOf({ axis }: PlanChart): {
  places: readonly string[];
  marks: readonly { readonly text: string; readonly at: number }[] | null;
} {
  if (axis.is === 'months') return { places: axis.months, marks: null };
  const places = axis.numbers.map((number) => figureText(number, axis.unit));
  const step = Math.max(1, Math.floor((places.length - 1) / (MARKS - 1)));
  // The unit stands once, over the chart: at the right end there is no room for it.
  const named = axis.numbers.map((number, at) => ({ text: figureText(number, axis.unit, true), at }));
  return { places, marks: named.filter(({ at }) => at % step === 0) };
}

/** What runs from left to right, where it is no months. */
function acrossOf({ axis }: PlanChart): string {
  if (axis.is === 'months') return '';
  const unit = axis.unit.replace('Mtok', 'tokens');
  return `; across: ${axis.title}${unit === '' ? '' : `, ${unit}`}`;
}

function summaryOf({ lines, unit, axis }: PlanChart): string {
  const end = axis.is === 'months' ? `at the end of ${axis.months.at(-1) ?? ''}` : 'at the right end';
  return `${lines.map(({ title, bands }) => `${title} ${bandText(bands.at(-1) ?? null, unit)}`).join('; ')} ${end}.`;
}
