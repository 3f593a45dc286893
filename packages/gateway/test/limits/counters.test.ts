// The memory of one rule: members up to a bound, the one counter that the rest share, and what is taken out again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Counters, counterMemory, SHARED } from '../../src/limits/counters.ts';
import { limitMemory, Limits, LOOKED_AT_ONCE } from '../../src/limits/limits.ts';
import { LABEL_BYTES, memberOf } from '../../src/limits/member.ts';
import { windowClock } from '../../src/limits/window.ts';

const day = windowClock({ kind: 'calendar', unit: 'day', zone: 'UTC' });
const DAY = 86_400_000;
const open = (members: number, clock = day): Counters =>
  new Counters(counterMemory(clock.cells, members), members, clock);

test('members beyond the bound share one counter, which gets what one of them would', () => {
  const counters = open(2);
  const places = ['a', 'b', 'c', 'd'].map((name) => {
    const counter = counters.place(memberOf(name), 0);
    counters.add(counter, 0, 5n);
    return counter;
  });
  assert.equal(new Set(places.slice(0, 2)).size, 2);
  assert.deepEqual(places.slice(2), [SHARED, SHARED]);
  assert.equal(counters.used(SHARED, 0), 10n);
  assert.equal(counters.used(places[0] ?? -1, 0), 5n, 'those with a counter of their own are not touched');
});

test('when the window has passed there is room again, and who shared gets a counter', () => {
  const counters = open(2);
  for (const name of ['a', 'b', 'c']) counters.add(counters.place(memberOf(name), 0), 0, 5n);
  const next = counters.place(memberOf('c'), DAY);
  assert.notEqual(next, SHARED);
  assert.equal(counters.used(next, DAY), 0n);
});

test('a full table makes room a piece at a time: who comes has a counter, and whoever still counts is found', () => {
  const rolling = windowClock({ kind: 'rolling', seconds: 20 });
  const counters = open(20_000, rolling);
  const names = Array.from({ length: 20_000 }, (_, at) => memberOf(`old${at}`));
  for (const [at, name] of names.entries()) {
    // One in ten still counts when the others do not.
    const step = at % 10 === 0 ? 115 : 100;
    counters.add(counters.place(name, step), step, 1n);
  }
  const found = (): number => names.filter((name) => counters.find(name, false) > SHARED).length;
  assert.notEqual(counters.place(memberOf('new'), 125), SHARED);
  assert.ok(found() > 19_000 && found() < 20_000, `${found()} are still there: no look goes through all of them`);
  for (let at = 0; at < 15_000; at += 1) {
    const counter = counters.place(memberOf(`new${at}`), 125);
    assert.notEqual(counter, SHARED);
    counters.add(counter, 125, 2n);
  }
  for (const [at, name] of names.entries())
    if (at % 10 === 0) assert.equal(counters.used(counters.find(name, false), 125), 1n);
  assert.equal([...counters.list(125)].length, 2_000 + 15_000);
});

test('while the shared counter holds something nobody moves out of it, or the same member would have two', () => {
  const minute = windowClock({ kind: 'rolling', seconds: 20 });
  const counters = open(1, minute);
  counters.add(counters.place(memberOf('a'), 100), 100, 5n);
  counters.add(counters.place(memberOf('b'), 110), 110, 5n);
  // Nothing of a counts any more, but what b took does.
  assert.equal(counters.place(memberOf('b'), 125), SHARED);
  assert.notEqual(counters.place(memberOf('b'), 140), SHARED);
});

test('a label is cut to its bound between characters, and listed with what it holds', () => {
  const counters = open(3);
  const name = 'ü'.repeat(LABEL_BYTES);
  counters.add(counters.place(memberOf(name), 0), 0, 7n);
  const [one] = [...counters.list(0)];
  assert.equal(counters.label(one?.counter ?? -1), `${'ü'.repeat(Math.floor((LABEL_BYTES - 3) / 2))}…`);
  assert.equal(one?.used, 7n);
  assert.match(counters.digest(one?.counter ?? -1), /^[0-9a-f]{32}$/);
  assert.deepEqual([...counters.list(DAY)], []);
});

