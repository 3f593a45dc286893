// Decimal prices and rational factors, exact or refused. Prices are published per million tokens; a unit price here is
// whole pico-units of currency for one token, so that a charge is one multiplication and no rounding exists to argue over.
import { MONEY_SCALE, type Money } from '@weighbridge/kernel';
import { refuse } from './strict-reader.ts';

export interface Factor {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly text: string;
}

const DECIMAL = /^(\d{1,9})(?:\.(\d{1,12}))?$/;
const FACTOR = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/;

/** Pico-units for one of `per` units, from a decimal price. Refuses what is not a whole pico-unit. */
export function unitPrice(price: string, per: bigint, where: string): Money {
  const match = DECIMAL.exec(price) ?? refuse(where, `"${price.slice(0, 40)}" is not a decimal price`);
  const fraction = match[2] ?? '';
  const scaled = BigInt((match[1] ?? '') + fraction) * MONEY_SCALE;
  const divisor = 10n ** BigInt(fraction.length) * per;
  return scaled % divisor === 0n
    ? scaled / divisor
    : refuse(where, `${price} per ${per} is not a whole number of 10^-12 for one unit and would be rounded`);
}

/** An exact ratio written `11/10`. */
export function factor(text: string, where: string): Factor {
  const match = FACTOR.exec(text) ?? refuse(where, `"${text.slice(0, 40)}" is not a ratio such as 11/10`);
  return { numerator: BigInt(match[1] ?? '1'), denominator: BigInt(match[2] ?? '1'), text };
}

export function timesFactor(unit: Money, by: Factor, where: string): Money {
  const product = unit * by.numerator;
  return product % by.denominator === 0n
    ? product / by.denominator
    : refuse(where, `${by.text} of a unit price of ${unit} × 10^-12 is not a whole number and would be rounded`);
}
