// The cache of a route over real sockets: what is given again and to whom, who waits for whom, and what each receipt says.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import type { KeptAnswer, KeyRecord, LaneOptions, Route } from '../src/index.ts';
import {
  ANTHROPIC_ENDING,
  ANTHROPIC_EVENTS,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  anthropicError,
  cutAfter,
  failing,
  reset,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  readReceipt,
  route,
  startLane,
  startUpstream,
  testKey,
  until,
  type Receipt,
  type TestKey,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;
before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

const CACHE: NonNullable<Route['cache']> = { ttl: '10m', max_bytes: 1024 * 1024, scope: 'team' };
const person = (seed: number, who: Partial<KeyRecord['who']>, over: Partial<KeyRecord> = {}): TestKey => {
  const { key, record } = testKey({}, seed);
  return { key, record: { ...record, who: { organisation: 'acme', key: record.id, ...who }, ...over } };
};
const ADA = person(21, { team: 'search', principal: 'ada' });
const BOB = person(31, { team: 'search', principal: 'bob' });
const EVE = person(41, { team: 'sales', principal: 'eve' });
const LONE = person(51, {});
const LONE_TOO = person(61, {});
const PEOPLE = [ADA, BOB, EVE, LONE, LONE_TOO];

async function start(over: Partial<Route['cache'] & object> = {}, options: Partial<LaneOptions> = {}): Promise<void> {
  const first = upstream.requests.length;
  lane = await startLane(
    {
      deployments: [deployment('a', upstream.port), deployment('b', upstream.port)],
      routes: [route('m', ['a'], { cache: { ...CACHE, ...over } }), route('plain', ['a'])],
      keys: PEOPLE.map(({ record }) => record),
    },
    options,
  );
  asked = () => upstream.requests.length - first;
}
/** Requests that reached the upstream since the start. */
let asked: () => number;

interface Ask {
  readonly by?: TestKey;
  readonly body?: object;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly signal?: AbortSignal;
}
const BODY = { model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] };
const ask = ({ by = ADA, body = {}, text, headers = {}, path = '/v1/messages', signal }: Ask = {}): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': by.key, ...headers },
    body: text ?? JSON.stringify({ ...BODY, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
const statusOf = async (asking: Ask = {}): Promise<string> => {
  const response = await ask(asking);
  await response.arrayBuffer();
  return (response.headers.get('weighbridge-cache') ?? '').split(';')[0] ?? '';
};
const receiptOf = (response: Response): Receipt => {
  const id = response.headers.get('weighbridge-receipt');
  const entry = lane.sealer.entries.find((one) => one.kind === 'call' && one.id === id);
  assert.ok(entry, `the call ${id} has a receipt`);
  return readReceipt(entry);
};
const stats = () => {
  const [first] = lane.lane.cache();
  assert.ok(first);
  return first;
};

test('the second of two identical requests costs nothing, bears the first answer byte for byte, and says whose it is', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start();
  const first = await ask();
  assert.equal(first.headers.get('weighbridge-cache'), 'miss');
  assert.equal(await first.text(), ANTHROPIC_WHOLE);
  const second = await ask({ by: BOB });
  assert.equal(await second.text(), ANTHROPIC_WHOLE);
  assert.equal(asked(), 1);
  const origin = first.headers.get('weighbridge-receipt');
  assert.match(
    second.headers.get('weighbridge-cache') ?? '',
    new RegExp(`^hit; receipt=${origin}; age=0; answer=msg_01$`),
  );
  assert.notEqual(second.headers.get('request-id'), first.headers.get('request-id'), 'the call has an id of its own');
  assert.equal(second.headers.get('weighbridge-cost'), '0 USD');
  assert.equal(second.headers.get('weighbridge-avoided'), '0.00002 USD');

  const receipt = receiptOf(second);
  assert.deepEqual(
    { ...receipt.served?.cache, age_ms: 0 },
    { age_ms: 0, answer: 'msg_01', receipt: origin, status: 'hit' },
  );
  assert.equal(receipt.served?.seller, 'anthropic');
  assert.deepEqual(receipt.attempts, []);
  assert.equal(receipt.usage, null, 'no usage of a seller');
  assert.deepEqual(receipt.charges, []);
  assert.deepEqual(receipt.cost, { billed: '0', contracted: '0', currency: 'USD', list: '0', status: 'exact' });
  assert.deepEqual(receipt.avoided, { basis: 'reported', contracted: '0.00002', currency: 'USD', list: '0.00002' });
  assert.equal(receipt.timing.ttft_ms, undefined);
  assert.equal(receipt.outcome, 'completed');
  assert.equal(receipt.who.principal, 'bob');
  assert.equal(lane.sealer.kinds().filter((kind) => kind === 'intent').length, 1, 'nothing was about to be asked');
  assert.equal(receiptOf(first).served?.cache?.status, 'miss');
  const { hits, misses, kept, entries, avoided } = stats();
  assert.deepEqual([hits, misses, kept, entries, avoided], [1, 1, 1, 1, { USD: '0.00002' }]);
});

test('a stream is given again as a stream, in the dialect of the caller, byte for byte', async () => {
  upstream.script(stream(...ANTHROPIC_EVENTS));
  await start();
  const chat = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 };
  for (const [path, body] of [
    ['/v1/messages', { ...BODY, stream: true }],
    ['/v1/chat/completions', chat],
  ] as const) {
    const sent: string[] = [];
    for (const wanted of ['miss', 'hit']) {
      const response = await ask({ path, text: JSON.stringify(body) });
      assert.match(response.headers.get('weighbridge-cache') ?? '', new RegExp(`^${wanted}`));
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      sent.push(await response.text());
    }
    assert.equal(sent[1], sent[0]);
  }
  assert.equal(asked(), 2, 'one for each dialect');
  assert.equal(await (await ask({ body: { stream: true } })).text(), ANTHROPIC_STREAM);
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal(await statusOf(), 'miss', 'whole and streamed are different bytes');
});

