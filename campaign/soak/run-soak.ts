// One soak: a lab, an instance in front of it with everything on, clients in a process of their own that send at a fixed
// rate whatever comes back, and somebody who looks at the console meanwhile. Then everything is counted.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toAppError } from '@weighbridge/kernel';
import { labControl, startLab, type RunningLab, type WorkloadSummary } from '@weighbridge/lab';
import { controlClient } from '@weighbridge/protocol';
import { askControl, controlSocket, type Status } from '@weighbridge/server';
import { countLog, readSeen, type Counts, type OtherEnd } from './audit.ts';
import type { InstanceFacts } from './instance-facts.ts';
import type { SeenCall } from './load.ts';
import { Loads } from './loads.ts';
import type { Phase, Plan } from './phases.ts';
import { startNode, type Running } from './processes.ts';
import { phased } from './phased.ts';
import { residentOf, sampleOf, type Sample } from './samples.ts';

export interface SoakOptions {
  /** Emptied first. */
  readonly folder: string;
  readonly seed: number;
  readonly seconds: number;
  /** Calls a second. */
  readonly rate: number;
  readonly lanes: number;
  readonly everyMs: number;
  /** What is done to it meanwhile; none: it is left in peace. */
  readonly phases: readonly Plan[];
  readonly onSample?: (sample: Sample, of: number) => void;
}

export interface Soak {
  readonly samples: readonly Sample[];
  /** Samples that the instance did not give, each with why. */
  readonly missed: readonly string[];
  /** What the console asked and was refused, each with why. */
  readonly refused: readonly string[];
  readonly counts: Counts;
  readonly differences: readonly string[];
  /** Of the soak's own clients, who send at one rate all the while. */
  readonly load: WorkloadSummary;
  readonly seen: readonly SeenCall[];
  readonly phases: readonly Phase[];
  /** Calls that did not complete, each with its time in seconds since the soak began. */
  readonly ends: readonly (OtherEnd & { readonly at: number })[];
  /** What the instance said on standard error: nothing, when all is well. */
  readonly said: string;
}

