// Words that every page of the deal says the same way: days ahead and past, money, parties, instruments.
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { moneyText } from '../../parts/money/model.ts';

const DAY = 86_400_000;

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${prepareCount(count).text} ${count === 1 ? one : many}`;

/** `in 212 days`, `today`, `3 days ago`; days as the API counts them, in UTC. */
export function daysText(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${counted(days, 'day')}` : `${counted(-days, 'day')} ago`;
}

/** Whole days from one day to another, both as `2027-01-31`. */
export const daysFrom = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);

export const briefMoney = (amount: string, currency: string): string => moneyText({ amount, currency }, 'brief');
export const fullMoney = (amount: string, currency: string): string => moneyText({ amount, currency });

const STATUS_TONES: Readonly<Record<string, Tone>> = { signed: 'good', reported: 'warn', ended: 'quiet' };
export const statusTone = (status: string): Tone => STATUS_TONES[status] ?? 'note';

interface Party {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** As the contract names it; an id that it does not name is shown as it is. */
export const partyName = (parties: readonly Party[], id: string): string =>
  parties.find((party) => party.id === id)?.name ?? id;

/** `Northwind from Contoso Cloud`: who buys of whom; only buyers where nobody sells. */
export function betweenText(parties: readonly Party[]): string {
  const names = (role: string): string =>
    parties
      .filter(({ roles }) => roles.includes(role))
      .map(({ name }) => name)
      .join(', ');
  const [buyers, sellers] = [names('buyer'), names('seller-of-record')];
  return buyers === '' || sellers === '' ? `${buyers}${sellers}` : `${buyers} from ${sellers}`;
}

/** `after it ends, the difference is invoiced`: what becomes of what was not drawn. */
const RULES: Readonly<Record<string, string>> = {
  'invoice-difference': 'the difference is invoiced',
  forfeit: 'what is left is forfeited',
  rollover: 'the rest moves to the next milestone; behind the last it is owed',
  none: 'nothing is owed for it',
  unstated: 'the contract does not say',
};
export const ruleText = (rule: string): string => RULES[rule] ?? rule;

export function automaticText(automatic: boolean | 'unstated'): string {
  if (automatic === 'unstated') return 'not stated';
  return automatic ? 'yes' : 'no';
}
