// The main thread's hold on the projections: starts their thread once the gateway listens, and starts it again when it
// ended, hung, or had to be ended because a question ran past its deadline. Whatever happens there, calls go on; what
// was committed is kept, and the rest is folded again. A thread that is only starved is left alone (see hung-watch.ts).
import { setTimeout as later } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError, isAppError, LIMITS, systemClock, toAppError, type ErrorBody } from '@weighbridge/kernel';
import type { ProjectionsState } from '@weighbridge/protocol';
import type { Home } from '../home.ts';
import { createCaller, type Caller } from '../lanes/thread-calls.ts';
import { projectionsOf } from '../projections/index.ts';
import type { QueryAnswer, QueryInput, QueryName } from '../queries/index.ts';
import { databaseGone } from '../store/database-folder.ts';
import type { StoreSettings } from '../store/settings.ts';
import type { Digests } from './digests.ts';
import type { ProjectorSetup } from './projector-thread.ts';
import { HungWatch } from './hung-watch.ts';
import { createSeats, type Seats } from './seats.ts';
import { createWatch, readWatch } from './watch.ts';
import { causeWords } from '../logging/cause.ts';
import { notYetOpen } from './not-yet-open.ts';
import { heard, type Say } from '../logging/events.ts';

/** Whether tables that are not there now are why a question failed: what does without them says so and goes on. */
export const tablesAway = (error: unknown): error is AppError =>
  isAppError(error) && (error.code === 'PROJECTIONS_OFF' || error.code === 'DATABASE_UNAVAILABLE');

export interface Projections {
  state(): Promise<ProjectionsState>;
  /**
   * Throws PROJECTIONS_OFF, DATABASE_UNAVAILABLE, QUERY_TIMEOUT, BAD_REQUEST, or what the question says; CLIENT_GONE when
   * `leaving` says so before its turn has come.
   */
  ask<Name extends QueryName>(name: Name, input: QueryInput<Name>, leaving?: AbortSignal): Promise<QueryAnswer<Name>>;
  /** Of every table, between two transactions. */
  digests(): Promise<Digests>;
  /** Throws away the tables and folds the log again; resolves once that has begun. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectionsOptions {
  readonly home: Pick<Home, 'journal' | 'vault'>;
  readonly settings: StoreSettings;
  readonly say: Say;
  /** How long the start of their thread lets calls go first; 0 where nothing is said. */
  readonly afterMs?: number;
  /** A fold that has not come back by then, and computed meanwhile, never will. */
  readonly hungMs?: number;
  /** How often it is looked at. */
  readonly watchMs?: number;
  /** Another thread than the projections' own, for tests. */
  readonly thread?: URL;
}

/** An embedded database that has to be made takes some seconds on a busy machine. */
const OPEN_MS = 120_000;
const STATE_MS = 2_000;
const DIGESTS_MS = 600_000;
const CLOSE_MS = 10_000;
/** A question may have to wait for the transaction that is under way. */
const SLACK_MS = 1_000;
const WATCH_MS = 2_000;
const PROCESSOR_MS = 1_000;
const HUNG_MS = 60_000;
/** However full the machine is, a thread that lives gets to its next step within so many of these. */
const STUCK_TIMES = 10;
/** After tables were folded again by themselves: so long they are not again. */
const HEAL_MS = 600_000;
const GONE_MS = 10_000;
const AGAIN_MS = [500, 2_000, 10_000, 30_000, 60_000] as const;
/** A database that serves one question at a time, and one that serves several. */
const SEATS = { embedded: 1, server: 4 } as const;

interface Running {
  readonly worker: Worker;
  readonly calls: Caller;
  readonly cells: SharedArrayBuffer;
  /** What the thread has had of a processor; null: it does not say within `PROCESSOR_MS`. */
  readonly processorMs: () => Promise<number | null>;
  /** Ends the thread as it is. */
  readonly kill: (why: AppError) => Promise<void>;
}

export const startProjections = (options: ProjectionsOptions): Projections => new Host(options);

class Host implements Projections {
  readonly #options: ProjectionsOptions;
  readonly #names: readonly string[];
  readonly #seats: Seats;
  readonly #watch: NodeJS.Timeout;
  #running: Running | null = null;
  #open = false;
  #closing = false;
  #again: NodeJS.Timeout | undefined;
  #failures = 0;
  #fresh = false;
  /** Monotonic: until then damaged tables are left as they are. */
  #notAgainBefore = 0;
  #goneNotBefore = 0;
  #stopped: Record<string, ErrorBody> = {};
  #last: ProjectionsState;
  #hung: HungWatch;

