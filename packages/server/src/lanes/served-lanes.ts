// The lanes with the limits that they share: counted from the journal before the first of them takes a call, carried over
// a change of configuration where a rule stays what it was, and read here without asking a lane.
import {
  budgetUsed,
  bypassMemory,
  capacityMemory,
  Limits,
  limitMemory,
  reservationsOf,
  type BypassMemory,
  type LimitMemory,
  type Reservation,
  type Snapshot,
} from '@weighbridge/gateway';
import { AppError, systemClock, type Money } from '@weighbridge/kernel';
import { nextEpoch } from '@weighbridge/journal';
import { countSeen } from '../admin/limits-seen.ts';
import type { Administration, Apply } from '../admin/administration.ts';
import { alertUnpriced, type Alert } from '../admin/alerts.ts';
import { RecorderWatch } from '../admin/recorder-watch.ts';
import type { Stores } from '../admin/stores.ts';
import { randomUUID } from 'node:crypto';
import { sealFoundWindows, tellFound } from '../bypass/found.ts';
import { layOutMarker, readMarker } from '../bypass/marker.ts';
import { BypassWindows, type OpenWindow } from '../bypass/windows.ts';
import { VERSION } from '../version.ts';
import { assignWaiting } from './waiting-files.ts';
import type { Home } from '../home.ts';
import type { Say } from '../logging/events.ts';
import { startLanes, type LaneMessage, type LanePool, type WarmLanes } from './lane-pool.ts';

export interface ServedLanes extends Omit<LanePool, 'activate' | 'replace'> {
  /** Replaces every lane while calls pass; see `LaneSet.replace`. Throws JOURNAL_UNAVAILABLE too. */
  restart(): Promise<void>;
  /** As a pool's, with the counters of the rules that go on. */
  readonly activate: Apply;
  /** Spent, or held for calls in flight, of the hard budget of the day. */
  used(): Money;
  /** The limits in force, to be looked at. */
  limits(): Limits;
  /** What was bought, by deployment, to be looked at. */
  reservations(): ReadonlyMap<string, Reservation>;
  /** Windows of bypasses that are not in the log as a whole yet. */
  openWindows(): readonly OpenWindow[];
  /** And those that are over, and may not stand in the log yet. */
  knownWindows(): readonly OpenWindow[];
  /** For how long the recorder has not moved; 0 while it does. */
  recorderSilentMs(): number;
}

export interface ServeOptions {
  readonly lanes?: number;
  /** A certificate authority to trust beside the built-in ones. */
  readonly trust?: string;
  readonly warm: WarmLanes;
  readonly alert: Alert;
  readonly say: Say;
}

