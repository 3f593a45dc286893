// Draws: the sequence is Sobol's, its points are even under every seed, distributions have the quantiles they should, and a study
// under a seed is the same to the bit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { normalQuantile, normalShare, quantileOf } from '../../src/draws/distributions.ts';
import { rankCorrelations, spearman, tornadoOf } from '../../src/draws/sensitivity.ts';
import { DIMENSIONS_MOST, sobolColumn } from '../../src/draws/sobol.ts';
import { bandsOf, studyModel, type Model } from '../../src/draws/study.ts';

const assertNear = (found: number, wanted: number, by: number): void =>
  assert.ok(Math.abs(found - wanted) <= by, `${found} is not ${wanted} ± ${by}`);

test('of any 2^k points each dimension has exactly one in each of 2^k equal cells, under every seed', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: DIMENSIONS_MOST - 1 }),
      fc.nat({ max: 0xffffffff }),
      fc.integer({ min: 3, max: 10 }),
      (dimension, seed, k) => {
        const count = 2 ** k;
        const cells = new Set(Array.from(sobolColumn(dimension, count, seed), (x) => Math.floor(x * count)));
        return cells.size === count;
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  assert.equal(DIMENSIONS_MOST, 128);
});

test('two dimensions together fill every box of area 1/n once: the first pair is a (0, 2)-sequence', () => {
  const [a, b] = [sobolColumn(0, 256, 3), sobolColumn(1, 256, 3)];
  for (const across of [1, 2, 4, 16, 64, 256]) {
    const boxes = new Set(Array.from(a, (x, at) => `${Math.floor(x * across)} ${Math.floor(b[at]! * (256 / across))}`));
    assert.equal(boxes.size, 256, String(across));
  }
});

test('a smooth sum over ten dimensions is met far closer than by chance', () => {
  const count = 4096;
  const columns = Array.from({ length: 10 }, (_, at) => sobolColumn(at, count, 11));
  let sum = 0;
  for (let draw = 0; draw < count; draw += 1)
    sum += columns.reduce((product, column) => product * (1 + (column[draw]! - 0.5)), 1);
  // The mean is 1; chance alone would leave a standard error of 0.017.
  assertNear(sum / count, 1, 0.002);
});

test('quantiles: normal, lognormal, triangular, PERT and empirical', () => {
  assertNear(normalQuantile(0.9), 1.2815515655446004, 1e-8);
  assertNear(normalQuantile(0.001), -3.090232306167813, 1e-7);
  for (const share of [1e-6, 0.01, 0.3, 0.5, 0.99, 0.999999])
    assertNear(normalShare(normalQuantile(share)), share, 1e-9);
  const price = quantileOf({ low: 2, likely: 4, high: 8 }, 'lognormal');
  assertNear(price(0.1), 2, 1e-8);
  assertNear(price(0.5), 4, 1e-12);
  assertNear(price(0.9), 8, 1e-7);
  const triangle = quantileOf({ low: 0, likely: 0, high: 1 }, 'triangular');
  assertNear(triangle(0.75), 0.5, 1e-12);
  // PERT over 0, ½, 1 is Beta(3, 3): its distribution function at ¼ is 10·(¼)³ − 15·(¼)⁴ + 6·(¼)⁵.
  const beta = quantileOf({ low: 0, likely: 0.5, high: 1 }, 'pert');
  assertNear(beta(10 / 64 - 15 / 256 + 6 / 1024), 0.25, 1e-6);
  assertNear(beta(0.5), 0.5, 1e-6);
  const seen = quantileOf({ low: 0, likely: 0, high: 0 }, { seen: [3, 1, 2] });
  assert.deepEqual([seen(0), seen(0.5), seen(0.75), seen(1)], [1, 2, 2.5, 3]);
  assert.equal(quantileOf({ low: 5, likely: 5, high: 5 }, 'triangular')(0.9), 5);
});

test('a quantile never falls as its share rises, and stays in its range', () => {
  const range = fc.tuple(
    fc.double({ min: 0.01, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0.01, max: 50, noNaN: true }),
  );
  fc.assert(
    fc.property(
      range,
      fc.constantFrom('triangular' as const, 'pert' as const, 'lognormal' as const),
      ([low, part, width], shape) => {
        const quantile = quantileOf({ low, likely: low + part * width, high: low + width }, shape);
        let before = -Infinity;
        for (let step = 1; step < 100; step += 1) {
          const value = quantile(step / 100);
          assert.ok(value >= before - 1e-12);
          if (shape !== 'lognormal') assert.ok(value >= low - 1e-9 && value <= low + width + 1e-9);
          before = value;
        }
      },
    ),
    { numRuns: 200, seed: 7 },
  );
});

