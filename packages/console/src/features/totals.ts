// Reading totals of roll-ups, the same way on every page: which money stands first, what a member is called, how a change
// is said, what is in no sum.
import type { Breakdown, Member, Totals, Spend } from '@weighbridge/protocol';
import { prepareCount } from '../parts/count/model.ts';
import { changeOf, FAR, MANY } from '../parts/time-chart/model.ts';
import { shareText } from '../parts/unit/model.ts';

export function memberName({ value, erased }: Member, by: string): string {
  if (erased) return 'erased';
  return value ?? `no ${by}`;
}

/** The currency of most money; the others are named beside it. */
export function mainSpend(totals: Totals): Spend | null {
  return totals.spend.toSorted((a, b) => Number(b.billed) - Number(a.billed))[0] ?? null;
}

export const spendIn = (totals: Totals | null, currency: string): string | null =>
  totals?.spend.find((spend) => spend.currency === currency)?.billed ?? null;

/** The currency that a breakdown is shown in. */
export const currencyOf = (total: Totals | null): string =>
  (total === null ? null : mainSpend(total)?.currency) ?? 'USD';

export const tokensOf = ({ tokens }: Totals): number => Object.values(tokens).reduce((sum, count) => sum + count, 0);

/** `95 % more than in the period before`. */
export const comparedText = ({ text, up }: NonNullable<ReturnType<typeof changeOf>>): string =>
  text === 'unchanged'
    ? 'as much as in the period before'
    : text === FAR
      ? 'after next to nothing in the period before'
      : text.startsWith(MANY)
        ? `${text.slice(MANY.length)} times as much as in the period before`
        : `${text.slice(1)} ${up ? 'more' : 'less'} than in the period before`;

export const failedText = ({ calls, errors }: Totals): string =>
  errors === 0 ? 'none failed' : `${shareText(errors / calls)} failed`;

export const unpricedText = ({ unpriced }: Totals): string =>
  unpriced === 0
    ? ''
    : `; ${prepareCount(unpriced).text} ${unpriced === 1 ? 'has' : 'have'} no price and ${unpriced === 1 ? 'is' : 'are'} in no sum`;

export const changeText = (now: string, before: string | null): string => {
  const change = changeOf(now, before);
  return change === null
    ? 'nothing before to compare with'
    : change.text === 'unchanged'
      ? 'unchanged'
      : change.text === FAR
        ? 'next to nothing in the period before'
        : `${change.text} ${change.text.startsWith(MANY) ? '' : 'on '}the period before`;
};

/** Calls of which none has a price are unpriced, not free: null. */
export function pricedIn(totals: Totals, currency: string): string | null {
  const amount = spendIn(totals, currency);
  return totals.unpriced > 0 && (amount === null || Number(amount) === 0) ? null : (amount ?? '0');
}

/** Names a row for the table's keys. */
export const rowKey = ({ members }: Pick<Breakdown['rows'][number], 'members'>): string =>
  members.map(({ value, erased }) => `${value ?? ''}${erased ? '*' : ''}`).join('\n');
