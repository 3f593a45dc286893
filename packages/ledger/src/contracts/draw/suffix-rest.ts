// What is left up to each tranche of a pool whose rests move on: the sum of what was committed up to it, less what was drawn up to it.
// A tree over these sums answers how little is left from a tranche on, and takes a draw from a tranche and all that follow, each in the
// logarithm of their number. The invariant: no sum is ever negative, or a unit would have been drawn twice.
import { invariant, type Money } from '@weighbridge/kernel';

export class SuffixRest {
  readonly #count: number;
  /** By node of the tree: the least sum under it, without what stands in `#add` of the nodes above. */
  readonly #least: Money[];
  /** By node: what is still to be added to every sum under it. */
  readonly #add: Money[];

  /** `sums`: up to each tranche. */
  constructor(sums: readonly Money[]) {
    invariant(sums.length > 0, 'a pool has a tranche');
    this.#count = sums.length;
    this.#least = Array.from({ length: 4 * sums.length }, () => 0n);
    this.#add = Array.from({ length: 4 * sums.length }, () => 0n);
    this.#build(1, 0, sums.length - 1, sums);
  }

  /** The least of the sums from this tranche on. */
  leastFrom(tranche: number): Money {
    return this.#query(1, 0, this.#count - 1, tranche) ?? 0n;
  }

  /** Adds to the sums of this tranche and of all behind it. */
  addFrom(tranche: number, amount: Money): void {
    this.#change(1, 0, this.#count - 1, tranche, amount);
  }

  /** The first tranche from this one on behind which every sum is above nothing; their number, where there is none. */
  openFrom(tranche: number): number {
    return Math.max(tranche, this.#lastEmpty(1, 0, this.#count - 1, 0n) + 1);
  }

  #build(node: number, low: number, high: number, sums: readonly Money[]): void {
    if (low === high) {
      this.#least[node] = sums[low] ?? 0n;
      return;
    }
    const middle = (low + high) >> 1;
    this.#build(2 * node, low, middle, sums);
    this.#build(2 * node + 1, middle + 1, high, sums);
    this.#pull(node);
  }

  #pull(node: number): void {
    const [left, right] = [this.#least[2 * node] ?? 0n, this.#least[2 * node + 1] ?? 0n];
    this.#least[node] = (left < right ? left : right) + (this.#add[node] ?? 0n);
  }

  #query(node: number, low: number, high: number, from: number): Money | undefined {
    if (high < from) return undefined;
    if (low >= from) return this.#least[node];
    const middle = (low + high) >> 1;
    const left = this.#query(2 * node, low, middle, from);
    const right = this.#query(2 * node + 1, middle + 1, high, from);
    const least = left === undefined ? right : right === undefined || left < right ? left : right;
    return least === undefined ? undefined : least + (this.#add[node] ?? 0n);
  }

  #change(node: number, low: number, high: number, from: number, amount: Money): void {
    if (high < from) return;
    if (low >= from) {
      this.#least[node] = (this.#least[node] ?? 0n) + amount;
      if (low < high) this.#add[node] = (this.#add[node] ?? 0n) + amount;
      return;
    }
    const middle = (low + high) >> 1;
    this.#change(2 * node, low, middle, from, amount);
    this.#change(2 * node + 1, middle + 1, high, from, amount);
    this.#pull(node);
  }

  /** The last place with a sum of nothing; -1: none. `above`: what the nodes above add. */
  #lastEmpty(node: number, low: number, high: number, above: Money): number {
    if ((this.#least[node] ?? 0n) + above > 0n) return -1;
    if (low === high) return low;
    const middle = (low + high) >> 1;
    const here = above + (this.#add[node] ?? 0n);
    const right = this.#lastEmpty(2 * node + 1, middle + 1, high, here);
    return right === -1 ? this.#lastEmpty(2 * node, low, middle, here) : right;
  }
}
