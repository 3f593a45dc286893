// Charges for tests, in whole units of currency, of days.
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import {
  drawDown,
  positions,
  type Charge,
  type ChargeAttributes,
  type Contract,
  type Correction,
  type Posting,
} from '@weighbridge/ledger';

export const at = (day: string): number => Date.parse(`${day}T12:00:00Z`);

let entries = 0;

export const charge = (id: string, day: string, amount: string, attributes: ChargeAttributes = {}): Charge => ({
  id,
  entry: (entries += 1),
  at: at(day),
  amount: moneyFromDecimal(amount),
  currency: 'USD',
  attributes,
});

export const correction = (id: string, day: string, corrects: string, amount: string): Correction => ({
  id,
  entry: (entries += 1),
  at: at(day),
  corrects,
  amount: moneyFromDecimal(amount),
});

/** Of each tranche what is not zero, as decimals: `spend h1: drawn 5, remaining 95`. */
export function told(contract: Contract, postings: readonly Posting[], day: string): readonly string[] {
  const shown = ['rolled_in', 'drawn', 'remaining', 'expired', 'rolled_out', 'shortfall', 'lost'] as const;
  return positions(drawDown([contract], postings, at(day))).map((one) => {
    const parts = shown.flatMap((name) => {
      const value = one[name];
      return value === 0n ? [] : [`${name} ${value === null ? 'unstated' : moneyToDecimal(value)}`];
    });
    return `${one.instrument} ${one.tranche}: ${parts.join(', ')}`;
  });
}
