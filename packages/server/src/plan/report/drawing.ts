// Drawings of a report as shapes: lines with their bands over an axis, and bars of what decides a figure. SVG and PDF read paths alike,
// so that both show the same drawing.
import type { PlanBand, PlanChart, PlanReport } from '@weighbridge/protocol';
import { bareWords, rangeWords, valueWords } from './words.ts';

export type Shape =
  | { readonly is: 'line' | 'area'; readonly path: string; readonly ink: string }
  | { readonly is: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly right: boolean };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** In words, for whoever does not see it. */
  readonly says: string;
  readonly shapes: readonly Shape[];
}

const SIZE = { width: 720, plot: 240, left: 90, right: 12, top: 20, row: 30 } as const;
/** Survive the common deficiencies of colour vision, and grey. */
const INKS = ['#3b4cc0', '#b45f06', '#2a7f62', '#8c2d54', '#5b5750', '#0f7fa8'] as const;
/** From more than two powers of ten on the axis counts powers. */
const SPREAD = 100;

const inkOf = (at: number): string => INKS[at % INKS.length] ?? INKS[0];
const place = (value: number): string => value.toFixed(1);
const label = (x: number, y: number, text: string, right = false): Shape => ({ is: 'text', x, y, text, right });

export function chartDrawing({ lines, axis, unit }: PlanChart): Drawing {
  const bands = lines.flatMap((line) => line.bands.filter((band) => band !== null));
  const scale = scaleOf(bands);
  const count = axis.is === 'months' ? axis.months.length : axis.numbers.length;
  const across = axis.is === 'months' ? '' : [axis.title, axis.unit].filter((word) => word !== '').join(', ');
  const width = SIZE.width - SIZE.left - SIZE.right;
  const x = (at: number): number => SIZE.left + (count < 2 ? 0 : (at / (count - 1)) * width);
  const y = (value: number): number => SIZE.top + SIZE.plot * (1 - scale.at(value));
  const below = SIZE.top + SIZE.plot;
  const named = (at: number): string =>
    axis.is === 'months' ? (axis.months[at] ?? '') : bareWords(axis.numbers[at] ?? null, axis.unit);
  return {
    width: SIZE.width,
    height: below + 30 + lines.length * 18,
    says: lines
      .map(({ title, bands: held }) => `${title}: ${bandWords(held.at(-1) ?? null, unit)} at the end`)
      .join('; '),
    shapes: [
      label(
        SIZE.left,
        12,
        `${unit}${scale.powers ? ', by powers of ten' : ''}${across === '' ? '' : `; across: ${across}`}`,
      ),
      ...scale.ticks.flatMap((tick): Shape[] => [
        { is: 'line', path: `M${SIZE.left} ${place(y(tick))}H${SIZE.width - SIZE.right}`, ink: '#d9d5ce' },
        label(SIZE.left - 6, y(tick) + 4, bareWords(tick, unit), true),
      ]),
      ...[0, 1, 2, 3].map((quarter) => {
        const at = Math.round((quarter / 3) * (count - 1));
        return label(x(at), below + 16, named(at), quarter === 3);
      }),
      ...lines.flatMap(({ bands: held }, line): Shape[] => [
        { is: 'area', path: areaPath(held, x, y), ink: inkOf(line) },
        { is: 'line', path: linePath(held, x, y), ink: inkOf(line) },
      ]),
      ...lines.flatMap(({ title, bands: held }, line): Shape[] => [
        { is: 'line', path: `M${SIZE.left} ${below + 30 + line * 18}h18`, ink: inkOf(line) },
        label(
          SIZE.left + 26,
          below + 34 + line * 18,
          `${title}: ${bandWords(held.at(-1) ?? null, unit)} at the right end`,
        ),
      ]),
    ],
  };
}

const bandWords = (band: PlanBand | null, unit: string): string =>
  band === null ? 'not known' : rangeWords(band.p10, band.p50, band.p90, unit);

