// One kind of reserved unit against paying as one goes, in closed form: the newsvendor. A unit more is worth its price as long as demand
// exceeds what is reserved in more than r ÷ p of the time (r: a unit reserved for a window, p: the same carried on demand). The least cost is
// at that quantile of demand; break-even utilisation is r ÷ p as well, which is why a unit used less than that should not be reserved.
import { positive, refuse, within } from '../numbers/refuse.ts';
import { quantileOf } from '../numbers/statistics.ts';
import { sizeSold } from './sizing.ts';

export interface NewsvendorForm {
  /** Units that each window would take, every window as likely: hours or minutes of a term. */
  readonly windows: readonly number[];
  /** Of a unit for one window, whether used or not. */
  readonly reserved_price: number;
  /** Of what a unit carries in a window, used whole. */
  readonly on_demand_price: number;
  readonly minimum?: number;
  readonly increment?: number;
}

/** Costs are of one window on average. */
export interface NewsvendorAnswer {
  readonly units: number;
  /** Where any number could be bought: the quantile of demand. */
  readonly ideal_units: number;
  /** Above it a unit pays. Above 1, none does. */
  readonly break_even_utilisation: number;
  readonly cost: number;
  readonly reserved_cost: number;
  readonly on_demand_cost: number;
  readonly all_on_demand_cost: number;
  /** For the peak. */
  readonly all_reserved_cost: number;
  /** Of what is reserved; NaN where nothing is. */
  readonly utilisation: number;
  /** Share of the demand that is carried on demand. */
  readonly spilled: number;
}

const WINDOWS_MOST = 10_000_000;

/** Of demand with this quantile function, how many units cost least; 0 where on demand is never dearer. */
export function newsvendorUnits(
  quantile: (p: number) => number,
  reserved_price: number,
  on_demand_price: number,
): number {
  positive('reserved_price', reserved_price);
  positive('on_demand_price', on_demand_price);
  return reserved_price >= on_demand_price ? 0 : quantile(1 - reserved_price / on_demand_price);
}

export function newsvendor(form: NewsvendorForm): NewsvendorAnswer {
  const { reserved_price, on_demand_price, minimum = 0, increment = 1 } = form;
  if (form.windows.length === 0 || form.windows.length > WINDOWS_MOST)
    refuse(`${form.windows.length} windows of demand are given`, `give between 1 and ${WINDOWS_MOST}`);
  const sorted = Float64Array.from(form.windows, (units) => within('a window of demand', units)).toSorted();
  within('minimum', minimum);
  positive('increment', increment);
  const ideal_units = newsvendorUnits((p) => orderStatistic(sorted, p), reserved_price, on_demand_price);
  const cost = costOf(sorted, reserved_price, on_demand_price);
  // The cost is convex: of sizes that are sold the best is a neighbour of the ideal, or none at all.
  const above = sizeSold(ideal_units, minimum, increment);
  const sizes = [0, minimum, above, Math.max(minimum, above - increment)];
  const units = sizes.reduce((best, size) => (cost(size).cost < cost(best).cost ? size : best), 0);
  const held = cost(units);
  const total = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return {
    units,
    ideal_units,
    break_even_utilisation: reserved_price / on_demand_price,
    ...held,
    all_on_demand_cost: total * on_demand_price,
    all_reserved_cost: sizeSold(quantileOf(sorted, 1), minimum, increment) * reserved_price,
    utilisation: units === 0 ? Number.NaN : (total - held.on_demand_cost / on_demand_price) / units,
    spilled: total === 0 ? 0 : held.on_demand_cost / on_demand_price / total,
  };
}

/** The least demand that a share `p` of windows does not exceed: no interpolation, so that it is a minimum of the cost itself. */
function orderStatistic(sorted: Float64Array, p: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1));
  return sorted[at] ?? 0;
}

type Cost = (units: number) => Pick<NewsvendorAnswer, 'cost' | 'reserved_cost' | 'on_demand_cost'>;

function costOf(sorted: Float64Array, reserved_price: number, on_demand_price: number): Cost {
  return (units) => {
    let beyond = 0;
    for (const each of sorted) beyond += Math.max(0, each - units);
    const reserved_cost = units * reserved_price;
    const on_demand_cost = (beyond / sorted.length) * on_demand_price;
    return { cost: reserved_cost + on_demand_cost, reserved_cost, on_demand_cost };
  };
}
