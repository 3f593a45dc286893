// Estimates of a plan as they are read: three digits in the size that fits, dollars with their sign, shares in per cent. Nobody is
// billed by them, so they are plain numbers.
import type { PlanBand, PlanCell, PlanRange } from '@weighbridge/protocol';
import { digits } from '../alliance/figures.ts';

const NB = '\u00a0';
const LARGE = [
  { from: 1e12, name: 'tn', one: 1e12 },
  { from: 1e9, name: 'bn', one: 1e9 },
  { from: 1e6, name: 'm', one: 1e6 },
  { from: 1e4, name: 'k', one: 1e3 },
] as const;

export const UNKNOWN = 'not known';

/** `$3.74/chip-hour` where it stands alone; without its unit where a column or an axis has it. */
export function figureText(value: number | null, unit: string, bare = false): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  // Millions of millions are read in tokens.
  if (unit.startsWith('Mtok')) return figureText(value * 1e6, unit.replace('Mtok', 'tokens'), bare);
  if (unit.startsWith('share'))
    return `${value < 0 ? '\u2212' : ''}${digits(Math.abs(value) * 100)}${NB}%${bare ? '' : unit.slice('share'.length)}`;
  const money = unit.startsWith('USD');
  const large = LARGE.find(({ from }) => Math.abs(value) >= from);
  const text = `${money ? '$' : ''}${digits(Math.abs(value) / (large?.one ?? 1))}${large === undefined ? '' : `${NB}${large.name}`}`;
  const after = bare ? '' : wordOf(unit);
  return `${value < 0 ? '\u2212' : ''}${text}${after}`;
}

/** `USD bn/year` → ` bn/year`; a ratio has no word. */
function wordOf(unit: string): string {
  if (unit === '' || unit === 'ratio') return '';
  const rest = unit.replace(/^USD ?/, '');
  return rest === '' ? '' : rest.startsWith('/') ? rest : `${NB}${rest}`;
}

/** `327 k chips (313 k to 342 k)` */
export function bandText(band: PlanBand | null, unit: string): string {
  const { middle, range } = bandParts(band, unit);
  return range === '' ? middle : `${middle} (${range})`;
}

/** Its middle, and `313 k to 342 k`; no range where it has none. */
export interface BandParts {
  readonly middle: string;
  readonly range: string;
}

export function bandParts(band: PlanBand | null, unit: string): BandParts {
  if (band === null) return { middle: UNKNOWN, range: '' };
  const { p10, p50, p90 } = band;
  const range = p10 === p90 ? '' : `${figureText(p10, unit, true)} to ${figureText(p90, unit, true)}`;
  return { middle: figureText(p50, unit), range };
}

export const rangeText = ({ low, likely, high }: PlanRange, unit: string): string =>
  bandText({ p10: low, p50: likely, p90: high }, unit);

export function cellText(cell: PlanCell): string {
  if (cell.is === 'text') return cell.text;
  return cell.is === 'number' ? figureText(cell.value, cell.unit) : rangeText(cell, cell.unit);
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** An interval as shares of the drawing's width: where it begins, how wide it is, where its middle lies. */
export interface DrawnBand {
  readonly left: number;
  readonly width: number;
  readonly middle: number;
}

/** Several on one scale that holds nought: how wide one looks is how much of the figure is doubt. */
export function drawnBands(bands: readonly (PlanBand | null)[]): readonly (DrawnBand | null)[] {
  const ends = bands.flatMap((band) => (band === null ? [] : [band.p10, band.p90]));
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const place = (value: number): number => (most > least ? (value - least) / (most - least) : 0);
  return bands.map((band) =>
    band === null ? null : { left: place(band.p10), width: place(band.p90) - place(band.p10), middle: place(band.p50) },
  );
}
