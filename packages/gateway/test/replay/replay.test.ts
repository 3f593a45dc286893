// The simulator as a pure function: what it takes from receipts, what it draws, how it says what it cannot know.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StrategyName, Usage } from '@weighbridge/protocol';
import { measure } from '../../src/replay/measures.ts';
import type { PastCall } from '../../src/replay/past-call.ts';
import { replay } from '../../src/replay/replay.ts';
import { simulate, type Market } from '../../src/replay/simulate.ts';
import { deployment, route } from '../support/fixture.ts';

const usage = (tokens: Usage['tokens']): Usage => ({ tokens, source: 'reported', raw: null });
const names = ['a', 'b', 'c'];
const past = (over: Partial<PastCall> = {}): PastCall => ({
  at: 0,
  totalMs: 1_000,
  waitMs: 200,
  stream: true,
  requestBytes: 4_000,
  maxOutputTokens: 100,
  session: 's',
  person: 's',
  deployment: 'a',
  usage: usage({ input: 1_000, output: 50 }),
  billed: 1_000n,
  spilled: false,
  offered: new Set(names),
  excluded: new Set(),
  ...over,
});
const market = (over: Partial<Market> = {}, deployments = names.map((name) => deployment(name, 1))): Market => ({
  route: route('m', names),
  candidates: deployments.map((one) => ({ deployment: one, dialect: 'anthropic-messages' as const })),
  expect: (_, { tokens }) => BigInt((tokens.input ?? 0) * 10 + (tokens.cache_read ?? 0)),
  ...over,
});
const servedBy = (calls: readonly PastCall[], under: Market, name: StrategyName, seed = 1): string[] =>
  simulate(calls, under, name, seed).map(({ candidate }) => names[candidate] ?? '-');

describe('a simulated call', () => {
  test('goes where the strategy says, but not to what could not take it then', () => {
    const calls = [past(), past({ excluded: new Set(['a']) }), past({ excluded: new Set(names) })];
    const outcomes = simulate(calls, market(), 'priority', 1);
    assert.deepEqual(
      outcomes.map(({ candidate, spilled }) => [candidate, spilled]),
      [
        [0, false],
        [1, true],
        [-1, true],
      ],
    );
  });
  test('goes where it is cheap at the prices in force, and never first where it has no price', () => {
    const expect: Market['expect'] = ({ id }) => (id === 'a' ? null : id === 'b' ? 9n : 3n);
    assert.deepEqual(servedBy([past()], market({ expect }), 'cheapest'), ['c']);
  });
  test('finds a deployment full while earlier ones are under way', () => {
    const deployments = names.map((name) => deployment(name, 1, name === 'a' ? { max_concurrency: 1 } : {}));
    const calls = [past(), past({ at: 500 }), past({ at: 1_500 })];
    assert.deepEqual(servedBy(calls, market({}, deployments), 'priority'), ['a', 'b', 'a']);
    assert.deepEqual(servedBy(calls, market(), 'least_busy'), ['a', 'b', 'a']);
  });
  test('without a name has a lot that is drawn anew with each seed, and one with a name the lot that it has', () => {
    const nameless = Array.from({ length: 4 }, (_, at) => past({ at, session: null, person: null }));
    const drawn = Array.from({ length: 8 }, (_, seed) => servedBy(nameless, market(), 'sticky', seed + 1).join(''));
    assert.ok(new Set(drawn).size > 1, drawn.join(' '));
    const named = Array.from({ length: 8 }, (_, seed) => servedBy([past()], market(), 'sticky', seed + 1).join(''));
    assert.equal(new Set(named).size, 1);
  });
  test('does not go to a deployment for ever because nobody was ever seen to wait there', () => {
    const calls = Array.from({ length: 60 }, (_, at) => past({ at: at * 2_000 }));
    const outcomes = simulate(calls, market(), 'fastest', 1);
    const share = outcomes.filter(({ candidate }) => candidate === 1).length / calls.length;
    assert.ok(share < 0.8, `${share} to one of three that are alike`);
    assert.ok(
      outcomes.every(({ candidate, waitMs }) => (candidate === 0) === (waitMs !== null)),
      'no wait is made up',
    );
  });
  test('of a session that is kept together reads what the one before it left, for as long as it is kept', () => {
    const turn = (at: number, read: number, write: number) =>
      past({ at, usage: usage({ input: 10, cache_read: read, cache_write_5m: write, output: 5 }) });
    // As a weighted route: each turn elsewhere, so nothing was read.
    const calls = [turn(0, 0, 2_000), turn(10_000, 0, 3_000), turn(20_000, 0, 4_000), turn(400_000, 0, 5_000)];
    const read = simulate(calls, market(), 'sticky', 1).map(({ cacheRead }) => cacheRead);
    assert.deepEqual(read, [0, 2_000, 3_000, 0]);
  });
  test('where prefixes are kept unmarked reads whole steps of them', () => {
    const plain = market({
      candidates: names.map((name) => ({ deployment: deployment(name, 1), dialect: 'openai-chat' as const })),
    });
    const calls = [1_500, 2_000, 900].map((input, index) =>
      past({ at: index * 1_000, usage: usage({ input, output: 1 }) }),
    );
    assert.deepEqual(
      simulate(calls, plain, 'sticky', 1).map(({ cacheRead }) => cacheRead),
      [0, 1_408, 0],
    );
  });
  test('is the same under the same seed, and in its arm', () => {
    const calls = Array.from({ length: 200 }, (_, index) =>
      past({ at: index, session: `${index}`, person: `${index}` }),
    );
    assert.deepEqual(servedBy(calls, market(), 'weighted', 7), servedBy(calls, market(), 'weighted', 7));
    const arms = { canary: 20, control: 80 };
    const candidates = [
      { deployment: 'a', weight: 1, arm: 'control' },
      { deployment: 'b', weight: 1, arm: 'canary' },
    ];
    const under = market({ route: route('m', [], { arms, candidates }) }, [deployment('a', 1), deployment('b', 1)]);
    const canary = servedBy(calls, under, 'priority').filter((name) => name === 'b').length;
    assert.ok(canary > 20 && canary < 60, `${canary}`);
  });
});

