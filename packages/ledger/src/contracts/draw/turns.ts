// Which pools a charge goes through, and in which order. For charges that are told apart by nothing that a contract asks for the pools
// are the same between two days on which a period begins or ends, so they are found once for each such span; and those of which
// nothing is left are passed over until a correction gives something back.
import { MONEY_SCALE, type Money } from '@weighbridge/kernel';
import { CHARGE_ATTRIBUTES, eligibleFraction } from '../eligibility.ts';
import type { Charge } from './charge.ts';
import { isStated, type Pool } from './pool.ts';
import { Skips } from './skips.ts';

export interface Turn {
  readonly pool: Pool;
  /** Which of its tranches the instant falls in. */
  readonly tranche: number;
  /** The part of the charge that the pool counts, in 10^-12; more than nothing. */
  readonly fraction: bigint;
  /** A statement counts it already: it draws nothing here. */
  readonly stated: boolean;
}

export class TurnList {
  /** In the order in which they are drawn: by priority, then by expiry, then by creation. */
  readonly turns: readonly Turn[];
  readonly #skips: Skips;
  #opened = 0;

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
    this.#skips = new Skips(turns.length);
    this.#passStated();
  }

  /** The place of the next turn that may have room, from this one on. `opened`: how often something was given back until now. */
  from(place: number, opened: number): number {
    if (opened !== this.#opened) {
      this.#skips.reset();
      this.#passStated();
      this.#opened = opened;
    }
    return this.#skips.from(place);
  }

  /** Nothing is left there. */
  pass(place: number): void {
    this.#skips.pass(place);
  }

  #passStated(): void {
    for (const [place, { stated }] of this.turns.entries()) if (stated) this.#skips.pass(place);
  }
}

export type Turns = (charge: Charge) => TurnList;

export function turnsOf(pools: readonly Pool[]): Turns {
  const byKind = new Map<string, (at: number) => TurnList>();
  // Kinds of charge that the same pools count in the same part share what was found.
  const shared = new Map<string, (at: number) => TurnList>();
  return (charge) => {
    const kind = kindOf(charge);
    let find = byKind.get(kind);
    if (find === undefined) {
      const counting = countingOf(pools, charge);
      const name = counting.map(({ pool, fraction }) => `${pool.sequence}:${fraction}`).join(' ');
      find = shared.get(name) ?? spansOf(counting);
      shared.set(name, find);
      byKind.set(kind, find);
    }
    return find(charge.at);
  };
}

const kindOf = ({ currency, attributes }: Charge): string =>
  JSON.stringify([currency, ...CHARGE_ATTRIBUTES.map((name) => attributes[name] ?? null)]);

interface Counting {
  readonly pool: Pool;
  readonly fraction: bigint;
}

const countingOf = (pools: readonly Pool[], { currency, attributes }: Charge): readonly Counting[] =>
  pools.flatMap((pool) => {
    const fraction = pool.currency === currency ? eligibleFraction(pool.eligibility, attributes) : 0n;
    return fraction > 0n ? [{ pool, fraction }] : [];
  });

function spansOf(counting: readonly Counting[]): (at: number) => TurnList {
  const edges = Float64Array.from(
    new Set(
      counting.flatMap(({ pool: { tranches, opening } }) => [
        ...tranches.flatMap(({ from, until }) => [from, until]),
        ...(opening === undefined ? [] : [opening.until]),
      ]),
    ),
  ).toSorted();
  const lists = new Map<number, TurnList>();
  return (at) => {
    const span = countUpTo(edges.length, (place) => (edges[place] ?? 0) <= at);
    let list = lists.get(span);
    if (list === undefined) lists.set(span, (list = new TurnList(turnsAt(counting, at))));
    return list;
  };
}

/** How many of the first places hold; all that do come before all that do not. */
function countUpTo(count: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tranche that holds the instant; undefined: none does. */
export function trancheAt({ tranches }: Pool, at: number): number | undefined {
  const place = countUpTo(tranches.length, (tranche) => (tranches[tranche]?.from ?? 0) <= at) - 1;
  const found = tranches[place];
  return found !== undefined && at < found.until ? place : undefined;
}

function turnsAt(counting: readonly Counting[], at: number): readonly Turn[] {
  return counting
    .flatMap(({ pool, fraction }) => {
      const tranche = trancheAt(pool, at);
      if (tranche === undefined) return [];
      const turn: Turn = { pool, tranche, fraction, stated: isStated(pool, at) };
      return [{ turn, until: pool.tranches[tranche]?.until ?? 0 }];
    })
    .toSorted(
      (a, b) =>
        a.turn.pool.priority - b.turn.pool.priority ||
        a.until - b.until ||
        a.turn.pool.created - b.turn.pool.created ||
        a.turn.pool.sequence - b.turn.pool.sequence,
    )
    .map(({ turn }) => turn);
}

/** The part of an amount that the pool counts, whole units only: what is less than a unit does not count. */
export const counted = ({ fraction }: Turn, amount: Money): Money => (amount * fraction) / MONEY_SCALE;
