// The strategies as pure functions: what each puts first, that every order is a permutation, and how little moves when a
// deployment leaves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { STRATEGIES } from '@weighbridge/protocol';
import { armOf, compileArms } from '../../src/routing/arms.ts';
import { hashText } from '../../src/routing/hash.ts';
import { STRATEGY, type Standing } from '../../src/routing/strategy.ts';
import { seeded } from '../support/fixture.ts';

const REST = { weight: 1, reserved: false, inFlight: 0, cost: null, waitMs: null };
const standing = (name: string, over: Partial<Standing> = {}): Standing => ({ ...REST, seed: hashText(name), ...over });

const random = seeded(3);
const word = new Uint32Array(1);
const chance = (): number => {
  random(new Uint8Array(word.buffer));
  return (word[0] ?? 0) / 2 ** 32;
};
const ask = (session = 0) => ({ chance, session });
const first = (name: keyof typeof STRATEGY, candidates: readonly Standing[], session = 0): number =>
  STRATEGY[name].order(candidates, ask(session))[0] ?? -1;

const anyStanding = fc.record({
  weight: fc.nat(4),
  reserved: fc.boolean(),
  inFlight: fc.nat(20),
  cost: fc.option(fc.bigInt(0n, 10n ** 12n), { nil: null }),
  waitMs: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true }), { nil: null }),
  seed: fc.nat(2 ** 32 - 1),
});

for (const name of STRATEGIES) {
  test(`${name}: every order is a permutation, its chances add up to one, and what they name first can come first`, () => {
    fc.assert(
      fc.property(fc.array(anyStanding, { minLength: 1, maxLength: 8 }), fc.nat(2 ** 32 - 1), (candidates, session) => {
        const strategy = STRATEGY[name];
        const order = strategy.order(candidates, ask(session));
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          candidates.map((_, index) => index),
        );
        const chances = strategy.chances(candidates);
        const sum = chances.reduce((all, one) => all + one, 0);
        assert.ok(Math.abs(sum - 1) < 1e-9 && chances.every((one) => one >= 0), chances.join());
        assert.ok((chances[order[0] ?? 0] ?? 0) > 0, `${order.join()} by ${chances.join()}`);
        assert.equal(strategy.scores?.(candidates).length ?? candidates.length, candidates.length);
      }),
    );
  });
}

describe('cheapest', () => {
  test('goes by expected cost, and one without a price is never first while another has one', () => {
    assert.equal(first('cheapest', [standing('a', { cost: 7n }), standing('b', { cost: 3n })]), 1);
    assert.equal(first('cheapest', [standing('a'), standing('b', { cost: 9n })]), 1);
    assert.equal(first('cheapest', [standing('a', { cost: 3n }), standing('b', { cost: 3n })]), 0);
  });
  test('scores are times the cheapest, and few', () => {
    const scores = STRATEGY.cheapest.scores?.([
      standing('a', { cost: 1_000n }),
      standing('b', { cost: 1_234n }),
      standing('c'),
      standing('d', { cost: 900_000n }),
    ]);
    assert.deepEqual(scores, [1, 1.2, undefined, 10]);
  });
});

describe('fastest', () => {
  test('prefers the lesser wait of two that are drawn, and the slowest of three is never first', () => {
    const candidates = [400, 100, 200].map((waitMs, index) => standing(`${index}`, { waitMs }));
    const counts = [0, 0, 0];
    for (let i = 0; i < 3_000; i += 1) counts[first('fastest', candidates)]! += 1;
    assert.equal(counts[0], 0);
    // Of three pairs the fastest stands in two.
    assert.ok(Math.abs((counts[1] ?? 0) / 3_000 - 2 / 3) < 0.04, `seed 3: ${counts.join()}`);
    assert.deepEqual(
      STRATEGY.fastest.chances(candidates).map((one) => Math.round(one * 3)),
      [0, 2, 1],
    );
  });
  test('a queue counts as a wait', () => {
    assert.equal(first('fastest', [standing('a', { waitMs: 100, inFlight: 9 }), standing('b', { waitMs: 300 })]), 1);
  });
  test('a new one is tried, by one call at a time', () => {
    const known = standing('a', { waitMs: 50 });
    assert.equal(first('fastest', [known, standing('new')]), 1);
    assert.equal(first('fastest', [known, standing('new', { inFlight: 1 })]), 0);
  });
});

