// The lanes as one: started together, changed together, drained together. A change is prepared on every lane before any
// takes it, so all of them run the new configuration or all of them the old one. A lane that dies takes the process
// with it: recovery at the next start closes its calls, which a half-dead process could not do.
import { Worker } from 'node:worker_threads';
import { AppError, LIMITS } from '@weighbridge/kernel';
import type {
  BatchView,
  CacheStats,
  DeploymentHealth,
  ForeseeAsked,
  Foreseen,
  LaneStats,
  PurgeAsked,
  Purged,
  RouteStanding,
} from '@weighbridge/gateway';
import type { Unpriced } from '../admin/alerts.ts';
import type { BypassMessage } from '../bypass/lane-book.ts';
import { cacheOfAll, purgedOfAll } from './cache-sum.ts';
import { causeWords } from '../logging/cause.ts';
import type { LaneHappened } from '../security/security-host.ts';
import type { LaneDelay } from './loop-delay.ts';
import type { Activation, LaneAddress, LaneSetup } from './setup.ts';
import { createCaller, type Caller } from './thread-calls.ts';

const START_MS = 30_000;
const PREPARE_MS = 10_000;
const SWAP_MS = 2_000;
const STATS_MS = 2_000;
/** Beyond the drain's own deadline, for the receipts of what it cut. */
const DRAIN_GRACE_MS = 5_000;

export interface LanePool {
  readonly count: number;
  listen(address: LaneAddress): Promise<{ readonly port: number }>;
  /** Rejects, and leaves every lane as it was, when one of them cannot take it. `between` runs when all can. */
  activate(activation: Activation, between: () => Promise<void>): Promise<void>;
  stats(): Promise<LaneStats>;
  /** How late the event loop of each lane is, in the order of lanes. */
  loopDelays(): Promise<readonly LaneDelay[]>;
  /** What each lane has learnt of the deployments, in the order of lanes. */
  health(): Promise<readonly (readonly DeploymentHealth[])[]>;
  /** The batches that calls of all lanes wait for. */
  waiting(): Promise<readonly BatchView[]>;
  /** How routes stand in each lane, in the order of lanes. */
  routes(): Promise<readonly (readonly RouteStanding[])[]>;
  /** What each lane would do with a request now. Throws KEY_INVALID. */
  foresee(asked: ForeseeAsked): Promise<readonly Foreseen[]>;
  /** What the caches of routes hold, and have done on all lanes. */
  cache(): Promise<readonly CacheStats[]>;
  /** Forgets kept answers, on every lane. */
  purge(asked: PurgeAsked): Promise<Purged>;
  /** What each lane counted since the last time: requests of nobody, receipts handed out. */
  happened(): Promise<readonly LaneHappened[]>;
  drain(deadlineMs: number): Promise<void>;
  /** Rejects when a lane died unasked. Never resolves. */
  readonly failed: Promise<never>;
}

interface LaneThread {
  readonly worker: Worker;
  readonly calls: Caller;
  /** Rejects when the thread ends, whoever ended it. Never resolves. */
  readonly died: Promise<never>;
}

/** Threads that load the code of a lane while what they will serve is still being read. */
export interface WarmLanes extends Disposable {
  /** The thread of the lane of this number, from 1; it is the taker's from now on. */
  take(lane: number): LaneThread;
  /** Ends those that nobody took. */
  [Symbol.dispose](): void;
}

export function warmLanes(count: number): WarmLanes {
  const threads = new Map(Array.from({ length: count }, (_, index) => [index + 1, startThread(index + 1)]));
  return {
    take: (lane) => {
      const thread = threads.get(lane) ?? startThread(lane);
      threads.delete(lane);
      return thread;
    },
    [Symbol.dispose]: () => {
      for (const { worker } of threads.values()) void worker.terminate();
      threads.clear();
    },
  };
}

/** What a lane tells without being asked. */
export interface LaneMessage extends BypassMessage {
  readonly unpriced?: Unpriced;
}

