// Cells of a report's tables, and numbers in its sentences: three digits, for nobody knows more.
import type { PlanCell } from '@weighbridge/protocol';
import type { Range } from '../catalogue/sourced.ts';
import type { Band } from '../system/bands.ts';

export const textCell = (text: string): PlanCell => ({ is: 'text', text });
export const numberCell = (value: number | null, unit: string): PlanCell => ({ is: 'number', value, unit });
export const rangeCell = ({ low, likely, high }: Range, unit: string): PlanCell => ({
  is: 'range',
  low,
  likely,
  high,
  unit,
});
export const bandCell = (held: Band | null, unit: string): PlanCell =>
  held === null ? numberCell(null, unit) : rangeCell({ low: held.p10, likely: held.p50, high: held.p90 }, unit);

export function said(value: number): string {
  const size = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1;
  if (size > 3) return (Math.round(value / 10 ** (size - 3)) * 10 ** (size - 3)).toLocaleString('en');
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(6, 3 - size) });
}

/** `3.74 (3.29 to 4.38)`; one number where all draws say the same. */
export const saidBand = ({ p10, p50, p90 }: Band): string =>
  p10 === p90 ? said(p50) : `${said(p50)} (${said(p10)} to ${said(p90)})`;
