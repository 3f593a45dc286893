// Silence of clouds that send no pings is filled with ours, for clients that give up on a silent stream; and a ping of ours
// never keeps a dead stream alive.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { encodeEventStreamMessage } from '@weighbridge/dialects';
import type { Clock } from '@weighbridge/kernel';
import { BOUNDS } from '../src/pipeline/bounds.ts';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_ENDING,
  ANTHROPIC_START,
  OPENAI_START,
  OPENAI_STOP,
  OPENAI_DONE,
  anthropicDelta,
  openaiDelta,
} from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './support/fixture.ts';

const PING = 'event: ping\ndata: {"type": "ping"}\n\n';
let ahead = 0;
const clock: Clock = { wall: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
let upstream: Upstream;
let lane: TestLane;
/** What the cloud has to answer with. */
let answering: Promise<ServerResponse>;

before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

const TIMERS = { connect_ms: 5_000, first_token_ms: 600_000, between_tokens_ms: 40_000, total_ms: 900_000 };

async function ask(cloud: 'bedrock' | 'anthropic' | 'openai'): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const model = cloud === 'bedrock' ? 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' : 'claude-sonnet-4-5';
  const endpoint = `http://127.0.0.1:${upstream.port}${cloud === 'openai' ? '/v1' : ''}`;
  lane = await startLane(
    {
      deployments: [deployment('d', upstream.port, { cloud, model, endpoint })],
      routes: [route('m', ['d'], { attempts: 1, timers: TIMERS })],
    },
    { clock, credentials: { current: () => ({ kind: 'bearer', token: 't' }) } },
  );
  const asked = Promise.withResolvers<ServerResponse>();
  answering = asked.promise;
  upstream.script((_request, response) => {
    const type = cloud === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream';
    response.writeHead(200, { 'content-type': type }).flushHeaders();
    asked.resolve(response);
  });
  const body = JSON.stringify({ model: 'm', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const headers = { 'x-api-key': lane.key.key };
  const answer = fetch(`${lane.url}/v1/messages`, { method: 'POST', headers, body });
  return new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const reader = (await answer).body?.getReader();
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
        controller.enqueue(read.value);
      controller.close();
    },
  }).getReader();
}

/** Reads until the text holds this; fails by the test's own time-out. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    assert.ok(!done, `the stream ended before ${wanted}: ${text}`);
    text += Buffer.from(value).toString();
  }
  return text;
}

const framed = (event: string): Buffer => {
  const data = /^data: (.*)$/m.exec(event)?.[1] ?? '';
  const payload = Buffer.from(JSON.stringify({ bytes: Buffer.from(data).toString('base64') }));
  return encodeEventStreamMessage({ ':event-type': 'chunk', ':message-type': 'event' }, payload);
};

const LIMIT = { timeout: 10_000 };

test('a thinking pause of Bedrock is filled with pings, and the answer goes on', LIMIT, async () => {
  const reader = await ask('bedrock');
  const cloud = await answering;
  for (const event of [ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel')]) cloud.write(framed(event));
  assert.ok(!(await readUntil(reader, 'Hel')).includes(PING));
  for (let gap = 0; gap < 2; gap += 1) {
    ahead += BOUNDS.ping_gap_ms;
    await readUntil(reader, PING);
  }
  for (const event of [anthropicDelta('lo'), ...ANTHROPIC_ENDING]) cloud.write(framed(event));
  cloud.end();
  assert.ok(!(await readUntil(reader, 'message_stop')).includes(PING));
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.attempts[0]?.edits.filter((edit) => edit === 'added ping').length, 1);
});

test('before the first content too: what was held leaves with the first ping', LIMIT, async () => {
  const reader = await ask('bedrock');
  const cloud = await answering;
  cloud.write(framed(ANTHROPIC_START));
  // The clock moves only once the gateway has the first event.
  await new Promise((resolve) => setImmediate(resolve));
  const text = readUntil(reader, PING);
  const tick = setInterval(() => (ahead += BOUNDS.ping_gap_ms / 4), 5);
  assert.match(await text, /^event: message_start[^]*event: ping/);
  clearInterval(tick);
  for (const event of [ANTHROPIC_BLOCK, anthropicDelta('x'), ...ANTHROPIC_ENDING]) cloud.write(framed(event));
  cloud.end();
  await readUntil(reader, 'message_stop');
  assert.equal(lane.sealer.receipt().outcome, 'completed');
});

test('pings of ours do not keep a dead stream alive: the timer between tokens counts on', LIMIT, async () => {
  const reader = await ask('bedrock');
  const cloud = await answering;
  for (const event of [ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel')]) cloud.write(framed(event));
  await readUntil(reader, 'Hel');
  for (let gap = 0; gap < 2; gap += 1) {
    ahead += BOUNDS.ping_gap_ms;
    await readUntil(reader, PING);
  }
  ahead += BOUNDS.ping_gap_ms;
  assert.match(await readUntil(reader, 'event: error'), /between_tokens_ms of 40000 ms ran out/);
});

test('an answer that is translated from the Chat dialect is filled as well', LIMIT, async () => {
  const reader = await ask('openai');
  const cloud = await answering;
  cloud.write(OPENAI_START + openaiDelta('Hel'));
  await readUntil(reader, 'Hel');
  ahead += BOUNDS.ping_gap_ms;
  await readUntil(reader, PING);
  cloud.end(OPENAI_STOP + OPENAI_DONE);
  await readUntil(reader, 'message_stop');
  assert.ok(lane.sealer.receipt().attempts[0]?.edits.includes('added ping'));
});

test('a cloud that pings by itself is left alone', LIMIT, async () => {
  const reader = await ask('anthropic');
  const cloud = await answering;
  cloud.write(ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hel'));
  await readUntil(reader, 'Hel');
  ahead += BOUNDS.ping_gap_ms + 1_000;
  await new Promise((resolve) => setImmediate(resolve));
  cloud.end(ANTHROPIC_ENDING.join(''));
  assert.ok(!(await readUntil(reader, 'message_stop')).includes('ping'));
});