/** One thread per setup; resolves when each has opened its stores. `hear`: what the lanes tell. */
export async function startLanes(
  setups: readonly LaneSetup[],
  hear: (message: LaneMessage) => void,
  warm: WarmLanes,
): Promise<LanePool> {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined); // Whoever cares awaits `failed`; nobody having asked is no crash.
  let ending = false;
  const lanes = setups.map((setup) => {
    const thread = warm.take(setup.lane);
    thread.died.catch((error: unknown) => {
      if (!ending) failure.reject(error);
    });
    thread.worker.postMessage(setup);
    return thread;
  });
  for (const { worker } of lanes) {
    worker.on('message', hear);
  }
  const all = <Value>(name: string, input: unknown, deadlineMs: number): Promise<Value[]> =>
    Promise.all(lanes.map((lane) => lane.calls.ask<Value>(name, input, deadlineMs)));
  try {
    await all('ready', undefined, START_MS);
  } catch (error) {
    ending = true;
    await Promise.all(lanes.map((lane) => lane.worker.terminate()));
    throw error;
  }
  return {
    count: lanes.length,
    failed: failure.promise,
    listen: (address) => listen(lanes, address),
    activate: async (activation, between) => {
      try {
        await all('prepare', activation, PREPARE_MS);
        await between();
      } catch (error) {
        await Promise.allSettled(lanes.map((lane) => lane.calls.ask('abort', undefined, SWAP_MS)));
        throw error;
      }
      await all('swap', undefined, SWAP_MS);
    },
    stats: async () => sum(await all<LaneStats>('stats', undefined, STATS_MS)),
    loopDelays: () => all('loopDelay', undefined, STATS_MS),
    health: () => all('health', undefined, STATS_MS),
    waiting: async () => (await all<readonly BatchView[]>('waiting', undefined, STATS_MS)).flat(),
    routes: () => all('routes', undefined, STATS_MS),
    foresee: (asked) => all('foresee', asked, STATS_MS),
    cache: async () => cacheOfAll(await all<readonly CacheStats[]>('cache', undefined, STATS_MS)),
    purge: async (asked) => purgedOfAll(await all<Purged>('purge', asked, STATS_MS)),
    happened: () => all('happened', undefined, STATS_MS),
    drain: async (deadlineMs) => {
      ending = true;
      try {
        await all('drain', deadlineMs, deadlineMs + DRAIN_GRACE_MS);
      } finally {
        await Promise.all(lanes.map((lane) => lane.worker.terminate()));
      }
    },
  };
}

function startThread(lane: number): LaneThread {
  const worker = new Worker(new URL('./lane-thread.ts', import.meta.url), {
    name: `lane ${lane}`,
    resourceLimits: { maxYoungGenerationSizeMb: LIMITS.young_mb },
  });
  const calls = createCaller(worker, `lane ${lane}`, 'LANE_BUSY');
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined); // As above; an open question is answered with it anyway.
  const dead = (why: string, cause?: unknown): void => {
    const error = new AppError('INTERNAL', `lane ${lane} ended: ${why}`, { cause });
    calls.fail(error);
    death.reject(error);
  };
  worker.once('error', (error) => dead(causeWords(error), error));
  worker.once('exit', (code) => dead(`exit code ${code}`));
  return { worker, calls, died: death.promise };
}

/** One after the other: the first tells the port, the rest share it. */
async function listen(lanes: readonly LaneThread[], address: LaneAddress): Promise<{ port: number }> {
  let port = address.port;
  for (const lane of lanes) {
    ({ port } = await lane.calls.ask<{ port: number }>('listen', { ...address, port }, START_MS));
  }
  return { port };
}

function sum(all: readonly LaneStats[]): LaneStats {
  const total = (pick: (one: LaneStats) => number): number => all.reduce((so, one) => so + pick(one), 0);
  return {
    inFlight: total((one) => one.inFlight),
    calls: total((one) => one.calls),
    unauthenticated: total((one) => one.unauthenticated),
    receipts: total((one) => one.receipts),
    unsealed: total((one) => one.unsealed ?? 0),
    bypassed: total((one) => one.bypassed ?? 0),
    sealing: all.every((one) => one.sealing !== false),
    malformedTraces: total((one) => one.malformedTraces ?? 0),
    draining: all.some((one) => one.draining),
  };
}
