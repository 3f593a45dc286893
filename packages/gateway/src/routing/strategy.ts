// The strategies of a route: each orders candidates that may all serve, and is a pure function of what is known of them.
// Randomness is handed in, the input is not changed, and every order is a permutation: what does not come first stands
// behind as a fall-back.
import type { Money } from '@weighbridge/kernel';
import type { StrategyName } from '@weighbridge/protocol';
import { mix, unit } from './hash.ts';

/** What a strategy may go by, of one candidate. What its `needs` does not name is left at rest. */
export interface Standing {
  readonly weight: number;
  /** Its capacity is paid for whether it is used or not. */
  readonly reserved: boolean;
  /** Calls that this lane has there now. */
  readonly inFlight: number;
  /** What this request is expected to cost there; null: it has no complete price. */
  readonly cost: Money | null;
  /** Milliseconds that it is expected to keep the caller waiting; null: not tried yet. */
  readonly waitMs: number | null;
  /** Hash of its name. */
  readonly seed: number;
}

export interface Ask {
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  /** Hash of whom the call is kept together with. */
  readonly session: number;
}

export interface Strategy {
  readonly needs: 'nothing' | 'load' | 'wait' | 'cost' | 'session';
  /** Positions in the order in which they are tried. */
  order(candidates: readonly Standing[], ask: Ask): number[];
  /** How often each comes first, 0 to 1, as things stand; where it hangs on the session: over all sessions. */
  chances(candidates: readonly Standing[]): number[];
  /** What the order went by, beside each candidate; coarse, so that few distinct decisions are made. */
  scores?(candidates: readonly Standing[]): readonly (number | undefined)[];
}

type Weighed = Pick<Standing, 'weight'>;

/** As they stand in the configuration. */
export function priority(candidates: readonly unknown[]): number[] {
  return candidates.map((_, index) => index);
}

/**
 * Draws without replacement by weight. A weight of 0 is never drawn while another is left: such candidates stand last,
 * in their order, as fall-backs. `random` gives numbers in [0, 1).
 */
