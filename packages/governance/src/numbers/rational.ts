// Exact fractions of whole numbers. What a board repeats is worked out with these and rounded once, where it is printed; a
// float would make the last digit depend on the order of the work.
import { AppError, invariant } from '@weighbridge/kernel';

/** `n / d` in lowest terms, `d` above zero. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** How an amount is written in a file: "30000000000", "2.10"; quoted, so that no reader turns it into a float. */
export const DECIMAL = /^-?\d{1,24}(?:\.\d{1,24})?$/;

export function rational(n: bigint, d = 1n): Rational {
  invariant(d !== 0n, 'a fraction has a denominator that is not zero');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n < 0n ? -n : n, d * sign);
  return { n: (n * sign) / common, d: (d * sign) / common };
}

export const ZERO = rational(0n);

/** Throws `BAD_REQUEST` when `text` is not a decimal number. */
export function fromDecimal(text: string): Rational {
  if (!DECIMAL.test(text)) throw new AppError('BAD_REQUEST', `"${text.slice(0, 60)}" is not a decimal number`);
  const [whole = '0', fraction = ''] = text.split('.');
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);

/** Below zero when `a` is the smaller, zero when they are equal. */
export function compare(a: Rational, b: Rational): number {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left === right ? 0 : left < right ? -1 : 1;
}

export const least = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b);
export const greatest = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b);
export const sum = (values: readonly Rational[]): Rational => values.reduce(add, ZERO);

/** With `places` decimals, halves away from zero, thousands apart: "476,190". For people: the fraction itself stays exact. */
export function roundedText(value: Rational, places: number): string {
  const scale = 10n ** BigInt(places);
  const size = value.n < 0n ? -value.n : value.n;
  const units = (2n * size * scale + value.d) / (2n * value.d);
  const digits = units.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value.n < 0n && units > 0n ? '-' : '';
  return places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-places)}`;
}

/** As a journal entry holds it: "476190.4762", or the fraction "10000000/21" where decimals would round. */
export function exactText(value: Rational): string {
  let places = 0;
  let scaled = value.n;
  while (scaled % value.d !== 0n && places < PLACES_MOST) {
    scaled *= 10n;
    places += 1;
  }
  if (scaled % value.d !== 0n) return `${value.n}/${value.d}`;
  const digits = (scaled / value.d)
    .toString()
    .replace('-', '')
    .padStart(places + 1, '0');
  const sign = value.n < 0n ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const PLACES_MOST = 24;

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
