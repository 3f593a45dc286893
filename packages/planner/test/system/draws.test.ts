// Chance that repeats: uniform, independent of the order in which it is asked for, and the same to the bit under a seed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readScenario, sampleScenario, SCENARIO_FILES, type Sample } from '@weighbridge/planner';
import { createDraws, triangular, uniform } from '../../src/system/draws.ts';
import { randomScenario } from './random-scenarios.ts';
import { q, smallScenario } from './scenarios.ts';

test('draws are uniform over paths, over places and over seeds, and neighbours are not alike', () => {
  const count = 50_000;
  const series: Record<string, (at: number) => number> = {
    paths: (at) => uniform(1, at, 77),
    places: (at) => uniform(1, 5, at),
    seeds: (at) => uniform(at, 5, 77),
  };
  for (const [name, of] of Object.entries(series)) {
    const cells = Array.from({ length: 20 }, () => 0);
    let product = 0;
    for (let at = 0; at < count; at += 1) {
      cells[Math.floor(of(at) * 20)]! += 1;
      product += (of(at) - 0.5) * (of(at + 1) - 0.5);
    }
    const expected = count / 20;
    const chi = cells.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
    // Of 19 degrees of freedom a value above 43.8 comes once in a thousand.
    assert.ok(chi < 43.8, `${name}: chi-square ${chi}`);
    // Its standard deviation is 1 ÷ (12 √n); four of them.
    assert.ok(Math.abs(product / count) < 4 / (12 * Math.sqrt(count)), `${name}: correlation ${product / count}`);
  }
});

test('a triangular draw stays in its range and has its mean; a lognormal one has its median and deciles', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), (u) => {
      const drawn = triangular(u, 2, 3, 7);
      assert.ok(drawn >= 2 && drawn <= 7);
    }),
  );
  const scenario = smallScenario();
  scenario.channels['sale'] = {
    ...scenario.channels['sale']!,
    growth: { low: 2, likely: 3, high: 7, unit: 'share/year', grade: 'assumed', source: 'test' },
    demand: { low: 10, likely: 20, high: 40, shape: 'lognormal', unit: 'Mtok/month', grade: 'assumed', source: 'test' },
  };
  const { growth, demand } = scenario.channels['sale'];
  const draws = createDraws(scenario, 3);
  const paths = Array.from({ length: 20_000 }, (_, path) => draws(path));
  const mean = paths.reduce((sum, pick) => sum + pick(growth), 0) / paths.length;
  assert.ok(Math.abs(mean - 4) < 0.04, `mean ${mean} of (2 + 3 + 7) ÷ 3`);
  const drawn = paths.map((pick) => pick(demand)).toSorted((a, b) => a - b);
  const share = (limit: number): number => drawn.filter((each) => each < limit).length / drawn.length;
  assert.ok(Math.abs(share(10) - 0.1) < 0.01 && Math.abs(share(20) - 0.5) < 0.015 && Math.abs(share(40) - 0.9) < 0.01);
});

test('what is not a range is not drawn, and adding a value elsewhere moves no other draw', () => {
  const scenario = randomScenario(4);
  const more = {
    ...scenario,
    sources: { ...scenario.sources },
    promises: {},
    halts: [{ licence_only: true, from: '2026-05', months: q(2, 'months') }],
  };
  const [first, second] = [createDraws(scenario, 9)(3), createDraws(more, 9)(3)];
  assert.equal(first(scenario.sites['east']!.delay), second(more.sites['east']!.delay));
  assert.equal(second(more.halts[0]!.months), 2);
});

const digestOf = (sample: Sample): string => {
  const hash = createHash('sha256');
  for (const values of [
    ...Object.values(sample.values),
    sample.delivered,
    sample.metIn,
    sample.leadMonths,
    sample.flows,
  ])
    hash.update(new Uint8Array(values.buffer));
  return hash.digest('base64url');
};

test('the same seed gives the same outputs to the bit, another seed others, and a path does not depend on how many there are', () => {
  const text = readFileSync(SCENARIO_FILES['alliance']!, 'utf8');
  const run = (seed: number, paths: number): Sample =>
    sampleScenario(readScenario('alliance.yaml', text), { seed, paths });
  const [first, again] = [run(11, 40), run(11, 40)];
  assert.equal(digestOf(first), digestOf(again));
  assert.notEqual(digestOf(first), digestOf(run(12, 40)));
  const fewer = run(11, 10);
  for (let month = 0; month < 120; month += 7)
    assert.deepEqual(
      first.values.drawn.slice(month * 40, month * 40 + 10),
      fewer.values.drawn.slice(month * 10, month * 10 + 10),
    );
});

test('a number of paths or a seed that cannot be is refused', () => {
  for (const options of [
    { seed: 1, paths: 0 },
    { seed: 1, paths: 1e6 },
    { seed: -1, paths: 1 },
    { seed: 0.5, paths: 1 },
  ])
    assert.throws(() => sampleScenario(smallScenario(), options), { code: 'USAGE' });
});
