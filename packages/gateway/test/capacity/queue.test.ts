// Waiting for room through a lane: own machines that take one call at a time, a line before them, clients of different urgency.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { ServerResponse } from 'node:http';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  testKey,
  until,
  type TestLane,
  type Upstream,
} from '../support/fixture.ts';
import { ANTHROPIC_WHOLE } from '../support/answers.ts';

let upstream: Upstream;
/** Answers that the upstream holds back, in the order of their requests. */
let open: { readonly text: string; readonly response: ServerResponse }[] = [];
const running: TestLane[] = [];
before(async () => {
  upstream = await startUpstream((_request, response, body) => {
    open.push({ text: (JSON.parse(body) as { messages: { content: string }[] }).messages[0]?.content ?? '', response });
  });
});
afterEach(async () => {
  for (const { response } of open.splice(0)) response.destroy();
  for (const lane of running.splice(0)) await lane.close();
});
after(() => upstream.close());

const QUEUE = { wait_ms: 3_000, depth: 2 };
const urgent = testKey({ name: 'urgent', priority: { class: 'high', most: 'critical' } }, 9);

async function started(queue = QUEUE): Promise<TestLane> {
  open = [];
  const capacity = { kind: 'slots', concurrent: 1 } as const;
  const own = testKey();
  const lane = await startLane({
    deployments: [deployment('own', upstream.port, { capacity })],
    routes: [route('m', ['own'], { attempts: 1, queue })],
    keys: [own.record, urgent.record],
  });
  running.push(lane);
  return lane;
}

function ask(
  lane: TestLane,
  text: string,
  more: { key?: string; priority?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const { key = lane.key.key, priority, signal } = more;
  return fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, ...(priority === undefined ? {} : { 'weighbridge-priority': priority }) },
    body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: text }] }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function answer(): string {
  const next = open.shift();
  assert.ok(next, 'a request is there');
  next.response.writeHead(200, { 'content-type': 'application/json' });
  next.response.end(ANTHROPIC_WHOLE);
  return next.text;
}

const there = (count: number): Promise<void> => until(() => open.length === count, `${count} requests are there`);
const inFlight = (lane: TestLane, count: number): Promise<void> =>
  until(() => lane.lane.stats().inFlight === count, `${count} calls are in flight`);

test('calls wait for room, the most urgent first, and their receipts say how long', async () => {
  const lane = await started();
  const first = ask(lane, 'first');
  await there(1);
  const second = ask(lane, 'second');
  await inFlight(lane, 2);
  const third = ask(lane, 'third', { key: urgent.key });
  await inFlight(lane, 3);
  const order: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    await there(1);
    order.push(answer());
  }
  const statuses = (await Promise.all([first, second, third])).map(({ status }) => status);
  assert.deepEqual(statuses, [200, 200, 200]);
  assert.deepEqual(order, ['first', 'third', 'second']);
  const waited = lane.sealer.receipts().map(({ timing }) => timing.queued_ms ?? 0);
  assert.ok(waited[0] === 0 && waited.slice(1).every((ms) => ms > 0), String(waited));
  for (const { timing } of lane.sealer.receipts()) assert.ok(timing.gateway_ms < 1_000, 'waiting is not our own time');
});

test('in a full line the least urgent gives way: 529 to an Anthropic client, 429 to another, with a time', async () => {
  const lane = await started();
  const serving = ask(lane, 'serving');
  await there(1);
  const waiting = [ask(lane, 'low', { priority: 'low' }), ask(lane, 'normal')];
  await inFlight(lane, 3);
  const shed = ask(lane, 'high', { key: urgent.key });
  const low = await (waiting[0] as Promise<Response>);
  assert.equal(low.status, 529);
  const body = (await low.json()) as { error: { type: string; message: string } };
  assert.equal(body.error.type, 'overloaded_error');
  assert.match(body.error.message, /line of the route "m" is full/);
  assert.equal(low.headers.get('retry-after'), '3');
  const chat = await fetch(`${lane.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}`, 'weighbridge-priority': 'low' },
    body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
  });
  assert.equal(chat.status, 429);
  assert.match(await chat.text(), /SHED/);
  for (let i = 0; i < 3; i += 1) {
    await there(1);
    answer();
  }
  await Promise.all([serving, shed, ...waiting]);
  assert.deepEqual(
    lane.sealer
      .receipts()
      .map(({ error }) => error?.code)
      .filter((code) => code !== undefined),
    ['SHED', 'SHED'],
  );
});

test('who waited in vain is told what was full', async () => {
  const lane = await started({ ...QUEUE, wait_ms: 60 });
  const serving = ask(lane, 'serving');
  await there(1);
  const late = await ask(lane, 'late');
  assert.equal(late.status, 429);
  assert.match(await late.text(), /own: reserved full/);
  answer();
  await serving;
  const receipt = lane.sealer.receipts()[0];
  assert.equal(receipt?.error?.code, 'CAPACITY_FULL');
  assert.ok((receipt?.timing.queued_ms ?? 0) >= 60);
});

test('a call that cannot go when it is its turn is refused, and the next has its turn', async () => {
  const lane = await started();
  const serving = ask(lane, 'serving');
  await there(1);
  const broken = ask(lane, 'broken');
  await inFlight(lane, 2);
  const next = ask(lane, 'next');
  await inFlight(lane, 3);
  const append = lane.sealer.append.bind(lane.sealer);
  lane.sealer.append = (draft) => {
    if (draft.kind !== 'intent') return append(draft);
    lane.sealer.append = append;
    throw new Error('no entry can be made of it');
  };
  answer();
  assert.equal((await broken).status, 500);
  await there(1);
  assert.equal(answer(), 'next');
  assert.deepEqual([(await serving).status, (await next).status], [200, 200]);
});

test('who leaves while waiting, and who waits while the lane closes, is out of the line', async () => {
  const lane = await started();
  const serving = ask(lane, 'serving').catch(() => null);
  await there(1);
  const leaving = new AbortController();
  const left = ask(lane, 'left', { signal: leaving.signal }).catch(() => null);
  await inFlight(lane, 2);
  leaving.abort();
  await left;
  await inFlight(lane, 1);
  const cut = ask(lane, 'cut');
  await inFlight(lane, 2);
  running.splice(0);
  await lane.close();
  assert.equal((await cut).status, 503);
  await serving;
  const codes = lane.sealer.receipts().map(({ error }) => error?.code);
  assert.deepEqual(codes.slice(0, 1), ['CLIENT_GONE']);
  assert.ok(codes.includes('DRAINING'));
});

test('a priority that the key may not ask for is refused, and so is one that there is none of', async () => {
  const lane = await started();
  const above = await ask(lane, 'x', { priority: 'high' });
  assert.equal(above.status, 403);
  assert.match(await above.text(), /may ask for the priority \\?"normal\\?" at most/);
  const unknown = await ask(lane, 'x', { priority: 'soon' });
  assert.equal(unknown.status, 400);
  assert.match(await unknown.text(), /one of low, normal, high, critical/);
});