  constructor(options: ProjectionsOptions) {
    this.#options = options;
    this.#names = projectionsOf(options.settings).map(({ name }) => name);
    this.#seats = createSeats(options.settings.server === null ? SEATS.embedded : SEATS.server);
    this.#fresh = options.settings.fresh === true;
    this.#last = { state: 'starting', store: null, memory_bytes: null, problem: null, projections: [] };
    this.#hung = this.#hungWatch();
    this.#watch = setInterval(() => void this.#look(), options.watchMs ?? WATCH_MS).unref();
    const { afterMs = 0 } = options;
    if (afterMs === 0) this.#start();
    else this.#again = setTimeout(() => this.#start(), afterMs).unref();
  }

  async state(): Promise<ProjectionsState> {
    if (this.#open && this.#running !== null) {
      try {
        this.#last = await this.#running.calls.ask<ProjectionsState>('state', undefined, STATE_MS);
      } catch (error) {
        // A thread that is busy is asked again the next time: what it said last still holds, and says how old it is.
        this.#last = { ...this.#last, problem: toAppError(error).message };
      }
    }
    return this.#last;
  }

  async ask<Name extends QueryName>(
    name: Name,
    input: QueryInput<Name>,
    leaving?: AbortSignal,
  ): Promise<QueryAnswer<Name>> {
    const leave = await this.#seats.take(LIMITS.query_wait_ms, leaving);
    try {
      return await this.#askNow(name, input);
    } finally {
      leave();
    }
  }

