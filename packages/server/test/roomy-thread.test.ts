// A thread that serves calls begins with all its room for what is new; threads made after it begin as small as ever.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { LIMITS } from '@weighbridge/kernel';
import { startRoomyThread } from '../src/lanes/roomy-thread.ts';

/** Says how much more it could make before anything is collected, in MiB. */
const SCRIPT = `data:text/javascript,${encodeURIComponent(`
import { getHeapSpaceStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
parentPort.postMessage(young.space_available_size / 2 ** 20);
`)}`;

const room = async (worker: Worker): Promise<number> => {
  const [[said]] = await Promise.all([once(worker, 'message') as Promise<[number]>, once(worker, 'exit')]);
  return said;
};

const plain = (): Promise<number> =>
  room(new Worker(new URL(SCRIPT), { resourceLimits: { maxYoungGenerationSizeMb: LIMITS.young_mb } }));

test('a roomy thread has its whole room at once, and leaves the next as it was', async () => {
  const before = await plain();
  const two = [startRoomyThread(new URL(SCRIPT), 'one'), startRoomyThread(new URL(SCRIPT), 'two')];
  for (const roomy of await Promise.all(two.map(room))) assert.ok(roomy > LIMITS.young_mb / 4, `${roomy} MiB`);
  const after = await plain();
  assert.ok(before < 4 && after < 4, `${before} MiB before, ${after} MiB after`);
});

test('a thread that never comes up leaves the next as it was', async () => {
  const worker = startRoomyThread(new URL('data:text/javascript,throw new Error("no")'), 'three');
  await assert.rejects(once(worker, 'exit'), /^Error: no$/);
  assert.ok((await plain()) < 4);
});
