// One lane: a node:http server, the pipeline behind it, and the state that calls share (circuits, connections, caches).
// It knows nothing of threads; `server` runs one per worker. A call keeps the snapshot it started under.
import { getRandomValues } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { AppError, LIMITS, createUlid, systemClock, type Clock } from '@weighbridge/kernel';
import type { CloudId } from '@weighbridge/protocol';
import { NO_BOOK, type BypassBook } from './bypass/bypass.ts';
import type { BypassMemory } from './bypass/memory.ts';
import { AnswerCache, type CacheStats, type PurgeAsked, type Purged } from './cache/answer-cache.ts';
import type { Cloud } from './clouds/cloud.ts';
import { allClouds } from './clouds/index.ts';
import type { KeyRecord, Snapshot } from './deployment.ts';
import { reservationsOf, type CapacityMemory } from './capacity/memory.ts';
import type { LimitMemory } from './limits/limits.ts';
import { answerBadHttp, answerConnect } from './pipeline/bad-http.ts';
import { BOUNDS } from './pipeline/bounds.ts';
import { createFront } from './pipeline/front.ts';
import type { InFlight } from './pipeline/in-flight.ts';
import type { LaneContext, Stranger } from './pipeline/lane-context.ts';
import { revive } from './deadline/revive.ts';
import type { WaitingStore } from './deadline/waiting-store.ts';
import { BatchDesk, type BatchView } from './deadline/batch-desk.ts';
import { LaneRequest } from './pipeline/lane-request.ts';
import { LaneResponse } from './pipeline/lane-response.ts';
import { createCopyPipeline, createPipeline, createRevivedPipeline } from './pipeline/pipeline.ts';
import { SlotList } from './pipeline/slot-list.ts';
import { Tally, type Tallied } from './pipeline/tally.ts';
import { UpstreamPools } from './pipeline/upstream-pools.ts';
import { Watch } from './pipeline/watch.ts';
import type { AnswerLink, CredentialStore, EnergyOf, FallbackHandler, KeyDigest, Rater, Sealer } from './ports.ts';
import { BoundedCache } from './routing/bounded-cache.ts';
import { compileSnapshot, type Compiled } from './routing/compiled.ts';
import { DecisionBook } from './routing/decision.ts';
import { ClientConnections } from './wire/client-connections.ts';
import { createMirror } from './stages/mirror.ts';
import { HedgeBooks } from './routing/hedge-book.ts';
import { Health, type HealthView } from './routing/health.ts';
import { Learnt } from './routing/learnt.ts';
import type { FillRandom } from './stages/api-key.ts';
import {
  doubtOf,
  foresee,
  standingsOf,
  type ForeseeAsked,
  type Foreseen,
  type RouteStanding,
} from './stages/foresee.ts';

export interface LaneOptions {
  readonly snapshot: Snapshot;
  readonly sealer: Sealer;
  readonly rater: Rater;
  /** Absent: receipts say nothing of energy. */
  readonly energyOf?: EnergyOf;
  readonly credentials: CredentialStore;
  readonly keyDigest: KeyDigest;
  /** What the lanes of a node count limits in, for the snapshot that is being taken. Absent: memory of the lane's own. */
  readonly limitMemory?: () => LimitMemory;
  /** How the lanes of a node tell each other of answers that they keep. Absent: the lane keeps its own only. */
  readonly answerLink?: AnswerLink;
  /** As `limitMemory`, of reserved capacity; null where nothing was bought. */
  readonly capacityMemory?: () => CapacityMemory | null;
  /** As `limitMemory`, of bypasses. */
  readonly bypassMemory?: () => BypassMemory;
  /** Who hears of calls that go round a journal that takes no entries. Absent: nobody. */
  readonly bypassBook?: BypassBook;
  readonly clock?: Clock;
  readonly random?: FillRandom;
  /** Keeps what waits over a restart, and answers that are fetched. Absent: what waits ends with the process. */
  readonly waiting?: WaitingStore;
  /** Takes the paths that are not model calls (`/log/*`, the console). Absent: 404. */
  readonly fallbackHandler?: FallbackHandler;
  /** Further certificate authorities (PEM) to trust towards clouds, beside the built-in ones. */
  readonly ca?: readonly string[];
  /** Calls in flight at most; beyond it a new one gets OVERLOADED. */
  readonly maxCalls?: number;
  /** Adapters by cloud; all of them by default. */
  readonly clouds?: Readonly<Partial<Record<CloudId, Cloud>>>;
}

export interface LaneStats {
  readonly inFlight: number;
  readonly calls: number;
  readonly unauthenticated: number;
  readonly receipts: number;
  /** Calls that ended without a receipt because the journal did not take it. */
  readonly unsealed?: number;
  /** Calls that went through a bypass, and are sealed afterwards. */
  readonly bypassed?: number;
  /** The journal takes entries of this lane. */
  readonly sealing?: boolean;
  /** Requests of which the trace context was malformed, and dropped. */
  readonly malformedTraces?: number;
  readonly draining: boolean;
}

