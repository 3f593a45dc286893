// One thread for work that takes long: bounds, deadlines, who leaves, and a thread that dies.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createThreadQueue, type QueueBounds, type ThreadQueue } from '../../src/scenario/thread-queue.ts';

/** Answers `echo`, never answers `hang`, holds its loop for ever on `spin`, dies on `die`. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ question, name, input }) => {
  if (name === 'die') process.exit(3);
  if (name === 'spin') for (;;);
  if (name === 'echo') parentPort.postMessage({ answer: question, value: input });
});`;

const stays = new AbortController().signal;

async function withQueue(
  bounds: Partial<QueueBounds>,
  work: (queue: ThreadQueue, started: () => number) => Promise<void>,
): Promise<void> {
  let started = 0;
  const start = (): Worker => {
    started += 1;
    return new Worker(THREAD, { eval: true });
  };
  const queue = createThreadQueue(start, { waiting: 2, deadlineMs: 60_000, idleMs: 60_000, ...bounds });
  try {
    await work(queue, () => started);
  } finally {
    await queue.close();
  }
}

describe('a queue before a thread', () => {
  test('answers one after another on one thread, which is started when somebody asks', () =>
    withQueue({}, async (queue, started) => {
      assert.equal(queue.running(), false);
      assert.deepEqual(await Promise.all([1, 2, 3].map((each) => queue.ask('echo', each, stays))), [1, 2, 3]);
      assert.equal(started(), 1);
    }));

  test('holds so many that wait, and refuses the next', () =>
    withQueue({}, async (queue) => {
      const held = Promise.allSettled([0, 1, 2].map(() => queue.ask('hang', null, stays)));
      await assert.rejects(queue.ask('echo', 1, stays), { code: 'OVERLOADED' });
      await queue.close();
      for (const each of await held)
        assert.equal(each.status === 'rejected' && (each.reason as { code: string }).code, 'DRAINING');
      await assert.rejects(queue.ask('echo', 1, stays), { code: 'DRAINING' });
    }));

  test('who leaves before its turn is let go, and its place is free', () =>
    withQueue({ waiting: 1 }, async (queue) => {
      const running = queue.ask('hang', null, stays);
      running.catch(() => undefined); // Ends with the queue.
      const leaving = new AbortController();
      const left = queue.ask('echo', 1, leaving.signal);
      leaving.abort();
      await assert.rejects(left, { code: 'CLIENT_GONE' });
      const next = queue.ask('echo', 2, stays);
      next.catch(() => undefined); // Waits still.
      await assert.rejects(queue.ask('echo', 3, stays), { code: 'OVERLOADED' });
    }));

  test('one that computes past its deadline takes its thread along, and the next is answered by another', () =>
    withQueue({ deadlineMs: 400 }, async (queue, started) => {
      await assert.rejects(queue.ask('spin', null, stays), { code: 'QUERY_TIMEOUT', message: /0\.4 s/ });
      let answer: unknown;
      // The machine may be slower than this deadline; what is asked again is answered in the end.
      while (answer === undefined) answer = await queue.ask('echo', 5, stays).catch(() => undefined);
      assert.equal(answer, 5);
      assert.ok(started() >= 2);
    }));

  test('a thread that dies answers with that, and is started anew', () =>
    withQueue({}, async (queue, started) => {
      await assert.rejects(queue.ask('die', null, stays), { code: 'INTERNAL', message: /ended with 3/ });
      assert.equal(await queue.ask('echo', 6, stays), 6);
      assert.equal(started(), 2);
    }));

  test('a thread that nobody asks ends', () =>
    withQueue({ idleMs: 0 }, async (queue, started) => {
      assert.equal(await queue.ask('echo', 1, stays), 1);
      const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      while (queue.running()) await tick();
      assert.equal(await queue.ask('echo', 2, stays), 2);
      assert.equal(started(), 2);
    }));
});
