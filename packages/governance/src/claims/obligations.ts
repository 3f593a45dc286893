// What is owed, apart from what is only allowed. "Up to" is an option of whoever grants it: adding it to what is firm makes the
// headline and no obligation. So the sum refuses an option, and `apart` shows both beside each other, never together.
import { addMoney, AppError, moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import { amountText, type Amount } from '../numbers/amount.ts';
import { add, exactText, fromDecimal, ZERO } from '../numbers/rational.ts';

export interface NamedAmount {
  readonly id: string;
  readonly amount: Amount;
}

export interface Total {
  /** `USD`, `GW`. */
  readonly of: string;
  /** A decimal text, exact. */
  readonly value: string;
  readonly approximate: boolean;
  readonly ids: readonly string[];
}

/** Of firm amounts alone, by currency and unit. Throws `BAD_REQUEST` that names the option when there is one among them. */
export function sumObligations(amounts: readonly NamedAmount[]): readonly Total[] {
  const option = amounts.find(({ amount }) => amount.bound !== 'firm');
  if (option !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      `"${option.id}" is ${amountText(option.amount)}: an option is no obligation and is never summed into one`,
      {
        next: 'leave it out, or use the two totals that stand apart',
      },
    );
  return totals(amounts);
}

export interface Apart {
  readonly firm: readonly Total[];
  /** The most that options may come to; nobody owes it. */
  readonly options: readonly Total[];
}

export const obligationsApart = (amounts: readonly NamedAmount[]): Apart => ({
  firm: sumObligations(amounts.filter(({ amount }) => amount.bound === 'firm')),
  options: totals(amounts.filter(({ amount }) => amount.bound === 'up_to')),
});

function totals(amounts: readonly NamedAmount[]): readonly Total[] {
  const groups = Map.groupBy(amounts, ({ amount }) => amount.currency ?? amount.unit ?? '');
  return [...groups]
    .map(([of, members]) => ({
      of,
      value: members[0]?.amount.currency === undefined ? quantity(members) : money(members),
      approximate: members.some(({ amount }) => amount.approximate),
      ids: members.map(({ id }) => id).toSorted(),
    }))
    .toSorted((a, b) => (a.of < b.of ? -1 : 1));
}

const money = (members: readonly NamedAmount[]): string =>
  moneyToDecimal(addMoney(...members.map(({ amount }): Money => moneyFromDecimal(amount.value))));
const quantity = (members: readonly NamedAmount[]): string =>
  exactText(members.map(({ amount }) => fromDecimal(amount.value)).reduce(add, ZERO));
