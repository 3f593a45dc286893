// A number as tables of claims write it: "2.0-2.5", "≥ 500k", "1.94 (IT rack only)", "~1M", "400,000". Out comes a range, and whether the
// claim states one end only.

export interface StatedNumber {
  readonly low: number;
  readonly high: number;
  readonly bound: 'at_least' | 'at_most' | null;
}

const FACTORS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, bn: 1e9, b: 1e9 };
const NUMBER = String.raw`(\d[\d,]*(?:\.\d+)?(?:e[+]?\d{1,2})?)\s*(k|m|bn|b)?(?![a-z\d])`;
const RANGE = new RegExp(String.raw`${NUMBER}(?:\s*(?:-|–|to)\s*${NUMBER})?`, 'i');

/** Null where the text holds no number above 0. */
export function statedNumber(text: string): StatedNumber | null {
  const match = RANGE.exec(text);
  if (match === null) return null;
  const [whole, first = '', firstFactor, second, secondFactor] = match;
  // "400-500k": the factor is said once.
  const low = valueOf(first, firstFactor ?? (second === undefined ? undefined : secondFactor));
  const high = second === undefined ? low : valueOf(second, secondFactor);
  if (!(low > 0) || high < low) return null;
  const before = text.slice(0, match.index);
  // A minus, or what is left of a number that could not be read.
  if (/(?:^|[^\da-z])-\s*$|[\da-z.]$/i.test(before)) return null;
  const after = text.slice(match.index + whole.length);
  if (/(≥|>|>=|at least|over|more than)\s*~?\s*$/i.test(before) || after.startsWith('+'))
    return { low, high, bound: 'at_least' };
  if (/(≤|<|<=|at most|up to|under)\s*~?\s*$/i.test(before)) return { low, high, bound: 'at_most' };
  return { low, high, bound: null };
}

const valueOf = (digits: string, factor: string | undefined): number =>
  Number(digits.replaceAll(',', '')) * (factor === undefined ? 1 : (FACTORS[factor.toLowerCase()] ?? 1));
