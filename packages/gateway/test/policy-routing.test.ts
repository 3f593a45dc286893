// Policy, routing, circuits and decisions: pure parts under properties, and the whole through a lane.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { ANTHROPIC_WHOLE, anthropicError, failing, reset, whole } from './support/answers.ts';
import { AppError } from '@weighbridge/kernel';
import {
  deployment,
  route,
  seeded,
  snapshot,
  startLane,
  startUpstream,
  testKey,
  until,
  type Upstream,
} from './support/fixture.ts';
import { Circuit } from '../src/routing/circuit.ts';
import { compileSnapshot } from '../src/routing/compiled.ts';
import { deploymentDenial, routeDenial } from '../src/routing/policy.ts';
import { priority, weighted } from '../src/routing/strategy.ts';
import { addressDenial } from '../src/pipeline/upstream-pools.ts';
import { nextMove, type Situation } from '../src/stages/next-move.ts';
import { ownFinding } from '../src/stages/leg-failure.ts';
import { cloudOf } from '../src/index.ts';

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(() => upstream.close());

const BODY = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
const ask = (lane: { url: string; key: { key: string } }, body = BODY): Promise<Response> =>
  fetch(`${lane.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': lane.key.key }, body });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { weighbridge: { code: string } } }).error.weighbridge.code;

const policy = (over: object): { routes: string[]; clouds: ['*']; regions: string[] } => ({
  routes: ['*'],
  clouds: ['*'],
  regions: ['*'],
  ...over,
});

test('a region is allowed only when every region it can run in is', () => {
  const rows: readonly (readonly [string[], string, string[] | undefined, boolean])[] = [
    [['eu-west-1'], 'eu-west-1', undefined, true],
    [['eu-west-1'], 'us-east-1', undefined, false],
    [['eu-west-1', 'eu-central-1'], 'eu', ['eu-west-1', 'eu-central-1'], true],
    [['eu-west-1', 'eu'], 'eu', ['eu-west-1', 'eu-central-2'], false],
    [['eu-west-1'], 'eu-west-1', [], false],
    [['eu-west-1'], 'eu', [''], false],
    [[], 'eu-west-1', undefined, false],
    [['eu'], 'eu-west-1', undefined, false],
    [['*'], 'anywhere', [], true],
    [['us-east-1'], '', undefined, false],
  ];
  for (const [regions, region, region_set, allowed] of rows) {
    const place = { cloud: 'bedrock' as const, region, ...(region_set === undefined ? {} : { region_set }) };
    assert.equal(
      deploymentDenial(policy({ regions }), place) === null,
      allowed,
      `${regions.join()} / ${region} / ${region_set?.join()}`,
    );
  }
});

test('what policy lets through is always inside the allowed set', () => {
  const region = fc.constantFrom('eu-west-1', 'eu-central-1', 'eu-central-2', 'us-east-1', '');
  fc.assert(
    fc.property(fc.array(region), region, fc.option(fc.array(region), { nil: undefined }), (regions, at, set) => {
      const allowed: string[] = regions.filter((name) => name !== '');
      const place = { cloud: 'vertex' as const, region: at, ...(set === undefined ? {} : { region_set: set }) };
      if (deploymentDenial(policy({ regions: allowed }), place) !== null) return;
      const executed = set ?? [at];
      assert.ok(executed.length > 0 && executed.every((name) => allowed.includes(name)));
    }),
  );
});

test('taking a name out of a policy never allows more', () => {
  const names = fc.subarray(['a', 'b', 'c', '*']);
  fc.assert(
    fc.property(names, fc.nat(3), fc.constantFrom('a', 'b', 'c', 'd'), (routes, index, id) => {
      const fewer = routes.filter((_, at) => at !== index);
      if (routeDenial(policy({ routes: fewer }), { id }) === null)
        assert.equal(routeDenial(policy({ routes }), { id }), null);
    }),
  );
});

test('weighted draws follow the weights, and a weight of zero only stands in', () => {
  const random = seeded(5);
  const word = new Uint32Array(1);
  const chance = (): number => {
    random(new Uint8Array(word.buffer));
    return (word[0] ?? 0) / 2 ** 32;
  };
  const counts = [0, 0, 0];
  for (let i = 0; i < 20_000; i += 1) {
    const order = weighted([{ weight: 3 }, { weight: 1 }, { weight: 0 }], chance);
    assert.equal(order.at(-1), 2);
    counts[order[0] ?? 0]! += 1;
  }
  assert.ok(Math.abs((counts[0] ?? 0) / 20_000 - 0.75) < 0.02, `seed 5: ${counts.join()}`);
  assert.deepEqual(weighted([{ weight: 0 }, { weight: 0 }], chance), [0, 1]);
});

test('every order is a permutation', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5)),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999_999, noNaN: true })),
      (weights, draws) => {
        const candidates = weights.map((weight) => ({ weight }));
        const drawn = weighted(candidates, () => draws.next().value as number);
        assert.deepEqual(
          drawn.toSorted((a, b) => a - b),
          priority(candidates),
        );
      },
    ),
  );
});

test('a circuit opens on faults of the deployment only, probes once, and doubles its pause', () => {
  const circuit = new Circuit({ failures: 3, openMs: 100, openMaxMs: 300 });
  for (const fault of ['client', 'key', 'rate_limit', 'own_limit'] as const)
    for (let i = 0; i < 5; i += 1) circuit.failed(fault, 0);
  assert.equal(circuit.state(0), 'closed');
  for (const fault of ['deployment', 'network', 'region'] as const) circuit.failed(fault, 0);
  assert.deepEqual([circuit.state(0), circuit.admits(99), circuit.admits(100)], ['open', false, true]);
  circuit.began(100);
  assert.equal(circuit.admits(100), false, 'one probe at a time');
  circuit.failed('deployment', 110);
  assert.deepEqual([circuit.admits(309), circuit.admits(310)], [false, true]);
  circuit.began(310);
  circuit.undecided();
  assert.equal(circuit.admits(310), true, 'an undecided probe frees the place');
  circuit.began(310);
  circuit.succeeded();
  assert.equal(circuit.state(310), 'closed');
});

const situation = (over: Partial<Situation>): Situation => ({
  failure: ownFinding('UPSTREAM_ERROR', 'x', 'deployment'),
  position: 0,
  candidates: 2,
  untried: (over.position ?? 0) + 1,
  attemptsLeft: 2,
  msLeft: 10_000,
  resets: 0,
  backoffs: 0,
  retryable: [0],
  pausedMs: () => 0,
  chance: () => 0.5,
  ...over,
});

test('after a failure: again, then elsewhere, then later, then never', () => {
  const failure = ownFinding('UPSTREAM_ERROR', 'x', 'deployment');
  assert.deepEqual(nextMove(situation({ failure: { ...failure, reset: true } })), { kind: 'again', position: 0 });
  assert.deepEqual(nextMove(situation({ failure: { ...failure, reset: true }, resets: 1 })), {
    kind: 'next',
    position: 1,
  });
  assert.deepEqual(nextMove(situation({ position: 1, retryable: [0, 1] })), {
    kind: 'wait',
    position: 0,
    ms: 50,
  });
  assert.deepEqual(nextMove(situation({ candidates: 1, failure: { ...failure, retryAfterMs: 700 } })), {
    kind: 'wait',
    position: 0,
    ms: 700,
  });
  assert.deepEqual(nextMove(situation({ candidates: 1, failure: { ...failure, retryAfterMs: 20_000 } })), {
    kind: 'give_up',
  });
  assert.deepEqual(nextMove(situation({ attemptsLeft: 0 })), { kind: 'give_up' });
  assert.deepEqual(nextMove(situation({ msLeft: 40, candidates: 1 })), { kind: 'give_up' });
  assert.deepEqual(nextMove(situation({ candidates: 1, failure: { ...failure, retryable: false, fallback: false } })), {
    kind: 'give_up',
  });
});

test('exact names win over prefixes and longer prefixes over shorter ones', () => {
  const compiled = compileSnapshot(
    snapshot({
      deployments: [deployment('d', 1)],
      routes: [
        route('short', ['d'], { aliases: ['claude-*'] }),
        route('long', ['d'], { aliases: ['claude-opus-*'] }),
        route('exact', ['d'], { aliases: ['claude-opus-4-1'] }),
      ],
    }),
    { anthropic: cloudOf('anthropic') },
    0,
  );
  const found = ['claude-opus-4-1', 'claude-opus-5', 'claude-x', 'gpt', 'short'].map(
    (alias) => compiled.routeFor(alias)?.id,
  );
  assert.deepEqual(found, ['exact', 'long', 'short', undefined, 'short']);
});

test('a snapshot that names what does not exist is refused', () => {
  const compile = (over: object): unknown => compileSnapshot(snapshot(over), { anthropic: cloudOf('anthropic') }, 0);
  assert.throws(() => compile({ routes: [route('r', ['nobody'])] }), { code: 'CONFIG_INVALID' });
  assert.throws(() => compile({ deployments: [deployment('d', 1, { cloud: 'vertex' })] }), { code: 'CONFIG_INVALID' });
});

test('names that resolve to this machine or to metadata are not called', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['api.example', '203.0.113.7', true],
    ['api.example', '10.1.2.3', true],
    ['api.example', '127.0.0.1', false],
    ['localhost', '127.0.0.1', true],
    ['api.example', '::1', false],
    ['api.example', '169.254.169.254', false],
    ['localhost', '169.254.169.254', false],
    ['api.example', 'fd00:ec2::254', false],
    ['api.example', '::ffff:169.254.169.254', false],
    ['api.example', '64:ff9b::a9fe:a9fe', false],
    ['api.example', '0.0.0.0', false],
  ];
  for (const [host, address, allowed] of rows)
    assert.equal(addressDenial(host, address) === null, allowed, `${host} ${address}`);
});

test('a key that may not use a route, or any place of it, is told so and the receipt keeps each reason', async () => {
  const limited = testKey({ policy: { routes: ['m'], clouds: ['*'], regions: ['eu-west-1'] } });
  const lane = await startLane({
    deployments: [deployment('us', upstream.port), deployment('eu', upstream.port, { region: 'eu-west-1' })],
    routes: [route('m', ['us', 'eu']), route('us-only', ['us']), route('n', ['eu'])],
    keys: [limited.record],
  });
  const mine = { url: lane.url, key: limited };
  assert.equal((await ask(mine)).headers.get('weighbridge-deployment'), 'eu', 'a place that is denied is passed over');
  const decided = JSON.parse(lane.sealer.entries[0]?.commercial ?? '{}');
  assert.equal(decided.candidates[0].verdict, 'rejected');
  assert.match(decided.candidates[0].reason, /policy: the key may not use the region "us-east-1"/);
  assert.match(decided.policy.rules.join(), /region in \[eu-west-1\]/);
  const other = await ask(mine, BODY.replace('"m"', '"n"'));
  assert.deepEqual([other.status, await codeOf(other)], [403, 'POLICY_DENIED']);
  assert.equal(lane.sealer.receipts().at(-1)?.outcome, 'refused');
  assert.deepEqual(
    (
      (await (await fetch(`${lane.url}/v1/models`, { headers: { 'x-api-key': limited.key } })).json()) as {
        data: { id: string }[];
      }
    ).data.map((one) => one.id),
    ['m'],
  );
  await lane.close();
});

test('a repeated decision is written once', async () => {
  const lane = await startLane({ deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'])] });
  upstream.script(whole(ANTHROPIC_WHOLE));
  for (let i = 0; i < 3; i += 1) await (await ask(lane)).text();
  assert.deepEqual(lane.sealer.kinds(), ['decided', 'intent', 'call', 'intent', 'call', 'intent', 'call']);
  const digests = new Set(lane.sealer.receipts().map((receipt) => receipt.decided));
  assert.equal(digests.size, 1);
  await lane.close();
});

test('a deployment that keeps failing is left alone until a probe succeeds', async () => {
  let now = 1_000_000;
  const clock = { wall: () => now, monotonic: () => now };
  const lane = await startLane(
    { deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'], { attempts: 1 })] },
    { clock },
  );
  upstream.script(failing(500, anthropicError('api_error', 'boom')));
  for (let i = 0; i < 5; i += 1) assert.equal((await ask(lane)).status, 502);
  const seen = upstream.requests.length;
  const refused = await ask(lane);
  assert.deepEqual([refused.status, await codeOf(refused)], [503, 'NO_CANDIDATE']);
  assert.equal(upstream.requests.length, seen, 'nothing was sent');
  now += 5_001;
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).status, 200, 'the probe');
  assert.equal((await ask(lane)).status, 200, 'closed again');
  await lane.close();
});

test('wrong requests and refused keys open no circuit; a refused key rests its credential', async () => {
  let now = 1_000_000;
  const clock = { wall: () => now, monotonic: () => now };
  const lane = await startLane(
    { deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'], { attempts: 1 })] },
    { clock },
  );
  upstream.script(failing(400, anthropicError('invalid_request_error', 'bad')));
  for (let i = 0; i < 8; i += 1) assert.equal((await ask(lane)).status, 400);
  upstream.script(failing(401, anthropicError('authentication_error', 'no')));
  assert.equal(await codeOf(await ask(lane)), 'CREDENTIAL_UNAVAILABLE');
  assert.equal(await codeOf(await ask(lane)), 'NO_CANDIDATE');
  now += 15_001;
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).status, 200);
  await lane.close();
});

test('a rate limit pauses the deployment for as long as it asked, and calls spill to the next', async () => {
  let now = 1_000_000;
  const clock = { wall: () => now, monotonic: () => now };
  const lane = await startLane(
    {
      deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
      routes: [route('m', ['a', 'b']), route('only-a', ['a'], { attempts: 1 })],
    },
    { clock },
  );
  upstream.script(
    failing(429, anthropicError('rate_limit_error', 'slow'), { 'retry-after': '9' }),
    whole(ANTHROPIC_WHOLE),
  );
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'b');
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'b', 'still paused');
  const paused = await ask(lane, BODY.replace('"m"', '"only-a"'));
  assert.deepEqual([paused.status, paused.headers.get('retry-after')], [429, '9']);
  now += 9_001;
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'a');
  await lane.close();
});

test('a deployment at its max_concurrency is passed over', async () => {
  const held: (() => void)[] = [];
  const lane = await startLane({
    deployments: [deployment('a', upstream.port, { max_concurrency: 1 }), deployment('b', upstream.port)],
    routes: [route('m', ['a', 'b'])],
  });
  upstream.script(
    (_request, response) =>
      void held.push(() => void response.writeHead(200, { 'content-type': 'application/json' }).end(ANTHROPIC_WHOLE)),
    whole(ANTHROPIC_WHOLE),
  );
  const first = ask(lane);
  await until(() => held.length === 1, 'the first call is at the upstream');
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'b');
  held[0]?.();
  assert.equal((await first).headers.get('weighbridge-deployment'), 'a');
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'a');
  await lane.close();
});

test('a connection that breaks before a byte is tried once more at once', async () => {
  const lane = await startLane({ deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'])] });
  upstream.script(reset, whole(ANTHROPIC_WHOLE));
  const response = await ask(lane);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('weighbridge-fallback'), 'false');
  const { attempts, cost } = lane.sealer.receipt();
  assert.deepEqual(
    attempts.map((attempt) => attempt.error ?? 'served'),
    ['UPSTREAM_UNREACHABLE', 'served'],
  );
  assert.equal(cost.status, 'exact', 'a request nobody answered a byte to is not taken for billed');
  await lane.close();
});

test('a missing credential is the fault of no deployment, and another candidate serves', async () => {
  const lane = await startLane(
    {
      deployments: [deployment('a', upstream.port, { credential: 'gone' }), deployment('b', upstream.port)],
      routes: [route('m', ['a', 'b'])],
    },
    {
      credentials: {
        current(name) {
          if (name === 'gone') throw new AppError('CREDENTIAL_UNAVAILABLE', 'the credential "gone" has expired');
          return { kind: 'api_key', key: 'k' };
        },
      },
    },
  );
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'b');
  await lane.close();
});

test('a feature that a deployment lacks excludes it', async () => {
  const lane = await startLane({
    deployments: [deployment('a', upstream.port, { lacks: ['tools'] })],
    routes: [route('m', ['a'])],
  });
  const body = JSON.stringify({ ...JSON.parse(BODY), tools: [{ name: 't', input_schema: { type: 'object' } }] });
  const response = await ask(lane, body);
  assert.deepEqual([response.status, await codeOf(response)], [400, 'FEATURE_UNSUPPORTED']);
  await lane.close();
});
