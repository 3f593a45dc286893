// How much of a pool has been drawn, by which charges, and how much room there is. The one invariant: what is left of a tranche
// is never negative, nor, where the rest of a tranche moves on to the next one, what is left of any later one; so no unit is
// ever drawn twice. What is asked of it for each charge takes the logarithm of its tranches at most.
import { invariant, type Money } from '@weighbridge/kernel';
import { rollsOver, type Pool } from './pool.ts';
import { Skips } from './skips.ts';
import { SuffixRest } from './suffix-rest.ts';

export class PoolBalance {
  readonly pool: Pool;
  /** Per tranche. */
  readonly drawn: Money[];
  /** Per tranche: by charge, how much. */
  readonly rows: Map<string, Money>[];
  /** Where a rest moves on. */
  readonly #moving: SuffixRest | undefined;
  /** Where none does: tranches of which nothing is left. */
  readonly #skips: Skips;

  constructor(pool: Pool) {
    this.pool = pool;
    // What is stated was drawn before anything that is metered; that there was room for it is checked with the contract.
    this.drawn = pool.tranches.map((_, at) => pool.opening?.amounts[at] ?? 0n);
    this.rows = pool.tranches.map(() => new Map());
    this.#skips = new Skips(pool.tranches.length);
    if (!rollsOver(pool)) return;
    let rest = 0n;
    this.#moving = new SuffixRest(pool.tranches.map((_, at) => (rest += this.#own(at))));
  }

  /**
   * What may still be drawn from a tranche. Where the rest of each tranche counts for the next, a unit taken here is one fewer there,
   * and must not have been drawn there yet.
   */
  room(tranche: number): Money {
    return this.#moving === undefined ? this.#own(tranche) : this.#moving.leastFrom(tranche);
  }

  /** The first tranche with room, from this one on; their number, where there is none. */
  openFrom(tranche: number): number {
    if (this.#moving !== undefined) return this.#moving.openFrom(tranche);
    let at = this.#skips.from(tranche);
    while (at < this.pool.tranches.length && this.#own(at) <= 0n) {
      this.#skips.pass(at);
      at = this.#skips.from(at);
    }
    return at;
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
    this.#moving?.addFrom(tranche, -amount);
    if (amount < 0n) this.#skips.reset();
  }
}