/** 3·a − b + c, where c is known. */
const SUM: Model = {
  variables: [
    { name: 'a', title: 'A', unit: 'kW', range: { low: 0, likely: 1, high: 2 }, shape: 'triangular' },
    { name: 'b', title: 'B', unit: 'kW', range: { low: 1, likely: 2, high: 3 }, shape: 'pert' },
    { name: 'c', title: 'C', unit: 'kW', range: { low: 5, likely: 5, high: 5 }, shape: 'triangular' },
  ],
  outputs: [{ name: 'sum', title: 'Sum', unit: 'kW' }],
  evaluate: (values, results) => {
    results[0] = 3 * values[0]! - values[1]! + values[2]!;
  },
};

test('bands lie round what the ranges say, and the same seed gives the same bits', () => {
  const study = studyModel(SUM, { seed: 1, count: 10_000 });
  const [sum] = bandsOf(SUM, study);
  assert.equal(sum?.centre, 6);
  assertNear(sum?.band?.p50 ?? 0, 6, 0.01);
  assert.deepEqual(studyModel(SUM, { seed: 1, count: 10_000 }), study);
  assert.notDeepEqual(studyModel(SUM, { seed: 2, count: 10_000 }).outputs, study.outputs);
  // The first points of a longer study are the shorter one.
  assert.deepEqual(studyModel(SUM, { seed: 1, count: 100 }).outputs[0], study.outputs[0]!.slice(0, 100));
});

test('a tornado and rank correlations name what a result hangs on, and leave out what is known', () => {
  const { centre, swings } = tornadoOf(SUM, 'sum');
  assert.equal(centre, 6);
  assert.deepEqual(
    swings.map(({ variable }) => variable),
    ['a', 'b'],
  );
  // A triangle over 0, 1, 2 has its tenth per cent at √0.2.
  assertNear(swings[0]!.from, Math.sqrt(0.2), 1e-12);
  assertNear(swings[0]!.atFrom, 3 * Math.sqrt(0.2) - 2 + 5, 1e-12);
  const ranks = rankCorrelations(SUM, studyModel(SUM, { seed: 1, count: 4000 }), 'sum');
  assert.deepEqual(
    ranks.map(({ variable }) => variable),
    ['a', 'b'],
  );
  assert.ok(ranks[0]!.correlation > 0.9 && ranks[1]!.correlation < -0.1);
});

test('Spearman, by hand: ties share a rank', () => {
  assert.equal(spearman(Float64Array.of(1, 2, 3), Float64Array.of(10, 400, 9000)), 1);
  assert.equal(spearman(Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1)), -1);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 ÷ √(4.5 · 5).
  assertNear(spearman(Float64Array.of(1, 2, 2, 9), Float64Array.of(1, 2, 3, 4)), 4.5 / Math.sqrt(22.5), 1e-12);
});

test('a variable that follows another moves with it and keeps its own distribution', () => {
  const model: Model = {
    ...SUM,
    variables: [
      { name: 'a', title: 'A', unit: '', range: { low: 1, likely: 2, high: 4 }, shape: 'lognormal' },
      {
        name: 'b',
        title: 'B',
        unit: '',
        range: { low: 0, likely: 1, high: 2 },
        shape: 'triangular',
        follows: { name: 'a', correlation: 0.8 },
      },
      SUM.variables[2]!,
    ],
  };
  const { inputs } = studyModel(model, { seed: 5, count: 8192 });
  // For a Gaussian copula Spearman is 6/π · asin(ρ/2).
  assertNear(spearman(inputs[0]!, inputs[1]!), (6 / Math.PI) * Math.asin(0.4), 0.02);
  const sorted = inputs[1]!.slice().sort();
  assertNear(sorted[4096]!, 1, 0.01);
  assertNear(sorted[819]!, Math.sqrt(0.2), 0.01);
});

test('a count of draws and a seed that cannot be are refused with what can', () => {
  for (const [seed, count, says] of [
    [1, 0, /whole number of draws from 1 to 100,000/],
    [1, 1e6, /whole number of draws/],
    [1, 2.5, /whole number of draws/],
    [-1, 10, /whole number from 0 to 4294967295/],
  ] as const)
    assert.throws(
      () => studyModel(SUM, { seed, count }),
      (error) => isAppError(error) && error.code === 'PLAN_INVALID' && says.test(error.next),
    );
});
