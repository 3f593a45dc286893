// Limits through a lane: what is refused and how its client is told, what is left in the headers that it reads, what the
// entries say; and the promise itself, a thousand calls at once against one dollar.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { moneyFromDecimal, type Clock } from '@weighbridge/kernel';
import { limitMemory, Limits, type LimitRule, type Snapshot } from '../src/index.ts';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_WHOLE,
  OPENAI_WHOLE,
  anthropicError,
  failing,
  reset,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  testKey,
  until,
  type Script,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

const NOON = Date.UTC(2026, 10, 30, 12, 0, 30);
const clock: Clock & { at: number } = { at: NOON, wall: () => clock.at, monotonic: () => performance.now() };

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});
after(() => upstream.close());

/** A lane that ends with its test. */
async function started(...options: Parameters<typeof startLane>): Promise<TestLane> {
  const lane = await startLane(...options);
  running.push(lane);
  return lane;
}

const MINUTE = { kind: 'calendar', unit: 'minute', zone: 'UTC' } as const;
const rule = (id: string, over: Partial<LimitRule>): LimitRule => ({
  id,
  measure: 'requests',
  amount: '2',
  window: MINUTE,
  per: [],
  where: {},
  members: 100,
  ...over,
});

interface Limited {
  readonly lane: TestLane;
  readonly limits: Limits;
  used(id: string): Record<string, bigint>;
}

async function limited(rules: readonly LimitRule[], over: Partial<Snapshot> = {}): Promise<Limited> {
  clock.at = NOON;
  const memory = limitMemory(rules);
  const lane = await started(
    {
      limits: rules,
      deployments: [deployment('a', upstream.port)],
      routes: [route('m', ['a'], { attempts: 1 })],
      ...over,
    },
    { limitMemory: () => memory, clock },
  );
  const limits = new Limits(rules, memory);
  const used = (id: string): Record<string, bigint> => {
    const ruled = limits.rules.find((one) => one.rule.id === id);
    return Object.fromEntries(
      (ruled === undefined ? [] : limits.list(ruled, clock.at, 100)).map((one) => [one.label, one.used]),
    );
  };
  return { lane, limits, used };
}

const ask = (lane: TestLane, body: object = {}, path = '/v1/messages', key = lane.key.key): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...body }),
  });

interface Told {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly code: string;
}
async function told(answer: Response): Promise<Told> {
  const { error } = (await answer.json()) as {
    error: { type: string; message: string; weighbridge: { code: string } };
  };
  return { status: answer.status, type: error.type, message: error.message, code: error.weighbridge.code };
}

