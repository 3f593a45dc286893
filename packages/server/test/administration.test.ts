// The small parts of administration: the fold of keys, differences, blobs, the socket's path, questions between threads.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { AppError } from '@weighbridge/kernel';
import { controlSocket, foldKeys, openBlobs, openHome, type KeyEntry } from '@weighbridge/server';
import { difference } from '../src/admin/entries.ts';
import { removeSocketFolder, socketPath } from '../src/home.ts';
import { warmLanes } from '../src/lanes/lane-pool.ts';
import { answerCalls, createCaller } from '../src/lanes/thread-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-admin-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const code = (wanted: string) => (error: AppError) => error.code === wanted;

const made = (id: string, at = 1): KeyEntry => ({
  at,
  change: { action: 'create', id, name: 'n', hmac: `h-${id}`, who: {} },
});
const revoked = (id: string, at = 2): KeyEntry => ({ at, change: { action: 'revoke', id } });

describe('the command line asks', () => {
  test('an instance that does not answer, and says so: nothing was told of one that does not run', async (t) => {
    const path = join(folder, 'silent.sock');
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(path, listening));
    t.after(() => silent.close());
    const ask = controlSocket(path, 30)({ method: 'GET', path: '/status' });
    await assert.rejects(ask, {
      code: 'SERVER_NOT_RUNNING',
      message: /did not answer within 0\.03 s/,
      next: /may be done all the same/,
    });
  });
});

describe('keys are a fold over their entries', () => {
  test('a revoked key stays revoked, with the first moment', () => {
    const [first, second] = foldKeys([made('a'), made('b'), revoked('a', 5), revoked('a', 9)]);
    assert.deepEqual([first?.revoked, first?.revokedAt, second?.revoked], [true, 5, false]);
  });
  test('a key made twice, or revoked without being made, is a damaged journal', () => {
    assert.throws(() => foldKeys([made('a'), made('a')]), code('JOURNAL_CORRUPT'));
    assert.throws(() => foldKeys([revoked('a')]), code('JOURNAL_CORRUPT'));
  });
});

describe('what changed', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  test('nothing differs from itself', () => {
    fc.assert(fc.property(json, (value) => assert.deepEqual(difference(value, value), [])));
  });
  test('a changed, an added and a removed key are told by their path', () => {
    const before = { a: { b: 1, c: [1, 2] }, d: 'x' };
    const after_ = { a: { b: 2, c: [1, 2], e: true } };
    assert.deepEqual(difference(before, after_), [
      { path: 'a.b', before: 1, after: 2 },
      { path: 'a.e', after: true },
      { path: 'd', before: 'x' },
    ]);
  });
});

describe('blobs', () => {
  const blobs = openBlobs(join(folder, 'blobs'));
  test('what is small stays inline; what is large lies under its digest and comes back', () => {
    assert.deepEqual(blobs.inline('{"a":1}'), { a: 1 });
    const large = JSON.stringify({ text: 'x'.repeat(10_000) });
    const held = blobs.inline(large);
    assert.deepEqual(blobs.resolve(held), JSON.parse(large));
    assert.deepEqual(blobs.inline(large), held, 'the same content is the same blob');
    assert.equal(readdirSync(join(folder, 'blobs')).length, 1);
  });
  test('a blob that is gone or changed is a damaged journal', () => {
    const held = blobs.inline(JSON.stringify('y'.repeat(10_000))) as { blob: string };
    writeFileSync(join(folder, 'blobs', held.blob), '"z"');
    assert.throws(() => blobs.resolve(held), code('JOURNAL_CORRUPT'));
    assert.throws(() => blobs.resolve({ blob: '0'.repeat(64), bytes: 1 }), code('JOURNAL_CORRUPT'));
    assert.throws(() => blobs.resolve({ blob: '../../etc/passwd', bytes: 1 }), code('JOURNAL_CORRUPT'));
  });
});

test("the socket's path is short enough to bind, however deep the folder lies", () => {
  const deep = openHome(join(folder, 'a'.repeat(60), 'b'.repeat(60)), 'lab');
  const path = socketPath(deep);
  assert.ok(Buffer.byteLength(path) <= 100);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700, 'nobody else can look into it');
  removeSocketFolder(deep, path);
  assert.equal(existsSync(dirname(path)), false);
  const shallow = openHome(folder, 'lab');
  assert.equal(socketPath(shallow), join(folder, 'lab', 'control.sock'));
});

describe('questions between threads', () => {
  test('an answer, an error with its advice, and silence', async () => {
    const { port1, port2 } = new MessageChannel();
    answerCalls(port1, {
      double: (value: number) => value * 2,
      refuse: () => {
        throw new AppError('PORT_TAKEN', 'taken', { next: 'another' });
      },
      hang: () => new Promise(() => undefined),
    });
    const caller = createCaller(port2, 'the lane', 'LANE_BUSY');
    try {
      assert.equal(await caller.ask('double', 21, 1_000), 42);
      await assert.rejects(
        caller.ask('refuse', undefined, 1_000),
        (error: AppError) => error.code === 'PORT_TAKEN' && error.next === 'another',
      );
      await assert.rejects(caller.ask('hang', undefined, 20), {
        code: 'LANE_BUSY',
        message: 'the lane did not answer "hang" within 20 ms',
      });
      await assert.rejects(caller.ask('unknown', undefined, 1_000), /does not answer "unknown"/);
      const open = caller.ask('hang', undefined, 60_000);
      caller.fail(new AppError('INTERNAL', 'the lane died'));
      await assert.rejects(open, /the lane died/);
      await assert.rejects(caller.ask('double', 1, 1_000), /the lane died/);
    } finally {
      port1.close();
      port2.close();
    }
  });

  test('a lane that does not come to answer is busy, which is no fault of ours and says what to do', async () => {
    using lanes = warmLanes(1);
    const lane = lanes.take(1); // Its thread has not even loaded its code when the time is up.
    try {
      await assert.rejects(lane.calls.ask('stats', undefined, 1), (error: AppError) => {
        assert.equal(error.code, 'LANE_BUSY');
        assert.match(error.message, /^lane 1 did not answer "stats" within 1 ms$/);
        assert.deepEqual([error.row.status, error.row.exit, error.row.retryable], [503, 5, true]);
        assert.match(error.body().next, /ask again in a moment/);
        return true;
      });
    } finally {
      await lane.worker.terminate();
    }
  });
});
