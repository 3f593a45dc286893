import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_DONE,
  OPENAI_START,
  OPENAI_STOP,
  OPENAI_STREAM,
  OPENAI_USAGE,
  OPENAI_WHOLE,
  openaiDelta,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  digestFor,
  route,
  startLane,
  startUpstream,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;

before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(() => upstream.close());

async function fresh(): Promise<TestLane> {
  return startLane({
    deployments: [
      deployment('claude', upstream.port),
      deployment('gpt', upstream.port, {
        cloud: 'openai',
        model: 'gpt-4.1',
        endpoint: `http://127.0.0.1:${upstream.port}/v1`,
      }),
    ],
    routes: [route('sonnet', ['claude'], { aliases: ['claude-*'] }), route('gpt', ['gpt'])],
  });
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const anthropicBody = (stream: boolean): object => ({
  model: 'sonnet',
  max_tokens: 100,
  stream,
  messages: [{ role: 'user', content: 'hi' }],
  metadata: { user_id: 'u1' },
});

test('an Anthropic call crosses with its bytes untouched and leaves one receipt', async () => {
  lane = await fresh();
  upstream.script(whole(ANTHROPIC_WHOLE));
  const response = await post('/v1/messages', anthropicBody(false), { 'anthropic-version': '2023-06-01' });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(text, ANTHROPIC_WHOLE);
  const receipt = lane.sealer.receipt();
  assert.equal(response.headers.get('weighbridge-receipt'), receipt.id);
  assert.equal(response.headers.get('request-id'), receipt.id);
  assert.equal(response.headers.get('weighbridge-deployment'), 'claude');
  assert.equal(response.headers.get('weighbridge-region'), 'us-east-1; grade=0');
  assert.equal(response.headers.get('weighbridge-cost'), '0.00002 USD');
  assert.match(response.headers.get('server-timing') ?? '', /^gateway;dur=[\d.]+, upstream;dur=[\d.]+$/);
  assert.deepEqual(lane.sealer.kinds(), ['decided', 'intent', 'call']);
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.attempts[0]?.vendor_request_id, 'req_vendor_1');
  assert.deepEqual(receipt.attempts[0]?.edits, ['model']);
  assert.equal(receipt.usage?.tokens.input, 10);
  assert.equal(receipt.usage?.tokens.output, 5);
  assert.equal(receipt.response_digest, digestFor('ada', receipt.id, 'response', ANTHROPIC_WHOLE));
  assert.equal(receipt.who.end_user, 'u1');
  assert.equal(upstream.requests.at(-1)?.headers['x-api-key'], 'vendor-secret');
  assert.equal(JSON.parse(upstream.requests.at(-1)?.body ?? '{}').model, 'claude-sonnet-4-5-20250929');
  await lane.close();
});

test('an Anthropic stream crosses byte for byte', async () => {
  lane = await fresh();
  upstream.script(stream(...ANTHROPIC_STREAM.split(/(?<=\n\n)/)));
  const response = await post('/anthropic/v1/messages', anthropicBody(true));
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(await response.text(), ANTHROPIC_STREAM);
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.usage?.source, 'reported');
  assert.equal(receipt.timing.chunks, 2);
  assert.equal(receipt.stop_reason, 'end_turn');
  assert.equal(receipt.response_digest, digestFor('ada', receipt.id, 'response', ANTHROPIC_STREAM));
  await lane.close();
});

test('an OpenAI call crosses with its bytes untouched', async () => {
  lane = await fresh();
  upstream.script(whole(OPENAI_WHOLE));
  const response = await post('/v1/chat/completions', { model: 'gpt', messages: [{ role: 'user', content: 'hi' }] });
  assert.equal(await response.text(), OPENAI_WHOLE);
  assert.equal(response.headers.get('x-request-id'), lane.sealer.receipt().id);
  assert.equal(lane.sealer.receipt().usage?.tokens.output, 5);
  await lane.close();
});

test('usage that only we asked for is taken out of an OpenAI stream again', async () => {
  lane = await fresh();
  upstream.script(stream(...OPENAI_STREAM.split(/(?<=\n\n)/)));
  const response = await post('/v1/chat/completions', {
    model: 'gpt',
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });
  const text = await response.text();
  assert.equal(text, [OPENAI_START, openaiDelta('Hel'), openaiDelta('lo'), OPENAI_STOP, OPENAI_DONE].join(''));
  const receipt = lane.sealer.receipt();
  assert.deepEqual(receipt.attempts[0]?.edits, ['model', 'stream_options.include_usage']);
  assert.equal(receipt.usage?.source, 'reported');
  await lane.close();
});

test('usage that the client asked for stays in the stream', async () => {
  lane = await fresh();
  upstream.script(stream(...OPENAI_STREAM.split(/(?<=\n\n)/)));
  const body = {
    model: 'gpt',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'hi' }],
  };
  const text = await (await post('/v1/chat/completions', body)).text();
  assert.ok(text.includes(OPENAI_USAGE));
  assert.equal(text, OPENAI_STREAM);
  await lane.close();
});
