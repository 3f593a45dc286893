// Limits through a lane: what is refused and how its client is told, what is left in the headers that it reads, and what
// the entries say.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
import { deployment, route, testKey, until, type Script } from './support/fixture.ts';
import { ask, clock, limited, rule, upstream } from './support/limited.ts';

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
