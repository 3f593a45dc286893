// Planned growth as people type it, per cent from month to month, and as the address has it, a part of one.
import { decimalOf, picoOf } from '../../parts/money/decimal.ts';

/** Per cent as they are typed, of a part as the address has it: `0.05` is `5`. */
export const percentOf = (part: string): string => decimalOf((picoOf(part) ?? 0n) * 100n);

const GROWTH = { least: -90n, most: 200n } as const;
const PERCENT = /^-?\d{1,3}(\.\d{1,4})?$/;

/** Null where it is no growth that is reckoned with. */
export function partOf(percent: string): string | null {
  const typed = percent.trim().replace('\u2212', '-').replace(/\s*%$/, '');
  const amount = PERCENT.test(typed) ? picoOf(typed) : null;
  if (amount === null || amount < GROWTH.least * 10n ** 12n || amount > GROWTH.most * 10n ** 12n) return null;
  return decimalOf(amount / 100n);
}
