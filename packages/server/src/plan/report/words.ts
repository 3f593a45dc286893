// Numbers of a report in words: three digits with their unit, shares in per cent, a range with its ends.
import { saidNumber } from '@weighbridge/planner';

const isShare = (unit: string): boolean => unit.startsWith('share');

/** `3.74 USD/chip-hour`, `82 %`, `2 %/month`. */
export function valueWords(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return 'not known';
  return isShare(unit)
    ? `${saidNumber(value * 100)} %${unit.slice('share'.length)}`
    : `${saidNumber(value)}${unitWords(unit)}`;
}

const unitWords = (unit: string): string => (unit === '' || unit === 'ratio' ? '' : ` ${unit}`);

/** As the numbers of an axis stand, whose unit is named once. */
export const bareWords = (value: number | null, unit: string): string =>
  valueWords(value, isShare(unit) ? 'share' : '');

export function rangeWords(low: number, middle: number, high: number, unit: string): string {
  if (low === high) return valueWords(middle, unit);
  const ends = `(${bareWords(low, unit)} to ${bareWords(high, unit)})`;
  return isShare(unit) ? `${valueWords(middle, unit)} ${ends}` : `${bareWords(middle, unit)} ${ends}${unitWords(unit)}`;
}
