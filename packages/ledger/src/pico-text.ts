// Decimal text of an amount, for the hot path: digits are sliced instead of divided. Says exactly what the kernel's
// `moneyToDecimal` says for amounts that are not negative (a property test holds the two together), several times faster.
import { invariant, type Money } from '@weighbridge/kernel';

const DECIMALS = 12;
const ZEROS = '000000000000';
const ZERO = 48;

/** Shortest exact decimal string of an amount ≥ 0 in 10^-12 of its currency. */
export function picoText(amount: Money | number): string {
  const digits = amount.toString();
  invariant(digits.charCodeAt(0) >= ZERO, 'an amount to print is not negative');
  const whole = digits.length > DECIMALS ? digits.slice(0, -DECIMALS) : '0';
  const fraction = digits.length > DECIMALS ? digits.slice(-DECIMALS) : ZEROS.slice(digits.length) + digits;
  let end = DECIMALS;
  while (end > 0 && fraction.charCodeAt(end - 1) === ZERO) end -= 1;
  return end === 0 ? whole : `${whole}.${fraction.slice(0, end)}`;
}
