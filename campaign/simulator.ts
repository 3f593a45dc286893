// The simulator's campaign: seed after seed, in as many threads as asked for. Resumable: what was done of this commit lies
// under .weighbridge/campaign/; run it again to go on. The result is docs/evidence/simulator.json and simulator.md.
// Usage: npm run campaign -- simulator --seeds 100000 --from 1 [--jobs 2]
//        npm run campaign -- simulator --seed 4711 --trace [--mutation NAME]
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Chunk, ChunkResult } from './simulator/chunk.ts';
import { noCounts, type Counts } from './simulator/ledger.ts';
import { MUTATIONS } from './simulator/mutations.ts';
import { runSeed } from './simulator/run-seed.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHUNK_SEEDS = 250;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutation: { type: 'string' },
  },
});

if (values.seed === undefined) await campaign(Number(values.from), Number(values.seeds), Number(values.jobs));
else await tell(Number(values.seed));

/** The story of one seed, or only how it ended. */
async function tell(seed: number): Promise<void> {
  const mutation = MUTATIONS.find(({ name }) => name === values.mutation);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { problems, counts } = await runSeed(seed, {
    ...(mutation === undefined ? {} : { mutation }),
    ...(values.trace ? { say } : {}),
  });
  say(JSON.stringify({ seed, problems, counts }, null, 2));
  process.exitCode = problems.length === 0 ? 0 : 3;
}

async function campaign(from: number, seeds: number, jobs: number): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const folder = join(ROOT, '.weighbridge', 'campaign', `simulator-${commit.slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'chunks.ndjson');
  const results: ChunkResult[] = readResults(file);
  const left: Chunk[] = [];
  for (let first = from; first < from + seeds; first += CHUNK_SEEDS) {
    const count = Math.min(CHUNK_SEEDS, from + seeds - first);
    if (!results.some((done) => done.from === first && done.count === count)) left.push({ from: first, count });
  }
  let stopped = false;
  process.once('SIGINT', () => (stopped = true));
  const began = performance.now();
  const total = left.length;
  const next = (): Chunk | undefined => (stopped ? undefined : left.shift());
  const keep = (result: ChunkResult): void => {
    appendFileSync(file, `${JSON.stringify(result)}\n`);
    results.push(result);
    const minutes = ((performance.now() - began) / (total - left.length) / 60_000) * left.length;
    const bad =
      result.failures.length === 0 ? '' : `: ${result.failures.length} FAILED, ${result.failures[0]?.seed} first`;
    process.stderr.write(`seeds from ${result.from}: ${result.ms} ms, about ${Math.round(minutes)} min left${bad}\n`);
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, () => work(next, keep)));
  report(commit, results);
}

function readResults(file: string): ChunkResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ChunkResult);
}

/** One thread, until there is nothing left to do. */
async function work(next: () => Chunk | undefined, keep: (result: ChunkResult) => void): Promise<void> {
  const worker = new Worker(new URL('./simulator/chunk.ts', import.meta.url), { workerData: 'simulator' });
  try {
    for (let chunk = next(); chunk !== undefined; chunk = next()) {
      worker.postMessage(chunk);
      const result = await new Promise<ChunkResult & { readonly error?: string }>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      if (result.error !== undefined) throw new Error(`seeds from ${chunk.from}: ${result.error}`);
      worker.removeAllListeners('error');
      keep(result);
    }
  } finally {
    await worker.terminate();
  }
}

function report(commit: string, results: readonly ChunkResult[]): void {
  const counts = noCounts();
  for (const result of results)
    for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += result.counts[name] ?? 0;
  const seeds = results.reduce((sum, { count }) => sum + count, 0);
  const ms = results.reduce((sum, result) => sum + result.ms, 0);
  const failures = results.flatMap((result) => result.failures);
  const summary = {
    seeds,
    first_seed: Math.min(...results.map(({ from }) => from)),
    last_seed: Math.max(...results.map(({ from, count }) => from + count - 1)),
    commit,
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    seeds_per_second_and_thread: Math.round((10_000 * seeds) / ms) / 10,
    ...counts,
    failed_seeds: failures.length,
  };
  const evidence = join(ROOT, 'docs', 'evidence');
  mkdirSync(evidence, { recursive: true });
  writeFileSync(join(evidence, 'simulator.json'), `${JSON.stringify({ ...summary, failures }, null, 2)}\n`);
  writeFileSync(join(evidence, 'simulator.md'), page(summary));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = failures.length === 0 ? 0 : 3;
}

function page(summary: Readonly<Record<string, unknown>>): string {
  return `# Simulator

The product's own code (write-ahead files, recorder, log, index, vault, witness, projector) on a simulated disk, network,
clock and database, seed after seed; each run is ended by its faults stopping and an auditor written apart. What is simulated, what is claimed
and what is not: [simulator.md](../simulator.md).

| | |
|---|---|
${Object.entries(summary)
  .map(([name, value]) => `| ${name.replaceAll('_', ' ')} | ${String(value)} |`)
  .join('\n')}

Again: \`npm run campaign -- simulator --seeds ${String(summary['seeds'])} --from ${String(summary['first_seed'])}\`; one
seed as a story: \`npm run campaign -- simulator --seed N --trace\`.
`;
}
