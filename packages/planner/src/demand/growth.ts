// Growth by the month, with how sure it is: fitted to what months there were (a straight line through their logarithms, Student's interval
// for its slope), or typed in between two ends. What is projected carries the interval along and widens with every month.
import { refuse, within } from '../numbers/refuse.ts';
import { mean, studentQuantile } from '../numbers/statistics.ts';

/** Of a month over the one before: 0.03 is 3 %. */
export interface Growth {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  readonly how: 'fitted' | 'typed';
  /** What months lie off the line, as a standard deviation of the logarithm; 0 where typed. */
  readonly scatter: number;
}

const GROWTH_LEAST = -0.9;
const GROWTH_MOST = 5;

export function growthTyped(low: number, likely: number, high: number): Growth {
  for (const [name, value] of Object.entries({ low, likely, high }))
    within(`growth ${name}`, value, { least: GROWTH_LEAST, most: GROWTH_MOST });
  if (!(low <= likely && likely <= high))
    refuse(`growth of ${low}, ${likely} and ${high} is not in order`, 'give it low, then likely, then high');
  return { low, likely, high, how: 'typed', scatter: 0 };
}

/** From the totals of months, the first one first. Throws PLAN_INVALID for fewer than four, or a month of nothing. */
export function growthFitted(months: readonly number[]): Growth {
  if (months.length < 4)
    refuse(`${months.length} months do not show how demand grows`, 'give four and more, or type it in');
  const logs = months.map((total, at) => Math.log(within(`month ${at + 1}`, total, { above: true })));
  const [centre, level] = [(months.length - 1) / 2, mean(logs)];
  const width = logs.reduce((sum, _, at) => sum + (at - centre) ** 2, 0);
  const slope = logs.reduce((sum, each, at) => sum + (at - centre) * (each - level), 0) / width;
  const left = logs.reduce((sum, each, at) => sum + (each - level - slope * (at - centre)) ** 2, 0);
  const freedom = months.length - 2;
  const scatter = Math.sqrt(left / freedom);
  const half = (studentQuantile(0.975, freedom) * scatter) / Math.sqrt(width);
  const rate = (each: number): number => Math.min(GROWTH_MOST, Math.max(GROWTH_LEAST, Math.expm1(each)));
  return { low: rate(slope - half), likely: rate(slope), high: rate(slope + half), how: 'fitted', scatter };
}

/** A level after so many months. The ends take growth's own ends, and a month's scatter on top (two standard deviations). */
export function grown(level: number, growth: Growth, months: number): { low: number; likely: number; high: number } {
  within('level', level);
  within('months', months, { most: 240 });
  const at = (rate: number, off: number): number => level * (1 + rate) ** months * Math.exp(off * growth.scatter);
  return { low: at(growth.low, -2), likely: at(growth.likely, 0), high: at(growth.high, 2) };
}
