// The life of a call beside the good case: clients that leave or are slow, a journal that fails, a lane that drains, a
// configuration that changes under way.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { LIMITS } from '@weighbridge/kernel';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_ENDING,
  ANTHROPIC_EVENTS,
  ANTHROPIC_PING,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  anthropicError,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  route,
  snapshot,
  startLane,
  startUpstream,
  until,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';
import type { LaneOptions } from '../src/index.ts';

let upstream: Upstream;
let lane: TestLane;
before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

const config = (): Parameters<typeof startLane>[0] => ({
  deployments: [deployment('a', upstream.port)],
  routes: [route('m', ['a'], { attempts: 1 })],
});
const start = async (options: Partial<LaneOptions> = {}): Promise<void> => {
  lane = await startLane(config(), options);
};
const body = (streamed: boolean): string =>
  JSON.stringify({ model: 'm', max_tokens: 50, stream: streamed, messages: [{ role: 'user', content: 'hi' }] });
const ask = (streamed: boolean): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': lane.key.key }, body: body(streamed) });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { weighbridge: { code: string } } }).error.weighbridge.code;

/** A client on a bare socket, to leave or to read slowly. */
function client(streamed = true): Promise<Socket> {
  return new Promise((resolve) => {
    const text = body(streamed);
    const socket = connect(lane.port, '127.0.0.1', () => {
      socket.write(
        `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:${lane.port}\r\nx-api-key: ${lane.key.key}\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
      resolve(socket);
    });
    socket.on('error', () => undefined);
  });
}

/** The response of the next call at the upstream, to be written by the test. */
function holdResponse(): () => Promise<ServerResponse> {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response));
  return async () => {
    await until(() => held !== null, 'the call is at the upstream');
    return held as unknown as ServerResponse;
  };
}

test('the terminal event is held until the receipt is durable', async () => {
  await start();
  lane.sealer.holding = 'call';
  upstream.script(stream(...ANTHROPIC_EVENTS));
  const response = await ask(true);
  assert.ok(response.body);
  const reader = response.body.getReader();
  let text = '';
  const held = ANTHROPIC_EVENTS.slice(0, -1).join('');
  while (text.length < held.length) text += Buffer.from((await reader.read()).value ?? []).toString('utf8');
  assert.equal(text, held, 'everything but message_stop');
  await until(() => lane.sealer.kinds().includes('call'), 'the receipt is on its way');
  let more = false;
  const next = reader.read().then((part) => {
    more = true;
    return part;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(more, false);
  lane.sealer.release();
  assert.equal(Buffer.from((await next).value ?? []).toString('utf8'), ANTHROPIC_ENDING[2]);
  assert.equal((await reader.read()).done, true);
});

test('without a journal nothing is dispatched', async () => {
  await start();
  const seen = upstream.requests.length;
  lane.sealer.available = false;
  const response = await ask(false);
  assert.deepEqual([response.status, await codeOf(response)], [503, 'JOURNAL_UNAVAILABLE']);
  assert.equal((await fetch(`${lane.url}/readyz`)).status, 503);
  assert.equal(upstream.requests.length, seen);
  lane.sealer.available = true;
  lane.sealer.failing = 'intent';
  assert.equal((await ask(false)).status, 503);
  assert.equal(upstream.requests.length, seen);
});

for (const streamed of [true, false]) {
  test(`an answer whose receipt cannot be written does not look complete (${streamed ? 'streamed' : 'whole'})`, async () => {
    await start();
    lane.sealer.failing = 'call';
    upstream.script(streamed ? stream(...ANTHROPIC_EVENTS) : whole(ANTHROPIC_WHOLE));
    const response = await ask(streamed);
    const text = await response.text();
    assert.match(text, /JOURNAL_UNAVAILABLE/);
    assert.ok(!text.includes('message_stop"'));
    assert.equal(response.status, streamed ? 200 : 503, 'a whole answer is no answer at all');
    if (!streamed) {
      assert.ok(!text.includes('Hello'));
      assert.equal(response.headers.get('content-length'), String(text.length), 'its connection can go on');
      assert.equal((JSON.parse(text) as { type: string }).type, 'error');
    }
    assert.equal(lane.lane.stats().unsealed, 1);
    assert.equal(lane.lane.stats().inFlight, 0);
  });
}

test('a client that leaves mid-stream: usage is still read as reported', async () => {
  await start();
  const held = holdResponse();
  const socket = await client();
  const response = await held();
  startSse(response).write(ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hi'));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 30));
  response.write(anthropicDelta('there') + ANTHROPIC_ENDING.join(''));
  response.end();
  await until(() => lane.sealer.receipts().length === 1, 'the receipt is written');
  const receipt = lane.sealer.receipt();
  assert.deepEqual(
    [receipt.outcome, receipt.usage?.source, receipt.usage?.tokens.output],
    ['client_gone', 'reported', 5],
  );
  assert.equal(receipt.cost.status, 'exact');
});

test('a client that leaves and an upstream that goes on for too long: cancelled, and the estimate says so', async () => {
  let skew = 0;
  await start({ clock: { wall: () => Date.now(), monotonic: () => performance.now() + skew } });
  const held = holdResponse();
  const socket = await client();
  const response = await held();
  startSse(response).write(ANTHROPIC_START + anthropicDelta('some words of an answer'));
  await new Promise((resolve) => socket.once('data', resolve));
  const cancelled = new Promise((resolve) => response.once('close', resolve));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 30));
  // The clock is moved beyond what is waited for; between_tokens must not be what ends it.
  skew = 1_900;
  response.write(anthropicDelta('more'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  skew = 20_000;
  await cancelled;
  await until(() => lane.sealer.receipts().length === 1, 'the receipt is written');
  const receipt = lane.sealer.receipt();
  assert.deepEqual([receipt.outcome, receipt.usage?.source], ['client_gone', 'estimated']);
  assert.equal(receipt.attempts[0]?.fault, 'client');
});

test('a client that leaves before its request is complete leaves nothing', async () => {
  await start();
  const socket = connect(lane.port, '127.0.0.1');
  socket.write(
    `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:${lane.port}\r\nx-api-key: ${lane.key.key}\r\ncontent-length: 100\r\n\r\n{`,
  );
  await until(() => lane.lane.stats().inFlight === 1, 'the call has begun');
  socket.destroy();
  await until(() => lane.lane.stats().inFlight === 0, 'the call has ended');
  assert.equal(lane.sealer.entries.length, 0);
});

test('a slow client pauses the upstream at its bound, and loses nothing', async () => {
  await start();
  const held = holdResponse();
  const socket = await client();
  socket.pause();
  const response = await held();
  startSse(response).write(ANTHROPIC_START + ANTHROPIC_BLOCK);
  const block = anthropicDelta('x'.repeat(64 * 1024));
  let sent = 0;
  let stalled = false;
  while (sent < 40 * 1024 * 1024 && !stalled) {
    sent += block.length;
    if (!response.write(block)) {
      stalled = await Promise.race([
        new Promise<boolean>((resolve) => response.once('drain', () => resolve(false))),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
      ]);
    }
  }
  assert.ok(stalled, 'the upstream was paused');
  assert.ok(sent > LIMITS.client_queue_bytes);
  let received = 0;
  let tail = '';
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length;
    tail = (tail + bytes.toString('latin1')).slice(-200);
  });
  socket.resume();
  response.write(ANTHROPIC_ENDING.join(''));
  response.end();
  await until(() => tail.includes('message_stop"'), 'the end has arrived');
  assert.ok(received > sent);
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.timing.chunks, sent / block.length);
});

test('a keep-alive that waits for content is let go in time, with all that came before it', async () => {
  let skew = 0;
  await start({ clock: { wall: () => Date.now(), monotonic: () => performance.now() + skew } });
  const held = holdResponse();
  const socket = await client();
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  const response = await held();
  startSse(response).write(ANTHROPIC_START + ANTHROPIC_BLOCK + ANTHROPIC_PING);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(text, '');
  skew = 1_100;
  await until(() => text.includes('event: ping'), 'the keep-alive has come');
  assert.ok(text.indexOf('message_start') < text.indexOf('event: ping'));
  response.write(`event: error\ndata: ${anthropicError('overloaded_error', 'Overloaded')}\n\n`);
  response.end();
  await until(() => text.includes('event: error'), 'the error has come');
  assert.equal(lane.sealer.receipt().outcome, 'cut');
  socket.destroy();
});

test('draining lets calls in flight finish, and turns new ones away', async () => {
  await start();
  const held = holdResponse();
  const first = ask(true);
  const response = await held();
  startSse(response).write(ANTHROPIC_START + anthropicDelta('Hi'));
  const reading = await first;
  const drained = lane.lane.drain(5_000);
  await assert.rejects(ask(true), 'nothing is accepted any more');
  response.write(ANTHROPIC_ENDING.join(''));
  response.end();
  assert.ok((await reading.text()).includes('message_stop"'));
  await drained;
  assert.equal(lane.sealer.receipt().outcome, 'completed');
});

test('draining lets a client take what was written to it', async () => {
  await start();
  const held = holdResponse();
  const socket = await client(false);
  socket.pause();
  const large = ANTHROPIC_WHOLE.replace('Hello', 'x'.repeat(12 * 1024 * 1024));
  (await held()).writeHead(200, { 'content-type': 'application/json' }).end(large);
  await until(() => lane.lane.stats().inFlight === 0, 'the answer is written');
  const drained = lane.lane.drain(5_000);
  let received = 0;
  socket.on('data', (bytes: Buffer) => (received += bytes.length));
  socket.resume();
  await drained;
  await until(() => socket.closed, 'the connection has ended');
  assert.ok(received > large.length, `${received} of ${large.length} bytes came`);
});

test('a call that outlasts the drain is cut with an error event and a receipt', async () => {
  await start();
  const held = holdResponse();
  const first = ask(true);
  startSse(await held()).write(ANTHROPIC_START + anthropicDelta('Hi'));
  const reading = await first;
  await lane.lane.drain(50);
  const text = await reading.text();
  assert.match(text, /event: error\n.*DRAINING/);
  const receipt = lane.sealer.receipt();
  assert.deepEqual([receipt.outcome, receipt.error?.code, receipt.usage?.source], ['cut', 'DRAINING', 'estimated']);
});

test('a call in flight keeps the configuration it started under', async () => {
  await start();
  const held = holdResponse();
  const first = ask(true);
  const response = await held();
  lane.lane.swap(snapshot({ digest: 'another', keys: [lane.key.record] }));
  startSse(response).write(ANTHROPIC_STREAM);
  response.end();
  assert.equal(await (await first).text(), ANTHROPIC_STREAM);
  assert.equal(await codeOf(await ask(true)), 'MODEL_UNKNOWN', 'the next one meets the new one');
});

test('a hundred calls at once leave a hundred receipts and nothing behind', async () => {
  await start();
  upstream.script(stream(...ANTHROPIC_EVENTS));
  const texts = await Promise.all(Array.from({ length: 100 }, async () => (await ask(true)).text()));
  assert.ok(texts.every((text) => text === ANTHROPIC_STREAM));
  assert.equal(new Set(lane.sealer.receipts().map((receipt) => receipt.id)).size, 100);
  assert.deepEqual([lane.lane.stats().inFlight, lane.lane.stats().receipts], [0, 100]);
});
