// Kills a writing process again and again (SIGKILL, at random moments under a seed), always on the same folder, and then
// holds the recovered log against what the process had acknowledged and every checkpoint that anybody could have seen.
// The sample in `npm test` and the long campaign differ in the number of kills only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Leaf } from '@weighbridge/protocol';
import { nextEpoch, openJournal, openRecorder, verifyFolder, type Durability } from '../../src/index.ts';

export interface KillPlan {
  /** An empty folder. */
  readonly home: string;
  readonly kills: number;
  readonly seed: number;
  readonly durability: Durability;
  /** Most acknowledgements to wait for before a kill. Default 300. */
  readonly most?: number;
}

export interface KillFindings {
  readonly acknowledged: number;
  readonly checkpoints: number;
  readonly size: number;
  readonly interrupted: number;
  /** Empty when nothing was lost, doubled or rewritten. */
  readonly problems: readonly string[];
}

interface Seen {
  /** `kind id`, as acknowledged. */
  readonly acknowledged: Set<string>;
  readonly checkpoints: Set<string>;
}

export async function killCampaign(plan: KillPlan): Promise<KillFindings> {
  const folder = join(plan.home, 'journal');
  const vault = join(plan.home, 'vault');
  const seen: Seen = { acknowledged: new Set(), checkpoints: new Set() };
  const random = mulberry32(plan.seed);
  for (let kill = 0; kill < plan.kills; kill += 1) {
    await killOnce(
      { folder, vault, durability: plan.durability },
      Math.floor(random() * (plan.most ?? 300)),
      Math.floor(random() * 8),
      seen,
    );
  }
  openRecorder({ folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test', log: 'lab' }).close();
  return judge(folder, vault, seen);
}

/** One life of the process: ended `extra` milliseconds after its `after`-th acknowledgement. */
async function killOnce(
  order: { folder: string; vault: string; durability: Durability },
  after: number,
  extra: number,
  seen: Seen,
): Promise<void> {
  const writer = join(import.meta.dirname, 'kill-writer.ts');
  const child = spawn(process.execPath, [writer, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let text = '';
  let count = 0;
  let dying = false;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    count += chunk.split('\n').length - 1;
    noteCheckpoint(order.folder, seen);
    if (count < after || dying) return;
    dying = true;
    setTimeout(() => child.kill('SIGKILL'), extra);
  });
  await Promise.all([exit, once(child.stdout, 'close')]);
  noteCheckpoint(order.folder, seen);
  // The last line may be cut; what stands behind the last newline was not said.
  for (const line of text.slice(0, text.lastIndexOf('\n')).split('\n')) if (line !== '') seen.acknowledged.add(line);
}

function noteCheckpoint(folder: string, seen: Seen): void {
  const path = join(folder, 'log', 'checkpoint');
  if (existsSync(path)) seen.checkpoints.add(readFileSync(path, 'utf8'));
}

function judge(folder: string, vault: string, seen: Seen): KillFindings {
  const journal = openJournal(folder);
  const problems: string[] = [];
  const counts = new Map<string, number>();
  let interrupted = 0;
  for (const { leaf } of journal.entries()) {
    const key = `${leaf.kind} ${leaf.id}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (isRecovered(leaf)) interrupted += 1;
  }
  for (const key of seen.acknowledged) if (counts.get(key) === undefined) problems.push(`lost: ${key}`);
  for (const [key, count] of counts) {
    if (count > 1) problems.push(`${count} times: ${key}`);
    if (key.startsWith('intent ') && counts.get(key.replace('intent', 'call')) !== 1)
      problems.push(`never closed: ${key}`);
  }
  for (const last of seen.checkpoints) {
    const { outcome, problem } = verifyFolder(folder, { vkey: journal.vkey, vault, last });
    if (outcome !== 'ok') problems.push(`checkpoint of ${last.split('\n')[1]}: ${problem}`);
  }
  const { size } = journal.checkpoint();
  journal.close();
  return { acknowledged: seen.acknowledged.size, checkpoints: seen.checkpoints.size, size, interrupted, problems };
}

const isRecovered = (leaf: Leaf): boolean => leaf.kind === 'call' && leaf.by.lane === 65_535;

/** A small generator of numbers in [0, 1) (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