describe('least busy', () => {
  test('counts calls in flight by weight', () => {
    assert.equal(first('least_busy', [standing('a', { inFlight: 3 }), standing('b', { inFlight: 2 })]), 1);
    assert.equal(first('least_busy', [standing('a', { inFlight: 3, weight: 4 }), standing('b', { inFlight: 2 })]), 0);
    assert.equal(first('least_busy', [standing('a', { weight: 0 }), standing('b', { inFlight: 80 })]), 1);
  });
  test('scores are powers of two, so that a busy hour makes few decisions', () => {
    const scores = [0, 1, 5, 8, 100].map((inFlight) => STRATEGY.least_busy.scores?.([standing('a', { inFlight })])[0]);
    assert.deepEqual(scores, [0, 1, 4, 8, 64]);
  });
});

describe('sticky', () => {
  const names = ['a', 'b', 'c', 'd'];
  const candidates = names.map((name) => standing(name));
  const sessions = Array.from({ length: 8_000 }, (_, index) => hashText(`session ${index}`));

  test('spreads sessions evenly, and by weight where weights differ', () => {
    const counts = [0, 0, 0, 0];
    for (const session of sessions) counts[first('sticky', candidates, session)]! += 1;
    for (const count of counts) assert.ok(Math.abs(count / 8_000 - 0.25) < 0.02, counts.join());
    const heavy = [standing('a', { weight: 3 }), standing('b')];
    const at = sessions.filter((session) => first('sticky', heavy, session) === 0).length / 8_000;
    assert.ok(Math.abs(at - 0.75) < 0.02, `${at}`);
  });
  test('when one leaves, only its own sessions move, and when it is back only they return', () => {
    const without = candidates.slice(0, 3);
    let moved = 0;
    for (const session of sessions) {
      const home = first('sticky', candidates, session);
      if (home === 3) moved += 1;
      else assert.equal(first('sticky', without, session), home);
    }
    assert.ok(moved > 1_800 && moved < 2_200, `${moved}`);
  });
});

test('reserved first keeps the order of the configuration within each kind', () => {
  const candidates = [false, true, false, true].map((reserved, index) => standing(`${index}`, { reserved }));
  assert.deepEqual(STRATEGY.reserved_first.order(candidates, ask()), [1, 3, 0, 2]);
});

describe('arms', () => {
  const people = Array.from({ length: 20_000 }, (_, index) => hashText(`person ${index}`));
  const arms = (shares: Record<string, number>, id = 'm') => {
    const compiled = compileArms({ id, arms: shares });
    assert.ok(compiled !== null);
    return compiled;
  };

  test('hold their shares, and nobody is in an arm whose share is 0', () => {
    const canary = people.filter((person) => armOf(arms({ canary: 5, control: 95 }), person) === 'canary').length;
    assert.ok(Math.abs(canary / 20_000 - 0.05) < 0.006, `${canary}`);
    assert.ok(people.every((person) => armOf(arms({ canary: 0, control: 1 }), person) === 'control'));
  });
  test('a larger share takes people over and gives none back', () => {
    const [five, ten] = [arms({ canary: 5, control: 95 }), arms({ canary: 10, control: 90 })];
    for (const person of people) if (armOf(five, person) === 'canary') assert.equal(armOf(ten, person), 'canary');
  });
  test('of two routes are drawn apart', () => {
    const [one, other] = [arms({ canary: 1, control: 1 }, 'm'), arms({ canary: 1, control: 1 }, 'n')];
    const alike = people.filter((person) => armOf(one, person) === armOf(other, person)).length / 20_000;
    assert.ok(Math.abs(alike - 0.5) < 0.02, `${alike}`);
  });
});
