// A world, in a thread of its own: what it waits for it waits for alone.
import { parentPort, workerData } from 'node:worker_threads';
import { planOf, worldSeed } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { runWorld, type FaultRow, type WorldRun } from './run-world.ts';

export interface Chunk {
  readonly world: number;
  readonly seed: number;
  readonly count: number;
  readonly folder: string;
  readonly prepared: Prepared;
  readonly mounted: boolean;
}

export interface ChunkResult extends WorldRun {
  readonly world: number;
  readonly count: number;
}

export type ChunkMessage = { readonly row: FaultRow } | { readonly result: ChunkResult } | { readonly error: string };

async function runChunk(chunk: Chunk, told: (row: FaultRow) => void): Promise<ChunkResult> {
  const { world, seed, count, folder, prepared, mounted } = chunk;
  const own = worldSeed(seed, world);
  const run = await runWorld({ folder, seed: own, faults: planOf(own, count), prepared, mounted, told });
  return { world, count, ...run };
}

if (parentPort !== null && workerData === 'faults') {
  const port = parentPort;
  const tell = (message: ChunkMessage): void => port.postMessage(message);
  port.on('message', (chunk: Chunk) => {
    runChunk(chunk, (row) => tell({ row })).then(
      (result) => tell({ result }),
      (error: unknown) => tell({ error: String((error as Error).stack) }),
    );
  });
}
