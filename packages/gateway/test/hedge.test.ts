// A second leg for slow calls: who serves, what both legs cost, and that second legs never exceed their share.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Clock } from '@weighbridge/kernel';
import type { Route, Snapshot } from '../src/index.ts';
import { HedgeBook } from '../src/routing/hedge-book.ts';
import {
  ANTHROPIC_PING,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  anthropicError,
  failing,
  startSse,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  until,
  type Receipt,
  type Script,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';
import { ask, limited, rule } from './support/limited.ts';

function silent(): void {
  // Never answers.
}
/** Begins a stream, and says nothing in it. */
const mute: Script = (_request, response) => void startSse(response).write(ANTHROPIC_START + ANTHROPIC_PING);
/** Answers whole, after a while. */
const afterMs =
  (ms: number, script: Script): Script =>
  (request, response, body) =>
    void setTimeout(() => script(request, response, body), ms);

let slow: Upstream;
let fast: Upstream;
before(async () => {
  slow = await startUpstream(silent);
  fast = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(async () => {
  await slow.close();
  await fast.close();
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});

const HEDGE = { after_ms: 30, budget: 1 };
const world = (over: Partial<Route> = {}): Partial<Snapshot> => ({
  deployments: [deployment('slow', slow.port), deployment('fast', fast.port, { region: 'eu-west-1' })],
  routes: [route('m', ['slow', 'fast'], { hedge: HEDGE, ...over })],
});
async function hedged(over: Partial<Route> = {}, options: Parameters<typeof startLane>[1] = {}): Promise<TestLane> {
  const lane = await startLane(world(over), options);
  running.push(lane);
  return lane;
}
const legs = ({ attempts }: Receipt): unknown =>
  attempts.map((leg) => [leg.deployment, leg.role ?? 'first', leg.dropped ?? leg.error ?? 'served', leg.usage?.source]);

test('of two legs the one that has content first serves, and both stand in the receipt with what they cost', async () => {
  slow.script(mute);
  fast.script(stream(ANTHROPIC_STREAM));
  const lane = await hedged();
  const response = await ask(lane, { stream: true });
  assert.equal(await response.text(), ANTHROPIC_STREAM, 'nothing of the other leg reached the client');
  assert.equal(response.headers.get('weighbridge-deployment'), 'fast');
  const receipt = lane.sealer.receipt();
  assert.deepEqual(legs(receipt), [
    ['slow', 'first', 'outrun', 'estimated'],
    ['fast', 'hedge', 'served', undefined],
  ]);
  // Input as the slow one had said it, output as far as it came.
  assert.equal(receipt.attempts[0]?.usage?.tokens.input, 10);
  assert.equal(receipt.usage?.source, 'reported');
  assert.equal(receipt.charges.length, 4, 'both legs are charged for');
  assert.equal(receipt.cost.status, 'estimated');
  assert.equal(receipt.served?.fallback, true);
  const decided = JSON.parse(lane.sealer.entries.findLast(({ kind }) => kind === 'decided')?.commercial ?? '{}') as {
    candidates: { verdict: string; reason?: string }[];
  };
  assert.deepEqual(
    decided.candidates.map(({ verdict, reason }) => [verdict, reason]),
    [
      ['tried', 'outrun: the other leg had content first'],
      ['chosen', 'hedge: sent beside a slow leg'],
    ],
  );
  const [leg] = receipt.attempts.slice(1);
  assert.ok(
    (receipt.timing.ttft_ms ?? 0) >= (leg?.started_ms ?? Infinity),
    'time to first token is that of the winner',
  );
});

test('a first leg that comes after all serves, and the second is cut', async () => {
  let late: (() => void) | undefined;
  slow.script((request, response, body) => {
    late = () => whole(ANTHROPIC_WHOLE)(request, response, body);
  });
  fast.script(silent);
  const lane = await hedged();
  const asked = ask(lane);
  const before = fast.requests.length;
  await until(() => fast.requests.length > before, 'the second leg has come');
  late?.();
  assert.equal((await asked).status, 200);
  const receipt = lane.sealer.receipt();
  assert.deepEqual(legs(receipt), [
    ['slow', 'first', 'served', undefined],
    ['fast', 'hedge', 'outrun', 'estimated'],
  ]);
  assert.equal(receipt.served?.fallback, false);
});

test('a call that is quick enough has one leg', async () => {
  slow.script(whole(ANTHROPIC_WHOLE));
  const lane = await hedged({ hedge: { after_ms: 2_000, budget: 1 } });
  assert.equal((await ask(lane)).status, 200);
  assert.deepEqual(legs(lane.sealer.receipt()), [['slow', 'first', 'served', undefined]]);
});

test('second legs never exceed their share of the calls', async () => {
  slow.script(afterMs(60, whole(ANTHROPIC_WHOLE)));
  fast.script(whole(ANTHROPIC_WHOLE));
  const lane = await hedged({ hedge: { after_ms: 1, budget: 0.25 } });
  for (let call = 0; call < 9; call += 1) await (await ask(lane)).text();
  const hedges = lane.sealer.receipts().map(({ attempts }) => attempts.length - 1);
  assert.deepEqual(hedges, [0, 0, 0, 1, 0, 0, 0, 1, 0]);
});

test('a quiet route saves up no storm of second legs', () => {
  const book = new HedgeBook();
  for (let call = 0; call < 10_000; call += 1) book.call(0.1);
  let taken = 0;
  while (book.take()) taken += 1;
  assert.equal(taken, 10);
  book.giveBack();
  assert.equal(book.take(), true, 'one that did not go can go later');
});

test('after p95 waits until enough calls are known, and then as long as 95 of 100 of them took', async () => {
  const { whole: times } = new HedgeBook();
  for (let ms = 1; ms < 40; ms += 1) times.add(ms);
  assert.equal(times.p95(), Infinity);
  times.add(40);
  assert.equal(times.p95(), 38);
  for (let ms = 0; ms < 256; ms += 1) times.add(1_000);
  assert.equal(times.p95(), 1_000, 'what is new replaces what is old');

  slow.script(whole(ANTHROPIC_WHOLE));
  fast.script(whole(ANTHROPIC_WHOLE));
  const lane = await hedged({ hedge: { after: 'p95', budget: 1 } });
  for (let call = 0; call < 40; call += 1) await (await ask(lane)).text();
  slow.script(silent);
  assert.equal((await ask(lane)).headers.get('weighbridge-deployment'), 'fast');
});

test('a hedge goes nowhere that policy excludes', async () => {
  slow.script(afterMs(120, whole(ANTHROPIC_WHOLE)));
  const lane = await startLane(world());
  running.push(lane);
  const { record } = lane.key;
  lane.lane.swap({
    ...SNAPSHOT,
    ...world(),
    keys: [{ ...record, policy: { routes: ['*'], clouds: ['*'], regions: ['us-east-1'] } }],
  });
  const before = fast.requests.length;
  assert.equal((await ask(lane)).status, 200);
  assert.equal(fast.requests.length, before);
  assert.equal(lane.sealer.receipt().attempts.length, 1);
});
const SNAPSHOT: Snapshot = {
  digest: 'config-digest',
  organisation: 'acme',
  log: 'lab',
  node: 'node-1',
  hosts: [],
  origins: [],
  requestBytes: 1024 * 1024,
  deployments: [],
  routes: [],
  keys: [],
};

test('limits hold for each leg: what was outrun counts with all that it could take, and a second leg without room is not sent', async () => {
  slow.script(silent);
  fast.script(whole(ANTHROPIC_WHOLE));
  const tokens = (amount: string) => [
    rule('t', { measure: 'output_tokens', amount, window: { kind: 'calendar', unit: 'day', zone: 'UTC' } }),
  ];
  const roomy = await limited(tokens('1000'), world());
  assert.equal((await ask(roomy.lane, { max_tokens: 100 })).status, 200);
  assert.deepEqual(roomy.used('t'), { '': 105n }, '100 that the cut leg might have written, 5 that the other wrote');
  const counted = roomy.lane.sealer.receipt().counted?.legs.map((leg) => [leg.deployment, leg.output]);
  assert.deepEqual(counted, [
    ['slow', 100],
    ['fast', 5],
  ]);
  const intents = roomy.lane.sealer.kinds().filter((kind) => kind === 'intent');
  assert.equal(intents.length, 2, 'the journal knew of both reservations before their legs went');

  slow.script(afterMs(120, whole(ANTHROPIC_WHOLE)));
  const tight = await limited(tokens('150'), world());
  const before = fast.requests.length;
  assert.equal((await ask(tight.lane, { max_tokens: 100 })).status, 200);
  assert.equal(fast.requests.length, before);
  assert.deepEqual(legs(tight.lane.sealer.receipt()), [['slow', 'first', 'served', undefined]]);
});

test('a leg that fails beside another leaves the call to it, and only when both fail does it move on', async () => {
  slow.script(afterMs(90, failing(529, anthropicError('overloaded_error', 'full'))));
  fast.script(afterMs(180, whole(ANTHROPIC_WHOLE)));
  const lane = await hedged();
  assert.equal((await ask(lane)).status, 200);
  assert.deepEqual(legs(lane.sealer.receipt()), [
    ['slow', 'first', 'UPSTREAM_ERROR', undefined],
    ['fast', 'hedge', 'served', undefined],
  ]);

  const third = await startUpstream(whole(ANTHROPIC_WHOLE));
  fast.script(failing(529, anthropicError('overloaded_error', 'full')));
  const three = await startLane({
    deployments: [deployment('slow', slow.port), deployment('fast', fast.port), deployment('third', third.port)],
    routes: [route('m', ['slow', 'fast', 'third'], { hedge: HEDGE })],
  });
  running.push(three);
  assert.equal((await ask(three)).headers.get('weighbridge-deployment'), 'third');
  const receipt = three.sealer.receipt();
  assert.deepEqual(
    receipt.attempts.map(({ deployment: name, error }) => [name, error !== undefined]),
    [
      ['slow', true],
      ['fast', true],
      ['third', false],
    ],
  );
  await third.close();
});

test('a keep-alive of a slow leg does not decide the race', async () => {
  slow.script(mute);
  fast.script(silent);
  let shift = 0;
  const clock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() + shift };
  const lane = await hedged(
    { timers: { connect_ms: 60_000, first_token_ms: 60_000, between_tokens_ms: 60_000, total_ms: 90_000 } },
    { clock },
  );
  const [first, second] = [slow.requests.length, fast.requests.length];
  const asked = ask(lane, { stream: true });
  await until(() => slow.requests.length > first && fast.requests.length > second, 'both legs run');
  shift = 2_000;
  // A second is what a keep-alive waits in a call with one leg.
  let answered = false;
  void asked.then(() => (answered = true));
  await until(() => lane.lane.stats().inFlight === 1, 'the call is in flight');
  shift = 4_000;
  assert.equal(answered, false);
  shift = 8_000;
  const response = await asked;
  assert.equal(response.headers.get('weighbridge-deployment'), 'slow', 'after five more it is let go');
  await response.body?.cancel();
});

test('a client that leaves is not waited for by two legs', async () => {
  slow.script(mute);
  let cut = false;
  fast.script((request) => void request.socket.once('close', () => (cut = true)));
  let shift = 0;
  const lane = await hedged({}, { clock: { wall: () => Date.now(), monotonic: () => performance.now() + shift } });
  const second = fast.requests.length;
  const leaving = new AbortController();
  const asked = fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ model: 'm', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    signal: leaving.signal,
  });
  await until(() => fast.requests.length > second, 'both legs run');
  leaving.abort();
  await assert.rejects(asked);
  await until(() => cut, 'the second leg is cut');
  // What the first one says is still read for ten seconds.
  shift = 11_000;
  await until(() => lane.sealer.receipts().length === 1, 'the receipt is there');
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'client_gone');
  assert.deepEqual(legs(receipt), [
    ['slow', 'first', 'CLIENT_GONE', undefined],
    ['fast', 'hedge', 'outrun', 'estimated'],
  ]);
});
