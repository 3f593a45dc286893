// Why candidates were left out, failed or came to serve: as data, in words, in the decision, and in the client's error.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { wordsOf, type Reason } from '../src/routing/reason.ts';
import { beforeSending, fromTransport } from '../src/stages/leg-failure.ts';
import { wireClosed } from '../src/wire/wire-error.ts';
import { AppError } from '@weighbridge/kernel';
import {
  ANTHROPIC_START,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  anthropicError,
  cutAfter,
  failing,
  reset,
  whole,
} from './support/answers.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  testKey,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(() => upstream.close());

const REQUEST = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] };
const ask = (lane: { url: string; key: { key: string } }, over: object = {}): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ ...REQUEST, ...over }),
  });
const messageOf = async (response: Response): Promise<{ code: string; message: string }> => {
  const { error } = (await response.json()) as { error: { message: string; weighbridge: { code: string } } };
  return { code: error.weighbridge.code, message: error.message };
};

test('each reason has its words', () => {
  const rows: readonly (readonly [Reason, string])[] = [
    [{ kind: 'policy', rule: 'policy: no' }, 'policy: no'],
    [{ kind: 'lacks', features: ['tools', 'images'] }, 'lacks tools, images'],
    [{ kind: 'cannot_count' }, 'does not count tokens'],
    [{ kind: 'credential_refused', credential: 'c' }, 'credential "c" was refused by the cloud a moment ago'],
    [{ kind: 'circuit_open', fault: 'network' }, 'circuit open: repeated faults of the network'],
    [{ kind: 'circuit_open', fault: null }, 'circuit open: repeated faults of the deployment'],
    [{ kind: 'paused' }, 'rate limited by the cloud: paused'],
    [{ kind: 'full', most: 3 }, 'at its max_concurrency of 3'],
    [{ kind: 'unsent', code: 'BUDGET_EXCEEDED', message: 'only 3 USD left' }, 'the hard budget does not cover it'],
    [{ kind: 'unsent', code: 'CREDENTIAL_UNAVAILABLE', message: 'no key' }, 'no key'],
    [{ kind: 'failed', code: 'UPSTREAM_CUT' }, 'UPSTREAM_CUT'],
    [{ kind: 'next', after: 'UPSTREAM_CUT' }, 'next after UPSTREAM_CUT'],
    [{ kind: 'back', after: 'UPSTREAM_CUT' }, 'again after UPSTREAM_CUT'],
  ];
  for (const [reason, words] of rows) assert.equal(wordsOf(reason), words);
});

test('a refusal is named by its worst mendable reason, whatever the names in it say', async () => {
  const limited = testKey({ policy: { routes: ['*'], clouds: ['*'], regions: ['us-east-1'] } });
  const lane = await startLane({
    deployments: [
      deployment('denied', upstream.port, { region: 'eu-west-1' }),
      deployment('bare', upstream.port, { lacks: ['tools'] }),
      deployment('lacks everything', upstream.port, { max_concurrency: 0 }),
    ],
    routes: [
      route('none', ['denied']),
      route('feature', ['denied', 'bare']),
      route('full', ['denied', 'bare', 'lacks everything']),
    ],
    keys: [limited.record],
  });
  const tools = [{ name: 't', input_schema: { type: 'object' } }];
  const mine = { url: lane.url, key: limited };
  const none = await messageOf(await ask(mine, { model: 'none', tools }));
  assert.equal(none.code, 'POLICY_DENIED');
  assert.match(none.message, /\(policy: the key may not use the region "eu-west-1"\)/);
  const feature = await messageOf(await ask(mine, { model: 'feature', tools }));
  assert.equal(feature.code, 'FEATURE_UNSUPPORTED');
  assert.match(feature.message, /denied: policy: .*; bare: lacks tools\)/);
  const full = await messageOf(await ask(mine, { model: 'full', tools }));
  assert.equal(full.code, 'NO_CANDIDATE');
  assert.match(full.message, /lacks everything: at its max_concurrency of 0\)/);
  await lane.close();
});