describe('a replay', () => {
  test('tells what was beside what would be, with ranges, and what it cannot know', async () => {
    const calls = [
      past({ session: null }),
      past({ at: 1, waitMs: 400, offered: new Set(['a']) }),
      past({ at: 2, deployment: 'b', waitMs: 300 }),
    ];
    const { was, would, unknown, sessions } = await replay(calls, market(), 'weighted');
    assert.equal(was.waitMs?.mean.value, 300);
    assert.deepEqual(
      was.shares.map(({ value }) => Math.round(value * 3)),
      [2, 1, 0],
    );
    for (const range of [would.cost, would.cacheShare, would.spilled, ...would.shares])
      assert.ok(range !== null && range.low <= range.value && range.value <= range.high, JSON.stringify(range));
    assert.equal(sessions, 2);
    const text = unknown.join(' ');
    assert.match(text, /1 call named no session/);
    assert.match(text, /Other candidates stood there when 1 call came/);
    assert.match(text, /No call of "c" was seen/);
    assert.ok(would.waitUnknown > 0);
  });
  test('keeps what has no price out of every sum, and says how many', async () => {
    const { would, unknown } = await replay([past(), past({ at: 1 })], market({ expect: () => null }), 'priority');
    assert.deepEqual([would.cost, would.unpriced], [null, 2]);
    assert.match(unknown.join(' '), /2 calls would have no price/);
  });
});

test('ranges are of sessions: calls of one session do not make it surer', () => {
  const outcome = (cacheRead: number) => ({
    candidate: 0,
    promptTokens: 100,
    cacheRead,
    cost: 1n,
    waitMs: 1,
    spilled: false,
  });
  const run = [...Array.from({ length: 50 }, () => outcome(100)), ...Array.from({ length: 50 }, () => outcome(0))];
  const two = measure(
    [run],
    run.map((_, index) => (index < 50 ? 'x' : 'y')),
    1,
  );
  const many = measure(
    [run],
    run.map((_, index) => `${index}`),
    1,
  );
  assert.equal(two.cacheShare?.value, 0.5);
  assert.deepEqual([two.cacheShare?.low, two.cacheShare?.high], [0, 1]);
  assert.ok((many.cacheShare?.low ?? 0) > 0.35 && (many.cacheShare?.high ?? 1) < 0.65);
});
