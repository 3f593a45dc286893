// Security events as the rest of the instance sees them: where none are configured, one comparison; else a thread that follows
// the log, and what is in no log told to it in batches: requests that nobody could be found for, refused configurations,
// evidence handed out, the start and the stop.
import { Worker } from 'node:worker_threads';
import { AppError, isAppError, systemClock } from '@weighbridge/kernel';
import { createSecretReader, type Stranger, type Tallied } from '@weighbridge/gateway';
import type { Config, SecurityState } from '@weighbridge/protocol';
import type { Stores } from '../admin/stores.ts';
import { processEnvironment } from '../config/environment.ts';
import { createCaller, type Caller } from '../lanes/thread-calls.ts';
import { causeWords } from '../logging/cause.ts';
import { heard, type Say } from '../logging/events.ts';
import type { SecurityEvent } from './event.ts';
import { OCSF_ROWS, toOcsf, type Place } from './ocsf.ts';
import type { SecurityMessage, SecuritySetup } from './security-thread.ts';
import { sinkOf } from './sinks.ts';
import { TurnedAway } from './turned-away.ts';

const ANSWER_MS = 15_000;
const CLOSE_MS = 6_000;
const LOOK_MS = 1_000;
/** Events that wait for a batch; what comes beyond is counted with the last. */
const BATCH_MOST = 256;

export type Told = Omit<SecurityEvent, 'uid' | 'at'>;

export interface LaneHappened {
  readonly strangers: readonly Tallied<Stranger>[];
  /** Receipts handed out, by key. */
  readonly disclosed: readonly Tallied<string>[];
}

export interface Security {
  /** Tells of what is in no journal; returns at once. */
  tell(told: Told): void;
  /** Of an alert that the journal did not take: the others are read from there. */
  readonly unwritten: (alert: { readonly alert: string; readonly about: string; readonly message: string }) => void;
  use(config: Config): void;
  /** Looks each second at what the lanes have counted. */
  watch(happened: () => Promise<readonly LaneHappened[]>): void;
  states(): Promise<readonly SecurityState[]>;
  /** One try, and what came of it. Throws BAD_REQUEST for a name that is not configured. */
  readonly test: (name: string) => Promise<{ readonly name: string; readonly problem: string | null }>;
  close(): Promise<void>;
}

interface Running {
  readonly worker: Worker;
  readonly calls: Caller;
}

const isOff = ({ security_events: named }: Config): boolean => Object.keys(named).length === 0;

export function openSecurity({ home, journal }: Pick<Stores, 'home' | 'journal'>, config: Config, say: Say): Security {
  const place = placeIn(config);
  const from = journal.checkpoint().size;
  let running: Running | null = null;
  let waiting: SecurityEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let used: Promise<unknown> = Promise.resolve();
  const start = (): Running => {
    const setup = { journal: home.journal, vault: home.vault, marks: home.marks, place, from };
    return startThread(setup, say, () => (running = null));
  };
  const flush = (): void => {
    if (running !== null && waiting.length > 0) running.worker.postMessage({ tell: waiting } satisfies SecurityMessage);
    waiting = [];
  };
  const end = async (): Promise<void> => {
    const ending = running;
    flush();
    running = null;
    await ending?.calls.ask('close', undefined, CLOSE_MS).catch(() => undefined);
    await ending?.worker.terminate();
  };
  const turnedAway = new TurnedAway(say);
  const tell = (told: Told): void => {
    const event = { ...told, uid: crypto.randomUUID(), at: systemClock.wall() };
    if (event.event === 'auth_failed') turnedAway.take(event);
    if (running === null) return;
    if (waiting.length >= BATCH_MOST) flush();
    waiting.push(event);
  };
  const use = (next: Config): void => {
    if (isOff(next)) return void (used = end());
    running ??= start();
    used = running.calls.ask('use', next.security_events, ANSWER_MS).catch((error: unknown) => {
      say(`security events: ${causeWords(error)}`, 'security.failed');
    });
  };
  use(config);
  tell({ event: 'started', message: `weighbridge started on ${config.node}`, by: { via: 'instance' } });
  return {
    tell,
    unwritten: (notice) => tell(ofUnwritten(notice)),
    use,
    watch: (happened) => {
      timer = setInterval(() => {
        turnedAway.look(systemClock.wall());
        void toldBy(happened).then((told) => {
          for (const one of told) tell(one);
          flush();
        });
      }, LOOK_MS).unref();
    },
    states: async () => (running === null ? [] : running.calls.ask('states', undefined, ANSWER_MS)),
    test: async (name) => {
      await used;
      const event: SecurityEvent = { ...TEST, uid: crypto.randomUUID(), at: systemClock.wall() };
      const came = await running?.calls.ask<{ problem: string | null } | null>('test', { name, event }, ANSWER_MS);
      if (came !== undefined && came !== null) return { name, ...came };
      throw new AppError('BAD_REQUEST', `there is no destination "${name.slice(0, 64)}" of security events`, {
        next: 'name one that stands under `security_events`',
      });
    },
    close: async () => {
      clearInterval(timer);
      turnedAway.look(systemClock.wall(), true);
      tell({ event: 'stopped', message: `weighbridge stops on ${config.node}`, by: { via: 'instance' } });
      await end();
    },
  };
}