test('concurrent calls of members come and go, and every counter is found', () => {
  const name = fc.integer({ min: 0, max: 30 }).map((number) => `m${number}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 200 }), (moves) => {
      const counters = open(40, windowClock(null));
      const model = new Map<string, bigint>();
      for (const [member, comes] of moves) {
        const now = model.get(member) ?? 0n;
        if (comes) {
          const counter = counters.place(memberOf(member), 0);
          assert.notEqual(counter, SHARED);
          counters.add(counter, 0, 1n);
          model.set(member, now + 1n);
        } else if (now > 0n) {
          counters.correct(counters.find(memberOf(member), false), 0, -1n);
          model.set(member, now - 1n);
        }
      }
      const held = [...model].filter(([, count]) => count > 0n).toSorted();
      const found = [...counters.list(0)]
        .map(({ counter, used }) => [counters.label(counter), used] as const)
        .toSorted();
      assert.deepEqual(found, held);
      for (const [member, count] of held) assert.equal(counters.used(counters.find(memberOf(member), false), 0), count);
    }),
    { numRuns: 300 },
  );
});

test('what is held is part of what is used, is given back once, and is forgotten with its window', () => {
  const counters = open(3);
  const counter = counters.place(memberOf('a'), 0);
  const step = counters.add(counter, 0, 9n);
  counters.hold(counter, 9n);
  assert.equal(counters.held(counter, counters.used(counter, 0)), 9n);
  counters.release(counter, step, 6n);
  counters.correct(counter, step, -4n);
  assert.equal(counters.held(counter, counters.used(counter, 0)), 3n);
  assert.equal(counters.used(counter, DAY), 0n);
  counters.add(counter, DAY, 5n);
  counters.hold(counter, 5n);
  counters.release(counter, step, 3n);
  assert.equal(counters.held(counter, counters.used(counter, DAY)), 5n, 'the day before has nothing to give back');
  counters.release(counter, DAY, 50n);
  assert.equal(counters.held(counter, 5n), 0n);
});

test('in a rolling window what is held is never more than what is used', () => {
  const rolling = windowClock({ kind: 'rolling', seconds: 20 });
  const counters = open(0, rolling);
  const step = counters.add(SHARED, 100, 5n);
  counters.hold(SHARED, 5n);
  assert.equal(counters.held(SHARED, counters.used(SHARED, 130)), 0n, 'the window has passed while the call lasts');
  counters.add(SHARED, 130, 2n);
  counters.hold(SHARED, 2n);
  assert.equal(counters.held(SHARED, counters.used(SHARED, 130)), 2n);
  counters.release(SHARED, step, 5n);
  assert.equal(counters.held(SHARED, counters.used(SHARED, 130)), 2n);
});

test('a table is listed in parts, and each counter stands in one of them', () => {
  const counters = open(40);
  for (let i = 0; i < 40; i += 1) counters.add(counters.place(memberOf(`m${i}`), 0), 0, 1n);
  const labels: string[] = [];
  for (let first = 0; first < counters.places; first += 7)
    labels.push(...[...counters.list(0, first, 7)].map(({ counter }) => counters.label(counter)));
  assert.equal(labels.length, 40);
  assert.equal(new Set(labels).size, 40);
});

test('a correction of what counts no more changes nothing', () => {
  const counters = open(0);
  const step = counters.add(SHARED, 0, 9n);
  counters.used(SHARED, DAY);
  counters.add(SHARED, DAY, 4n);
  counters.correct(SHARED, step, -9n);
  assert.equal(counters.used(SHARED, DAY), 4n);
});

test('what the fullest holds is the same in parts as in a list', () => {
  const one = {
    id: 'each',
    measure: 'requests',
    amount: '1000',
    window: { kind: 'rolling', seconds: 60 },
    per: ['end_user'],
    where: {},
    members: 3_000,
  } as const;
  const limits = new Limits([one], limitMemory([one]));
  const [ruled] = limits.rules;
  assert.ok(ruled !== undefined);
  const facts = { organisation: '', team: '', project: '', user: '', key: '', route: '', deployment: '', end_user: '' };
  const { whole } = limits.over(facts, true);
  for (let at = 0; at < 2_000; at += 1)
    for (let times = 0; times <= at % 7; times += 1)
      limits.reserve(whole, facts, `user-${at}`, { input: 0, output: 0, money: 0n }, 1_000_000);
  let most = 0n;
  for (let first = 0; first < ruled.counters.places; first += LOOKED_AT_ONCE) {
    const used = limits.fullest(ruled, 1_000_000, { first, places: LOOKED_AT_ONCE });
    if (used > most) most = used;
  }
  assert.deepEqual([most, limits.list(ruled, 1_000_000, 1).rows[0]?.used], [7n, 7n]);
  assert.equal(limits.fullest(ruled, 1_000_000 + 3_600_000, { first: 0, places: ruled.counters.places }), 0n);
});
