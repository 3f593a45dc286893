// Kills a loaded instance again and again at seeded random moments, on one journal that lives through all of it, and
// audits what is left. Three claims: no receipt of a completed response is missing; every interrupted call shows as
// interrupted; every checkpoint ever served is a prefix of the recovered log.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openJournal, type Journal } from '@weighbridge/journal';
import { labConfiguration, startLab, type RunningLab } from '@weighbridge/lab';
import type { CallPublic } from '@weighbridge/protocol';
import { appendLines, readLines } from '../stand/lines.ts';
import { startLoad, type SeenCall } from '../stand/load.ts';
import { endInstance, startInstance, type Instance } from '../stand/start-instance.ts';
import { rootsOf } from '../stand/tree.ts';
import { watchCheckpoints } from '../stand/watch.ts';

export interface KillsOptions {
  /** Holds the journal and what was seen; a second run with the same folder goes on where the first ended. */
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  readonly clients?: number;
  readonly progress?: (kill: Kill) => void;
  readonly signal?: AbortSignal;
}

export interface Kill {
  readonly number: number;
  /** Milliseconds of load before the kill. */
  readonly after_ms: number;
  readonly calls: number;
  readonly completed: number;
  /** Calls whose client had no end of answer when the instance died. */
  readonly broken: number;
  /** Calls that the next start closed as interrupted. */
  readonly interrupted: number;
  readonly violations: readonly string[];
}

const LEAST_MS = 150;
const MOST_MS = 1_500;

/** Numbers in [0, 1) that depend only on seed and index (SplitMix64's mixer on 32-bit halves would do as well). */
export function draw(seed: number, index: number): number {
  let z = (BigInt(seed) * 0x9e3779b97f4a7c15n + BigInt(index + 1) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
  return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
}

export async function runKills(options: KillsOptions): Promise<readonly Kill[]> {
  const { folder, seed, count } = options;
  mkdirSync(folder, { recursive: true });
  const kills: Kill[] = readLines<Kill>(join(folder, 'kills.ndjson'));
  const lab = await startLab({
    folder: join(folder, 'lab-run'),
    seed,
    latency: { mode: 'fixed', ttft_ms: 30, gap_ms: 8 },
  });
  const configuration = { ...(labConfiguration(lab.endpoints) as object), projections: 'off' };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration));
  let instance: Instance | undefined;
  try {
    instance = await start(folder, lab);
    while (kills.length < count && options.signal?.aborted !== true) {
      const number = kills.length;
      const after = Math.round(LEAST_MS + draw(seed, number) * (MOST_MS - LEAST_MS));
      const seen = await killUnderLoad(instance, folder, after, options.clients ?? 16);
      instance = await start(folder, lab);
      const kill = audit(instance, folder, seen, { number, after_ms: after });
      appendLines(join(folder, 'kills.ndjson'), [kill]);
      kills.push(kill);
      options.progress?.(kill);
    }
  } finally {
    if (instance !== undefined) await endInstance(instance, 'SIGTERM');
    await lab.stop();
  }
  return kills;
}

const start = (folder: string, lab: RunningLab): Promise<Instance> =>
  startInstance({
    homeFolder: join(folder, 'home'),
    config: join(folder, 'config.json'),
    trust: lab.endpoints.caFile,
  });

/** Loads, watches the checkpoints that are served, kills. Resolves once every client has given up. */
async function killUnderLoad(
  instance: Instance,
  folder: string,
  after: number,
  clients: number,
): Promise<readonly SeenCall[]> {
  const load = startLoad(instance, clients);
  const watching = new AbortController();
  const keep = (note: string): void => appendLines(join(folder, 'checkpoints.ndjson'), [note]);
  const watch = watchCheckpoints(instance.origin, keep, watching.signal);
  await setTimeout(after);
  load.stop();
  await endInstance(instance, 'SIGKILL');
  watching.abort();
  await watch;
  const seen = await load.ended;
  appendLines(join(folder, 'seen.ndjson'), seen);
  return seen;
}

/** Everything that was ever seen against what the journal holds now. */
function audit(
  instance: Instance,
  folder: string,
  seen: readonly SeenCall[],
  facts: Pick<Kill, 'number' | 'after_ms'>,
): Kill {
  const journal = openJournal(instance.journal);
  const { outcomes, violations } = readOutcomes(journal);
  for (const call of readLines<SeenCall>(join(folder, 'seen.ndjson'))) {
    const outcome = call.id === null ? undefined : outcomes.get(call.id);
    if (call.completed && outcome !== 'completed')
      violations.push(`${call.kind} ${call.id} completed for its client and stands as ${outcome ?? 'nothing'}`);
    if (call.id !== null && call.status === 200 && outcome === undefined)
      violations.push(`${call.kind} ${call.id} was answered and has no receipt`);
  }
  violations.push(...inconsistent(journal, readLines<string>(join(folder, 'checkpoints.ndjson'))));
  journal.close();
  const completed = seen.filter((call) => call.completed).length;
  const broken = seen.filter((call) => !call.completed && call.id !== null).length;
  return { ...facts, calls: seen.length, completed, broken, interrupted: instance.interrupted, violations };
}

/** Outcome by call; an intent that was never closed, or closed twice, is a violation. */
function readOutcomes(journal: Journal): { outcomes: ReadonlyMap<string, string>; violations: string[] } {
  const outcomes = new Map<string, string>();
  const open = new Set<string>();
  const violations: string[] = [];
  for (const { leaf, index } of journal.entries({ kinds: ['intent', 'call'] })) {
    if (leaf.kind === 'intent') {
      open.add(leaf.id);
      continue;
    }
    if (outcomes.has(leaf.id)) violations.push(`${leaf.id} has two receipts`);
    const group = journal.groups(index, ['public']).public;
    outcomes.set(leaf.id, group === undefined ? 'unreadable' : (JSON.parse(group.text) as CallPublic).outcome);
    open.delete(leaf.id);
  }
  for (const id of open) violations.push(`${id} was begun and shows neither as ended nor as interrupted`);
  return { outcomes, violations };
}

function inconsistent(journal: Journal, notes: readonly string[]): string[] {
  const heads = notes.map((note) => note.split('\n')).map(([, size, root]) => ({ size: Number(size), root }));
  const leaves = (function* (): Generator<Buffer> {
    for (const { text } of journal.entries()) yield Buffer.from(text);
  })();
  const roots = rootsOf(leaves, new Set(heads.map(({ size }) => size)));
  return heads
    .filter(({ size, root }) => roots.get(size) !== root)
    .map(({ size }) => `the checkpoint of size ${size} that was served is no prefix of the log`);
}
