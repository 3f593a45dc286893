// Numbers of a report in words: three digits with their unit, shares in per cent, a range with its ends.
import { saidNumber } from '@weighbridge/planner';

/** `3.74 USD/chip-hour`, `82 %`. */
export function valueWords(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return 'not known';
  return unit === 'share' ? `${saidNumber(value * 100)} %` : `${saidNumber(value)}${unitWords(unit)}`;
}

const unitWords = (unit: string): string => (unit === '' || unit === 'ratio' ? '' : ` ${unit}`);

export function rangeWords(low: number, middle: number, high: number, unit: string): string {
  if (low === high) return valueWords(middle, unit);
  const bare = (value: number): string => valueWords(value, unit === 'share' ? unit : '');
  return `${bare(middle)} (${bare(low)} to ${bare(high)})${unit === 'share' ? '' : unitWords(unit)}`;
}