describe('a limit of requests', () => {
  test('refuses in the words of a Messages client, says when there is room again, and holds until then', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane } = await limited([rule('minute', {})]);
    const first = await ask(lane);
    assert.equal(first.headers.get('anthropic-ratelimit-requests-limit'), '2');
    assert.equal(first.headers.get('anthropic-ratelimit-requests-remaining'), '1');
    assert.equal(first.headers.get('anthropic-ratelimit-requests-reset'), '2026-11-30T12:01:00Z');
    await first.text();
    await (await ask(lane)).text();
    const refused = await ask(lane);
    assert.equal(refused.headers.get('retry-after'), '30');
    assert.equal(refused.headers.get('x-should-retry'), 'true');
    assert.equal(refused.headers.get('anthropic-ratelimit-requests-remaining'), '0');
    const { status, type, message, code } = await told(refused);
    assert.deepEqual([status, type, code], [429, 'rate_limit_error', 'LIMIT_EXCEEDED']);
    assert.match(message, /the limit "minute" allows 2 requests a minute \(UTC\), and none is left/);
    const receipt = lane.sealer.receipts().at(-1);
    assert.equal(receipt?.outcome, 'refused');
    assert.deepEqual(receipt?.limit, { amount: '2', left: '0', measure: 'requests', refused: true, rule: 'minute' });
    clock.at += 30_000;
    assert.equal((await ask(lane)).status, 200, 'the next minute has come');
  });

  test('speaks to a Chat client in its own headers and codes', async () => {
    upstream.script(whole(OPENAI_WHOLE));
    const openai = { cloud: 'openai', model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` } as const;
    const { lane } = await limited(
      [rule('minute', { amount: '1' }), rule('tokens', { measure: 'tokens', amount: '5000' })],
      {
        deployments: [deployment('a', upstream.port, openai)],
      },
    );
    const served = await ask(lane, {}, '/v1/chat/completions');
    assert.equal(served.headers.get('x-ratelimit-limit-requests'), '1');
    assert.equal(served.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.equal(served.headers.get('x-ratelimit-reset-requests'), '30s');
    const used = lane.sealer.receipt().counted?.legs[0];
    assert.equal(
      served.headers.get('x-ratelimit-remaining-tokens'),
      String(5000 - (used?.input ?? 0) - (used?.output ?? 0)),
    );
    assert.match(
      served.headers.get('weighbridge-limits') ?? '',
      /^minute; requests; limit=1; remaining=0; reset=2026-11-30T12:01:00Z, tokens; /,
    );
    const refused = await ask(lane, {}, '/v1/chat/completions');
    const body = (await refused.json()) as { error: { type: string; code: string } };
    assert.deepEqual(
      [refused.status, body.error.type, body.error.code],
      [429, 'rate_limit_error', 'rate_limit_exceeded'],
    );
    assert.equal(refused.headers.get('retry-after-ms'), '30000');
  });

  test('is told to a stream in its head', async () => {
    upstream.script(stream(...ANTHROPIC_EVENTS));
    const { lane } = await limited([rule('minute', {})]);
    const streamed = await ask(lane, { stream: true });
    assert.equal(streamed.headers.get('anthropic-ratelimit-requests-remaining'), '1');
    await streamed.text();
  });

  test('counts a call once, however many attempts it takes; at a deployment each attempt', async () => {
    upstream.script(failing(500, anthropicError('api_error', 'x')), whole(ANTHROPIC_WHOLE));
    const { lane, used } = await limited(
      [rule('calls', { amount: '9' }), rule('tries', { amount: '9', per: ['deployment'] })],
      {
        deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
        routes: [route('m', ['a', 'b'], { attempts: 3 })],
      },
    );
    assert.equal((await ask(lane)).status, 200);
    assert.deepEqual(used('calls'), { '': 1n });
    assert.deepEqual(used('tries'), { a: 1n, b: 1n });
    assert.deepEqual(
      lane.sealer.receipt().counted?.legs.map((leg) => leg.deployment),
      ['a', 'b'],
    );
  });

  test('at a deployment sends the call on to the next candidate', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane } = await limited([rule('first', { amount: '1', where: { deployment: ['a'] } })], {
      deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
      routes: [route('m', ['a', 'b'])],
    });
    const served = [await ask(lane), await ask(lane)].map((answer) => answer.headers.get('weighbridge-deployment'));
    assert.deepEqual(served, ['a', 'b']);
    const decided = lane.sealer.entries.findLast((entry) => entry.kind === 'decided')?.commercial ?? '';
    assert.match(decided, /a hard limit does not cover it/);
  });

  test('also counts the calls that count tokens', async () => {
    upstream.script(whole('{"input_tokens":3}'));
    const { lane } = await limited([
      rule('minute', { amount: '1' }),
      rule('tokens', { measure: 'tokens', amount: '1' }),
    ]);
    assert.equal((await ask(lane, { max_tokens: undefined }, '/v1/messages/count_tokens')).status, 200);
    assert.equal(
      (await told(await ask(lane, { max_tokens: undefined }, '/v1/messages/count_tokens'))).code,
      'LIMIT_EXCEEDED',
    );
  });
});

describe('whose calls share a counter', () => {
  const other = testKey({ name: 'other', who: { organisation: 'acme', team: 'ads', key: 'x' } }, 9);
  const own = testKey();

  test('each team has its own, and a key without a team is one of its own', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const teamless = testKey({ name: 'teamless', who: { organisation: 'acme', key: 'y' } }, 10);
    const { lane, used } = await limited([rule('team', { amount: '1', per: ['team'] })], {
      keys: [own.record, other.record, teamless.record],
    });
    for (const { key } of [own, other, teamless]) assert.equal((await ask(lane, {}, '/v1/messages', key)).status, 200);
    for (const { key } of [own, other, teamless]) assert.equal((await ask(lane, {}, '/v1/messages', key)).status, 429);
    assert.deepEqual(used('team'), { '': 1n, ads: 1n, search: 1n });
  });

  test('a limit on some is no concern of others', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane } = await limited([rule('ads', { amount: '0', where: { team: ['ads'] } })], {
      keys: [own.record, other.record],
    });
    assert.equal((await ask(lane)).status, 200);
    assert.equal(lane.sealer.receipt().counted, undefined, 'and costs them nothing');
    assert.equal((await ask(lane, {}, '/v1/messages', other.key)).status, 429);
  });

  test('an end user who is not named is one end user: leaving the name out is no way around', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane, used } = await limited([rule('each', { amount: '1', per: ['end_user'] })]);
    const as = (user?: string): Promise<Response> =>
      ask(lane, user === undefined ? {} : { metadata: { user_id: user } });
    assert.deepEqual([(await as('u1')).status, (await as('u2')).status, (await as()).status], [200, 200, 200]);
    assert.deepEqual([(await as('u1')).status, (await as()).status], [429, 429]);
    assert.deepEqual(used('each'), { '': 1n, u1: 1n, u2: 1n });
  });

  test('end users beyond the bound share one counter, and memory does not grow', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane } = await limited([rule('each', { amount: '1', per: ['end_user'], members: 2 })]);
    const statuses = [];
    for (const user of ['u1', 'u2', 'u3', 'u4', 'u1'])
      statuses.push((await ask(lane, { metadata: { user_id: user } })).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  });
});

describe('tokens', () => {
  test('are held at the most that the call may take, and given back to what it took', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const rules = [
      rule('in', { measure: 'input_tokens', amount: '1000' }),
      rule('out', { measure: 'output_tokens', amount: '100' }),
      rule('all', { measure: 'tokens', amount: '1100' }),
    ];
    const { lane, used } = await limited(rules);
    const answer = await ask(lane, { max_tokens: 100 });
    assert.equal(answer.status, 200);
    assert.deepEqual([used('in'), used('out'), used('all')], [{ '': 10n }, { '': 5n }, { '': 15n }]);
    assert.equal(answer.headers.get('anthropic-ratelimit-input-tokens-remaining'), '990');
    assert.equal(answer.headers.get('anthropic-ratelimit-output-tokens-remaining'), '95');
    assert.equal(answer.headers.get('anthropic-ratelimit-tokens-remaining'), '1085');
    const refused = await ask(lane, { max_tokens: 96 });
    assert.match(
      (await told(refused)).message,
      /take up to 96 tokens of output; the limit "out" allows 100 tokens of output a minute \(UTC\), and 95 tokens of output is left/,
    );
    const never = await ask(lane, { max_tokens: 101 });
    assert.equal(never.headers.get('retry-after'), null);
    assert.equal(never.headers.get('x-should-retry'), 'false');
    assert.match((await told(never)).message, /waiting does not help/);
  });

  test('without a bound the call is refused; the ceiling of the route is one, sent upstream and said', async () => {
    upstream.script(whole(OPENAI_WHOLE));
    const openai = { cloud: 'openai', model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` } as const;
    const { lane } = await limited([rule('out', { measure: 'output_tokens', amount: '100' })], {
      deployments: [deployment('a', upstream.port, openai)],
      routes: [route('m', ['a']), route('bounded', ['a'], { max_output_tokens: 40 })],
    });
    const refused = await told(await ask(lane, { max_tokens: undefined }, '/v1/chat/completions'));
    assert.deepEqual([refused.status, refused.code], [400, 'BUDGET_UNBOUNDED']);
    const served = await ask(lane, { model: 'bounded', max_tokens: undefined }, '/v1/chat/completions');
    assert.equal(served.headers.get('weighbridge-max-output-tokens'), '40');
  });

  test('of a connection that broke count in full: nobody can say that it took less', async () => {
    upstream.script(reset);
    const { lane, used } = await limited([rule('out', { measure: 'output_tokens', amount: '100' })]);
    assert.equal((await ask(lane, { max_tokens: 30 })).status, 502);
    assert.deepEqual(used('out'), { '': 30n });
    assert.equal(lane.sealer.receipt().counted?.legs[0]?.output, 30);
  });
});

