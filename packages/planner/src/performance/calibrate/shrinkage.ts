// Corrections from residuals: a ridge in which every level has its own spread, so that a level with few rows stays near nothing and
// one with many says what it has seen. Weights fall for residuals that leave the band, as in least-squares.ts.
import type { Corrections, Term } from '../corrections.ts';
import { solveSparse, zeros } from './linear.ts';

const NOISE = 0.07;
const BAND = 1.5;
const ROUNDS = 6;
/** What is smaller moves nothing that is printed. */
const KEPT_FROM = 0.004;

/** `residuals`: log of measured over predicted. `rows`: the terms of each. */
export function shrunkCorrections(
  rows: readonly (readonly Term[])[],
  residuals: readonly number[],
  weights: readonly number[],
): Corrections {
  const index = new Map<string, number>();
  const spreads: number[] = [];
  const features = rows.map((terms) =>
    terms.map(({ key, spread, by }) => {
      let at = index.get(key);
      if (at === undefined) {
        at = index.size;
        index.set(key, at);
        spreads.push(spread);
      }
      return { at, by };
    }),
  );
  const sumOf = (held: (typeof features)[number], values: readonly number[]): number => {
    let sum = 0;
    for (const { at, by } of held) sum += values[at]! * by;
    return sum;
  };
  let values = zeros(index.size);
  for (let round = 0; round < ROUNDS; round += 1) {
    const trust = features.map((held, row) => {
      const away = Math.abs(residuals[row]! - sumOf(held, values)) / NOISE;
      return (weights[row]! * (away < BAND ? 1 : BAND / away)) / NOISE ** 2;
    });
    const right = zeros(index.size);
    const diagonal = spreads.map((spread) => 1 / spread ** 2);
    for (const [row, held] of features.entries())
      for (const { at, by } of held) {
        right[at]! += trust[row]! * residuals[row]! * by;
        diagonal[at]! += trust[row]! * by ** 2;
      }
    const times = (x: readonly number[]): number[] => {
      const image = x.map((value, at) => value / spreads[at]! ** 2);
      for (const [row, held] of features.entries()) {
        const pull = sumOf(held, x) * trust[row]!;
        for (const { at, by } of held) image[at]! += pull * by;
      }
      return image;
    };
    values = solveSparse(times, right, diagonal, values);
  }
  const kept = [...index].map(([key, at]) => [key, values[at]!] as const);
  return new Map(kept.filter(([, value]) => Math.abs(value) >= KEPT_FROM));
}
