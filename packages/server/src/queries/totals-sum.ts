// Sums read from roll-ups, put together across currencies and turned into what an answer shows. Everything is a bigint
// until then, so that what is left over (`others`) is an exact difference.
import { moneyToDecimal } from '@weighbridge/kernel';
import {
  AMOUNTS,
  COUNTERS,
  TOKEN_CLASSES,
  TOKEN_COUNTERS,
  type Amount,
  type Counter,
  type TokenClass,
  type Totals,
} from '@weighbridge/protocol';
import type { Row } from '../store/database.ts';
import { toCount } from './sql.ts';

const WHOLE = [...COUNTERS, ...TOKEN_COUNTERS] as const;
type Whole = (typeof WHOLE)[number];
type Money = Record<Amount, bigint>;

/** `sum(calls)::text AS calls, …`, of a table of sums. */
export const SUMMED = [...WHOLE, ...AMOUNTS].map((name) => `sum(${name})::text AS ${name}`).join(', ');
/** The same without the turn into text, for a sum of sums. */
export const ADDED = [...WHOLE, ...AMOUNTS].map((name) => `sum(${name}) AS ${name}`).join(', ');
export const SUM_NAMES = [...WHOLE, ...AMOUNTS].join(', ');

export class TotalsSum {
  readonly #whole = new Map<Whole, bigint>();
  readonly #money = new Map<string, Money>();

  /** A row of `SUMMED` columns and its `currency`. */
  add(row: Row): void {
    for (const name of WHOLE) {
      const text = row[name] ?? '0';
      // Most classes of tokens are used by nobody.
      if (text !== '0') this.#addWhole(name, BigInt(text));
    }
    const currency = row['currency'];
    if (typeof currency !== 'string') return;
    for (const name of AMOUNTS) this.#addMoney(currency, name, BigInt(row[name] ?? '0'));
  }

  minus(other: TotalsSum): TotalsSum {
    const left = new TotalsSum();
    for (const [name, value] of this.#whole) left.#addWhole(name, value - (other.#whole.get(name) ?? 0n));
    for (const [currency, money] of this.#money) {
      for (const name of AMOUNTS)
        left.#addMoney(currency, name, money[name] - (other.#money.get(currency)?.[name] ?? 0n));
    }
    return left;
  }

  plus(other: TotalsSum): TotalsSum {
    const sum = new TotalsSum();
    for (const part of [this, other]) {
      for (const [name, value] of part.#whole) sum.#addWhole(name, value);
      for (const [currency, money] of part.#money)
        for (const name of AMOUNTS) sum.#addMoney(currency, name, money[name]);
    }
    return sum;
  }

  view(): Totals {
    const of = (name: Whole): number => toCount(String(this.#whole.get(name) ?? 0n));
    const shown = (
      ['calls', 'errors', 'unpriced', 'estimated', 'fallbacks', 'attempts', 'request_bytes', 'response_bytes'] as const
    ).map((name) => [name, of(name)]);
    const spend = [...this.#money].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...(Object.fromEntries(shown) as Pick<
        Totals,
        'calls' | 'errors' | 'unpriced' | 'estimated' | 'fallbacks' | 'attempts' | 'request_bytes' | 'response_bytes'
      >),
      tokens: Object.fromEntries(TOKEN_CLASSES.map((name) => [name, of(`tokens_${name}`)])) as Record<
        TokenClass,
        number
      >,
      spend: spend.map(([currency, money]) => ({
        currency,
        list: moneyToDecimal(money.list),
        contracted: moneyToDecimal(money.contracted),
        billed: moneyToDecimal(money.billed),
      })),
      mean_ms: {
        total: this.#mean('total_us', 'calls'),
        ttft: this.#mean('ttft_us', 'ttft_calls'),
        gateway: this.#mean('gateway_us', 'calls'),
      },
    };
  }

  #mean(sum: Counter, calls: Counter): number | null {
    const count = this.#whole.get(calls) ?? 0n;
    return count === 0n ? null : Number((this.#whole.get(sum) ?? 0n) / count) / 1000;
  }

  #addWhole(name: Whole, by: bigint): void {
    this.#whole.set(name, (this.#whole.get(name) ?? 0n) + by);
  }

  #addMoney(currency: string, name: Amount, by: bigint): void {
    const held = this.#money.get(currency) ?? { list: 0n, contracted: 0n, billed: 0n };
    held[name] += by;
    this.#money.set(currency, held);
  }
}
