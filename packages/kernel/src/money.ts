// Money is a bigint of 10^-12 of its currency ("pico"): never a float, never rounded in silence. A price of $0.10 per
// million tokens is 100,000 pico-dollars a token, so every charge is an exact product.
import { AppError } from './app-error.ts';
import { invariant } from './invariant.ts';

/** An amount in 10^-12 of its currency. The currency travels beside it. */
export type Money = bigint;

/** Units of `Money` in one unit of currency. */
export const MONEY_SCALE = 1_000_000_000_000n;
const DECIMALS = 12;
/** Code of the character `0`. */
const ZERO = 48;
const DECIMAL_SHAPE = /^(-?)(\d{1,24})(?:\.(\d{1,24}))?$/;

/** Parses a decimal string such as "0.0000125". Throws `BAD_REQUEST` when it is not one, or needs more than 12 places. */
export function moneyFromDecimal(text: string): Money {
  const match = DECIMAL_SHAPE.exec(text);
  if (match === null) throw new AppError('BAD_REQUEST', `"${text.slice(0, 60)}" is not a decimal amount`);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > DECIMALS) {
    throw new AppError('BAD_REQUEST', `"${text}" has more than ${DECIMALS} decimal places and would be rounded`);
  }
  const amount = BigInt(match[2] ?? '0') * MONEY_SCALE + BigInt(fraction.padEnd(DECIMALS, '0'));
  return match[1] === '-' ? -amount : amount;
}

/** The shortest exact decimal string of an amount: "12.5", "0.0000125", "-3". */
export function moneyToDecimal(amount: Money): string {
  // Digits are sliced, not divided: this stands on the hot path.
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString();
  const whole = digits.length > DECIMALS ? digits.slice(0, -DECIMALS) : '0';
  const fraction = digits.length > DECIMALS ? digits.slice(-DECIMALS) : digits.padStart(DECIMALS, '0');
  let end = DECIMALS;
  while (end > 0 && fraction.charCodeAt(end - 1) === ZERO) end -= 1;
  return end === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction.slice(0, end)}`;
}

/** For people: at least two decimals, every further digit that is not zero, thousands apart: "1,234.5678 USD". */
export function formatMoney(amount: Money, currency: string): string {
  const [whole = '0', fraction = ''] = moneyToDecimal(amount).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}.${fraction.padEnd(2, '0')} ${currency}`;
}

export const addMoney = (...amounts: readonly Money[]): Money => amounts.reduce((sum, amount) => sum + amount, 0n);

/** Exact `amount × numerator ÷ denominator`; throws `INTERNAL` if the result is not a whole pico-unit. */
export function mulMoney(amount: Money, numerator: bigint, denominator = 1n): Money {
  invariant(denominator > 0n, 'the denominator of a factor is positive');
  const product = amount * numerator;
  invariant(product % denominator === 0n, `${amount} × ${numerator}/${denominator} is not a whole pico-unit`);
  return product / denominator;
}

/**
 * Splits an amount by weights so that the parts sum to it exactly; the last units go by largest remainder, ties to the
 * earlier part. Weights are not negative and not all zero.
 */
export function splitMoney(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  invariant(
    total > 0n && weights.every((weight) => weight >= 0n),
    'a split needs weights that are not negative or all zero',
  );
  const sign = amount < 0n ? -1n : 1n;
  const size = amount * sign;
  const shares = weights.map((weight, index) => ({
    index,
    part: (size * weight) / total,
    rest: (size * weight) % total,
  }));
  let missing = size - shares.reduce((sum, share) => sum + share.part, 0n);
  const order = shares.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const share of order) {
    if (missing === 0n) break;
    share.part += 1n;
    missing -= 1n;
  }
  return shares.map((share) => share.part * sign);
}
