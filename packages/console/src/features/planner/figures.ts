// Estimates of a plan as they are read: three digits in the size that fits, dollars with their sign, shares in per cent. Nobody is
// billed by them, so they are plain numbers.
import type { PlanBand, PlanCell, PlanRange } from '@weighbridge/protocol';
import { shareText } from '../../parts/unit/model.ts';
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
  if (unit === 'share') return value < 0 ? `\u2212${shareText(-value)}` : shareText(value);
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
  if (band === null) return UNKNOWN;
  const { p10, p50, p90 } = band;
  if (p10 === p90) return figureText(p50, unit);
  return `${figureText(p50, unit)} (${figureText(p10, unit, true)} to ${figureText(p90, unit, true)})`;
}

export const rangeText = ({ low, likely, high }: PlanRange, unit: string): string =>
  bandText({ p10: low, p50: likely, p90: high }, unit);

export function cellText(cell: PlanCell): string {
  if (cell.is === 'text') return cell.text;
  return cell.is === 'number' ? figureText(cell.value, cell.unit) : rangeText(cell, cell.unit);
}