export async function serveLanes(
  stores: Stores,
  administration: Administration,
  { lanes, trust, warm, alert, say }: ServeOptions,
): Promise<ServedLanes> {
  const { home, journal, signals, epoch } = stores;
  const { listen, journal: kept, bypasses: named } = administration.config();
  tellFound(alert, await sealFoundWindows(stores, home.bypass, named));
  const snapshot = administration.snapshot();
  let memory = limitMemory(snapshot.limits ?? []);
  countSeen(journal, snapshot, memory, home.limits, systemClock.wall());
  let limits = new Limits(snapshot.limits ?? [], memory);
  let capacity = capacityMemory(snapshot.deployments, systemClock.wall());
  let reservations = reservationsOf(snapshot.deployments, capacity, systemClock.wall());
  let bypasses = bypassesOf(home, snapshot);
  let drained = false;
  const shared = {
    epoch,
    node: snapshot.node,
    build: VERSION,
    durability: kept.durability,
    journal: home.journal,
    vault: home.vault,
    waiting: home.waiting,
    signals,
    bypassMarker: home.bypass,
    answers: `weighbridge answers ${randomUUID()}`,
    activation: { ...administration.activation(), limits: memory, capacity, bypasses },
    ...(trust === undefined ? {} : { trust }),
  };
  assignWaiting(home.waiting, lanes ?? listen.lanes);
  const setups = Array.from({ length: lanes ?? listen.lanes }, (_, index) => ({ ...shared, lane: index + 1 }));
  const windows = watchWindows(stores, alert, say, async () => drained || (await pool.stats()).sealing === true);
  windows.use(snapshot.bypasses ?? [], bypasses);
  const pool = await startLanes(setups, hearing(alert, windows, home.bypass), warm);
  const recorder = new RecorderWatch({ signals, clock: systemClock, alert });
  const looking = setInterval(() => recorder.look(), LOOK_MS).unref();
  return {
    ...pool,
    activate: async (planned, between) => {
      const rules = planned.snapshot.limits ?? [];
      const next = limitMemory(rules, memory);
      const bought = capacityMemory(planned.snapshot.deployments, systemClock.wall(), capacity);
      const through = bypassesOf(home, planned.snapshot, bypasses);
      await pool.activate({ ...planned, limits: next, capacity: bought, bypasses: through }, between);
      memory = withFormer(next, memory);
      limits = new Limits(rules, next);
      capacity = bought;
      reservations = reservationsOf(planned.snapshot.deployments, bought, systemClock.wall());
      bypasses = { ...bypasses, ...through };
      windows.use(planned.snapshot.bypasses ?? [], through);
    },
    restart: () => restart(pool, home),
    used: () => budgetUsed(limits, systemClock.wall()),
    limits: () => limits,
    reservations: () => reservations,
    openWindows: () => windows.states(),
    knownWindows: () => windows.known(),
    recorderSilentMs: () => recorder.silentMs(),
    drain: async (deadlineMs) => {
      try {
        await pool.drain(deadlineMs);
      } finally {
        drained = true;
        clearInterval(looking);
        await windows.stop();
      }
    },
  };
}

async function restart(pool: LanePool, { journal }: Home): Promise<void> {
  const waiting = await pool.waiting();
  // Those of a lane are taken up again by a start, not by another lane.
  if (waiting.length > 0)
    throw new AppError('LANE_BUSY', `calls wait for ${waiting.length} batches, which no other lane can take over`);
  await pool.replace(() => nextEpoch(journal));
}

/** The file in which they are counted is made while there is room. */
function bypassesOf(home: Home, { bypasses = [] }: Snapshot, before: BypassMemory = {}): BypassMemory {
  if (bypasses.length > 0) layOutMarker(home.bypass);
  return bypassMemory(
    bypasses.map(({ id }) => id),
    before,
  );
}

const LOOK_MS = 1_000;

function watchWindows(
  { admin, nextId, home }: Stores,
  alert: Alert,
  say: Say,
  lanesSeal: () => Promise<boolean>,
): BypassWindows & { stop(): Promise<void> } {
  const windows = new BypassWindows({ admin, nextId, clock: systemClock, marker: home.bypass, alert, say, lanesSeal });
  const timer = setInterval(() => void windows.look(), LOOK_MS).unref();
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await windows.look();
  };
  return Object.assign(windows, { stop });
}

function hearing(alert: Alert, windows: BypassWindows, marker: string): (message: LaneMessage) => void {
  const unpriced = alertUnpriced(alert);
  return (message) => {
    if (message.died !== undefined) lostLane(message.died, alert, windows, marker);
    if (message.unpriced !== undefined) unpriced(message.unpriced);
    if (message.bypassed !== undefined) windows.take(message.bypassed);
    if (message.bypassTrouble !== undefined)
      windows.trouble(message.bypassTrouble.bypass, message.bypassTrouble.message);
  };
}

/** One that was replaced and died before its calls had ended: those of a window will never be told of. */
function lostLane(lane: number, alert: Alert, windows: BypassWindows, marker: string): void {
  for (const { lane: marked, bypass, opened, begun, ended } of readMarker(marker))
    if (marked === lane) windows.forget(bypass, opened, begun - ended);
  alert(
    {
      name: `lane lost ${lane}`,
      alert: 'lane',
      about: `lane ${lane}`,
      message: `lane ${lane}, which another had taken over from, died before its calls had ended`,
    },
    'Those calls are closed as interrupted by the next start, and what they held counts until then; start again when it suits',
  );
}

/** A rule that is taken out and put back by the next change goes on where it was. */
const withFormer = (next: LimitMemory, former: LimitMemory): LimitMemory => ({
  ...next,
  counters: { ...former.counters, ...next.counters },
});
