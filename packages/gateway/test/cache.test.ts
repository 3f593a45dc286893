// The cache of a route over real sockets: what is given again and to whom, and what each receipt says of it.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import type { KeptAnswer, LaneOptions } from '../src/index.ts';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  anthropicError,
  failing,
  reset,
  stream,
  whole,
} from './support/answers.ts';
import { ADA, BODY, BOB, EVE, LONE, LONE_TOO, startCached, type CachedLane, type Ask } from './support/cached.ts';
import { startUpstream, until, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: CachedLane;
before(async () => {
  upstream = await startUpstream();
});
afterEach(() => lane.close());
after(() => upstream.close());

test('the second of two identical requests costs nothing, bears the first answer byte for byte, and says whose it is', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  const first = await lane.ask();
  assert.equal(first.headers.get('weighbridge-cache'), 'miss');
  assert.equal(await first.text(), ANTHROPIC_WHOLE);
  const second = await lane.ask({ by: BOB });
  assert.equal(await second.text(), ANTHROPIC_WHOLE);
  assert.equal(lane.asked(), 1);
  const origin = first.headers.get('weighbridge-receipt');
  assert.match(
    second.headers.get('weighbridge-cache') ?? '',
    new RegExp(`^hit; receipt=${origin}; age=0; answer=msg_01$`),
  );
  assert.notEqual(second.headers.get('request-id'), first.headers.get('request-id'), 'the call has an id of its own');
  assert.equal(second.headers.get('weighbridge-cost'), '0 USD');
  assert.equal(second.headers.get('weighbridge-avoided'), '0.00002 USD');

  const receipt = lane.receiptOf(second);
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
  assert.equal(lane.receiptOf(first).served?.cache?.status, 'miss');
  const { hits, misses, kept, entries, avoided } = lane.stats();
  assert.deepEqual([hits, misses, kept, entries, avoided], [1, 1, 1, 1, { USD: '0.00002' }]);
});

test('a stream is given again as a stream, in the dialect of the caller, byte for byte', async () => {
  upstream.script(stream(...ANTHROPIC_EVENTS));
  lane = await startCached(upstream);
  const chat = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 };
  for (const [path, body] of [
    ['/v1/messages', { ...BODY, stream: true }],
    ['/v1/chat/completions', chat],
  ] as const) {
    const sent: string[] = [];
    for (const wanted of ['miss', 'hit']) {
      const response = await lane.ask({ path, text: JSON.stringify(body) });
      assert.match(response.headers.get('weighbridge-cache') ?? '', new RegExp(`^${wanted}`));
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      sent.push(await response.text());
    }
    assert.equal(sent[1], sent[0]);
  }
  assert.equal(lane.asked(), 2, 'one for each dialect');
  assert.equal(await (await lane.ask({ body: { stream: true } })).text(), ANTHROPIC_STREAM);
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal(await lane.statusOf(), 'miss', 'whole and streamed are different bytes');
});

test('what no model can see makes no difference, and anything else does', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  assert.equal(await lane.statusOf(), 'miss');
  const same = [
    `{ "messages" : [ {"role":"user","content":"hi"} ],\n "max_tokens":50, "model":"m" }`,
    JSON.stringify({ ...BODY, metadata: { user_id: 'somebody' } }),
  ];
  for (const text of same) assert.equal(await lane.statusOf({ text }), 'hit', text);
  assert.equal(await lane.statusOf({ headers: { 'idempotency-key': 'k', 'weighbridge-session': 's' } }), 'hit');
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
  for (const other of others) assert.equal(await lane.statusOf(other), 'miss', JSON.stringify(other));
});

test('answers stay within the team, and those of a key without a team with that key', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  assert.equal(await lane.statusOf({ by: ADA }), 'miss');
  assert.equal(await lane.statusOf({ by: BOB }), 'hit');
  assert.equal(await lane.statusOf({ by: EVE }), 'miss');
  assert.equal(await lane.statusOf({ by: LONE }), 'miss');
  assert.equal(await lane.statusOf({ by: LONE_TOO }), 'miss');
  assert.equal(await lane.statusOf({ by: LONE_TOO }), 'hit');
});

test('a scope may be wider or narrower, and policy that differs never shares', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream, { scope: 'organisation' });
  assert.equal(await lane.statusOf({ by: ADA }), 'miss');
  assert.equal(await lane.statusOf({ by: EVE }), 'hit');
  await lane.close();
  const bounded = { ...EVE.record, policy: { ...EVE.record.policy, regions: ['us-east-1'] } };
  const keys = [ADA.record, BOB.record, bounded];
  lane = await startCached(upstream, { scope: 'organisation' }, {}, keys);
  assert.equal(await lane.statusOf({ by: ADA }), 'miss');
  assert.equal(await lane.statusOf({ by: EVE }), 'miss', 'a policy that differs');
  await lane.close();
  lane = await startCached(upstream, { scope: 'key' }, {}, keys);
  assert.equal(await lane.statusOf({ by: ADA }), 'miss');
  assert.equal(await lane.statusOf({ by: BOB }), 'miss');
  assert.equal(await lane.statusOf({ by: ADA }), 'hit');
});