interface Scale {
  readonly powers: boolean;
  readonly ticks: readonly number[];
  /** 0 at the bottom, 1 at the top. */
  readonly at: (value: number) => number;
}

function scaleOf(bands: readonly PlanBand[]): Scale {
  const most = Math.max(...bands.map(({ p90 }) => p90), 0) || 1;
  const least = Math.min(...bands.map(({ p10 }) => p10), most);
  if (least > 0 && most / least > SPREAD) {
    const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
    const powers = Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));
    return { powers: true, ticks: powers, at: (value) => (Math.log10(value) - from) / (to - from) };
  }
  const floor = Math.min(0, least);
  const rough = (most - floor) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough) ?? rough;
  const [from, to] = [Math.floor(floor / step), Math.ceil(most / step)];
  return {
    powers: false,
    ticks: Array.from({ length: to - from + 1 }, (_, at) => (from + at) * step),
    at: (value) => (value / step - from) / (to - from),
  };
}

type Held = readonly (PlanBand | null)[];
type Place = (value: number) => number;

/** Stretches of places that are there: what is not known is a gap. */
function stretches(bands: Held): { readonly at: number; readonly band: PlanBand }[][] {
  const found: { at: number; band: PlanBand }[][] = [];
  bands.forEach((band, at) => {
    if (band === null) return;
    const last = found.at(-1);
    if (last?.at(-1)?.at === at - 1) last.push({ at, band });
    else found.push([{ at, band }]);
  });
  return found;
}

const through = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${place(x)} ${place(y)}`).join('');

const linePath = (bands: Held, x: Place, y: Place): string =>
  stretches(bands)
    .map((stretch) => through(stretch.map(({ at, band }) => [x(at), y(band.p50)] as const)))
    .join('');

const areaPath = (bands: Held, x: Place, y: Place): string =>
  stretches(bands)
    .map((stretch) => {
      const over = stretch.map(({ at, band }) => [x(at), y(band.p90)] as const);
      const under = stretch.map(({ at, band }) => [x(at), y(band.p10)] as const).toReversed();
      return `${through([...over, ...under])}Z`;
    })
    .join('');

const SWINGS_MOST = 10;

export function swingsDrawing({ swings, figures, about }: PlanReport): Drawing {
  const shown = swings.slice(0, SWINGS_MOST);
  const unit = figures.find(({ id }) => id === about)?.unit ?? '';
  const ends = shown.flatMap(({ atFrom, atTo }) => [atFrom, atTo]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const left = 330;
  const across = SIZE.width - left - SIZE.right;
  const x = (value: number): number => left + (most > least ? ((value - least) / (most - least)) * across : 0);
  return {
    width: SIZE.width,
    height: shown.length * SIZE.row + 8,
    says: shown
      .map(({ title, atFrom, atTo }) => `${title}: ${valueWords(atFrom, unit)} to ${valueWords(atTo, unit)}`)
      .join('; '),
    shapes: shown.flatMap(({ title, atFrom, atTo, from, to, unit: own }, row): Shape[] => {
      const top = row * SIZE.row;
      const [start, end] = [x(Math.min(atFrom, atTo)), x(Math.max(atFrom, atTo))];
      return [
        label(0, top + 13, title),
        label(0, top + 25, `${valueWords(from, own)} to ${valueWords(to, own)}`),
        {
          is: 'area',
          path: `M${place(start)} ${top + 4}H${place(Math.max(end, start + 1))}V${top + 14}H${place(start)}Z`,
          ink: INKS[0],
        },
        { is: 'line', path: `M${left} ${top + SIZE.row - 2}H${SIZE.width - SIZE.right}`, ink: '#eeebe5' },
        label(
          end > SIZE.width - 220 ? SIZE.width - SIZE.right : start,
          top + 25,
          `${valueWords(atFrom, unit)} to ${valueWords(atTo, unit)}`,
          end > SIZE.width - 220,
        ),
      ];
    }),
  };
}