describe('concurrency', () => {
  const held: (() => void)[] = [];
  const waiting: Script = (_request, response) => {
    held.push(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(ANTHROPIC_WHOLE);
    });
  };

  test('holds as many calls as it says, and a place is free when one ends, however it ends', async () => {
    upstream.script(waiting);
    const { lane, used } = await limited([rule('at once', { measure: 'concurrency', amount: '3', window: null })]);
    const calls = Array.from({ length: 40 }, () => ask(lane));
    await until(() => held.length === 3 && lane.sealer.receipts().length === 37, 'all but three are refused');
    assert.deepEqual(used('at once'), { '': 3n });
    for (const release of held.splice(0)) release();
    const statuses = (await Promise.all(calls)).map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [200, 200, 200, ...Array.from({ length: 37 }, () => 429)]);
    assert.deepEqual(used('at once'), {});
    const leaving = new AbortController();
    const gone = fetch(`${lane.url}/v1/messages`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: `Bearer ${lane.key.key}` },
      body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
    });
    await until(() => held.length === 1, 'it is in flight');
    leaving.abort();
    await assert.rejects(gone);
    for (const release of held.splice(0)) release();
    await until(() => used('at once')[''] === undefined, 'an aborted call gives its place back');
  });

  test('what could not be written down is not in flight, and was no request', async () => {
    upstream.script(whole(ANTHROPIC_WHOLE));
    const { lane, used } = await limited([
      rule('at once', { measure: 'concurrency', amount: '3', window: null }),
      rule('minute', {}),
    ]);
    lane.sealer.failing = 'intent';
    assert.equal((await ask(lane)).status, 503);
    assert.deepEqual([used('at once'), used('minute')], [{}, {}]);
  });
});

