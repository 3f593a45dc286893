// Events as a stream: whatever ends them, who makes them is told once, so that no place stays taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventStream } from '../../src/playground/event-stream.ts';

const HOUR = 3_600_000;
const saying = async function* (...texts: readonly string[]): AsyncGenerator<{ event: string; data: unknown }> {
  for (const data of texts) yield { event: 'text', data };
};

function counted(): { readonly left: Promise<void>; readonly leave: () => void; times: number } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const made = {
    left: promise,
    times: 0,
    leave: () => {
      made.times += 1;
      resolve();
    },
  };
  return made;
}

test('events that come to their end are told as they came', async () => {
  const told = counted();
  const text = await new Response(eventStream(saying('a', 'b'), told.leave, HOUR)).text();
  assert.equal(text, 'event: text\ndata: "a"\n\nevent: text\ndata: "b"\n\n');
  assert.equal(told.times, 1);
});

test('events that break off give their place back', async () => {
  const told = counted();
  const breaking = async function* (): AsyncGenerator<{ event: string; data: unknown }> {
    yield* saying('a');
    throw new Error('broken');
  };
  await assert.rejects(new Response(eventStream(breaking(), told.leave, HOUR)).text(), /broken/);
  assert.equal(told.times, 1);
});

test('one who is there and reads nothing is left after a while', async () => {
  const told = counted();
  const reader = eventStream(saying('a'), told.leave, 5).getReader();
  // What it waits for keeps nobody alive: the test does.
  const alive = setInterval(() => undefined, 1_000);
  await told.left;
  clearInterval(alive);
  await assert.rejects(reader.read(), { code: 'REQUEST_TIMEOUT' });
});
