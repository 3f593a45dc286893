// The memory of all reservations of a node: made once for a configuration, carried over to the next where a reservation stays
// what it was, and given to every lane. Plain shared memory: it crosses threads.
import type { Deployment } from '../deployment.ts';
import { Reservation, reservationMemory } from './reservation.ts';
import { capacityRule } from './rule.ts';

export interface CapacityMemory {
  readonly lock: SharedArrayBuffer;
  /** By the identity of a reservation. */
  readonly cells: Readonly<Record<string, SharedArrayBuffer>>;
}

type Bought = Pick<Deployment, 'id' | 'model' | 'priced_as' | 'capacity'>;

/** What makes two reservations the same. */
const identityOf = ({ id, model, priced_as, capacity }: Bought): string =>
  JSON.stringify([id, model, priced_as ?? '', capacity]);

/** Null where nothing was bought. `before`: what was counted goes on. */
export function capacityMemory(
  deployments: readonly Bought[],
  now: number,
  before: CapacityMemory | null = null,
): CapacityMemory | null {
  const bought = deployments.filter(({ capacity }) => capacity !== undefined);
  if (bought.length === 0) return null;
  const cells = bought.map((one) => {
    const identity = identityOf(one);
    return [identity, before?.cells[identity] ?? reservationMemory(now)] as const;
  });
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
    const cells = own.cells[identityOf(one)] ?? reservationMemory(now);
    found.set(id, new Reservation(id, capacityRule({ ...one, capacity }), cells, own.lock));
  }
  return found;
}
