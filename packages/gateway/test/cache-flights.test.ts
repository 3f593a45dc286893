// Identical calls at once over real sockets: who waits for whom, and what becomes of those who wait.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import {
  ANTHROPIC_ENDING,
  ANTHROPIC_EVENTS,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  anthropicError,
  cutAfter,
  failing,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import { ADA, BOB, startCached, type CachedLane } from './support/cached.ts';
import { startUpstream, until, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: CachedLane;
before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

test('identical calls at once are one leg upstream, and each has its own receipt', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response));
  lane = await startCached(upstream);
  const calls = Array.from({ length: 20 }, (_, at) =>
    lane.ask({ by: at % 2 === 0 ? ADA : BOB, body: { stream: true } }),
  );
  await until(() => held !== null && lane.lane.stats().inFlight === 20, 'all are there');
  const response = held as unknown as ServerResponse;
  startSse(response).write(ANTHROPIC_START + anthropicDelta('Hel'));
  const heads = await Promise.all(calls);
  assert.equal(lane.asked(), 1);
  const late = await lane.ask({ body: { stream: true } });
  response.end(anthropicDelta('lo') + ANTHROPIC_ENDING.join(''));
  const texts = await Promise.all([...heads, late].map((one) => one.text()));
  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0] ?? '', /Hel[\s\S]*lo[\s\S]*message_stop/);
  const receipts = [...heads, late].map((one) => lane.receiptOf(one));
  assert.equal(new Set(receipts.map(({ id }) => id)).size, 21);
  const leader = receipts.filter(({ served }) => served?.cache?.status === 'miss');
  assert.equal(leader.length, 1);
  const joined = receipts.filter(({ served }) => served?.cache?.status === 'joined');
  assert.equal(joined.length, 20);
  for (const { served, cost, usage, attempts } of joined) {
    assert.equal(served?.cache?.receipt, leader[0]?.id);
    assert.equal(served?.cache?.answer, 'msg_01');
    assert.deepEqual([cost.billed, usage, attempts.length], ['0', null, 0]);
  }
  assert.equal(leader[0]?.cost.billed, '0.00002');
  assert.equal(lane.stats().joined, 20);
});

test('when the first fails before its content, those that waited go on by themselves', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response), whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  const calls = [lane.ask(), lane.ask(), lane.ask()];
  await until(() => held !== null && lane.lane.stats().inFlight === 3, 'all are there');
  const refusal = failing(400, anthropicError('invalid_request_error', 'no'));
  refusal({} as never, held as unknown as ServerResponse, '');
  const done = await Promise.all(calls);
  assert.deepEqual(done.map(({ status }) => status).toSorted(), [200, 200, 400]);
  assert.equal(lane.asked(), 3);
  for (const response of done) await response.arrayBuffer();
  assert.deepEqual(
    done.map((one) => lane.receiptOf(one).attempts.length),
    [1, 1, 1],
  );
});

test('a failure after the content is told to all that share it, and is not kept', async () => {
  upstream.script(cutAfter(ANTHROPIC_START, anthropicDelta('Hel')), stream(...ANTHROPIC_EVENTS));
  lane = await startCached(upstream);
  const calls = await Promise.all([
    lane.ask({ body: { stream: true } }),
    lane.ask({ by: BOB, body: { stream: true } }),
  ]);
  for (const text of await Promise.all(calls.map((one) => one.text()))) assert.match(text, /event: error/);
  assert.equal(lane.asked(), 1);
  assert.deepEqual(
    calls.map((one) => lane.receiptOf(one).outcome),
    ['cut', 'cut'],
  );
  assert.equal(await lane.statusOf({ body: { stream: true } }), 'miss');
});

test('the one who asked first may leave: the others still get the answer, and it is kept', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response));
  lane = await startCached(upstream);
  const leaving = new AbortController();
  const first = lane.ask({ body: { stream: true }, signal: leaving.signal }).catch(() => null);
  await until(() => held !== null, 'the first is at the upstream');
  const second = lane.ask({ by: BOB, body: { stream: true } });
  await until(() => lane.lane.stats().inFlight === 2, 'the second waits');
  leaving.abort();
  await first;
  const response = held as unknown as ServerResponse;
  startSse(response).write(ANTHROPIC_START + anthropicDelta('Hel'));
  const got = await second;
  response.end(anthropicDelta('lo') + ANTHROPIC_ENDING.join(''));
  assert.match(await got.text(), /Hel[\s\S]*lo[\s\S]*message_stop/);
  await until(() => lane.sealer.receipts().length === 2, 'both have a receipt');
  const leader = lane.sealer.receipts().find(({ who }) => who.principal === 'ada');
  assert.equal(leader?.outcome, 'client_gone');
  assert.equal(leader?.usage?.source, 'reported', 'it was read to its end');
  assert.equal(await lane.statusOf({ body: { stream: true } }), 'hit');
});

test('when everybody has left nothing goes on for nobody, and nothing half-read is kept', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response), stream(...ANTHROPIC_EVENTS));
  lane = await startCached(upstream);
  const leaving = new AbortController();
  const both = [ADA, BOB].map((by) =>
    lane.ask({ by, body: { stream: true }, signal: leaving.signal }).catch(() => null),
  );
  await until(() => held !== null && lane.lane.stats().inFlight === 2, 'both are there');
  leaving.abort();
  await Promise.all(both);
  await until(() => lane.sealer.receipts().length === 1, 'the one that joined has its receipt');
  startSse(held as unknown as ServerResponse).end(ANTHROPIC_STREAM);
  await until(() => lane.sealer.receipts().length === 2, 'both have a receipt');
  assert.deepEqual(
    lane.sealer.receipts().map(({ outcome }) => outcome),
    ['client_gone', 'client_gone'],
  );
  assert.equal(await lane.statusOf({ body: { stream: true } }), 'miss');
});

test('an answer whose receipt could not be written is given to nobody', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  lane.sealer.failing = 'call';
  assert.equal((await lane.ask()).status, 503);
  lane.sealer.failing = null;
  assert.equal(await lane.statusOf(), 'miss', 'there is no receipt that a hit could name');
  assert.equal(await lane.statusOf(), 'hit');
});
