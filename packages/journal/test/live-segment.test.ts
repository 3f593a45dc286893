import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { batchNumbers } from '../src/wal/frame.ts';
import { SegmentReader } from '../src/wal/segment-reader.ts';
import { makeWorld } from './support/world.ts';

const TURNS = 1_500;
const PER_TURN = 60;

test('a file that is being written is never taken for damaged, and every entry is read once', async (t) => {
  const world = makeWorld(t);
  const wal = join(world.folder, 'wal');
  mkdirSync(wal, { recursive: true });
  const worker = new Worker(new URL('./support/append-worker.ts', import.meta.url), {
    workerData: { folder: world.folder, vault: world.vault, turns: TURNS, perTurn: PER_TURN },
  });
  let done = false;
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  worker.once('message', () => (done = true));
  const readers = new Map<string, SegmentReader>();
  let next = 0;
  let rounds = 0;
  for (let last = false; ;) {
    for (const name of readdirSync(wal).filter((file) => file.endsWith('.wal'))) {
      const number = Number(name.split(/[-.]/)[2]);
      if (!readers.has(name)) {
        readers.set(name, new SegmentReader(join(wal, name), { lane: 1, epoch: 1, number, reserve: false }));
      }
    }
    for (const reader of [...readers.values()].toSorted((a, b) => a.order - b.order)) {
      let taken = reader.take();
      for (; taken.state === 'batch'; taken = reader.take()) {
        const { count, firstSeq } = batchNumbers(taken.batch);
        assert.equal(firstSeq, next);
        next += count;
      }
      assert.notEqual(taken.state, 'damaged', reader.path);
    }
    if (last) break;
    if (done) last = true;
    if ((rounds += 1) % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const reader of readers.values()) reader.close();
  await ended;
  assert.equal(next, TURNS * PER_TURN);
});
