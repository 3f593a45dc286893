// The fit on rows made from known numbers: it finds them, wild rows do not bend it, groups that differ do not bend slopes, corrections
// stay near nothing where little speaks for them; and a calibration that cannot be used says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrationText, readCalibration } from '../../src/performance/calibration.ts';
import { conformalBounds, scalesOf } from '../../src/performance/calibrate/quantiles.ts';
import { heldOutBounds, widerFor } from '../../src/performance/calibrate/held-out.ts';
import { fitRegime, timeOf, workFor, type Sample } from '../../src/performance/calibrate/fit.ts';
import { groupWhitener, leastSquares } from '../../src/performance/calibrate/least-squares.ts';
import { solveDense, solveSparse } from '../../src/performance/calibrate/linear.ts';
import { shrunkCorrections } from '../../src/performance/calibrate/shrinkage.ts';
import { likelyCoefficients } from '../../src/performance/coefficients.ts';
import { calibration, chip, setting } from './model.ts';

test('linear systems, dense and sparse', () => {
  const matrix = [
    [4, 1],
    [1, 3],
  ];
  const right = [1, 2];
  const expected = [1 / 11, 7 / 11];
  const times = (x: readonly number[]): number[] => matrix.map((row) => row[0]! * x[0]! + row[1]! * x[1]!);
  for (const found of [solveDense(matrix, right), solveSparse(times, right, [4, 3], [0, 0])])
    for (const [at, value] of found.entries()) assert.ok(Math.abs(value - expected[at]!) < 1e-9);
});

test('least squares finds a line through rows of which a tenth are wild', () => {
  const xs = Array.from({ length: 100 }, (_, at) => at / 10);
  const measured = xs.map((x, at) => 2 + 0.5 * x + (at % 10 === 0 ? 30 : 0.01 * Math.sin(at)));
  const [first = 0, slope = 0] = leastSquares({
    predict: ([a = 0, b = 0]) => xs.map((x) => a + b * x),
    measured,
    weights: xs.map(() => 1),
    prior: [
      { mean: 0, spread: 10 },
      { mean: 0, spread: 10 },
    ],
    noise: 0.05,
    band: 1.5,
  });
  assert.ok(Math.abs(first - 2) < 0.05 && Math.abs(slope - 0.5) < 0.01, `${first} ${slope}`);
});

test('whitening takes a group’s offset nearly away and leaves its slope', () => {
  const whiten = groupWhitener(['a', 'a', 'a', 'b'], [1, 1, 1, 1], 0.07, 0.2);
  const whitened = whiten([10, 11, 12, 5]);
  assert.ok(Math.abs(whitened[2]! - whitened[0]! - 2) < 1e-9);
  assert.ok(whitened[1]! < 2.5 && whitened[3]! < 2);
});

test('a correction with many rows is what they say; with one row it stays near nothing', () => {
  const term = (key: string) => [{ key, spread: 0.1, by: 1, part: -1 }];
  const rows = [...Array.from({ length: 50 }, () => term('many')), term('one')];
  const found = shrunkCorrections(
    rows,
    rows.map(() => 0.1),
    rows.map(() => 1),
  );
  assert.ok(found.get('many')! > 0.095);
  assert.ok(found.get('one')! < 0.08 && found.get('one')! > 0.02);
});

test('rows made from known coefficients are predicted again', () => {
  const truth = { ...likelyCoefficients(), readWeights: 0.7, layer: 2e-5, prefillDense: 0.4 };
  const samples: Sample[] = [];
  for (const id of ['h100', 'h200'])
    for (const concurrency of [1, 4, 16, 64, 256])
      for (const [input, output] of [
        [128, 1024],
        [4096, 128],
      ] as const) {
        const held = setting({ chip: chip(id), concurrency, input, output });
        const { seconds } = timeOf('serving', held, workFor('serving', held), truth);
        samples.push({ setting: held, seconds, configuration: `${id}${concurrency}${input}` });
      }
  const fit = fitRegime('serving', samples);
  for (const { setting: held, seconds } of samples) {
    const found = timeOf('serving', held, workFor('serving', held), fit.coefficients).seconds;
    assert.ok(Math.abs(found / seconds - 1) < 0.06, `${held.chip.id} ${held.concurrency}: ${found / seconds}`);
  }
  assert.deepEqual([...fitRegime('serving', samples).corrections], [...fit.corrections]);
});

test('intervals hold eight of ten, and widen where folds are unlike', () => {
  const errors = Array.from({ length: 99 }, (_, at) => (at - 49) / 100);
  const { low, high } = conformalBounds(errors);
  const inside = errors.filter((each) => low <= each && each <= high).length;
  assert.ok(inside >= 80 && inside <= 84, String(inside));
  assert.deepEqual(conformalBounds([]), { low: -1, high: 1, rows: 0 });
  const folds = errors.map((_, at) => (at < 50 ? 'a' : 'b'));
  const wider = widerFor(errors, heldOutBounds(errors, folds, undefined));
  assert.ok(wider >= 1);
  const scales = scalesOf(['calm', 'calm', 'wild', 'wild'], [0.01, -0.01, 0.5, -0.5]);
  assert.ok(scales.get('calm')! < 1 && scales.get('wild')! > 1);
});

test('a calibration is the same once written and read, and one that cannot be used says why', () => {
  const text = calibrationText(calibration);
  assert.equal(calibrationText(readCalibration('again', text)), text);
  assert.throws(() => readCalibration('mine.json', '{'), /mine\.json cannot be used/);
  assert.throws(() => readCalibration('mine.json', '{"version":2}'), { code: 'PLAN_INVALID' });
  assert.throws(
    () => readCalibration('mine.json', text.replace(/"readWeights": [\d.]+,/, '')),
    /coefficients\.readWeights/,
  );
});
