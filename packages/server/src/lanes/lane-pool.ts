// The lanes as one: started together, changed together, drained together. A change is prepared on every lane before any
// takes it, so all of them run the new configuration or all of them the old one. A lane that dies takes the process
// with it: recovery at the next start closes its calls, which a half-dead process could not do.
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
import type { LaneHappened } from '../security/security-host.ts';
import type { LaneDelay } from './loop-delay.ts';
import type { Activation, LaneAddress, LaneSetup } from './setup.ts';
import { LaneSet, START_MS } from './lane-set.ts';
import { sumStats } from './lane-stats.ts';
import { startThread, type LaneThread } from './lane-worker.ts';

const STATS_MS = 2_000;

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
  /** See `LaneSet.replace`. `epochOf`: one that no start and no lane had before. */
  replace(epochOf: () => number): Promise<void>;
  /** Lanes that another has taken over from, and that still end their calls. */
  leaving(): number;
  /** What each lane counted since the last time: requests of nobody, receipts handed out. */
  happened(): Promise<readonly LaneHappened[]>;
  drain(deadlineMs: number): Promise<void>;
  /** Rejects when a lane died unasked. Never resolves. */
  readonly failed: Promise<never>;
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
  /** Told of it: it died while it was leaving. */
  readonly died?: number;
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
  const begin = (setup: LaneSetup, thread: LaneThread = startThread(setup.lane)): LaneThread => {
    thread.died.catch((error: unknown) => {
      if (!ending && set.serves(thread)) failure.reject(error);
    });
    thread.worker.on('message', hear);
    thread.worker.postMessage(setup);
    return thread;
  };
  const set: LaneSet = new LaneSet({ setups, begin, lost: (died) => hear({ died }) });
  for (const setup of setups) set.add(begin(setup, warm.take(setup.lane)));
  const all = <Value>(name: string, input?: unknown): Promise<Value[]> => set.all<Value>(name, input, STATS_MS);
  try {
    await set.all('ready', undefined, START_MS);
  } catch (error) {
    ending = true;
    await set.terminate();
    throw error;
  }
  return {
    count: setups.length,
    failed: failure.promise,
    listen: (address) => set.listen(address),
    activate: (activation, between) => set.activate(activation, between),
    replace: (epochOf) => set.replace(epochOf),
    leaving: () => set.leaving,
    stats: async () => sumStats(await set.stats(STATS_MS)),
    loopDelays: () => all('loopDelay'),
    health: () => all('health'),
    routes: () => all('routes'),
    foresee: (asked) => all('foresee', asked),
    cache: async () => cacheOfAll(await all<readonly CacheStats[]>('cache')),
    waiting: async () => (await all<readonly BatchView[]>('waiting')).flat(),
    purge: async (asked) => purgedOfAll(await all<Purged>('purge', asked)),
    happened: () => set.happened(STATS_MS),
    drain: (deadlineMs) => {
      ending = true;
      return set.drain(deadlineMs);
    },
  };
}
