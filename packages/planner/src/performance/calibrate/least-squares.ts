// Nonlinear least squares that a few wild rows cannot bend: Levenberg and Marquardt's steps on residuals whose weight falls once
// they leave a band (Huber), and a prior on every parameter. Deterministic: no draw, a bounded number of steps, the same order.
import { solveDense, zeros } from './linear.ts';

export interface Problem {
  /** Predictions of all rows at once. */
  readonly predict: (parameters: readonly number[]) => readonly number[];
  readonly measured: readonly number[];
  readonly weights: readonly number[];
  readonly prior: readonly { readonly mean: number; readonly spread: number }[];
  /** Of one row's noise. */
  readonly noise: number;
  /** In units of noise: beyond it a residual counts by its size, not by its square. */
  readonly band: number;
}

const ROUNDS_MOST = 40;
const TRIES_MOST = 8;
const STEP = 1e-4;
const ENOUGH = 1e-6;

export function leastSquares(problem: Problem): number[] {
  let parameters = problem.prior.map(({ mean }) => mean);
  let cost = costOf(problem, parameters);
  let damping = 1e-2;
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const { matrix, gradient } = normalEquations(problem, parameters);
    let gained = 0;
    for (let attempt = 0; attempt < TRIES_MOST && gained === 0; attempt += 1) {
      const damped = matrix.map((row, at) =>
        row.map((value, column) => (at === column ? value * (1 + damping) : value)),
      );
      const step = solveDense(damped, gradient);
      const next = parameters.map((value, at) => value + step[at]!);
      const nextCost = costOf(problem, next);
      if (nextCost < cost) {
        gained = (cost - nextCost) / cost;
        [parameters, cost] = [next, nextCost];
        damping = Math.max(damping / 5, 1e-9);
      } else damping *= 5;
    }
    if (gained <= ENOUGH) break;
  }
  return parameters;
}

function costOf({ predict, measured, weights, prior, noise, band }: Problem, parameters: readonly number[]): number {
  const predicted = predict(parameters);
  let cost = 0;
  for (const [at, value] of measured.entries()) {
    const away = Math.abs(value - predicted[at]!) / noise;
    cost += weights[at]! * (away < band ? away ** 2 / 2 : band * (away - band / 2));
  }
  for (const [at, { mean, spread }] of prior.entries()) cost += ((parameters[at]! - mean) / spread) ** 2 / 2;
  return cost;
}

function normalEquations(problem: Problem, parameters: readonly number[]): { matrix: number[][]; gradient: number[] } {
  const { predict, measured, weights, prior, noise, band } = problem;
  const base = predict(parameters);
  const slopes = parameters.map((value, at) => {
    const moved = predict(parameters.with(at, value + STEP));
    return base.map((held, row) => (moved[row]! - held) / STEP / noise);
  });
  const size = parameters.length;
  const matrix = Array.from({ length: size }, () => zeros(size));
  const gradient = zeros(size);
  for (const [row, value] of measured.entries()) {
    const away = (value - base[row]!) / noise;
    const weight = weights[row]! * (Math.abs(away) < band ? 1 : band / Math.abs(away));
    for (let one = 0; one < size; one += 1) {
      const slope = slopes[one]![row]!;
      if (slope === 0) continue;
      gradient[one]! += weight * slope * away;
      for (let other = 0; other <= one; other += 1) matrix[one]![other]! += weight * slope * slopes[other]![row]!;
    }
  }
  for (const [at, { mean, spread }] of prior.entries()) {
    matrix[at]![at]! += 1 / spread ** 2;
    gradient[at]! -= (parameters[at]! - mean) / spread ** 2;
    for (let other = 0; other < at; other += 1) matrix[other]![at] = matrix[at]![other]!;
  }
  return { matrix, gradient };
}

/** Rows of one group share what made them (one run, one build): their mean counts as little more than one row, their slopes fully. */
export function groupWhitener(
  groups: readonly string[],
  weights: readonly number[],
  noise: number,
  shared: number,
): (values: readonly number[]) => number[] {
  const members = Map.groupBy(groups.keys(), (at) => groups[at]!);
  const parts = [...members.values()].map((rows) => {
    const weight = rows.reduce((sum, at) => sum + weights[at]!, 0);
    return { rows, weight, keep: 1 - Math.sqrt(noise ** 2 / (noise ** 2 + weight * shared ** 2)) };
  });
  return (values) => {
    const whitened = [...values];
    for (const { rows, weight, keep } of parts) {
      let mean = 0;
      for (const at of rows) mean += weights[at]! * values[at]!;
      mean /= weight;
      for (const at of rows) whitened[at]! -= keep * mean;
    }
    return whitened;
  };
}