test('what no model can see makes no difference, and anything else does', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start();
  assert.equal(await statusOf(), 'miss');
  const same = [
    `{ "messages" : [ {"role":"user","content":"hi"} ],\n "max_tokens":50, "model":"m" }`,
    JSON.stringify({ ...BODY, metadata: { user_id: 'somebody' } }),
  ];
  for (const text of same) assert.equal(await statusOf({ text }), 'hit', text);
  assert.equal(await statusOf({ headers: { 'idempotency-key': 'k', 'weighbridge-session': 's' } }), 'hit');
  const others: Ask[] = [
    { body: { max_tokens: 51 } },
    { body: { temperature: 0.5 } },
    { text: JSON.stringify({ ...BODY, messages: [{ role: 'user', content: 'h i' }] }) },
    { text: `{"model":"m","max_tokens":50,"messages":[],"messages":[{"role":"user","content":"hi"}]}` },
    { text: `{"model":"m","max_tokens":50,"seed":9007199254740993,"messages":[{"role":"user","content":"hi"}]}` },
    { text: `{"model":"m","max_tokens":50,"seed":9007199254740992,"messages":[{"role":"user","content":"hi"}]}` },
    { headers: { 'anthropic-beta': 'context-1m' } },
    { headers: { 'weighbridge-fidelity': 'strict' } },
    { headers: { 'weighbridge-tags': 'data_class=secret' } },
  ];
  for (const other of others) assert.equal(await statusOf(other), 'miss', JSON.stringify(other));
});

test('answers stay within the team, and those of a key without a team with that key', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start();
  assert.equal(await statusOf({ by: ADA }), 'miss');
  assert.equal(await statusOf({ by: BOB }), 'hit');
  assert.equal(await statusOf({ by: EVE }), 'miss');
  assert.equal(await statusOf({ by: LONE }), 'miss');
  assert.equal(await statusOf({ by: LONE_TOO }), 'miss');
  assert.equal(await statusOf({ by: LONE_TOO }), 'hit');
});

