// Shadow traffic: copies are calls of their own, for nobody's team, and no client is the slower for one.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Route } from '../src/index.ts';
import {
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_WHOLE,
  anthropicError,
  failing,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  digestFor,
  readReceipt,
  route,
  snapshot,
  startLane,
  startUpstream,
  until,
  type Receipt,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';
import { ask, limited, rule } from './support/limited.ts';

let main: Upstream;
let shadow: Upstream;
before(async () => {
  main = await startUpstream(whole(ANTHROPIC_WHOLE));
  shadow = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(async () => {
  await main.close();
  await shadow.close();
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});

const MIRROR = { deployment: 'shadow', share: 1, cost_centre: 'evaluation', at_once: 4 };
const world = (over: Partial<Route['mirror'] & object> = {}) => ({
  deployments: [deployment('main', main.port), deployment('shadow', shadow.port, { region: 'eu-west-1' })],
  routes: [route('m', ['main'], { mirror: { ...MIRROR, ...over } })],
});
async function mirrored(over: Partial<Route['mirror'] & object> = {}): Promise<TestLane> {
  const lane = await startLane(world(over));
  running.push(lane);
  return lane;
}
const receipts = async (lane: TestLane, count: number): Promise<readonly Receipt[]> => {
  await until(() => lane.sealer.receipts().length >= count, `there are ${count} receipts`);
  return lane.sealer.receipts();
};

test('a copy has a receipt of its own, names the call that it copies, and is of no team', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(whole(ANTHROPIC_WHOLE));
  const lane = await mirrored();
  const response = await ask(lane);
  assert.equal(await response.text(), ANTHROPIC_WHOLE);
  const [original, copy] = await receipts(lane, 2);
  assert.ok(original !== undefined && copy !== undefined);
  assert.equal(original.parent, undefined);
  assert.deepEqual(copy.parent, { as: 'mirror', call: original.id });
  assert.deepEqual(copy.who, { cost_centre: 'evaluation', organisation: 'acme' });
  assert.equal(original.who.team, 'search');
  assert.deepEqual([original.served?.deployment, copy.served?.deployment], ['main', 'shadow']);
  assert.deepEqual([original.cost.billed, copy.cost.billed], ['0.00002', '0.00002'], 'each is priced for itself');
  assert.equal(
    copy.response_digest,
    digestFor('ada', copy.id, 'response', ANTHROPIC_WHOLE),
    'its answer is kept as a digest',
  );
  assert.deepEqual(main.requests.at(-1)?.body === shadow.requests.at(-1)?.body, true, 'the same request went to both');
  const decided = lane.sealer.entries
    .filter(({ kind }) => kind === 'decided')
    .map((entry) => (readReceipt(entry) as unknown as { route: string }).route);
  assert.deepEqual(decided, ['m', 'm~mirror']);
  const intents = lane.sealer.entries.filter(({ kind }) => kind === 'intent');
  assert.equal(intents.length, 2, 'the journal knew of the copy before it went');
});

test('a stream is copied as a stream, and another dialect is translated for the copy alone', async () => {
  const openai = await startUpstream(whole(OPENAI_WHOLE));
  main.script(stream(ANTHROPIC_STREAM));
  shadow.script(stream(ANTHROPIC_STREAM));
  const lane = await mirrored();
  assert.equal(await (await ask(lane, { stream: true })).text(), ANTHROPIC_STREAM);
  const [, copy] = await receipts(lane, 2);
  assert.deepEqual([copy?.asked.stream, copy?.outcome, copy?.usage?.source], [true, 'completed', 'reported']);

  main.script(whole(ANTHROPIC_WHOLE));
  const across = await startLane({
    deployments: [
      deployment('main', main.port),
      deployment('shadow', openai.port, {
        cloud: 'openai',
        model: 'gpt-4.1',
        endpoint: `http://127.0.0.1:${openai.port}/v1`,
      }),
    ],
    routes: [route('m', ['main'], { mirror: MIRROR })],
  });
  running.push(across);
  assert.equal(await (await ask(across)).text(), ANTHROPIC_WHOLE);
  const [, translated] = await receipts(across, 2);
  assert.deepEqual(translated?.attempts[0]?.edits.slice(0, 1), ['translated:anthropic-messages>openai-chat']);
  await openai.close();
});

test('a client is answered while its copy has not even an answer, and beyond the bound no copy is made', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  const waiting: (() => void)[] = [];
  shadow.script((request, response, body) => {
    waiting.push(() => whole(ANTHROPIC_WHOLE)(request, response, body));
  });
  const lane = await mirrored({ at_once: 2 });
  for (let call = 0; call < 5; call += 1) assert.equal((await ask(lane)).status, 200);
  await until(() => waiting.length === 2, 'two copies wait');
  assert.equal(lane.sealer.receipts().length, 5, 'five clients have their answers');
  for (const answer of waiting) answer();
  assert.equal((await receipts(lane, 7)).filter(({ parent }) => parent !== undefined).length, 2);
  shadow.script(whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane)).status, 200);
  assert.equal((await receipts(lane, 9)).length, 9, 'there is room again');
});

