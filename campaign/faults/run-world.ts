// One world through its faults, one after the other on one journal that lives through all of them; after each the auditor
// looks at everything since the first. A world is the unit that a campaign resumes by, and the seed tells what happens in it
// (not when: the machine decides how far the calls were).
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../simulator/random.ts';
import { noEvidence, type Evidence } from './audit/evidence.ts';
import { ACTS } from './kinds/index.ts';
import type { Fault, Kind } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { settle } from './settle.ts';
import { openSmallDisk, unmountLeft } from './small-disk.ts';
import { openTwin, type Twin } from './twin.ts';
import { World } from './world.ts';

export interface FaultRow {
  readonly kind: Kind;
  readonly variant: string;
  /** Absent: it was done. */
  readonly skipped?: string;
  readonly ms: number;
  readonly calls: number;
  readonly completed: number;
  /** Calls whose client had no end of answer. */
  readonly broken: number;
  /** Calls that were refused with a reason while the disk was full. */
  readonly refused: number;
  /** Entries of the log afterwards. */
  readonly entries: number;
  readonly noticed: string;
  readonly violations: readonly string[];
}

export interface WorldRun {
  readonly rows: readonly FaultRow[];
  readonly shown: number;
  readonly cosigned: number;
}

export interface RunOptions {
  readonly folder: string;
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly clients?: number;
  readonly prepared?: Prepared;
  /** Mounts a small disk of its own. */
  readonly mounted: boolean;
  readonly told?: (row: FaultRow) => void;
  readonly signal?: AbortSignal;
  /** Looks at, or breaks, what is there between two faults: for the tests of the auditor. */
  readonly after?: (world: World, twin: Twin) => Promise<void>;
}

const CLIENTS = 8;
const LATENCY = { ttft_ms: 20, gap_ms: 4 };
const VIOLATIONS_MOST = 10;

/** Where the disk of the world in this folder is mounted. */
export const diskOf = (folder: string): string => join(folder, 'disk');

export async function runWorld(options: RunOptions): Promise<WorldRun> {
  const { folder, seed, prepared, mounted } = options;
  const place = diskOf(folder);
  unmountLeft(place);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const evidence: Evidence = noEvidence();
  for (const call of prepared?.seen ?? []) evidence.seen.push(call);
  for (const note of prepared?.shown ?? []) evidence.shown.add(note);
  await using undo = new AsyncDisposableStack();
  const disk = openSmallDisk(place, mounted);
  undo.defer(() => disk.close());
  const world = await World.open({
    folder,
    disk,
    seed,
    evidence,
    clients: options.clients ?? CLIENTS,
    latency: LATENCY,
    ...(prepared === undefined ? {} : { from: prepared }),
  });
  undo.defer(() => world.close());
  const twin = await openTwin(world.home, join(folder, 'twin'));
  undo.defer(() => twin.close());
  const rows: FaultRow[] = [];
  for (const [number, fault] of options.faults.entries()) {
    if (options.signal?.aborted === true) break;
    const row = await runFault(world, twin, fault, new Random(seed, `fault ${number}`));
    rows.push(row);
    options.told?.(row);
  }
  await options.after?.(world, twin);
  return { rows, shown: evidence.shown.size, cosigned: evidence.cosigned.size };
}

async function runFault(world: World, twin: Twin, fault: Fault, random: Random): Promise<FaultRow> {
  const began = performance.now();
  const { seen } = world.evidence;
  const before = seen.length;
  const violations: string[] = [];
  let noticed = '';
  let entries = 0;
  const full = fault.kind === 'full disk';
  if (full && !world.disk.canFill) return skipped(fault, 'no disk can be mounted here');
  try {
    world.carry();
    const done = await ACTS[fault.kind](world, fault.variant, random);
    violations.push(...done.problems);
    const silent = await world.carriesAgain();
    if (silent !== null) violations.push(silent);
    await world.rest();
    const settled = await settle(world, twin, fault.kind === 'corrupted database');
    violations.push(...settled.problems);
    noticed = [done.noticed ?? '', ...settled.noticed].filter((said) => said !== '').join(' | ');
    entries = settled.size;
  } catch (error) {
    const said = world.instance?.said().slice(-600) ?? '';
    violations.push(`the world came to a stop: ${(error as Error).stack ?? String(error)}\n${said}`);
    await recover(world);
  }
  const calls = seen.slice(before);
  const refused = calls.filter(({ status, code }) => status === 503 && code === 'JOURNAL_UNAVAILABLE').length;
  const strange = calls.filter(
    ({ status, code }) => status !== null && status !== 200 && !(full && code === 'JOURNAL_UNAVAILABLE'),
  );
  violations.push(...strange.map(({ kind, status, code }) => `a ${kind} was refused: ${status} ${code}`));
  return {
    ...fault,
    ms: Math.round(performance.now() - began),
    calls: calls.length,
    completed: calls.filter(({ completed }) => completed).length,
    broken: calls.filter(({ id, completed, status }) => id !== null && !completed && status === 200).length,
    refused,
    entries,
    noticed: noticed.slice(0, 600),
    violations: violations.slice(0, VIOLATIONS_MOST),
  };
}

/** So that the next fault meets something. What went wrong is a violation already. */
async function recover(world: World): Promise<void> {
  world.disk.free();
  await world.kill();
  await world.start();
}

const skipped = (fault: Fault, why: string): FaultRow => ({
  ...fault,
  skipped: why,
  ms: 0,
  calls: 0,
  completed: 0,
  broken: 0,
  refused: 0,
  entries: 0,
  noticed: '',
  violations: [],
});
