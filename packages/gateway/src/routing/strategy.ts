// Orders candidates that may all serve. Pure: randomness is handed in, the input is not changed.
import type { Route } from '../deployment.ts';

/** Positions of the candidates in the order in which they are tried. */
export function priority(candidates: readonly { readonly weight: number }[]): number[] {
  return candidates.map((_, index) => index);
}

/**
 * Draws without replacement by weight. A weight of 0 is never drawn while another is left: such candidates stand last,
 * in their order, as fall-backs. `random` gives numbers in [0, 1).
 */
export function weighted(candidates: readonly { readonly weight: number }[], random: () => number): number[] {
  const left = candidates.map((_, index) => index);
  const order: number[] = [];
  let total = candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  while (total > 0) {
    let mark = random() * total;
    let at = -1;
    for (let i = 0; i < left.length; i += 1) {
      const weight = candidates[left[i] ?? 0]?.weight ?? 0;
      if (weight === 0) continue;
      at = i;
      mark -= weight;
      if (mark < 0) break;
    }
    const chosen = left.splice(at, 1)[0] ?? 0;
    order.push(chosen);
    total -= candidates[chosen]?.weight ?? 0;
  }
  return [...order, ...left];
}

export function orderBy(
  strategy: Route['strategy'],
  candidates: readonly { readonly weight: number }[],
  random: () => number,
): number[] {
  return strategy === 'weighted' && candidates.length > 1 ? weighted(candidates, random) : priority(candidates);
}