export interface Lane {
  /** Resolves with the port. Rejects with PORT_TAKEN. */
  listen(address: { host: string; port: number; reusePort?: boolean }): Promise<{ port: number }>;
  /** New calls use this snapshot from now on; presented keys are looked up afresh, so a revoked key stops at once. */
  swap(snapshot: Snapshot): void;
  /** Stops accepting, lets calls finish until the deadline, then cuts them with a receipt. Resolves when all is closed. */
  drain(deadlineMs: number): Promise<void>;
  /**
   * Another lane has taken over: takes no new connection, and serves those that stand until they end, each with its next
   * answer or when it has been idle for long; what is left at the deadline is drained. Resolves when all is closed.
   */
  retire(deadlineMs: number): Promise<void>;
  stats(): LaneStats;
  /** Requests that nobody could be found for, since the last time they were taken. */
  strangers(): readonly Tallied<Stranger>[];
  /** What the lane has learnt of each deployment of its snapshot. */
  health(): readonly DeploymentHealth[];
  /** What the caches of the snapshot's routes hold, and have done on this lane. */
  cache(): readonly CacheStats[];
  /** Forgets kept answers; calls under way go on, and their answers are not kept. */
  purge(asked: PurgeAsked): Purged;
  /** Goes on with calls that waited when an earlier start ended; says how many. Once, before it listens. */
  revive(): number;
  /** The batches that calls of this lane wait for, those that are still gathered among them. */
  waiting(): readonly BatchView[];
  /** How each route stands: whom it would try first, and what was learnt of its candidates. */
  routes(): readonly RouteStanding[];
  /** What would happen to a request now, by the stages that would see it; nothing is sent. Throws KEY_INVALID. */
  foresee(asked: ForeseeAsked): Foreseen;
}

export interface DeploymentHealth extends HealthView {
  /** Whether a call could be authorised now. */
  readonly ready: boolean;
}

export function createLane(options: LaneOptions): Lane {
  const lane = createContext(options);
  const front = createFront(lane, createPipeline());
  const server = createServer(SERVER_OPTIONS, front.serve);
  server.maxHeadersCount = 0;
  server.maxConnections = BOUNDS.client_connections;
  server.on('checkContinue', front.serve);
  server.on('checkExpectation', front.serve);
  server.on('clientError', (error: Error, socket) => answerBadHttp(error, socket, lane.newId));
  server.on('connect', (_request, socket) => answerConnect(socket, lane.newId));
  const clients = new ClientConnections(server, {
    now: () => lane.clock.monotonic(),
    takes: front.isCall,
    serve: front.serveWhole,
    refuse: (error, socket) => answerBadHttp(error, socket, lane.newId),
  });
  let generation = 0;

  return {
    listen: (address) => listenOn(server, lane, address),
    swap(snapshot) {
      generation += 1;
      const compiled = compile(options, snapshot, lane, generation);
      lane.health.adopt(snapshot);
      lane.answers.adopt(snapshot);
      lane.learnt.adopt(snapshot);
      lane.presented.clear();
      lane.decisions.clearKeys();
      lane.compiled = compiled;
    },
    drain: (deadlineMs) => drain(server, clients, lane, deadlineMs),
    retire: (deadlineMs) => retire(server, clients, lane, deadlineMs),
    health: () => {
      const now = lane.clock.monotonic();
      return lane.compiled.snapshot.deployments.map((deployment) => ({
        ...lane.health.view(deployment, now),
        ready: doubtOf(lane, deployment) === null,
      }));
    },
    cache: () => lane.answers.stats(lane.compiled.snapshot),
    purge: (asked) => lane.answers.purge(asked),
    revive: () => (lane.waiting === null ? 0 : revive(lane, lane.waiting, createRevivedPipeline())),
    waiting: () => lane.batches.list(),
    routes: () => standingsOf(lane),
    foresee: (asked) => foresee(lane, asked),
    strangers: () => lane.strangers.take(),
    stats: () => ({
      inFlight: lane.inFlight.size,
      calls: lane.counters.calls,
      unauthenticated: lane.counters.unauthenticated,
      receipts: lane.counters.receipts,
      unsealed: lane.counters.unsealed,
      bypassed: lane.counters.bypassed,
      sealing: lane.sealer.available,
      malformedTraces: lane.counters.malformedTraces,
      draining: lane.draining,
    }),
  };
}

const SERVER_OPTIONS = {
  IncomingMessage: LaneRequest,
  ServerResponse: LaneResponse,
  maxHeaderSize: LIMITS.header_bytes,
  headersTimeout: LIMITS.headers_ms,
  // The lane's own bound on a body comes first; this is the parser's, for what never becomes a request.
  requestTimeout: LIMITS.request_ms + 5_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: BOUNDS.client_keep_alive_ms,
  // The lane's own check answers with a body, in the dialect of the path.
  requireHostHeader: false,
  insecureHTTPParser: false,
  noDelay: true,
} as const;

