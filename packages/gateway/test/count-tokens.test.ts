// Token counting: asked of a deployment that can, by its cloud's own call; 501 in the client's dialect where none of the
// route can, with the names of what can; never billed, and no verdict on whether the deployment serves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anthropicError, failing, whole } from './support/answers.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  testKey,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';
import type { Credential } from '../src/index.ts';

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole('{"input_tokens":2095}'));
});
after(() => upstream.close());

const BODY = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

const count = (
  lane: Pick<TestLane, 'url' | 'key'>,
  over: object = {},
  path = '/v1/messages/count_tokens',
): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ ...BODY, ...over }),
  });

interface Refused {
  readonly type: string;
  readonly error: { readonly type: string; readonly message: string; readonly weighbridge: { readonly code: string } };
}

const gpt = () => ({ cloud: 'openai', model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` }) as const;
const bedrock = (model: string) =>
  ({ cloud: 'bedrock', model, endpoint: `http://127.0.0.1:${upstream.port}`, credential: 'aws' }) as const;
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

/** A credential of the kind that each test deployment names. */
const credentials = {
  current: (name: string): Credential =>
    name === 'aws'
      ? { kind: 'aws', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
      : { kind: 'api_key', key: 'vendor-secret' },
};

test('a cloud that counts is asked, and nothing is billed', async () => {
  const lane = await startLane({ deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'])] });
  upstream.script(whole('{"input_tokens":2095}'));
  const response = await count(lane);
  assert.equal(await response.text(), '{"input_tokens":2095}');
  assert.equal(upstream.requests.at(-1)?.url, '/v1/messages/count_tokens');
  const receipt = lane.sealer.receipt();
  assert.deepEqual([receipt.outcome, receipt.usage, receipt.charges], ['completed', null, []]);
  assert.equal(receipt.cost.billed, '0');
  await lane.close();
});

// gateway.md §3, 37: asked at the wrong path with the wrong credential, Azure answers 401.
test('Claude in Foundry is asked at its own path with its own credential, whichever hosting it has', async () => {
  for (const hosting of ['azure', 'anthropic'] as const) {
    const endpoint = `http://127.0.0.1:${upstream.port}/anthropic`;
    const claude = deployment('a', upstream.port, { cloud: 'foundry', model: 'claude-sonnet-4-5', hosting, endpoint });
    const lane = await startLane({ deployments: [claude], routes: [route('m', ['a'])] }, { credentials });
    upstream.script(whole('{"input_tokens":2095}'));
    const response = await count(lane);
    assert.equal(await response.text(), '{"input_tokens":2095}');
    const asked = upstream.requests.at(-1);
    assert.equal(asked?.url, '/anthropic/v1/messages/count_tokens');
    assert.deepEqual([asked.headers['x-api-key'], asked.headers['api-key']], ['vendor-secret', undefined]);
    assert.equal(JSON.parse(asked.body).model, 'claude-sonnet-4-5');
    await lane.close();
  }
});

test('Bedrock is asked for the foundation model behind a profile, and its answer is told as Messages has it', async () => {
  const lane = await startLane(
    { deployments: [deployment('a', upstream.port, bedrock(`us.${SONNET}`))], routes: [route('m', ['a'])] },
    { credentials },
  );
  upstream.script(whole('{"inputTokens":17}', { 'x-amzn-requestid': 'aws-1' }));
  const response = await count(lane);
  assert.equal(await response.text(), '{"input_tokens":17}');
  const sent = upstream.requests.at(-1);
  assert.equal(sent?.url, `/model/${encodeURIComponent(SONNET)}/count-tokens`);
  assert.match(sent?.headers['authorization'] ?? '', /^AWS4-HMAC-SHA256 /);
  const inner = JSON.parse(Buffer.from(JSON.parse(sent?.body ?? '').input.invokeModel.body, 'base64').toString());
  assert.deepEqual(inner, { anthropic_version: 'bedrock-2023-05-31', max_tokens: 1, messages: BODY.messages });
  const { attempts } = lane.sealer.receipt();
  assert.deepEqual(attempts[0]?.edits, ['anthropic_version', 'max_tokens', '-model']);
  assert.equal(attempts[0]?.vendor_request_id, 'aws-1');
  await lane.close();
});

test('a count that is none is a malformed answer', async () => {
  const lane = await startLane(
    { deployments: [deployment('a', upstream.port, bedrock(SONNET))], routes: [route('m', ['a'], { attempts: 1 })] },
    { credentials },
  );
  upstream.script(
    whole('{"inputTokens":-1}'),
    whole('{"inputTokens":"17"}'),
    whole('{"outputTokens":17}'),
    whole('[]'),
  );
  for (let i = 0; i < 4; i += 1) {
    const response = await count(lane);
    const { error } = (await response.json()) as Refused;
    assert.deepEqual([response.status, error.weighbridge.code], [502, 'UPSTREAM_MALFORMED']);
  }
  await lane.close();
});

test('of a route only deployments that count are asked, and the decision says why the others were not', async () => {
  const lane = await startLane(
    {
      deployments: [
        deployment('gpt', upstream.port, gpt()),
        deployment(
          'app',
          upstream.port,
          bedrock('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x'),
        ),
        deployment('claude', upstream.port),
      ],
      routes: [route('m', ['gpt', 'app', 'claude'])],
    },
    { credentials },
  );
  upstream.script(whole('{"input_tokens":5}'));
  const response = await count(lane);
  assert.equal(response.headers.get('weighbridge-deployment'), 'claude');
  assert.equal(response.headers.get('weighbridge-fallback'), 'false');
  const entry = lane.sealer.entries.find(({ kind }) => kind === 'decided');
  const { candidates } = JSON.parse(entry?.commercial ?? '{}');
  assert.deepEqual(candidates, [
    { deployment: 'gpt', reason: 'does not count tokens', verdict: 'rejected' },
    { deployment: 'app', reason: 'does not count tokens', verdict: 'rejected' },
    { deployment: 'claude', verdict: 'chosen' },
  ]);
  await lane.close();
});

test('where no deployment counts: 501 in Anthropic’s shape, the names of what does, and nothing is sent', async () => {
  const limited = testKey({ policy: { routes: ['m', 'far', 'near'], clouds: ['*'], regions: ['us-east-1'] } }, 9);
  const own = testKey();
  const lane = await startLane({
    deployments: [
      deployment('a', upstream.port, gpt()),
      deployment('b', upstream.port, { region: 'eu-west-1' }),
      deployment('c', upstream.port),
    ],
    routes: [
      route('m', ['a'], { max_output_tokens: 9 }),
      route('far', ['b']),
      route('near', ['a', 'c'], { aliases: ['claude-x', 'claude-*'] }),
      route('closed', ['c']),
    ],
    keys: [own.record, limited.record],
  });
  const seen = upstream.requests.length;
  const response = await count(lane, {}, '/anthropic/v1/messages/count_tokens');
  const body = (await response.json()) as Refused;
  assert.deepEqual([response.status, body.type, body.error.weighbridge.code], [501, 'error', 'NOT_IMPLEMENTED']);
  assert.match(body.error.message, /^no deployment of the route "m" counts tokens \(a: does not count tokens\); /);
  assert.match(body.error.message, /; these do: claude-x, closed, far, near\. Next: /);
  const other = (await (await count({ url: lane.url, key: limited })).json()) as Refused;
  assert.match(other.error.message, /; these do: claude-x, near\. /, 'only what this key may use');
  assert.equal(upstream.requests.length, seen);
  assert.deepEqual(
    lane.sealer.receipts().map(({ outcome }) => outcome),
    ['refused', 'refused'],
  );
  await lane.close();
});

test('a model that its cloud does not count for is passed over, and does not count against the deployment', async () => {
  const lane = await startLane(
    {
      deployments: [
        deployment('new', upstream.port, bedrock('us.anthropic.claude-opus-9')),
        deployment('c', upstream.port),
      ],
      routes: [route('m', ['new', 'c']), route('alone', ['new'], { attempts: 1 })],
    },
    { credentials },
  );
  const refused = failing(400, `{"message":"The provided model doesn't support counting tokens."}`, {
    'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/',
  });
  upstream.script(refused, whole('{"input_tokens":5}'));
  const response = await count(lane);
  assert.deepEqual([response.status, response.headers.get('weighbridge-deployment')], [200, 'c']);
  upstream.script(refused);
  for (let i = 0; i < 7; i += 1) {
    const alone = await count(lane, { model: 'alone' });
    const { error } = (await alone.json()) as Refused;
    assert.deepEqual([alone.status, error.weighbridge.code], [501, 'NOT_IMPLEMENTED'], 'no circuit opens for it');
    assert.match(error.message, /doesn't support counting tokens/);
  }
  await lane.close();
});

test('what counting comes to is no verdict on serving: no circuit, no pause', async () => {
  const lane = await startLane({
    deployments: [deployment('a', upstream.port)],
    routes: [route('m', ['a'], { attempts: 1 })],
  });
  upstream.script(failing(500, anthropicError('api_error', 'boom')));
  for (let i = 0; i < 6; i += 1) assert.equal((await count(lane)).status, 502);
  upstream.script(
    failing(429, anthropicError('rate_limit_error', 'slow'), { 'retry-after': '30' }),
    whole('{"input_tokens":5}'),
  );
  assert.equal((await count(lane)).status, 429);
  assert.equal((await count(lane)).status, 200);
  await lane.close();
});