  /** Throws at once while the tables cannot be asked. */
  async #askNow<Name extends QueryName>(name: Name, input: QueryInput<Name>): Promise<QueryAnswer<Name>> {
    const running = this.#must();
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const late = new AppError('QUERY_TIMEOUT', `"${name}" did not end within ${LIMITS.query_ms} ms`);
      deadline.reject(late);
      // Only a read that runs is worth the thread's life; one that waits for a transaction will end.
      if (readWatch(running.cells, this.#names).reading) void running.kill(late);
    }, LIMITS.query_ms + SLACK_MS);
    try {
      const answer = running.calls.ask<QueryAnswer<Name>>('query', { name, input }, OPEN_MS);
      answer.catch(() => undefined); // The deadline has answered for it.
      return await Promise.race([answer, deadline.promise]);
    } finally {
      clearTimeout(timer);
      deadline.promise.catch(() => undefined);
    }
  }

  digests(): Promise<Digests> {
    return this.#must().calls.ask<Digests>('digests', undefined, DIGESTS_MS);
  }

  async rebuild(): Promise<void> {
    this.#fresh = true;
    this.#stopped = {};
    this.#failures = 0;
    this.#notAgainBefore = 0;
    this.#goneNotBefore = 0;
    await this.#end(new AppError('DATABASE_UNAVAILABLE', 'the tables are folded again'));
    this.#start();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    clearTimeout(this.#again);
    const ended = new AppError('DRAINING', 'the instance is stopping');
    try {
      if (this.#open) await this.#running?.calls.ask('close', undefined, CLOSE_MS);
    } catch (error) {
      this.#options.say(`the projections did not end in order: ${causeWords(error)}`, 'tables.ended');
    }
    await this.#end(ended);
  }

  #must(): Running {
    if (this.#open && this.#running !== null) return this.#running;
    const { problem } = this.#last;
    if (problem === null) throw notYetOpen();
    throw new AppError('DATABASE_UNAVAILABLE', `the projections cannot be asked now: ${problem}`);
  }

  #start(): void {
    clearTimeout(this.#again);
    if (this.#closing || this.#running !== null) return;
    const { home, settings, say } = this.#options;
    const setup: ProjectorSetup = {
      journal: home.journal,
      vault: home.vault,
      settings: { ...settings, fresh: this.#fresh },
      cells: createWatch(),
      stopped: this.#stopped,
    };
    // Of tables that are thrown away nothing holds any more, least of all why one of them stopped.
    const projections = this.#fresh ? [] : this.#last.projections;
    this.#last = { ...this.#last, state: 'starting', problem: null, projections };
    const thread = this.#options.thread ?? new URL('./projector-thread.ts', import.meta.url);
    const running = startThread(thread, setup, say, (error) => this.#died(running, error));
    this.#running = running;
    running.calls.ask('open', undefined, OPEN_MS).then(
      () => {
        this.#fresh = false;
        this.#failures = 0;
        this.#open = true;
      },
      (error: unknown) => void running.kill(toAppError(error)),
    );
  }

  /** Whatever ended it, it is started again, later each time. */
  #died(running: Running, error: AppError): void {
    if (this.#running !== running) return;
    this.#running = null;
    this.#open = false;
    this.#hung = this.#hungWatch();
    if (this.#closing) return;
    const wait = AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length - 1)];
    if (this.#failures === 0)
      this.#options.say(`the projections ended: ${error.message}. They are started again`, 'tables.ended');
    this.#failures += 1;
    this.#last = { ...this.#last, state: this.#failures > 1 ? 'failed' : 'starting', problem: error.message };
    this.#again = setTimeout(() => this.#start(), wait).unref();
  }

  async #end(why: AppError): Promise<void> {
    const running = this.#running;
    this.#running = null;
    this.#open = false;
    await running?.kill(why);
  }

  async #look(): Promise<void> {
    const running = this.#running;
    if (running === null || !this.#open) return;
    await this.#lookForHung(running);
    const { projections } = await this.state();
    const damaged = projections.some(({ problem }) => problem?.code === 'DATABASE_CORRUPT');
    // It would go on with files that have no name any more, until it needs one that it has not opened yet.
    const gone = databaseGone(this.#options.settings);
    const now = systemClock.monotonic();
    const due = (gone && now >= this.#goneNotBefore) || (damaged && now >= this.#notAgainBefore);
    if (!due || this.#running !== running) return;
    // By itself now and then: a disk that damages the new tables as well is for a person to look at. Files that somebody takes
    // away are made again each time.
    if (gone) this.#goneNotBefore = now + GONE_MS;
    else this.#notAgainBefore = now + HEAL_MS;
    this.#fresh = true;
    const what = gone ? 'the files of the tables are gone' : 'the tables are damaged';
    await running.kill(new AppError('DATABASE_CORRUPT', `${what}; they are folded again`));
  }

  #hungWatch(): HungWatch {
    const { hungMs = HUNG_MS } = this.#options;
    return new HungWatch({ clock: systemClock, hungMs, stuckMs: hungMs * STUCK_TIMES });
  }

  /** By the processor time that the thread had within one turn of a fold; the watch says when that is long enough. */
  async #lookForHung(running: Running): Promise<void> {
    const watched = readWatch(running.cells, this.#names);
    const { working } = watched;
    const processorMs = working === null ? null : await running.processorMs();
    if (this.#running !== running) return;
    const hangs = this.#hung.look(watched, processorMs);
    if (hangs === null || working === null) return;
    const error = new AppError('PROJECTION_STOPPED', hangs);
    this.#stopped = { ...this.#stopped, [working]: error.body() };
    void running.kill(error);
  }
}

function startThread(thread: URL, setup: ProjectorSetup, say: Say, died: (error: AppError) => void): Running {
  const worker = new Worker(thread, {
    workerData: setup,
    name: 'projector',
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.projector_heap_mib },
  });
  const calls = createCaller(worker, 'the projections', 'DATABASE_UNAVAILABLE');
  let reason: AppError | undefined;
  worker.on('message', (message: unknown) => heard(message, say));
  worker.once('error', (error) => (reason ??= toAppError(error)));
  worker.once('exit', (code) => {
    const error = reason ?? new AppError('INTERNAL', `the thread of the projections ended with ${code}`);
    calls.fail(error);
    died(error);
  });
  return {
    worker,
    calls,
    cells: setup.cells,
    processorMs: processorOf(worker),
    kill: async (why) => {
      reason ??= why;
      await worker.terminate();
    },
  };
}

/** The thread is interrupted for it, whatever it computes; one question at a time, for one in the system answers none. */
function processorOf(worker: Worker): () => Promise<number | null> {
  let asked: Promise<number | null> | null = null;
  return async () => {
    asked ??= worker
      .cpuUsage()
      .then(({ user, system }) => (user + system) / 1_000)
      .catch(() => null)
      .finally(() => (asked = null));
    return Promise.race([asked, later(PROCESSOR_MS, null, { ref: false })]);
  };
}

/** Where the configuration wants none. */
export const noProjections: Projections = {
  state: () => Promise.resolve({ state: 'off', store: null, memory_bytes: null, problem: null, projections: [] }),
  ask: () => Promise.reject(off()),
  digests: () => Promise.reject(off()),
  rebuild: () => Promise.reject(off()),
  close: () => Promise.resolve(),
};

const off = (): AppError => new AppError('PROJECTIONS_OFF', 'this instance keeps no projections');