test('a scope may be wider or narrower, and policy that differs never shares', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start({ scope: 'organisation' });
  assert.equal(await statusOf({ by: ADA }), 'miss');
  assert.equal(await statusOf({ by: EVE }), 'hit');
  await lane.close();
  const bounded = { ...EVE.record, policy: { ...EVE.record.policy, regions: ['us-east-1'] } };
  const served = { deployments: [deployment('a', upstream.port)], keys: [ADA.record, BOB.record, bounded] };
  lane = await startLane({ ...served, routes: [route('m', ['a'], { cache: { ...CACHE, scope: 'organisation' } })] });
  assert.equal(await statusOf({ by: ADA }), 'miss');
  assert.equal(await statusOf({ by: EVE }), 'miss', 'a policy that differs');
  await lane.close();
  lane = await startLane({ ...served, routes: [route('m', ['a'], { cache: { ...CACHE, scope: 'key' } })] });
  assert.equal(await statusOf({ by: ADA }), 'miss');
  assert.equal(await statusOf({ by: BOB }), 'miss');
  assert.equal(await statusOf({ by: ADA }), 'hit');
});

test('identical calls at once are one leg upstream, and each has its own receipt', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response));
  await start();
  const calls = Array.from({ length: 20 }, (_, at) => ask({ by: at % 2 === 0 ? ADA : BOB, body: { stream: true } }));
  await until(() => held !== null && lane.lane.stats().inFlight === 20, 'all are there');
  const response = held as unknown as ServerResponse;
  startSse(response).write(ANTHROPIC_START + anthropicDelta('Hel'));
  const heads = await Promise.all(calls);
  assert.equal(asked(), 1);
  const late = await ask({ body: { stream: true } });
  response.end(anthropicDelta('lo') + ANTHROPIC_ENDING.join(''));
  const texts = await Promise.all([...heads, late].map((one) => one.text()));
  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0] ?? '', /Hel[\s\S]*lo[\s\S]*message_stop/);
  const receipts = [...heads, late].map(receiptOf);
  assert.equal(new Set(receipts.map(({ id }) => id)).size, 21);
  const leader = receipts.filter(({ served }) => served?.cache?.status === 'miss');
  assert.equal(leader.length, 1);
  const joined = receipts.filter(({ served }) => served?.cache?.status === 'joined');
  assert.equal(joined.length, 20);
  for (const { served, cost, usage, attempts } of joined) {
    assert.equal(served?.cache?.receipt, leader[0]?.id);
    assert.equal(served?.cache?.answer, 'msg_01');
    assert.deepEqual([cost.billed, usage, attempts.length], ['0', null, 0]);
  }
  assert.equal(leader[0]?.cost.billed, '0.00002');
  assert.equal(stats().joined, 20);
});

test('when the first fails before its content, those that waited go on by themselves', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response), whole(ANTHROPIC_WHOLE));
  await start();
  const calls = [ask(), ask(), ask()];
  await until(() => held !== null && lane.lane.stats().inFlight === 3, 'all are there');
  const refusal = failing(400, anthropicError('invalid_request_error', 'no'));
  refusal({} as never, held as unknown as ServerResponse, '');
  const done = await Promise.all(calls);
  assert.deepEqual(done.map(({ status }) => status).toSorted(), [200, 200, 400]);
  assert.equal(asked(), 3);
  for (const response of done) await response.arrayBuffer();
  assert.deepEqual(
    done.map((one) => receiptOf(one).attempts.length),
    [1, 1, 1],
  );
});

