// What stands on screen for an amount. Cents are read first, so further digits are set apart as `fine`; digits that do
// not fit are rounded and the amount says so (`rounded`), with the exact one in `exact`. Unpriced and unknown are words.
import { decimalOf, grouped, picoOf, PLACES, roundTo, UNIT, type Pico } from './decimal.ts';

export interface MoneyValue {
  /** Decimal string; null is unknown, or unpriced when the status says so. */
  readonly amount: string | null;
  readonly currency: string;
  readonly status?: 'exact' | 'estimated' | 'unpriced';
}

/**
 * `full`: every digit. `column`: cents and up to four more, for tables. `whole`: no fraction, for headlines. `brief`: for
 * sentences: whole from a hundred on, cents below, and every digit of what is less than a cent.
 */
export type MoneyStyle = 'full' | 'column' | 'whole' | 'brief';

export interface MoneyAmount {
  readonly kind: 'amount';
  /** Minus (U+2212) and currency symbol, or the empty text in a column, whose head names the currency. */
  readonly lead: string;
  readonly whole: string;
  /** With its point; empty in a headline. */
  readonly cents: string;
  /** Digits behind the cents. */
  readonly fine: string;
  readonly rounded: boolean;
  readonly estimated: boolean;
  /** All of it, with the currency's code: what is copied, spoken and shown on focus. */
  readonly exact: string;
}
export interface MoneyWord {
  readonly kind: 'word';
  readonly word: 'unpriced' | 'unknown';
  readonly why: string;
}
export type MoneyText = MoneyAmount | MoneyWord;

const SYMBOLS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };
const FINE_PLACES = 4;
const CENT_PLACES = 2;

const WHY = {
  unpriced: 'No price list in force has a price for this. It is not zero: it is missing from every sum beside it.',
  unknown: 'Nothing was recorded that tells this amount.',
} as const;

export function prepareMoney(value: MoneyValue, style: MoneyStyle = 'full'): MoneyText {
  const amount = value.amount === null ? null : picoOf(value.amount);
  if (amount === null) {
    const word = value.status === 'unpriced' ? 'unpriced' : 'unknown';
    return { kind: 'word', word, why: WHY[word] };
  }
  const places = placesOf(style, amount < 0n ? -amount : amount);
  const shown = roundTo(amount, places);
  const [whole = '0', fraction = ''] = decimalOf(shown.amount < 0n ? -shown.amount : shown.amount).split('.');
  const cents = places === 0 ? '' : `.${fraction.slice(0, CENT_PLACES).padEnd(CENT_PLACES, '0')}`;
  const sign = shown.amount < 0n ? '\u2212' : '';
  return {
    kind: 'amount',
    lead: style === 'column' ? sign : sign + symbolOf(value.currency),
    whole: grouped(whole),
    cents,
    fine: places === 0 ? '' : fraction.slice(CENT_PLACES),
    rounded: !shown.exact,
    estimated: value.status === 'estimated',
    exact: exactMoney(amount, value.currency),
  };
}

function placesOf(style: MoneyStyle, size: Pico): number {
  if (style === 'full') return PLACES;
  if (style === 'column') return CENT_PLACES + FINE_PLACES;
  if (style === 'whole' || size >= 100n * UNIT) return 0;
  return size === 0n || size * 100n >= UNIT ? CENT_PLACES : PLACES;
}

/** `1,234.5678 USD`: at least two decimals, every further digit that is not zero. */
export function exactMoney(amount: Pico, currency: string): string {
  const [whole = '0', fraction = ''] = decimalOf(amount < 0n ? -amount : amount).split('.');
  return `${amount < 0n ? '\u2212' : ''}${grouped(whole)}.${fraction.padEnd(CENT_PLACES, '0')} ${currency}`;
}

/** One text of a prepared amount: for summaries, titles, tables of charts. */
export function moneyText(value: MoneyValue, style: MoneyStyle = 'full'): string {
  const text = prepareMoney(value, style);
  return text.kind === 'word' ? text.word : text.lead + text.whole + text.cents + text.fine;
}

/** `$`, or the code and a space where there is no symbol that everybody reads the same. */
export const symbolOf = (currency: string): string => SYMBOLS[currency] ?? `${currency}\u00a0`;
