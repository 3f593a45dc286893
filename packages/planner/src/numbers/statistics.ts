// The statistics that queueing and demand share: quantiles of what was seen, Student's t for intervals of few batches.
// Quantiles interpolate between order statistics (Hyndman and Fan, 1996, type 7: what spreadsheets give).
import { invariant } from '@weighbridge/kernel';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] ?? 0;
  return values.length === 0 ? Number.NaN : sum / values.length;
}

/** With the n − 1 of a sample; 0 for a single value. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += ((values[at] ?? 0) - centre) ** 2;
  return sum / (values.length - 1);
}

/** `sorted` ascending. NaN where there is nothing. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = Math.min(1, Math.max(0, q)) * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] ?? low;
  return low + (high - low) * (place - below);
}

/**
 * Inverse of the standard normal: Acklam's rational start (2003), one step of Halley's method against an error function good to
 * 1.2e-7; the result is good to about 1e-7, which no interval here can tell from exact.
 */
export function normalQuantile(p: number): number {
  invariant(p > 0 && p < 1, 'a probability lies between 0 and 1');
  if (p > 0.5) return -normalQuantile(1 - p);
  const start = p < 0.02425 ? tailStart(p) : centreStart(p);
  const off = (normalBelow(start) - p) * Math.sqrt(2 * Math.PI) * Math.exp((start * start) / 2);
  return start - off / (1 + (start * off) / 2);
}

/** Φ by the complementary error function of Press et al., Numerical Recipes (erfc, fractional error below 1.2e-7). */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * z);
  const terms = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const erfc = t * Math.exp(-z * z + polynomial(terms, t));
  return x > 0 ? 1 - erfc / 2 : erfc / 2;
}

function tailStart(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p));
  const above = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const below = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  return polynomial(above, q) / polynomial(below, q);
}

function centreStart(p: number): number {
  const q = p - 0.5;
  const r = q * q;
  const above = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const below = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return (q * polynomial(above, r)) / polynomial(below, r);
}

/** Highest power first. */
const polynomial = (terms: readonly number[], x: number): number => terms.reduce((sum, term) => sum * x + term, 0);

/** Student's t for any whole number of degrees of freedom: with t = √ν tan θ its density is cos^(ν−1) θ, which integrates well. */
export function studentQuantile(p: number, freedom: number): number {
  invariant(freedom >= 1 && p > 0 && p < 1, 'a t distribution has a degree of freedom at least');
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  const whole = cosines(Math.PI / 2, freedom);
  let [low, high] = [0, Math.PI / 2];
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (0.5 + cosines(middle, freedom) / whole / 2 < p) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** ∫ cos^(ν−1) from 0 to θ, by Simpson's rule. */
function cosines(theta: number, freedom: number): number {
  const parts = 400;
  const at = (part: number): number => Math.cos((theta * part) / parts) ** (freedom - 1);
  let sum = at(0) + at(parts);
  for (let part = 1; part < parts; part += 1) sum += at(part) * (part % 2 === 1 ? 4 : 2);
  return (sum * theta) / (3 * parts);
}
