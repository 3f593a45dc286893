// A figure that is known between two ends, both of them exact. Every operation gives the narrowest interval that holds each
// result of a pair of inner points, so nothing that the inputs allow is left out.
import { AppError, invariant } from '@weighbridge/kernel';
import {
  compare,
  divide as divideExact,
  fromDecimal,
  greatest,
  least,
  multiply as multiplyExact,
  rational,
  roundedText,
  type Rational,
} from './rational.ts';

export interface Interval {
  readonly low: Rational;
  readonly high: Rational;
}

export function interval(low: Rational, high: Rational): Interval {
  invariant(compare(low, high) <= 0, 'an interval does not end before it begins');
  return { low, high };
}

export const point = (value: Rational): Interval => ({ low: value, high: value });

/** From the texts of a file. Throws `BAD_REQUEST` when the ends are no numbers, or stand the wrong way round. */
export function intervalFrom(low: string, high: string = low): Interval {
  const [from, to] = [fromDecimal(low), fromDecimal(high)];
  if (compare(from, to) > 0) throw new AppError('BAD_REQUEST', `the interval ${low} to ${high} ends before it begins`);
  return { low: from, high: to };
}

export function multiply(a: Interval, b: Interval): Interval {
  const corners = [
    multiplyExact(a.low, b.low),
    multiplyExact(a.low, b.high),
    multiplyExact(a.high, b.low),
    multiplyExact(a.high, b.high),
  ];
  return { low: corners.reduce(least), high: corners.reduce(greatest) };
}

/** Throws `BAD_REQUEST` when the divisor may be zero: there is no interval that holds the result. */
export function divide(a: Interval, b: Interval): Interval {
  const zero = rational(0n);
  if (compare(b.low, zero) <= 0 && compare(b.high, zero) >= 0)
    throw new AppError('BAD_REQUEST', 'an interval that holds zero cannot be divided by');
  const one = rational(1n);
  return multiply(a, { low: divideExact(one, b.high), high: divideExact(one, b.low) });
}

export const contains = (outer: Interval, inner: Interval): boolean =>
  compare(outer.low, inner.low) <= 0 && compare(inner.high, outer.high) <= 0;

export const apart = (a: Interval, b: Interval): boolean => compare(a.high, b.low) < 0 || compare(b.high, a.low) < 0;

/** "1.82 to 2.71", or "476,190" where both ends print alike. */
export function intervalText({ low, high }: Interval, places: number): string {
  const [from, to] = [roundedText(low, places), roundedText(high, places)];
  return from === to ? from : `${from} to ${to}`;
}
