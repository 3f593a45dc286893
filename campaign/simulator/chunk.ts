// A stretch of seeds, in a thread of its own: each thread has a simulated disk of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { noCounts, type Counts } from './ledger.ts';
import { runSeed } from './run-seed.ts';

export interface Chunk {
  readonly from: number;
  readonly count: number;
}

export interface ChunkResult extends Chunk {
  readonly counts: Counts;
  readonly failures: readonly { readonly seed: number; readonly problems: readonly string[] }[];
  readonly ms: number;
}

/** Runs each seed of the stretch, one after the other. */
export async function runChunk({ from, count }: Chunk): Promise<ChunkResult> {
  const counts = noCounts();
  const failures: { seed: number; problems: readonly string[] }[] = [];
  const began = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed);
    for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += result.counts[name];
    if (result.problems.length > 0) failures.push({ seed, problems: result.problems.slice(0, 5) });
  }
  return { from, count, counts, failures, ms: Math.round(performance.now() - began) };
}

if (parentPort !== null && workerData === 'simulator') {
  const port = parentPort;
  // An error of a simulated disk is made by the thousand; nobody reads where.
  Error.stackTraceLimit = 0;
  port.on('message', (chunk: Chunk) => {
    void runChunk(chunk).then(
      (result) => port.postMessage(result),
      (error: unknown) => port.postMessage({ ...chunk, error: String((error as Error).stack) }),
    );
  });
}
