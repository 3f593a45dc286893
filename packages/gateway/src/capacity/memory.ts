// The memory of all reservations of a node: made once for a configuration, carried over to the next where a reservation stays
// what it was, and given to every lane. Plain shared memory: it crosses threads.
import type { Deployment } from '../deployment.ts';
import { Reservation, reservationMemory } from './reservation.ts';
import { capacityRule, type CapacityRule } from './rule.ts';
import type { CapacityConfig } from '@weighbridge/protocol';

export interface CapacityMemory {
  readonly lock: SharedArrayBuffer;
  /** By the identity of a reservation. */
  readonly cells: Readonly<Record<string, SharedArrayBuffer>>;
}

type Bought = Pick<Deployment, 'id' | 'model' | 'priced_as' | 'capacity'>;

/** What makes two reservations the same. */
const identityOf = ({ id, model, priced_as, capacity }: Bought): string =>
  JSON.stringify([id, model, priced_as ?? '', capacity]);

const ruleOf = (one: Bought, capacity: CapacityConfig): CapacityRule => capacityRule({ ...one, capacity });

/** Null where nothing was bought. `before`: what was counted goes on. */
export function capacityMemory(
  deployments: readonly Bought[],
  now: number,
  before: CapacityMemory | null = null,
): CapacityMemory | null {
  const cells = deployments.flatMap((one) => {
    if (one.capacity === undefined) return [];
    const identity = identityOf(one);
    return [[identity, before?.cells[identity] ?? reservationMemory(ruleOf(one, one.capacity), now)] as const];
  });
  if (cells.length === 0) return null;
  return { lock: before?.lock ?? new SharedArrayBuffer(4), cells: Object.fromEntries(cells) };
}

/** By deployment. Without memory that others share, they are counted in memory of their own. */
export function reservationsOf(
  deployments: readonly Bought[],
  memory: CapacityMemory | null,
  now: number,
): ReadonlyMap<string, Reservation> {
  const own = memory ?? capacityMemory(deployments, now);
  const found = new Map<string, Reservation>();
  if (own === null) return found;
  for (const one of deployments) {
    const { id, capacity } = one;
    if (capacity === undefined) continue;
    const rule = ruleOf(one, capacity);
    const cells = own.cells[identityOf(one)] ?? reservationMemory(rule, now);
    found.set(id, new Reservation(id, rule, cells, own.lock));
  }
  return found;
}