export function weighted(candidates: readonly Weighed[], random: () => number): number[] {
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

/** The least expected cost first; without a complete price behind all that have one. Equals stand in their order. */
export function cheapest(candidates: readonly Pick<Standing, 'cost'>[]): number[] {
  return sortedBy(candidates, (a, b) => {
    if (a.cost === null || b.cost === null) return Number(a.cost === null) - Number(b.cost === null);
    return a.cost < b.cost ? -1 : Number(a.cost > b.cost);
  });
}

type Waiting = Pick<Standing, 'waitMs' | 'inFlight'>;

/**
 * Power of two choices: two are drawn, and the one with the lesser expected wait comes first; so many lanes that know
 * the same do not all run to the same place. One that nobody has tried is tried, by one call at a time.
 */
export function fastest(candidates: readonly Waiting[], random: () => number): number[] {
  const waits = expectedWaits(candidates);
  const byWait = sortedBy(candidates, (_, __, a, b) => (waits[a] ?? 0) - (waits[b] ?? 0));
  if (candidates.length < 2) return byWait;
  const untried = byWait.find((index) => waits[index] === 0);
  const one = Math.floor(random() * candidates.length);
  const two = (one + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length;
  const better = untried ?? (byWait.indexOf(one) < byWait.indexOf(two) ? one : two);
  return [better, ...byWait.filter((index) => index !== better)];
}

/** Peak EWMA times the calls that stand before this one; an untried candidate counts as the slowest while one is under way. */
function expectedWaits(candidates: readonly Waiting[]): number[] {
  const known = candidates.map(({ waitMs }) => waitMs).filter((ms) => ms !== null);
  const slowest = Math.max(1, ...known);
  return candidates.map(({ waitMs, inFlight }) =>
    waitMs === null && inFlight === 0 ? 0 : Math.max(waitMs ?? slowest, 0.001) * (inFlight + 1),
  );
}

/** The fewest calls in flight for their weight first; a weight of 0 stands last. */
export const leastBusy = (candidates: readonly Pick<Standing, 'inFlight' | 'weight'>[]): number[] =>
  sortedBy(candidates, (a, b) => busyness(a) - busyness(b));

const busyness = ({ inFlight, weight }: Pick<Standing, 'inFlight' | 'weight'>): number =>
  weight === 0 ? Number.MAX_VALUE : (inFlight + 1) / weight;

/**
 * Rendezvous hashing: each candidate draws a lot of the session's own, and the best lot wins; so when one leaves, only its
 * sessions move, and when it comes back only they return. Shares follow the weights.
 */
export function sticky(candidates: readonly Pick<Standing, 'seed' | 'weight'>[], session: number): number[] {
  const lots = candidates.map(({ seed, weight }) =>
    weight === 0 ? Number.MAX_VALUE : -Math.log(unit(mix(session ^ seed))) / weight,
  );
  return sortedBy(candidates, (_, __, a, b) => (lots[a] ?? 0) - (lots[b] ?? 0));
}

/** What is paid for anyway first, each kind in its order. */
export const reservedFirst = (candidates: readonly Pick<Standing, 'reserved'>[]): number[] =>
  sortedBy(candidates, (a, b) => Number(b.reserved) - Number(a.reserved));

/** Stable: equals stay in the order of the configuration. */
function sortedBy<T>(candidates: readonly T[], compare: (a: T, b: T, i: number, j: number) => number): number[] {
  return priority(candidates).sort((i, j) => compare(candidates[i] as T, candidates[j] as T, i, j) || i - j);
}

// --- how often each comes first

function sureOf(first: number | undefined, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number(index === first));
}

function byWeight(candidates: readonly Weighed[]): number[] {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? sureOf(0, candidates.length) : candidates.map(({ weight }) => weight / total);
}

/** Of all pairs that may be drawn, those that each wins. */
function fastestChances(candidates: readonly Waiting[]): number[] {
  const waits = expectedWaits(candidates);
  const byWait = sortedBy(candidates, (_, __, a, b) => (waits[a] ?? 0) - (waits[b] ?? 0));
  const untried = byWait.find((index) => waits[index] === 0);
  const { length } = candidates;
  if (untried !== undefined || length < 2) return sureOf(untried ?? 0, length);
  const chances: number[] = sureOf(undefined, length);
  for (const [place, index] of byWait.entries()) chances[index] = (length - 1 - place) / ((length * (length - 1)) / 2);
  return chances;
}

// --- scores

/** 0, 1, 2, 4, 8, … */
const toPowerOfTwo = (value: number): number => (value < 1 ? 0 : 2 ** Math.floor(Math.log2(value)));

/** Times the cheapest, in tenths up to ten. */
function timesCheapest(candidates: readonly Pick<Standing, 'cost'>[]): (number | undefined)[] {
  const costs = candidates.map(({ cost }) => cost);
  const least = costs.reduce((min, cost) => (cost !== null && (min === null || cost < min) ? cost : min), null);
  return costs.map((cost) => {
    if (cost === null || least === null) return undefined;
    if (least === 0n) return cost === 0n ? 1 : 10;
    return Math.min(10, Math.round((Number(cost) / Number(least)) * 10) / 10);
  });
}

export const STRATEGY: Readonly<Record<StrategyName, Strategy>> = {
  priority: {
    needs: 'nothing',
    order: priority,
    chances: ({ length }) => sureOf(0, length),
  },
  weighted: {
    needs: 'nothing',
    order: (candidates, { chance }) => weighted(candidates, chance),
    chances: byWeight,
    scores: (candidates) => candidates.map(({ weight }) => weight),
  },
  cheapest: {
    needs: 'cost',
    order: cheapest,
    chances: (candidates) => sureOf(cheapest(candidates)[0], candidates.length),
    scores: timesCheapest,
  },
  fastest: {
    needs: 'wait',
    order: (candidates, { chance }) => fastest(candidates, chance),
    chances: fastestChances,
    scores: (candidates) => expectedWaits(candidates).map(toPowerOfTwo),
  },
  least_busy: {
    needs: 'load',
    order: leastBusy,
    chances: (candidates) => sureOf(leastBusy(candidates)[0], candidates.length),
    scores: (candidates) => candidates.map(({ inFlight }) => toPowerOfTwo(inFlight)),
  },
  sticky: {
    needs: 'session',
    order: (candidates, { session }) => sticky(candidates, session),
    chances: byWeight,
  },
  reserved_first: {
    needs: 'nothing',
    order: reservedFirst,
    chances: (candidates) => sureOf(reservedFirst(candidates)[0], candidates.length),
    scores: (candidates) => candidates.map(({ reserved }) => Number(reserved)),
  },
};
