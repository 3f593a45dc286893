import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { recorderBeat, recorderFailing, startRecorderThread } from '../src/index.ts';
import { assertSound } from './support/look.ts';
import { makeWorld, type World } from './support/world.ts';

describe('the recorder in a thread of its own', () => {
  const options = (world: World) => {
    const { folder, vault, epoch, signals } = world;
    return {
      folder,
      vault,
      epoch,
      signals,
      node: 'node-1',
      build: 'test',
      log: 'lab' as const,
      pollMs: 5,
      checkpointMs: 20,
    };
  };

  test('takes in what lanes write, and seals it when stopped', async (t) => {
    const world = makeWorld(t);
    const thread = await startRecorderThread(options(world));
    const lane = world.lane();
    const draft = world.draft('call');
    await lane.append(draft);
    await lane.close();
    await thread.stop();
    assert.equal(world.reader().find(draft.id).length, 1);
    assertSound(world);
  });

  test('seals by itself while it runs', async (t) => {
    const world = makeWorld(t);
    const thread = await startRecorderThread(options(world));
    const lane = world.lane();
    const draft = world.draft('call');
    await lane.append(draft);
    const journal = world.reader();
    const deadline = Date.now() + 10_000;
    while (journal.find(draft.id).length === 0 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(journal.find(draft.id).length, 1);
    await thread.stop();
  });

  test('says that it moves, and one that hangs in a call of the system is not waited for for ever', async (t) => {
    const world = makeWorld(t);
    const thread = await startRecorderThread({ ...options(world), silentMs: 200 });
    const before = recorderBeat(world.signals);
    for (const deadline = Date.now() + 10_000; recorderBeat(world.signals) === before && Date.now() < deadline;)
      await new Promise((resolve) => setImmediate(resolve));
    assert.notEqual(recorderBeat(world.signals), before);
    // Whoever opens a named pipe to read it waits for a writer.
    const pipe = join(world.folder, 'wal', `9-${world.epoch}-0.wal`);
    mkdirSync(join(world.folder, 'wal'), { recursive: true });
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    try {
      const order = { before: 0, holds: [], by: 'test', policy: 'records: 1 d' };
      // It moves until it looks at that file.
      const pruned = async (): Promise<never> => {
        for (;;) await thread.prune(order);
      };
      await assert.rejects(pruned, {
        code: 'RECORDER_SILENT',
        message: /has not moved for \d+ s, and was asked to prune/,
        next: /may be done by itself/,
      });
      const again = performance.now();
      await assert.rejects(thread.rotateKey(), { code: 'RECORDER_SILENT', message: /was asked already to prune/ });
      assert.ok(performance.now() - again < 100, 'nothing more is asked of it, and nobody waits');
      await assert.rejects(thread.stop(300), { code: 'RECORDER_SILENT' });
    } finally {
      const lets = setInterval(() => closeSync(openSync(pipe, 'r+')), 20);
      await thread.ended.catch(() => undefined);
      clearInterval(lets);
    }
  });

  test('hands on the reason when it cannot open, and refuses new calls when it dies', async (t) => {
    const world = makeWorld(t);
    await (await startRecorderThread(options(world))).stop();
    rmSync(join(world.folder, 'log'), { recursive: true });
    await assert.rejects(startRecorderThread(options(world)), { code: 'JOURNAL_ROLLED_BACK' });
    assert.equal(recorderFailing(world.signals), true);
  });
});