test('a failure after the content is told to all that share it, and is not kept', async () => {
  upstream.script(cutAfter(ANTHROPIC_START, anthropicDelta('Hel')), stream(...ANTHROPIC_EVENTS));
  await start();
  const calls = await Promise.all([ask({ body: { stream: true } }), ask({ by: BOB, body: { stream: true } })]);
  for (const text of await Promise.all(calls.map((one) => one.text()))) assert.match(text, /event: error/);
  assert.equal(asked(), 1);
  assert.deepEqual(
    calls.map((one) => receiptOf(one).outcome),
    ['cut', 'cut'],
  );
  assert.equal(await statusOf({ body: { stream: true } }), 'miss');
});

test('the one who asked first may leave: the others still get the answer, and it is kept', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response));
  await start();
  const leaving = new AbortController();
  const first = ask({ body: { stream: true }, signal: leaving.signal }).catch(() => null);
  await until(() => held !== null, 'the first is at the upstream');
  const second = ask({ by: BOB, body: { stream: true } });
  await until(() => lane.lane.stats().inFlight === 2, 'the second waits');
  leaving.abort();
  await first;
  const response = held as unknown as ServerResponse;
  startSse(response).write(ANTHROPIC_START + anthropicDelta('Hel'));
  const got = await second;
  response.end(anthropicDelta('lo') + ANTHROPIC_ENDING.join(''));
  assert.match(await got.text(), /Hel[\s\S]*lo[\s\S]*message_stop/);
  await until(() => lane.sealer.receipts().length === 2, 'both have a receipt');
  const leader = lane.sealer.receipts().find(({ who }) => who.principal === 'ada');
  assert.equal(leader?.outcome, 'client_gone');
  assert.equal(leader?.usage?.source, 'reported', 'it was read to its end');
  assert.equal(await statusOf({ body: { stream: true } }), 'hit');
});

test('when everybody has left nothing goes on for nobody, and nothing half-read is kept', async () => {
  let held: ServerResponse | null = null;
  upstream.script((_request, response) => void (held = response), stream(...ANTHROPIC_EVENTS));
  await start();
  const leaving = new AbortController();
  const both = [ADA, BOB].map((by) => ask({ by, body: { stream: true }, signal: leaving.signal }).catch(() => null));
  await until(() => held !== null && lane.lane.stats().inFlight === 2, 'both are there');
  leaving.abort();
  await Promise.all(both);
  await until(() => lane.sealer.receipts().length === 1, 'the one that joined has its receipt');
  startSse(held as unknown as ServerResponse).end(ANTHROPIC_STREAM);
  await until(() => lane.sealer.receipts().length === 2, 'both have a receipt');
  assert.deepEqual(
    lane.sealer.receipts().map(({ outcome }) => outcome),
    ['client_gone', 'client_gone'],
  );
  assert.equal(await statusOf({ body: { stream: true } }), 'miss');
});

test('only whole and good answers are kept', async () => {
  await start();
  for (const bad of [
    failing(529, anthropicError('overloaded_error', 'no')),
    reset,
    whole('{"id": nonsense'),
    whole(anthropicError('api_error', 'no')),
    whole(JSON.stringify({ ...JSON.parse(ANTHROPIC_WHOLE), stop_reason: 'refusal' })),
  ]) {
    upstream.script(bad);
    await statusOf();
  }
  assert.equal(stats().entries, 0);
  // Without the pauses that the failures brought.
  await lane.close();
  await start();
  upstream.script(whole(ANTHROPIC_WHOLE));
  await statusOf();
  assert.equal(stats().entries, 1);
});

test('the caller may want a fresh answer, one that is not kept, or one no older than it says', async () => {
  let now = 1_700_000_000_000;
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start({}, { clock: { wall: () => now, monotonic: () => performance.now() } });
  const told = (value: string): Ask => ({ headers: { 'cache-control': value } });
  assert.equal(await statusOf(told('no-store')), 'bypass');
  assert.equal(stats().entries, 0);
  assert.equal(await statusOf(told('no-cache')), 'bypass');
  assert.equal(await statusOf(), 'hit', 'what was asked afresh is kept');
  now += 30_000;
  assert.equal(await statusOf(told('max-age=29')), 'miss');
  assert.equal(await statusOf(told('no-transform, max-age=60')), 'hit');
  now += 599_000;
  assert.equal(await statusOf(), 'hit');
  now += 1_000;
  assert.equal(await statusOf(), 'miss', 'its time is over');
});

