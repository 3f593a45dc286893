// Refusals that take a special moment: a full lane, a body that never comes, a client that has left.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { LIMITS } from '@weighbridge/kernel';
import { ANTHROPIC_START, ANTHROPIC_WHOLE, anthropicDelta, startSse, whole } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, until, type TestLane, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;
let skew = 0;
beforeEach(async () => {
  skew = 0;
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  lane = await startLane(
    { deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'], { attempts: 1 })] },
    { clock: { wall: () => Date.now(), monotonic: () => performance.now() + skew }, maxCalls: 2 },
  );
});
afterEach(async () => {
  await lane.close();
  await upstream.close();
});

/** Sends the head of a call and a part of its body. */
function begin(body: string, length = body.length): { socket: Socket; text: () => string } {
  const socket = connect(lane.port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(
    `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:${lane.port}\r\nx-api-key: ${lane.key.key}\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  return { socket, text: () => text };
}
const BODY = JSON.stringify({ model: 'm', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'hi' }] });

test('a lane that carries as many calls as it may turns the next away: OVERLOADED, with a time to wait', async () => {
  const waiting = [begin('{', 100), begin('{', 100)];
  await until(() => lane.lane.stats().inFlight === 2, 'two calls are in flight');
  const third = await fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: BODY,
  });
  assert.equal(third.status, 503);
  assert.ok(Number(third.headers.get('retry-after')) >= 1);
  assert.match(await third.text(), /"OVERLOADED"/);
  for (const { socket } of waiting) socket.destroy();
  await until(() => lane.lane.stats().inFlight === 0, 'they are gone');
});

test('a body that does not arrive in time ends in REQUEST_TIMEOUT, with a receipt', async () => {
  const { socket, text } = begin('{', 100);
  await until(() => lane.lane.stats().inFlight === 1, 'the call has begun');
  skew = LIMITS.request_ms + 1;
  await until(() => text().includes('REQUEST_TIMEOUT'), 'the refusal has come');
  assert.match(text(), /^HTTP\/1\.1 408 /);
  assert.equal(lane.sealer.receipt().error?.code, 'REQUEST_TIMEOUT');
  socket.destroy();
});

test('a client that left stands in the receipt as CLIENT_GONE', async () => {
  let cancelled = false;
  upstream.script((_request, response) => {
    response.once('close', () => (cancelled = true));
    startSse(response).write(ANTHROPIC_START + anthropicDelta('Hi'));
  });
  const { socket, text } = begin(BODY);
  await until(() => text().includes('text_delta'), 'the answer has begun');
  socket.destroy();
  await until(() => lane.lane.stats().inFlight === 1, 'usage is still waited for');
  await new Promise((resolve) => setTimeout(resolve, 30));
  skew = 60_000;
  await until(() => cancelled && lane.sealer.receipts().length === 1, 'the call was given up');
  const { error, outcome, attempts } = lane.sealer.receipt();
  assert.deepEqual([outcome, attempts[0]?.fault], ['client_gone', 'client']);
  assert.deepEqual([error?.code, attempts[0]?.error], ['CLIENT_GONE', 'CLIENT_GONE']);
});
