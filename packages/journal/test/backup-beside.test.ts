// Backups beside a recorder and a lane that write in threads of their own, across the border of a part: each is sound,
// and holds all that was acknowledged before it was asked for.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { makeBackup, startRecorderThread, verifyFolder } from '../src/index.ts';
import { makeWorld } from './support/world.ts';

test('backups beside a log under load are sound, each continues the one before, and none lacks what was answered', async (t) => {
  const world = makeWorld(t);
  const { folder, vault, epoch, signals } = world;
  const base = { folder, vault, epoch, signals, node: 'node-1', build: 'test', log: 'lab' } as const;
  const thread = await startRecorderThread({ ...base, pollMs: 1, checkpointMs: 5 });
  const own = world.lane({ lane: 2 });
  const worker = new Worker(new URL('./support/append-worker.ts', import.meta.url), {
    workerData: { folder, vault, turns: 600, perTurn: 60 },
  });
  const load = { over: false };
  worker.on('message', () => (load.over = true));
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  let last: string | undefined;
  let made = 0;
  do {
    const draft = world.draft('call');
    await own.append(draft);
    const size = await thread.sealAll();
    const to = join(dirname(folder), 'backups');
    const { folder: at, manifest } = await makeBackup({
      journal: folder,
      vault,
      blobs: join(dirname(folder), 'blobs'),
      log: 'lab',
      build: 'test',
      running: true,
      to,
    });
    assert.ok(manifest.size >= size);
    const ids: string[] = [];
    const given = last === undefined ? {} : { last };
    const found = verifyFolder(join(at, 'journal'), {
      vkey: manifest.vkey,
      ...given,
      onEntry: ({ leaf }) => void ids.push(leaf.id),
    });
    assert.notEqual(found.outcome, 'PROOF_INVALID', found.problem ?? '');
    assert.ok(ids.includes(draft.id), 'what was acknowledged before is in it');
    last = manifest.checkpoint;
    made += 1;
  } while (!load.over);
  await ended;
  await own.close();
  await thread.stop();
  assert.ok(made >= 2, `${made} backups`);
  assert.ok(world.reader().checkpoint().size > 2 * 16_384);
});
