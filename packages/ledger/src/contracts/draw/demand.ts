// What each pool was asked for, day by day, had it been without end: the part of each charge that it counts and that no pool
// before it has taken. This, and not what was drawn, is the past from which the future is reckoned: a pool that ran dry says nothing
// of what will be used.
import type { Money } from '@weighbridge/kernel';
import { DAY_MS } from '../fields.ts';
import { least, type DrawDown } from './draw-down.ts';
import type { Pool } from './pool.ts';
import { counted } from './turns.ts';

/** Per pool: by UTC midnight of the day, what was asked for. */
export type Demand = ReadonlyMap<Pool, ReadonlyMap<number, Money>>;

export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

export function demandOf(state: DrawDown): Demand {
  const found = new Map<Pool, Map<number, Money>>(state.pools.map((pool) => [pool, new Map()]));
  for (const { charge, amount, draws } of state.standing.values()) {
    let left = amount;
    const day = dayOf(charge.at);
    const took = new Map<Pool, Money>();
    for (const draw of draws) took.set(draw.pool, (took.get(draw.pool) ?? 0n) + draw.amount);
    for (const turn of state.turns(charge).turns) {
      if (left <= 0n) break;
      const { pool } = turn;
      const wanted = least(counted(turn, amount), left);
      const days = found.get(pool);
      if (wanted > 0n) days?.set(day, (days.get(day) ?? 0n) + wanted);
      // What a statement counts was drawn, though not by a charge.
      if (turn.stated) left -= wanted > 0n ? wanted : 0n;
      left -= took.get(pool) ?? 0n;
    }
  }
  return found;
}
