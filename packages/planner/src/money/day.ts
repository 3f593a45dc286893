// A day of production: chips that ran, tokens that were served, at prices. Exact money, since nothing in it is an estimate: what is
// uncertain is whether the day is typical.
import { mulMoney, type Money } from '@weighbridge/kernel';
import { TOKEN_CLASSES, type TokenClass } from './tokens.ts';

export interface ProductionDay {
  /** Chip-hours of the day, in thousandths: half a node for a day is a whole number of them. */
  readonly chipMillihours: bigint;
  /** Of one chip-hour. */
  readonly hour: Money;
  readonly tokens: Readonly<Record<TokenClass, bigint>>;
  /** Of a million tokens. */
  readonly prices: Readonly<Record<TokenClass, Money>>;
}

export interface DayResult {
  readonly cost: Money;
  readonly revenue: Money;
  /** Revenue less cost, over cost, as sellers state it; null where the day cost nothing. */
  readonly profitOnCost: number | null;
  /** Revenue less cost, over revenue; null where nothing was earned. */
  readonly margin: number | null;
}

export function productionDay({ chipMillihours, hour, tokens, prices }: ProductionDay): DayResult {
  const cost = mulMoney(hour, chipMillihours, 1000n);
  const revenue = TOKEN_CLASSES.reduce((sum, each) => sum + mulMoney(prices[each], tokens[each], 1_000_000n), 0n);
  return {
    cost,
    revenue,
    profitOnCost: cost === 0n ? null : Number(revenue - cost) / Number(cost),
    margin: revenue === 0n ? null : Number(revenue - cost) / Number(revenue),
  };
}