function startThread(setup: SecuritySetup, say: Say, ended: () => void): Running {
  const worker = new Worker(new URL('./security-thread.ts', import.meta.url), { name: 'security', workerData: setup });
  const calls = createCaller(worker, 'security events', 'LANE_BUSY');
  worker.on('message', (message: unknown) => heard(message, say));
  worker.once('error', (error) => {
    ended();
    calls.fail(new AppError('LANE_BUSY', 'the thread of security events ended'));
    say(`security events ended: ${causeWords(error)}; they go on with the next change or start`, 'security.failed');
  });
  return { worker, calls };
}

function ofUnwritten({ alert, about: name, message }: Parameters<Security['unwritten']>[0]): Told {
  const event = alert === 'bypass' ? 'bypass_opened' : 'alert_raised';
  return { event, message, about: { name }, more: { alert, in_the_log: false }, repeats: `${alert} ${name}` };
}

const TEST = { event: 'test', message: 'a test of security events: nothing is wrong' } as const;

const placeIn = ({ organisation, node, log }: Config): Place => ({ organisation, node, log });

/** A lane that is busy is asked again. */
const toldBy = (happened: () => Promise<readonly LaneHappened[]>): Promise<readonly Told[]> =>
  happened().then(
    (lanes) => lanes.flatMap(toldOf),
    () => [],
  );

function toldOf({ strangers, disclosed }: LaneHappened): readonly Told[] {
  const count = ({ times, from, to }: Tallied<unknown>) => (times === 1 ? {} : { count: { times, from, to } });
  return [
    ...strangers.map((one): Told => {
      const { code = 'KEY_INVALID', key = null, address = '' } = one.facts ?? {};
      const who = one.facts === null ? 'several callers' : address;
      return {
        event: 'auth_failed',
        message: `a request of the gateway was turned away (${code}): ${who}${key === null ? '' : `, key ${key}`}`,
        code,
        ...(key === null ? {} : { key }),
        ...(address === '' ? {} : { address }),
        repeats: `${code} ${key ?? ''} ${address}`,
        ...count(one),
      };
    }),
    ...disclosed.map((one): Told => {
      const key = one.facts ?? 'several keys';
      return {
        event: 'evidence_disclosed',
        message: `a receipt was handed to ${key}`,
        key,
        repeats: key,
        ...count(one),
      };
    }),
  ];
}

const DAMAGED: ReadonlySet<string> = new Set(['JOURNAL_CORRUPT', 'JOURNAL_ROLLED_BACK', 'VAULT_UNREADABLE']);

/** What of an error says that somebody may have tampered with the log; null: nothing. */
export function tamperOf(error: unknown): Told | null {
  if (!isAppError(error) || !DAMAGED.has(error.code)) return null;
  return { event: 'tamper_found', message: `the log is not as it was sealed: ${error.message}`, code: error.code };
}

/** For a start that ends before anything runs: each destination is tried once, and no longer than a few seconds. */
export async function tellTamper(config: Config, error: unknown): Promise<void> {
  const told = tamperOf(error);
  if (told === null || isOff(config)) return;
  const event: SecurityEvent = { ...told, uid: crypto.randomUUID(), at: systemClock.wall() };
  const json = JSON.stringify(toOcsf(event, placeIn(config)));
  const message = { at: event.at, severity: OCSF_ROWS[event.event].severity, event: event.event, json };
  const readSecret = createSecretReader(processEnvironment());
  await Promise.allSettled(
    Object.values(config.security_events).map(async (destination) => {
      const sink = sinkOf(destination, readSecret);
      try {
        await sink.send([message]);
      } finally {
        sink.close();
      }
    }),
  );
}
