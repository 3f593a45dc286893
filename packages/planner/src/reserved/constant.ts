// So many units held all along on one offer: what it costs under a demand, and how many cost least. The cost is convex in the units, so the
// best size that is sold is found by halving; with one block an hour it is the newsvendor's.
import type { DrawnDemand } from './drawn-demand.ts';

/** An offer as it would be held from the first month to the last. */
export interface Constant {
  readonly offer: string;
  /** Of a unit, for the whole time. */
  readonly price: number;
  readonly minimum: number;
  readonly increment: number;
  readonly most: number;
}

export function constantCost(demand: DrawnDemand, months: number, price: number, units: number): number {
  let cost = units * price;
  for (let month = 0; month < months; month += 1) cost += demand.spilled(month, units);
  return cost;
}

/** Of all offers; 0 where none is worth its smallest size. */
export function bestConstant(
  demand: DrawnDemand,
  months: number,
  offers: readonly Constant[],
): { readonly offer: string | null; readonly units: number; readonly cost: number } {
  let best = { offer: null as string | null, units: 0, cost: constantCost(demand, months, 0, 0) };
  for (const { offer, price, minimum, increment, most } of offers) {
    if (minimum > most) continue;
    const cost = (steps: number): number => constantCost(demand, months, price, minimum + steps * increment);
    // A step more is worth it as long as it costs less; beyond the whole demand none is.
    let [low, high] = [0, Math.max(0, Math.floor((Math.min(most, peakOf(demand, months)) - minimum) / increment) + 1)];
    if (minimum + high * increment > most) high = Math.max(0, Math.floor((most - minimum) / increment));
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cost(middle + 1) < cost(middle)) low = middle + 1;
      else high = middle;
    }
    const units = minimum + low * increment;
    const held = constantCost(demand, months, price, units);
    if (held < best.cost) best = { offer, units, cost: held };
  }
  return best;
}

function peakOf(demand: DrawnDemand, months: number): number {
  let peak = 0;
  for (let month = 0; month < months; month += 1) peak = Math.max(peak, demand.peak(month));
  return peak;
}
