// The campaign of faults on real processes, in worlds of some dozens of faults each, as many side by side as asked for.
// Resumable by the world: what was done of this seed and commit lies under .weighbridge/campaign/; run it again to go on.
// The result, with seed and commit, is docs/evidence/faults.json and faults.md.
// Usage: npm run campaign -- faults [--faults 1000] [--seed 20261129] [--jobs 2]
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Chunk, ChunkMessage, ChunkResult } from './faults/chunk.ts';
import { prepare } from './faults/prepare.ts';
import { report } from './faults/report.ts';
import { diskOf, type FaultRow } from './faults/run-world.ts';
import { canMount, unmountLeft } from './faults/small-disk.ts';
import { appendLines, readLines } from './stand/lines.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORLD_FAULTS = 40;

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '20261129' },
    jobs: { type: 'string', default: '2' },
  },
});
const [wanted, seed, jobs] = [Number(values.faults), Number(values.seed), Number(values.jobs)];
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
const folder = join(ROOT, '.weighbridge', 'campaign', `faults-${seed}-${commit.slice(0, 8)}`);
const file = join(folder, 'worlds.ndjson');
const say = (message: string): void => void process.stderr.write(`${message}\n`);

mkdirSync(folder, { recursive: true });
const results = readLines<ChunkResult>(file);
const prepared = await prepare(join(folder, 'prepared'), say);
const left: Chunk[] = [];
for (let world = 0; world * WORLD_FAULTS < wanted; world += 1) {
  const count = Math.min(WORLD_FAULTS, wanted - world * WORLD_FAULTS);
  if (results.some((done) => done.world === world && done.count === count)) continue;
  left.push({ world, seed, count, folder: join(folder, `w${world}`), prepared, mounted: canMount() });
}
const underWay = new Set<Chunk>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    say('stopped: run it again to go on with the worlds that were not finished');
    for (const chunk of underWay) unmountLeft(diskOf(chunk.folder));
    process.exit(130);
  });
const began = performance.now();
const total = left.reduce((sum, { count }) => sum + count, 0);
let done = 0;
await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
process.exitCode = report({ root: ROOT, seed, commit, wanted, results });

/** One thread for each world, until there is none left. */
async function work(): Promise<void> {
  for (let chunk = left.shift(); chunk !== undefined; chunk = left.shift()) {
    underWay.add(chunk);
    const result = await runChunk(chunk);
    underWay.delete(chunk);
    appendLines(file, [result]);
    results.push(result);
    // What went wrong is left to be looked at.
    if (result.rows.every(({ violations }) => violations.length === 0))
      rmSync(chunk.folder, { recursive: true, force: true });
  }
}

async function runChunk(chunk: Chunk): Promise<ChunkResult> {
  const worker = new Worker(new URL('./faults/chunk.ts', import.meta.url), { workerData: 'faults' });
  try {
    worker.postMessage(chunk);
    return await new Promise<ChunkResult>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (message: ChunkMessage) => {
        if ('row' in message) progress(chunk, message.row);
        else if ('result' in message) resolve(message.result);
        else reject(new Error(`world ${chunk.world}: ${message.error}`));
      });
    });
  } finally {
    await worker.terminate();
  }
}

function progress({ world }: Chunk, { kind, variant, ms, completed, noticed, violations }: FaultRow): void {
  done += 1;
  const minutes = ((performance.now() - began) / done / 60_000) * (total - done);
  const bad = violations.length === 0 ? '' : `, ${violations.length} VIOLATIONS: ${violations.slice(0, 3).join('; ')}`;
  say(
    `fault ${done} of ${total}, about ${Math.round(minutes)} min left: world ${world}, ${kind} (${variant}), ${ms} ms, ${completed} calls completed${noticed === '' ? '' : `; ${noticed.slice(0, 100)}`}${bad}`,
  );
}