test('only whole and good answers are kept', async () => {
  lane = await startCached(upstream);
  for (const bad of [
    failing(529, anthropicError('overloaded_error', 'no')),
    reset,
    whole('{"id": nonsense'),
    whole(anthropicError('api_error', 'no')),
    whole(JSON.stringify({ ...JSON.parse(ANTHROPIC_WHOLE), stop_reason: 'refusal' })),
  ]) {
    upstream.script(bad);
    await lane.statusOf();
  }
  assert.equal(lane.stats().entries, 0);
  // Without the pauses that the failures brought.
  await lane.close();
  lane = await startCached(upstream);
  upstream.script(whole(ANTHROPIC_WHOLE));
  await lane.statusOf();
  assert.equal(lane.stats().entries, 1);
});

test('the caller may want a fresh answer, one that is not kept, or one no older than it says', async () => {
  let now = 1_700_000_000_000;
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream, {}, { clock: { wall: () => now, monotonic: () => performance.now() } });
  const told = (value: string): Ask => ({ headers: { 'cache-control': value } });
  assert.equal(await lane.statusOf(told('no-store')), 'bypass');
  assert.equal(lane.stats().entries, 0);
  assert.equal(await lane.statusOf(told('no-cache')), 'bypass');
  assert.equal(await lane.statusOf(), 'hit', 'what was asked afresh is kept');
  now += 30_000;
  assert.equal(await lane.statusOf(told('max-age=29')), 'miss');
  assert.equal(await lane.statusOf(told('no-transform, max-age=60')), 'hit');
  now += 599_000;
  assert.equal(await lane.statusOf(), 'hit');
  now += 1_000;
  assert.equal(await lane.statusOf(), 'miss', 'its time is over');
});

test('memory has a bound: the oldest goes, and what is too large is not kept', async () => {
  lane = await startCached(upstream, { max_bytes: 64 * 1024 });
  const sized = (chars: number): string =>
    JSON.stringify({ ...JSON.parse(ANTHROPIC_WHOLE), content: [{ type: 'text', text: 'x'.repeat(chars) }] });
  upstream.script(whole(sized(6000)));
  for (let at = 0; at < 12; at += 1) await lane.statusOf({ body: { top_k: at + 1 } });
  const { entries, bytes, evicted } = lane.stats();
  assert.ok(bytes <= 64 * 1024, `${bytes} bytes`);
  assert.equal(entries + evicted, 12);
  assert.equal(await lane.statusOf({ body: { top_k: 12 } }), 'hit');
  assert.equal(await lane.statusOf({ body: { top_k: 1 } }), 'miss');
  upstream.script(whole(sized(20_000)));
  assert.equal(await lane.statusOf({ body: { top_k: 99 } }), 'miss');
  assert.equal(await lane.statusOf({ body: { top_k: 99 } }), 'miss');
});

test('a purge forgets what it names, and what was on its way', async () => {
  let held: ServerResponse | null = null;
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  await lane.statusOf({ by: ADA });
  await lane.statusOf({ by: EVE });
  assert.equal(lane.lane.purge({ team: 'sales' }).entries, 1);
  assert.equal(await lane.statusOf({ by: ADA }), 'hit');
  assert.deepEqual(lane.lane.purge({ route: 'plain' }), { entries: 0, bytes: 0 });
  upstream.script((_request, response) => void (held = response), whole(ANTHROPIC_WHOLE));
  const under_way = lane.ask({ body: { top_k: 2 } });
  await until(() => held !== null, 'it is at the upstream');
  assert.equal(lane.lane.purge({}).entries, 1);
  whole(ANTHROPIC_WHOLE)({} as never, held as unknown as ServerResponse, '');
  assert.equal(await (await under_way).text(), ANTHROPIC_WHOLE);
  assert.equal(lane.stats().entries, 0);
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
  lane = await startCached(upstream, {}, { answerLink: linked() });
  const one = lane;
  lane = await startCached(upstream, {}, { answerLink: linked() });
  const other = lane;
  lane = one;
  assert.equal(await lane.statusOf(), 'miss');
  lane = other;
  assert.equal(await lane.statusOf(), 'hit');
  assert.equal(lane.stats().kept, 0);
  await one.close();
});

test('a route without a cache says nothing of one', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  lane = await startCached(upstream);
  const response = await lane.ask({ body: { model: 'plain' } });
  await response.arrayBuffer();
  assert.equal(response.headers.get('weighbridge-cache'), null);
  assert.equal(lane.receiptOf(response).served?.cache, undefined);
});

test('a hit of an answer that wrote the seller’s prompt cache avoids the price of reading it', async () => {
  const { usage, ...rest } = JSON.parse(ANTHROPIC_WHOLE);
  upstream.script(whole(JSON.stringify({ ...rest, usage: { ...usage, cache_creation_input_tokens: 100 } })));
  lane = await startCached(upstream);
  await lane.statusOf();
  const response = await lane.ask();
  await response.arrayBuffer();
  assert.equal(lane.receiptOf(response).avoided?.basis, 'warm');
});
