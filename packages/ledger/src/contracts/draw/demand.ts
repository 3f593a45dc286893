// What each pool was asked for, day by day, had it been without end: the part of each charge that it counts and that no pool
// before it has taken. This, and not what was drawn, is the past from which the future is reckoned: a pool that ran dry says nothing
// of what will be used.
import type { Money } from '@weighbridge/kernel';
import { DAY_MS } from '../fields.ts';
import { eligible, least, type DrawDown } from './draw-down.ts';
import { isStated, turnsOf, type Pool } from './pool.ts';

/** Per pool: by UTC midnight of the day, what was asked for. */
export type Demand = ReadonlyMap<Pool, ReadonlyMap<number, Money>>;

export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

export function demandOf(state: DrawDown): Demand {
  const found = new Map<Pool, Map<number, Money>>(state.pools.map((pool) => [pool, new Map()]));
  const turns = turnsOf(state.pools);
  for (const { charge, amount, draws } of state.standing.values()) {
    let left = amount;
    const day = dayOf(charge.at);
    for (const { pool } of turns(charge.at)) {
      const wanted = least(eligible(pool, charge, amount), left);
      const days = found.get(pool);
      if (wanted > 0n) days?.set(day, (days.get(day) ?? 0n) + wanted);
      // What a statement counts was drawn, though not by a charge.
      if (isStated(pool, charge.at)) left -= wanted > 0n ? wanted : 0n;
      for (const draw of draws) if (draw.pool === pool) left -= draw.amount;
    }
  }
  return found;
}
