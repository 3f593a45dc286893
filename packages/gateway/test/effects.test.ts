// Requests that do something at their seller, or have it act elsewhere: they are asked once, whatever the route does with others.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Deployment, Route } from '../src/index.ts';
import { ANTHROPIC_WHOLE, whole } from './support/answers.ts';
import { CACHE } from './support/cached.ts';
import { deployment, route, startLane, startUpstream, until, type TestLane, type Upstream } from './support/fixture.ts';

const RESPONSE = JSON.stringify({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt-4.1',
  output: [{ id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'no json' }] }],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
});
const QUEUED = JSON.stringify({
  id: 'resp_2',
  object: 'response',
  status: 'queued',
  model: 'gpt-4.1',
  output: [],
  usage: null,
});

let first: Upstream;
let second: Upstream;
before(async () => {
  first = await startUpstream(whole(RESPONSE));
  second = await startUpstream(whole(RESPONSE));
});
after(async () => {
  await first.close();
  await second.close();
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});

const openai = (port: number): Partial<Deployment> => ({
  cloud: 'openai',
  model: 'gpt-4.1',
  endpoint: `http://127.0.0.1:${port}/v1`,
});

async function started(over: Partial<Route>): Promise<TestLane> {
  const lane = await startLane({
    deployments: [
      deployment('first', first.port, openai(first.port)),
      deployment('second', second.port, openai(second.port)),
    ],
    routes: [route('m', ['first', 'second'], over)],
  });
  running.push(lane);
  return lane;
}

const ask = (lane: TestLane, body: object): Promise<Response> =>
  fetch(`${lane.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}` },
    body: JSON.stringify({ model: 'm', input: 'hi', max_output_tokens: 50, ...body }),
  });

const EFFECTS: readonly (readonly [string, object])[] = [
  ['background work', { background: true }],
  ['a conversation that goes on', { conversation: 'conv_1' }],
  ['a response that goes on', { previous_response_id: 'resp_0' }],
  ['tools at servers of others', { tools: [{ type: 'mcp', server_label: 'mail', server_url: 'https://example.org' }] }],
  ['a container', { tools: [{ type: 'code_interpreter', container: 'cntr_1' }] }],
];

describe('a request with effects', () => {
  for (const [what, body] of EFFECTS)
    test(`${what}: no answer of it is kept, and it is given none`, async () => {
      const lane = await started({ cache: CACHE });
      first.script(whole('background' in body ? QUEUED : RESPONSE));
      const before = first.requests.length;
      for (let at = 0; at < 2; at += 1) {
        const response = await ask(lane, body);
        assert.equal(response.status, 200, await response.text());
        assert.equal(response.headers.get('weighbridge-cache'), 'bypass');
      }
      assert.equal(first.requests.length - before, 2);
    });

  test('is not hedged, however slow its first leg', async () => {
    const lane = await started({ hedge: { after_ms: 20, budget: 1 } });
    first.script((request, response, body) => void setTimeout(() => whole(RESPONSE)(request, response, body), 120));
    const before = second.requests.length;
    assert.equal((await ask(lane, { conversation: 'conv_1' })).status, 200);
    assert.equal(second.requests.length, before);
    assert.equal(lane.sealer.receipt().attempts.length, 1);
    await ask(lane, {});
    assert.equal(second.requests.length, before + 1, 'any other is');
  });

  test('is not asked of a second model, and its receipt says that it was not checked', async () => {
    const lane = await started({ cascade: { check: { finished: true, json: true, lacks: [] } } });
    first.script(whole(RESPONSE));
    const before = second.requests.length;
    assert.equal((await ask(lane, { conversation: 'conv_1' })).status, 200);
    assert.equal(second.requests.length, before);
    assert.equal(lane.sealer.receipt().attempts[0]?.check, 'effects: let go unchecked');
  });

  test('is not copied, and neither is what is to be kept at its seller', async () => {
    const mirror = { deployment: 'second', share: 1, cost_centre: 'evaluation', at_once: 4 };
    const lane = await started({ mirror, candidates: [{ deployment: 'first', weight: 1 }] });
    first.script(whole(RESPONSE));
    second.script(whole(RESPONSE));
    const before = second.requests.length;
    for (const body of [{ store: true }, ...EFFECTS.map(([, one]) => one)])
      assert.equal((await ask(lane, body)).status, 200);
    assert.equal((await ask(lane, { store: false })).status, 200);
    await until(() => second.requests.length > before, 'the last is copied');
    await until(() => lane.lane.stats().inFlight === 0, 'all have ended');
    assert.equal(second.requests.length, before + 1);
  });
});

test('the copy of a call in another envelope has the digest of what came', async () => {
  const main = await startUpstream(whole(ANTHROPIC_WHOLE));
  const mirror = { deployment: 'shadow', share: 1, cost_centre: 'evaluation', at_once: 4 };
  const lane = await startLane({
    deployments: [deployment('main', main.port), deployment('shadow', main.port)],
    routes: [route('m', ['main'], { mirror })],
  });
  running.push(lane);
  const body = JSON.stringify({
    messages: [{ role: 'user', content: [{ text: 'hi' }] }],
    inferenceConfig: { maxTokens: 5 },
  });
  const response = await fetch(`${lane.url}/model/m/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}` },
    body,
  });
  assert.equal(response.status, 200, await response.text());
  await until(() => lane.sealer.receipts().length === 2, 'both have a receipt');
  for (const { id, asked } of lane.sealer.receipts())
    assert.equal(asked.request_digest, lane.sealer.bodies('ada', id).digest('request', Buffer.from(body)));
  await main.close();
});