test('a copy that fails is told in its own receipt, once, and nowhere else', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(failing(529, anthropicError('overloaded_error', 'full')));
  const lane = await mirrored();
  assert.equal((await ask(lane)).status, 200);
  const [original, copy] = await receipts(lane, 2);
  assert.deepEqual([original?.outcome, copy?.outcome, copy?.attempts.length], ['completed', 'error', 1]);
  assert.equal(original?.error, undefined);
});

test('what its key may not use, its copy may not use either', async () => {
  const lane = await mirrored();
  const { record } = lane.key;
  const policy = { routes: ['m'], clouds: ['*' as const], regions: ['us-east-1'] };
  lane.lane.swap(snapshot({ ...world(), keys: [{ ...record, policy }] }));
  main.script(whole(ANTHROPIC_WHOLE));
  const before = shadow.requests.length;
  assert.equal((await ask(lane)).status, 200);
  const [, copy] = await receipts(lane, 2);
  assert.deepEqual([copy?.outcome, copy?.error?.code], ['refused', 'POLICY_DENIED']);
  assert.equal(shadow.requests.length, before);
});

test('a copy draws on the limits of its own deployment, and on none of the team', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(whole(ANTHROPIC_WHOLE));
  const rules = [
    rule('team', { amount: '100', per: ['team'] }),
    rule('shadow', { amount: '1', where: { deployment: ['shadow'] } }),
  ];
  const { lane, used } = await limited(rules, world());
  assert.equal((await ask(lane)).status, 200);
  await receipts(lane, 2);
  assert.equal((await ask(lane)).status, 200, 'a copy without room is no matter of its client');
  const all = await receipts(lane, 4);
  assert.deepEqual(used('shadow'), { '': 1n });
  assert.equal(used('team')['search'], 2n);
  assert.deepEqual(
    all.filter(({ parent }) => parent !== undefined).map(({ error }) => error?.code),
    [undefined, 'LIMIT_EXCEEDED'],
  );
});

test('what a condition of the mirror does not allow is not copied, by what the original was', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(whole(ANTHROPIC_WHOLE));
  const lane = await mirrored({ when: { data_class: 'public', without: ['images'] } });
  const before = shadow.requests.length;
  const tagged = (tags: string): Promise<Response> =>
    fetch(`${lane.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': lane.key.key, 'weighbridge-tags': tags },
      body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
    });
  for (const tags of ['data_class=secret', 'task=x']) assert.equal((await tagged(tags)).status, 200);
  assert.equal((await tagged('data_class=public')).status, 200);
  const all = await receipts(lane, 4);
  assert.equal(shadow.requests.length, before + 1);
  const copies = all.filter(({ parent }) => parent !== undefined);
  assert.deepEqual(
    copies.map(({ parent }) => parent?.call),
    [all.find(({ who }) => who.tags?.['data_class'] === 'public')?.id],
  );
});

test('about the share that is asked for is copied, and nothing that was refused', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(whole(ANTHROPIC_WHOLE));
  const lane = await mirrored({ share: 0.3, at_once: 64 });
  for (let call = 0; call < 60; call += 1) await (await ask(lane)).text();
  assert.equal((await ask(lane, { model: 'unknown' })).status, 404);
  await until(() => lane.lane.stats().inFlight === 0, 'all copies have ended');
  const copies = lane.sealer.receipts().filter(({ parent }) => parent !== undefined).length;
  assert.ok(copies >= 9 && copies <= 27, `${copies} of 60 under the seed`);
});

test('a request in the envelope of another cloud is copied with what it says', async () => {
  main.script(whole(ANTHROPIC_WHOLE));
  shadow.script(whole(ANTHROPIC_WHOLE));
  const lane = await mirrored();
  const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] };
  const response = await ask(lane, { ...body, model: undefined }, '/model/m/invoke');
  assert.equal(response.status, 200);
  const [original, copy] = await receipts(lane, 2);
  assert.deepEqual([original?.asked.envelope, copy?.asked.envelope], ['bedrock-invoke', 'bedrock-invoke']);
  assert.equal(copy?.outcome, 'completed');
  assert.equal(shadow.requests.at(-1)?.body, main.requests.at(-1)?.body);
});
