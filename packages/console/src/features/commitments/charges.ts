// What charges came to, prepared; and above all sums what is not known of them, with where it can be looked at.
import type { Commitments } from '@weighbridge/protocol';
import type { MoneyValue } from '../../parts/money/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import { counted, fullMoney } from '../contracts/words.ts';
import { isNothing } from './known.ts';
import type { CommitmentsWays } from './model.ts';

export interface ChargesText {
  /** What they came to, by currency. */
  readonly sums: readonly {
    readonly currency: string;
    readonly total: MoneyValue;
    readonly drawn: MoneyValue;
    readonly rest: MoneyValue;
  }[];
  /** Over how many days; or why there are none. Empty: nothing is to be said. */
  readonly sentence: string;
  /** What is not known, and where it can be looked at. */
  readonly unknown: readonly { readonly text: string; readonly href: string | null }[];
}

export function chargesText(
  { charges, rows, unreadable }: Commitments,
  { unpricedHref, contractHref }: CommitmentsWays,
): ChargesText {
  const { unknown, count, days, money, unpriced, period, earlier } = charges;
  const lines: { text: string; href: string | null }[] = unreadable.map(({ id, why }) => ({
    text: `${id} cannot be read, and what it commits to is in no sum here: ${why}.`,
    href: contractHref(id),
  }));
  if (earlier !== null)
    lines.push({
      text: `This log succeeded ${earlier.origin} at ${formatInstant(earlier.until)}. What was spent before is in that log and drew nothing here: what is left, and owed for a shortfall, is the most it can be.`,
      href: null,
    });
  if (unknown !== null)
    lines.push({
      text: `What was spent is not known now: ${unknown}. What stands above is the contracts alone.`,
      href: null,
    });
  if (unpriced > 0)
    lines.push({
      text: `${counted(unpriced, 'call has', 'calls have')} no price: with ${unpriced === 1 ? 'it' : 'them'} more would be drawn.`,
      href: unpricedHref,
    });
  const none = { sums: [], unknown: lines };
  if (rows.length === 0 || unknown !== null) return { ...none, sentence: '' };
  if (period === null) return { ...none, sentence: 'No term has begun: nothing can be drawn yet.' };
  if (count === 0) return { ...none, sentence: 'Nothing was spent within the terms so far.' };
  return {
    sums: money.map(({ currency, total, drawn, not_drawn: rest }) => ({
      currency,
      total: { amount: total, currency },
      drawn: { amount: drawn, currency },
      rest: { amount: rest, currency },
    })),
    sentence: `On ${counted(days, 'day')} within the terms, by ${counted(count, 'charge')}.${statedCharges(money)}`,
    unknown: lines,
  };
}

/** Charges of days that a statement counts draw nothing beside it. */
const statedCharges = (money: Commitments['charges']['money']): string =>
  money
    .filter(({ in_statements: counts }) => !isNothing(counts))
    .map(
      ({ currency, in_statements: counts }) =>
        ` Of what drew nothing, a statement counts ${fullMoney(counts, currency)} already.`,
    )
    .join('');