const HOUR_MS = 3_600_000;
/** On a machine that does much else the tables may have some minutes to make up. */
const SETTLE_MS = 300_000;
const LOOK_MS = 5_000;
const INSTANCE = fileURLToPath(new URL('./instance.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export async function runSoak(options: SoakOptions): Promise<Soak> {
  const { folder, seed } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lab = await startLab({ folder: join(folder, 'lab'), seed, latency: { mode: 'realistic', scale: 0.5 } });
  const endpoints = join(folder, 'endpoints.json');
  writeFileSync(endpoints, JSON.stringify(lab.endpoints));
  const instance = startNode([INSTANCE, join(folder, 'home'), endpoints, String(options.lanes), String(options.rate)]);
  try {
    const facts = JSON.parse(await instance.firstLine) as InstanceFacts;
    await tablesUp(facts);
    return await soak(options, lab, instance, facts);
  } finally {
    instance.kill('SIGKILL');
    await lab.stop();
  }
}

async function soak(options: SoakOptions, lab: RunningLab, instance: Running, facts: InstanceFacts): Promise<Soak> {
  const { folder, seed, rate, seconds } = options;
  const beganAt = Date.now();
  const began = performance.now();
  const loads = new Loads(folder, facts);
  const plain = { seed, rate, calls: Math.round(rate * seconds), from: 0, streamed: 0.5, leaveAfterMs: null };
  const clients = loads.begin('clients', plain);
  const watching = new AbortController();
  const pids = { instance: instance.pid, lab: lab.endpoints.pid, clients: clients.pid };
  const parts = [watch(options, facts, pids, began, watching.signal), look(facts, watching.signal)] as const;
  const running = phased(options, { lab: labControl(lab.endpoints.admin), loads, began, signal: watching.signal });
  let load: WorkloadSummary;
  let phases: readonly Phase[];
  try {
    [load, phases] = await Promise.all([clients.summary, running]);
  } finally {
    watching.abort();
  }
  const [{ samples, missed }, refused] = await Promise.all(parts);
  await settled(facts);
  const { totals } = await labControl(lab.endpoints.admin).served();
  const inTables = await tableSum(facts);
  const last = join(folder, 'checkpoint.txt');
  writeFileSync(last, await (await fetch(`${facts.origin}/log/checkpoint`)).text());
  instance.kill('SIGTERM');
  const code = await instance.ended;
  if (code !== 0) throw new Error(`the instance ended with ${code}:\n${instance.said()}`);
  const verify = startNode([CLI, 'verify', facts.journal, '--key', facts.vkey, '--last', last, '--json']);
  const plainSeen = readSeen(clients.file);
  const seen = [...plainSeen, ...loads.others(clients).flatMap(({ file }) => readSeen(file))];
  const log = countLog(facts, seen);
  const counts: Counts = {
    sent: seen.length,
    streamed: seen.filter(({ stream }) => stream).length,
    answered: seen.filter(({ outcome }) => outcome === 'ok').length,
    left: seen.filter(({ outcome }) => outcome === 'left').length,
    served: totals.requests,
    receipts: log.receipts,
    receipts_completed: log.completed,
    in_tables: inTables,
    verify_exit: (await verify.ended) ?? -1,
  };
  const ends = log.otherEnds.map((end) => ({ ...end, at: (end.started - beganAt) / 1000 }));
  const { differences } = log;
  return { samples, missed, refused, counts, differences, load, phases, ends, seen: plainSeen, said: instance.said() };
}

/** Samples until it is told to end, at fixed times. */
async function watch(
  { everyMs, seconds, onSample }: SoakOptions,
  facts: InstanceFacts,
  pids: Readonly<Record<string, number>>,
  began: number,
  signal: AbortSignal,
): Promise<Pick<Soak, 'samples' | 'missed'>> {
  const samples: Sample[] = [];
  const missed: string[] = [];
  for (let due = began; !signal.aborted; due = Math.max(due + everyMs, performance.now())) {
    await pause(due - performance.now(), signal);
    if (signal.aborted) break;
    const rss = residentOf(pids);
    const at = (performance.now() - began) / 1000;
    try {
      const sample = sampleOf(at, rss, await askControl<Status>(facts.socket, 'GET', '/status'));
      samples.push(sample);
      onSample?.(sample, seconds);
    } catch (error) {
      missed.push(`${at.toFixed(0)} s: ${toAppError(error).message}`);
    }
  }
  return { samples, missed };
}

/** Somebody at the console: the same questions as its first two pages, again and again. */
async function look({ socket }: InstanceFacts, signal: AbortSignal): Promise<readonly string[]> {
  const client = controlClient(controlSocket(socket));
  const refused: string[] = [];
  while (!signal.aborted) {
    const until = Date.now();
    const period = { since: until - 24 * HOUR_MS, until };
    try {
      await client.ask('overview', period);
      await client.ask('series', { ...period, every: 'hour', measure: 'calls' });
      await client.ask('latency', { ...period, every: 'hour', metrics: ['ttft'] });
      await client.ask('breakdown', { ...period, by: ['team', 'model'] });
      await client.ask('calls', { ...period, limit: 50 });
    } catch (error) {
      refused.push(toAppError(error).message);
    }
    await pause(LOOK_MS, signal);
  }
  return refused;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Until the tables can be asked: they come up after the instance listens. */
const tablesUp = (facts: InstanceFacts): Promise<Status> =>
  until(facts, 'the tables', ({ projections }) => projections.state === 'running');

/** Until every call has ended, is sealed, and stands in the tables. */
async function settled(facts: InstanceFacts): Promise<void> {
  await until(facts, 'the end of the calls', ({ calls }) => calls.inFlight === 0);
  const { size } = await askControl<{ size: number }>(facts.socket, 'POST', '/journal/seal');
  await until(facts, 'the tables', ({ projections }) =>
    projections.projections.every(({ next, state }) => next >= size && state !== 'stopped'),
  );
}

async function until(facts: InstanceFacts, what: string, holds: (status: Status) => boolean): Promise<Status> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const status = await askControl<Status>(facts.socket, 'GET', '/status');
    if (holds(status)) return status;
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${SETTLE_MS / 1000} s\n${JSON.stringify(status, null, 2)}`);
    await setTimeout(100);
  }
}

/** All calls that the roll-ups hold, of whatever hour. */
async function tableSum({ socket }: InstanceFacts): Promise<number> {
  const until = Date.now() + HOUR_MS;
  const { totals } = await controlClient(controlSocket(socket)).ask('overview', { since: until - 48 * HOUR_MS, until });
  return totals.calls;
}
