// Token counting: passed on where the cloud has it, 501 in the client's dialect where it has not; never billed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { whole } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole('{"input_tokens":2095}'));
});
after(() => upstream.close());

const BODY = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });

test('a cloud that counts is asked, and nothing is billed', async () => {
  const lane = await startLane({ deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'])] });
  const response = await fetch(`${lane.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: BODY,
  });
  assert.equal(await response.text(), '{"input_tokens":2095}');
  assert.equal(upstream.requests.at(-1)?.url, '/v1/messages/count_tokens');
  const receipt = lane.sealer.receipt();
  assert.deepEqual([receipt.outcome, receipt.usage, receipt.charges], ['completed', null, []]);
  assert.equal(receipt.cost.billed, '0');
  await lane.close();
});

test('a cloud that does not count gets 501 in Anthropic’s shape, and nothing is sent', async () => {
  const gpt = { cloud: 'openai' as const, model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` };
  const lane = await startLane({
    deployments: [deployment('a', upstream.port, gpt)],
    routes: [route('m', ['a'], { max_output_tokens: 9 })],
  });
  const seen = upstream.requests.length;
  const response = await fetch(`${lane.url}/anthropic/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: BODY,
  });
  const body = (await response.json()) as { type: string; error: { type: string; weighbridge: { code: string } } };
  assert.deepEqual([response.status, body.type, body.error.weighbridge.code], [501, 'error', 'NOT_IMPLEMENTED']);
  assert.equal(upstream.requests.length, seen);
  assert.equal(lane.sealer.receipt().outcome, 'refused');
  await lane.close();
});