test('what failed before sending is attributed by its code', () => {
  const faultOf = (code: ConstructorParameters<typeof AppError>[0]): string =>
    beforeSending(new AppError(code, 'BUDGET words prove nothing')).fault;
  assert.equal(faultOf('CREDENTIAL_UNAVAILABLE'), 'key');
  assert.equal(faultOf('BUDGET_EXCEEDED'), 'own_limit');
  assert.equal(faultOf('BUDGET_UNBOUNDED'), 'own_limit');
  assert.equal(faultOf('FEATURE_UNSUPPORTED'), 'client');
  assert.equal(beforeSending(new Error('BUDGET_EXCEEDED')).fault, 'client');
});

test('an error of the connection names its code once', () => {
  const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  assert.match(
    fromTransport('d', system, false).error.message,
    /cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:9$/,
  );
  const failure = fromTransport('d', wireClosed(), false);
  assert.match(failure.error.message, /cannot be reached: the other side closed the connection \(WIRE_CLOSED\)$/);
  assert.equal(failure.reset, true);
});

// --- the decision after a failure

const LIMITED = failing(429, anthropicError('rate_limit_error', 'slow'), { 'retry-after': '0' });

const twoDeployments = (): Promise<TestLane> =>
  startLane({
    deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
    routes: [route('m', ['a', 'b'])],
  });

/** The decision that the receipt refers to: each candidate as `name verdict (reason)`. It stands last in the journal. */
function decided({ sealer }: TestLane): string[] {
  const entry = sealer.entries.findLast(({ kind }) => kind === 'decided');
  const { candidates } = JSON.parse(entry?.commercial ?? '{}') as {
    candidates: { deployment: string; verdict: string; reason?: string }[];
  };
  return candidates.map(
    ({ deployment: name, verdict, reason }) => `${name} ${verdict}${reason === undefined ? '' : ` (${reason})`}`,
  );
}

test('after a fall-back the decision says after what the one that served was next', async () => {
  const lane = await twoDeployments();
  upstream.script(LIMITED, whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).status, 200);
  assert.deepEqual(decided(lane), ['a tried (UPSTREAM_RATE_LIMITED)', 'b chosen (next after UPSTREAM_RATE_LIMITED)']);
  const digests = new Set(lane.sealer.entries.flatMap(({ commercial = '{}' }) => JSON.parse(commercial).decided ?? []));
  assert.equal(digests.size, 2, 'the receipt refers to another decision than the intent');
  await lane.close();
});

test('one more try at the first choice is the decision it was', async () => {
  const lane = await twoDeployments();
  upstream.script(reset, whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'a');
  assert.deepEqual(decided(lane), ['a chosen', 'b eligible']);
  assert.deepEqual(lane.sealer.kinds(), ['decided', 'intent', 'call']);
  await lane.close();
});

test('a call that went back to the first says after what', async () => {
  const lane = await twoDeployments();
  upstream.script(
    failing(529, anthropicError('overloaded_error', 'busy')),
    failing(500, anthropicError('api_error', 'boom')),
    whole(ANTHROPIC_WHOLE),
  );
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'a');
  assert.deepEqual(decided(lane), ['a chosen (again after UPSTREAM_ERROR)', 'b tried (UPSTREAM_ERROR)']);
  await lane.close();
});

test('a stream that breaks off after a fall-back was served by the one it broke off at', async () => {
  const lane = await twoDeployments();
  upstream.script(LIMITED, cutAfter(ANTHROPIC_START, anthropicDelta('x')));
  await (await ask(lane, { stream: true })).text();
  assert.equal(lane.sealer.receipt().outcome, 'cut');
  assert.deepEqual(decided(lane), ['a tried (UPSTREAM_RATE_LIMITED)', 'b chosen (next after UPSTREAM_RATE_LIMITED)']);
  await lane.close();
});

test('when all have failed, nobody was chosen', async () => {
  const lane = await twoDeployments();
  upstream.script(failing(401, anthropicError('authentication_error', 'no')));
  assert.equal((await ask(lane)).status, 503);
  assert.deepEqual(decided(lane), [
    'a tried (CREDENTIAL_UNAVAILABLE)',
    'b rejected ("b" cannot take the call: credential "cred" was refused by the cloud a moment ago)',
  ]);
  await lane.close();
});
