// What is added up over calls, as it waits for the database: one number for each counter and token class, one exact sum
// for each amount. The columns are those of the roll-up tables, in this order.
import { AMOUNTS, COUNTERS, TOKEN_CLASSES, TOKEN_COUNTERS, type Counter, type TokenClass } from '@weighbridge/protocol';
import type { CallFact } from '../projector/call-fact.ts';
import { plainList, type Column } from '../store/columns.ts';
import { ExactSum } from './exact-sum.ts';

const WHOLE_COLUMNS = [...COUNTERS, ...TOKEN_COUNTERS];

/** Sums of a row never overflow: counters have 63 bits, amounts as many digits as they need. */
export const SUM_COLUMNS: readonly Column[] = [
  ...WHOLE_COLUMNS.map((name) => ({ name, type: 'bigint' })),
  ...AMOUNTS.map((name) => ({ name, type: 'numeric' })),
];

const AT = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Readonly<Record<Counter, number>>;
const TOKENS_AT = Object.fromEntries(TOKEN_CLASSES.map((name, index) => [name, COUNTERS.length + index])) as Readonly<
  Record<TokenClass, number>
>;

const BAD_ENDINGS: ReadonlySet<string> = new Set(['error', 'cut', 'refused', 'interrupted']);

export class Sums {
  readonly #whole = new Float64Array(WHOLE_COLUMNS.length);
  readonly #amounts = { list: new ExactSum(), contracted: new ExactSum(), billed: new ExactSum() };

  add(fact: CallFact): void {
    const { list, contracted, billed } = fact;
    if (list !== null) this.#amounts.list.add(list);
    if (contracted !== null) this.#amounts.contracted.add(contracted);
    if (billed !== null) this.#amounts.billed.add(billed);
    this.#count('calls', 1);
    if (BAD_ENDINGS.has(fact.outcome)) this.#count('errors', 1);
    // A call that reached no cloud used nothing: it is not a missing price.
    if (fact.costStatus === 'unpriced' && fact.used) this.#count('unpriced', 1);
    if (fact.costStatus === 'estimated') this.#count('estimated', 1);
    if (fact.fallback) this.#count('fallbacks', 1);
    this.#count('attempts', fact.attempts);
    this.#count('request_bytes', fact.requestBytes);
    this.#count('response_bytes', fact.responseBytes ?? 0);
    this.#count('total_us', fact.totalUs);
    this.#count('gateway_us', fact.gatewayUs);
    if (fact.ttftUs !== null) {
      this.#count('ttft_us', fact.ttftUs);
      this.#count('ttft_calls', 1);
    }
    this.#addTokens(fact.tokens);
    for (const leg of fact.legTokens) this.#addTokens(leg);
  }

  /** Back from `named`; what no column is named after is left out. */
  static of(named: Readonly<Record<string, number | string>>): Sums {
    const sums = new Sums();
    for (const [index, name] of WHOLE_COLUMNS.entries()) sums.#whole[index] = Number(named[name] ?? 0);
    for (const name of AMOUNTS) sums.#amounts[name].addPico(BigInt(named[name] ?? 0));
    return sums;
  }

  /** Columns that are not zero, by name: counts as numbers, amounts as the digits of whole 10^-12. */
  named(): Readonly<Record<string, number | string>> {
    const columns = SUM_COLUMNS.map(({ name }, index) => [name, this.column(index)] as const);
    const filled = columns.filter(([, value]) => value !== 0 && value !== 0n);
    return Object.fromEntries(filled.map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]));
  }

  addSums(other: Sums): void {
    for (let i = 0; i < this.#whole.length; i += 1) this.#whole[i] = (this.#whole[i] ?? 0) + (other.#whole[i] ?? 0);
    for (const name of AMOUNTS) this.#amounts[name].addSum(other.#amounts[name]);
  }

  /** The column at this place of `SUM_COLUMNS`. */
  column(index: number): number | bigint {
    const amount = AMOUNTS[index - WHOLE_COLUMNS.length];
    return amount === undefined ? (this.#whole[index] ?? 0) : this.#amounts[amount].pico;
  }

  #count(name: Counter, by: number): void {
    const index = AT[name];
    this.#whole[index] = (this.#whole[index] ?? 0) + by;
  }

  #addTokens(tokens: CallFact['tokens']): void {
    for (const name in tokens) {
      const index = TOKENS_AT[name as TokenClass];
      // A class that a later version adds has no column here yet.
      if (index !== undefined) this.#whole[index] = (this.#whole[index] ?? 0) + (tokens[name as TokenClass] ?? 0);
    }
  }
}

/** One list for each column of `SUM_COLUMNS`. */
export const sumLists = (rows: readonly Sums[]): string[] =>
  SUM_COLUMNS.map((_, index) => plainList(rows.map((row) => row.column(index))));