describe('a thousand calls at once whose worst case is what they cost, 0.15 dollars', () => {
  const COST = 150_000;
  const rules = [
    rule('dollar', {
      measure: 'money',
      amount: '1000000000',
      window: { kind: 'calendar', unit: 'month', zone: 'UTC' },
    }),
    rule('spent', { measure: 'money', amount: '9000000000', per: ['deployment'] }),
  ];
  const body = (model: string, max_tokens: number): string =>
    JSON.stringify({ model, max_tokens, messages: [{ role: 'user', content: 'hi!' }] });

  /** An answer that takes all that could be taken: each byte a token, and every token of output. */
  const dearest: Script = (_request, response, asked) => {
    const { max_tokens } = JSON.parse(asked) as { max_tokens: number };
    const usage = { input_tokens: Buffer.byteLength(asked), output_tokens: max_tokens };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...(JSON.parse(ANTHROPIC_WHOLE) as object), usage }));
  };

  /** The bound on output with which a call costs exactly that much, from the bytes that go upstream. */
  async function exactTokens(): Promise<number> {
    upstream.script(dearest);
    const { lane } = await limited([], { routes: [route('probe', ['a'])] });
    await fetch(`${lane.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lane.key.key}` },
      body: body('probe', 74_000),
    });
    const bytes = Buffer.byteLength(upstream.requests.at(-1)?.body ?? '');
    assert.equal((COST - bytes) % 2, 0, 'the body is of an even length');
    return (COST - bytes) / 2;
  }

  async function against(lanes: number, broken: boolean): Promise<void> {
    const max_tokens = await exactTokens();
    let held: (() => void) | null = null;
    let sent = 0;
    upstream.script((request, response, asked) => {
      sent += 1;
      // Of one nobody learns what it cost, and the client of another leaves: both may have been billed.
      if (broken && sent === 1) return reset(request, response, asked);
      if (broken && sent === 2) held = () => dearest(request, response, asked);
      else dearest(request, response, asked);
      return undefined;
    });
    const memory = limitMemory(rules);
    const lanesOf = await Promise.all(
      Array.from({ length: lanes }, () =>
        started(
          {
            limits: rules,
            deployments: [deployment('a', upstream.port)],
            routes: [route('money', ['a'], { attempts: 4 })],
          },
          { limitMemory: () => memory, clock },
        ),
      ),
    );
    const leaving = new AbortController();
    let answered = 0;
    const answers = Array.from({ length: 1000 }, async (_, index) => {
      const lane = lanesOf[index % lanes];
      assert.ok(lane !== undefined);
      const answer = await fetch(`${lane.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${lane.key.key}` },
        body: body('money', max_tokens),
        signal: leaving.signal,
      });
      answered += 1;
      await answer.text();
      return answer.status;
    });
    const all = Promise.allSettled(answers);
    if (broken) {
      await until(() => answered === 999 && held !== null, 'all but the one that waits are answered', 60_000);
      leaving.abort();
      const release = held as (() => void) | null;
      release?.();
    }
    const statuses = (await all).map((one) => (one.status === 'fulfilled' ? one.value : 0));
    await until(() => lanesOf.every(({ lane }) => lane.stats().inFlight === 0), 'all are over');
    assert.equal(sent, 6, 'exactly six were sent');
    const served = statuses.filter((status) => status === 200).length;
    assert.equal(served, broken ? 4 : 6);
    if (!broken) assert.equal(statuses.filter((status) => status === 402).length, 994);
    const counted = new Limits(rules, memory);
    const [dollar] = counted.rules;
    assert.ok(dollar !== undefined);
    assert.equal(counted.list(dollar, clock.at, 1)[0]?.used, 900_000_000n);
    const settled = lanesOf
      .flatMap((lane) => lane.sealer.receipts())
      .reduce((sum, one) => sum + moneyFromDecimal(one.budget?.settled ?? '0'), 0n);
    assert.equal(settled, 6n * moneyFromDecimal('0.15'));
  }

  for (const lanes of [1, 3]) {
    test(`against one dollar, on ${lanes} lanes: exactly six`, () => against(lanes, false));
    test(`against one dollar, on ${lanes} lanes, one broken off and one left: exactly six`, () => against(lanes, true));
  }
});