test('memory has a bound: the oldest goes, and what is too large is not kept', async () => {
  await start({ max_bytes: 64 * 1024 });
  const sized = (chars: number): string =>
    JSON.stringify({ ...JSON.parse(ANTHROPIC_WHOLE), content: [{ type: 'text', text: 'x'.repeat(chars) }] });
  upstream.script(whole(sized(6000)));
  for (let at = 0; at < 12; at += 1) await statusOf({ body: { top_k: at + 1 } });
  const { entries, bytes, evicted } = stats();
  assert.ok(bytes <= 64 * 1024, `${bytes} bytes`);
  assert.equal(entries + evicted, 12);
  assert.equal(await statusOf({ body: { top_k: 12 } }), 'hit');
  assert.equal(await statusOf({ body: { top_k: 1 } }), 'miss');
  upstream.script(whole(sized(20_000)));
  assert.equal(await statusOf({ body: { top_k: 99 } }), 'miss');
  assert.equal(await statusOf({ body: { top_k: 99 } }), 'miss');
});

test('a purge forgets what it names, and what was on its way', async () => {
  let held: ServerResponse | null = null;
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start();
  await statusOf({ by: ADA });
  await statusOf({ by: EVE });
  assert.equal(lane.lane.purge({ team: 'sales' }).entries, 1);
  assert.equal(await statusOf({ by: ADA }), 'hit');
  assert.deepEqual(lane.lane.purge({ route: 'plain' }), { entries: 0, bytes: 0 });
  upstream.script((_request, response) => void (held = response), whole(ANTHROPIC_WHOLE));
  const under_way = ask({ body: { top_k: 2 } });
  await until(() => held !== null, 'it is at the upstream');
  assert.equal(lane.lane.purge({}).entries, 1);
  whole(ANTHROPIC_WHOLE)({} as never, held as unknown as ServerResponse, '');
  assert.equal(await (await under_way).text(), ANTHROPIC_WHOLE);
  assert.equal(stats().entries, 0);
});

test('lanes of one node keep one copy: what one was told another gives', async () => {
  const takers: ((answer: KeptAnswer) => void)[] = [];
  const linked = (): NonNullable<LaneOptions['answerLink']> => {
    let own: (answer: KeptAnswer) => void = () => undefined;
    return {
      share: (answer) => takers.forEach((take) => take !== own && take(structuredClone(answer))),
      receive: (take) => takers.push((own = take)),
    };
  };
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start({}, { answerLink: linked() });
  const one = lane;
  await start({}, { answerLink: linked() });
  const other = lane;
  lane = one;
  assert.equal(await statusOf(), 'miss');
  lane = other;
  assert.equal(await statusOf(), 'hit');
  assert.equal(stats().kept, 0);
  await one.close();
});

test('a route without a cache says nothing of one', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  await start();
  const response = await ask({ body: { model: 'plain' } });
  await response.arrayBuffer();
  assert.equal(response.headers.get('weighbridge-cache'), null);
  assert.equal(receiptOf(response).served?.cache, undefined);
});

test('a hit of an answer that wrote the seller’s prompt cache avoids the price of reading it', async () => {
  const { usage, ...rest } = JSON.parse(ANTHROPIC_WHOLE);
  upstream.script(whole(JSON.stringify({ ...rest, usage: { ...usage, cache_creation_input_tokens: 100 } })));
  await start();
  await statusOf();
  const response = await ask();
  await response.arrayBuffer();
  assert.equal(receiptOf(response).avoided?.basis, 'warm');
});