function createContext(options: LaneOptions): LaneContext {
  const clock = options.clock ?? systemClock;
  const random: FillRandom = options.random ?? ((bytes) => getRandomValues(bytes));
  const clouds = options.clouds ?? Object.fromEntries(allClouds().map((cloud) => [cloud.id, cloud]));
  const word = new Uint32Array(1);
  return {
    clock,
    newId: createUlid(() => clock.wall(), random),
    chance: () => {
      random(new Uint8Array(word.buffer));
      return (word[0] ?? 0) / 2 ** 32;
    },
    sealer: options.sealer,
    bypassBook: options.bypassBook ?? NO_BOOK,
    rater: options.rater,
    energyOf: options.energyOf ?? (() => undefined),
    credentials: options.credentials,
    keyDigest: options.keyDigest,
    clouds,
    fallbackHandler: options.fallbackHandler ?? null,
    maxCalls: options.maxCalls ?? LIMITS.lane_calls,
    health: new Health(),
    answers: new AnswerCache(() => clock.wall(), options.answerLink ?? null),
    learnt: new Learnt(),
    decisions: new DecisionBook(),
    hedges: new HedgeBooks(),
    waiting: options.waiting ?? null,
    batches: new BatchDesk(),
    mirrored: createMirror(createCopyPipeline()),
    pools: new UpstreamPools(clock, options.ca),
    watch: new Watch(clock),
    presented: new BoundedCache<string, KeyRecord>(BOUNDS.key_cache_entries),
    inFlight: new SlotList<InFlight>(),
    counters: { calls: 0, unauthenticated: 0, receipts: 0, unsealed: 0, bypassed: 0, malformedTraces: 0 },
    strangers: new Tally<Stranger>(),
    compiled: compile(options, options.snapshot, { clouds, clock }, 0),
    port: 0,
    draining: false,
    retiring: false,
  };
}

function compile(
  { limitMemory, capacityMemory, bypassMemory }: LaneOptions,
  snapshot: Snapshot,
  { clouds, clock }: Pick<LaneContext, 'clouds' | 'clock'>,
  generation: number,
): Compiled {
  const reservations = reservationsOf(snapshot.deployments, capacityMemory?.() ?? null, clock.wall());
  return compileSnapshot(snapshot, clouds, generation, {
    limits: limitMemory?.(),
    bypasses: bypassMemory?.(),
    reservations,
  });
}

function listenOn(
  server: Server,
  lane: LaneContext,
  address: { host: string; port: number; reusePort?: boolean },
): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const where = `${address.host}:${address.port}`;
      reject(
        taken ? new AppError('PORT_TAKEN', `${where} cannot be listened on (${error.code})`, { cause: error }) : error,
      );
    };
    server.once('error', failed);
    server.listen(
      { host: address.host, port: address.port, reusePort: address.reusePort ?? false, exclusive: true },
      () => {
        server.off('error', failed);
        const bound = server.address();
        lane.port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
        resolve({ port: lane.port });
      },
    );
  });
}

/** Calls in flight finish, or are cut at the deadline with a receipt that says so; what was written is taken until then. Then everything closes. */
async function drain(server: Server, clients: ClientConnections, lane: LaneContext, deadlineMs: number): Promise<void> {
  lane.draining = true;
  lane.inFlight.each((call) => call.holder?.park?.());
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  clients.closeIdle();
  const endBy = lane.clock.monotonic() + deadlineMs;
  await until(lane, endBy, () => lane.inFlight.size === 0 && !clients.writing);
  lane.inFlight.each((call) => call.holder?.cut());
  await until(lane, endBy + BOUNDS.drain_grace_ms, () => lane.inFlight.size === 0);
  const stopped = lane.batches.stop().then(() => lane.waiting?.settled());
  await Promise.race([stopped, setTimeout(BOUNDS.drain_grace_ms, undefined, { ref: false })]);
  server.closeAllConnections();
  clients.closeAll();
  await closed;
  clients.close();
  lane.watch.stop();
  await lane.pools.close();
}

/** An http server's own `close` would end idle connections, on which a client may be about to ask. */
async function retire(
  server: Server,
  clients: ClientConnections,
  lane: LaneContext,
  deadlineMs: number,
): Promise<void> {
  lane.retiring = true;
  const ended = new Promise<void>((resolve) => {
    // In the turn after connections were taken: what waits to be taken when its listener closes is lost.
    setImmediate(() => NetServer.prototype.close.call(server, () => resolve()));
  });
  const over = new AbortController();
  const late = setTimeout(deadlineMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([ended, late]);
  over.abort();
  await drain(server, clients, lane, 0);
}

/** Resolves when it is so, or when the time has come. */
function until(lane: LaneContext, endBy: number, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isSo() && lane.clock.monotonic() < endBy) return;
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(look, BOUNDS.watch_ms);
    look();
  });
}
