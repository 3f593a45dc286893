// How much of a pool has been drawn, by which charges, and how much room there is. The one invariant: what is left of a tranche
// is never negative, nor, where the rest of a tranche moves on to the next one, what is left of any later one; so no unit is
// ever drawn twice.
import { invariant, type Money } from '@weighbridge/kernel';
import { rollsOver, type Pool } from './pool.ts';

export interface Balance {
  /** Per tranche. */
  readonly drawn: readonly Money[];
  /** Per tranche: by charge, how much. */
  readonly rows: readonly ReadonlyMap<string, Money>[];
}

export class PoolBalance implements Balance {
  readonly pool: Pool;
  readonly drawn: Money[];
  readonly rows: Map<string, Money>[];

  constructor(pool: Pool) {
    this.pool = pool;
    // What is stated was drawn before anything that is metered; that there was room for it is checked with the contract.
    this.drawn = pool.tranches.map((_, at) => pool.opening?.amounts[at] ?? 0n);
    this.rows = pool.tranches.map(() => new Map());
  }

  /** What may still be drawn from a tranche. */
  room(tranche: number): Money {
    if (!rollsOver(this.pool)) return this.#own(tranche);
    // The rest of each tranche counts for the next: a unit taken here is one fewer there, and must not have been drawn there yet.
    let rest = 0n;
    let least: Money | undefined;
    for (let at = 0; at < this.pool.tranches.length; at += 1) {
      rest += this.#own(at);
      if (at >= tranche && (least === undefined || rest < least)) least = rest;
    }
    return least ?? 0n;
  }

  #own(tranche: number): Money {
    return (this.pool.tranches[tranche]?.amount ?? 0n) - (this.drawn[tranche] ?? 0n);
  }

  take(tranche: number, charge: string, amount: Money): void {
    const rows = this.rows[tranche];
    invariant(rows !== undefined, 'a tranche that is drawn is one of the pool');
    const held = (rows.get(charge) ?? 0n) + amount;
    invariant(held >= 0n, 'no more is given back than was drawn');
    if (held === 0n) rows.delete(charge);
    else rows.set(charge, held);
    this.drawn[tranche] = (this.drawn[tranche] ?? 0n) + amount;
  }
}
