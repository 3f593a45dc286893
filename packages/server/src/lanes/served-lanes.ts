// The lanes with the limits that they share: counted from the journal before the first of them takes a call, carried over
// a change of configuration where a rule stays what it was, and read here without asking a lane.
import {
  budgetUsed,
  capacityMemory,
  Limits,
  limitMemory,
  reservationsOf,
  type LimitMemory,
  type Reservation,
} from '@weighbridge/gateway';
import { systemClock, type Money } from '@weighbridge/kernel';
import { countSeen } from '../admin/limits-seen.ts';
import type { Administration, Apply } from '../admin/administration.ts';
import type { Unpriced } from '../admin/alerts.ts';
import type { Stores } from '../admin/stores.ts';
import { randomUUID } from 'node:crypto';
import { VERSION } from '../version.ts';
import { assignWaiting } from './waiting-files.ts';
import { startLanes, type LanePool, type WarmLanes } from './lane-pool.ts';

export interface ServedLanes extends Omit<LanePool, 'activate'> {
  /** As a pool's, with the counters of the rules that go on. */
  readonly activate: Apply;
  /** Spent, or held for calls in flight, of the hard budget of the day. */
  used(): Money;
  /** The limits in force, to be looked at. */
  limits(): Limits;
  /** What was bought, by deployment, to be looked at. */
  reservations(): ReadonlyMap<string, Reservation>;
}

export interface ServeOptions {
  readonly lanes?: number;
  /** A certificate authority to trust beside the built-in ones. */
  readonly trust?: string;
  readonly warm: WarmLanes;
  readonly unpriced: (found: Unpriced) => void;
}

export async function serveLanes(
  { home, journal, signals, epoch }: Stores,
  administration: Administration,
  { lanes, trust, warm, unpriced }: ServeOptions,
): Promise<ServedLanes> {
  const { listen, journal: kept } = administration.config();
  const snapshot = administration.snapshot();
  let memory = limitMemory(snapshot.limits ?? []);
  countSeen(journal, snapshot, memory, home.limits, systemClock.wall());
  let limits = new Limits(snapshot.limits ?? [], memory);
  let capacity = capacityMemory(snapshot.deployments, systemClock.wall());
  let reservations = reservationsOf(snapshot.deployments, capacity, systemClock.wall());
  const shared = {
    epoch,
    node: snapshot.node,
    build: VERSION,
    durability: kept.durability,
    journal: home.journal,
    vault: home.vault,
    waiting: home.waiting,
    signals,
    answers: `weighbridge answers ${randomUUID()}`,
    activation: { ...administration.activation(), limits: memory, capacity },
    ...(trust === undefined ? {} : { trust }),
  };
  assignWaiting(home.waiting, lanes ?? listen.lanes);
  const setups = Array.from({ length: lanes ?? listen.lanes }, (_, index) => ({ ...shared, lane: index + 1 }));
  const pool = await startLanes(setups, unpriced, warm);
  return {
    ...pool,
    activate: async (planned, between) => {
      const rules = planned.snapshot.limits ?? [];
      const next = limitMemory(rules, memory);
      const bought = capacityMemory(planned.snapshot.deployments, systemClock.wall(), capacity);
      await pool.activate({ ...planned, limits: next, capacity: bought }, between);
      memory = withFormer(next, memory);
      limits = new Limits(rules, next);
      capacity = bought;
      reservations = reservationsOf(planned.snapshot.deployments, bought, systemClock.wall());
    },
    used: () => budgetUsed(limits, systemClock.wall()),
    limits: () => limits,
    reservations: () => reservations,
  };
}

/** A rule that is taken out and put back by the next change goes on where it was. */
const withFormer = (next: LimitMemory, former: LimitMemory): LimitMemory => ({
  ...next,
  counters: { ...former.counters, ...next.counters },
});
