// Words that every page of the deal says the same way: days ahead and past, money, parties, instruments.
import { contractStatus, type FeeRange } from '@weighbridge/protocol';
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
const statusTone = (status: string): Tone => STATUS_TONES[status] ?? 'note';

/** Wherever a contract is named in a list: what binds nobody is marked as such. */
export const statusTag = (status: string): { readonly text: string; readonly tone: Tone } => ({
  text: contractStatus(status),
  tone: statusTone(status),
});

/** Of lists that name contracts, by how far they bind. */
export const STATUS_CHOICES = ['all', 'signed', 'offer', 'draft', 'reported', 'ended'] as const;
export type StatusChoice = (typeof STATUS_CHOICES)[number];
export type StatusCounts = readonly { readonly status: StatusChoice; readonly count: number }[];
interface WithStatus {
  readonly status: string;
}

export const ofStatus = <Row extends WithStatus>(rows: readonly Row[], chosen: StatusChoice): readonly Row[] =>
  chosen === 'all' ? rows : rows.filter(({ status }) => contractStatus(status) === chosen);

/** Those that there are, how many of each; none where there is nothing to choose. */
export function statusCounts(rows: readonly WithStatus[], chosen: StatusChoice): StatusCounts {
  const counts = STATUS_CHOICES.map((status) => ({ status, count: ofStatus(rows, status).length }));
  const found = counts.filter(({ status, count }) => count > 0 || status === chosen || status === 'all');
  return found.filter(({ status }) => status !== 'all').length < 2 && chosen === 'all' ? [] : found;
}

/** One amount, or both ends where it depends on what will be drawn. */
export const feeText = ({ least, most }: FeeRange, currency: string, money = fullMoney): string =>
  least === most ? money(most, currency) : `${money(least, currency)} to ${money(most, currency)}`;

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
