// From a number between 0 and 1 to a value of a range: the inverse of each distribution function. Triangular and PERT end at the ends of
// the range; lognormal takes `likely` as its middle and the ends as its tenth and ninetieth per cent, so one value in five lies
// outside them; empirical gives back what was seen. A range without width gives its value, whatever was drawn.
import { invariant } from '@weighbridge/kernel';
import type { Range } from '../catalogue/sourced.ts';
import { triangular } from '../system/draws.ts';

export type Shape = 'triangular' | 'pert' | 'lognormal' | { readonly seen: readonly number[] };

/** Between the tenth and ninetieth per cent of a standard normal. */
const DECILES = 2 * 1.2815515655446004;

/** From a share of the probability to the value below which it lies. */
export type Quantile = (share: number) => number;

export function quantileOf({ low, likely, high }: Range, shape: Shape): Quantile {
  if (typeof shape === 'object') return empirical(shape.seen);
  invariant(low <= likely && likely <= high, 'a range is in order');
  if (low === high) return () => likely;
  if (shape === 'lognormal') {
    invariant(low > 0, 'a lognormal range begins above 0');
    const spread = Math.log(high / low) / DECILES;
    return (share) => likely * Math.exp(spread * normalQuantile(share));
  }
  if (shape === 'triangular') return (share) => triangular(share, low, likely, high);
  return pert(low, likely, high);
}

function empirical(seen: readonly number[]): Quantile {
  invariant(seen.length > 0, 'an empirical distribution has seen something');
  const sorted = Float64Array.from(seen).sort();
  return (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const [from = 0, to = 0] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
    return from + (to - from) * (place - below);
  };
}

const CELLS = 2048;

/** A Beta distribution over the range, with its weight of 4 on what is likely: D. G. Malcolm and others, 1959. */
function pert(low: number, likely: number, high: number): Quantile {
  const width = high - low;
  const [alpha, beta] = [1 + (4 * (likely - low)) / width, 1 + (4 * (high - likely)) / width];
  const density = (x: number): number => x ** (alpha - 1) * (1 - x) ** (beta - 1);
  // Both exponents lie between 0 and 4, so the density is bounded, and Simpson's rule over small cells is exact enough.
  const below = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const middle = density((cell + 0.5) / CELLS);
    const area = (density(cell / CELLS) + 4 * middle + density((cell + 1) / CELLS)) / (6 * CELLS);
    below[cell + 1] = (below[cell] ?? 0) + area;
  }
  const total = below[CELLS] ?? 1;
  return (share) => low + (width * placeOf(below, share * total)) / CELLS;
}

/** Where between two cells a rising table reaches `area`. */
function placeOf(rising: Float64Array, area: number): number {
  let [from, to] = [0, rising.length - 1];
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    if ((rising[middle] ?? 0) <= area) from = middle;
    else to = middle;
  }
  const [start, end] = [rising[from] ?? 0, rising[to] ?? 0];
  return from + (end > start ? Math.min(1, Math.max(0, (area - start) / (end - start))) : 0);
}

/** P. J. Acklam's rational approximation; its relative error is below 1.2e-9. */
export function normalQuantile(share: number): number {
  if (share < 0.02425) return tail(Math.sqrt(-2 * Math.log(share)));
  if (share > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  const over =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const under =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * over) / under;
}

function tail(q: number): number {
  const over =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const under =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return over / under;
}

/** Part of a standard normal below `at`, by its power series (G. Marsaglia, 2004); outside 8 it is 0 or 1. */
export function normalShare(at: number): number {
  if (Math.abs(at) > 8) return at < 0 ? 0 : 1;
  let [sum, term] = [at, at];
  for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) {
    term *= (at * at) / odd;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * at * at) * 0.3989422804014327;
}
