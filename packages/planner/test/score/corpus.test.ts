// What was promised of the performance model, on rows that the fit in question had not seen: a fifth of the rows, each chip, each
// model of the corpus left out in turn. The bench (bench/planner-performance.ts) does all folds; here are enough to fail when it would.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossValidate, idealRoofline, type Scheme } from '../../src/performance/calibrate/cross-validate.ts';
import { placeOf, type Regime } from '../../src/performance/corrections.ts';
import { TABLE_FILES } from '../../src/score/calibrate-folder.ts';
import { medianOf } from '../../src/score/measures.ts';
import { scoreTable } from '../../src/score/score.ts';
import { readLatencyTable, readThroughputTable, type TableRow } from '../../src/score/tables.ts';
import { bench, calibration } from '../performance/model.ts';
import { missingTable, readTable } from './corpus.ts';

const LATENCY = TABLE_FILES.serving;
const THROUGHPUT = TABLE_FILES.saturated;

const latencyRows = (): readonly TableRow[] => readLatencyTable(bench, LATENCY, readTable(LATENCY)).rows;
const throughputRows = (): readonly TableRow[] => readThroughputTable(bench, THROUGHPUT, readTable(THROUGHPUT)).rows;

/** Median size of the relative error over the folds that were left out. */
function leftOut(regime: Regime, rows: readonly TableRow[], scheme: Scheme, only?: readonly string[]): number {
  const { predicted } = crossValidate(regime, rows, scheme, only);
  const errors = rows
    .map(({ seconds }, at) => Math.abs(predicted[at]! / seconds - 1))
    .filter((each) => !Number.isNaN(each));
  assert.ok(errors.length > 50);
  return medianOf(errors);
}

test(
  'time per output token on rows not seen: within 12 %, and far better than a roofline',
  { skip: missingTable(LATENCY) },
  () => {
    const rows = latencyRows();
    const found = leftOut('serving', rows, 'rows', ['0', '1']);
    assert.ok(found <= 0.12, String(found));
    const naive = idealRoofline('serving', rows);
    const ideal = medianOf(rows.map(({ seconds }, at) => Math.abs(naive[at]! / seconds - 1)));
    assert.ok(ideal > 4 * found, `${ideal} ${found}`);
  },
);

test('time per output token on a chip not seen: within 16 %', { skip: missingTable(LATENCY) }, () => {
  const found = leftOut('serving', latencyRows(), 'chips');
  assert.ok(found <= 0.16, String(found));
});

test('time per output token of a model not seen: within 20 %', { skip: missingTable(LATENCY) }, () => {
  const found = leftOut('serving', latencyRows(), 'models');
  assert.ok(found <= 0.2, String(found));
});

test(
  'most throughput: within 15 % on rows not seen, 30 % on chips not seen',
  { skip: missingTable(THROUGHPUT) },
  () => {
    const rows = throughputRows();
    const [row, chips] = [leftOut('saturated', rows, 'rows', ['0', '1']), leftOut('saturated', rows, 'chips')];
    assert.ok(row <= 0.15 && chips <= 0.3, `${row} ${chips}`);
  },
);

test(
  'intervals of a build or split that no row of the fit had hold about eight of ten of its rows',
  { skip: missingTable(LATENCY) },
  () => {
    const rows = latencyRows();
    const { predicted, folds } = crossValidate('serving', rows, 'setups', ['0', '1', '2']);
    const { low, high } = calibration.regimes.serving.spreads['new setup'];
    const places = new Set(
      rows.filter((_, at) => !['0', '1', '2'].includes(folds[at]!)).map(({ setting }) => placeOf(setting)),
    );
    const held = [...rows.keys()].filter(
      (at) => !Number.isNaN(predicted[at]!) && places.has(placeOf(rows[at]!.setting)),
    );
    const inside = held.filter((at) => {
      const error = Math.log(rows[at]!.seconds / predicted[at]!);
      return low <= error && error <= high;
    });
    assert.ok(held.length > 300);
    assert.ok(inside.length / held.length > 0.72, String(inside.length / held.length));
    // Those of rows whose setup was seen do not: that is why they are another class.
    const { seen } = calibration.regimes.serving.spreads;
    const narrow = held.filter((at) => {
      const error = Math.log(rows[at]!.seconds / predicted[at]!);
      return seen.low <= error && error <= seen.high;
    });
    assert.ok(narrow.length < 0.9 * inside.length);
  },
);

test(
  'every row of the tables is read, and the shipped calibration knows it has seen them',
  { skip: missingTable(LATENCY) },
  () => {
    for (const [kind, file, most] of [
      ['latency', LATENCY, 0.05],
      ['throughput', THROUGHPUT, 0.05],
    ] as const) {
      const held = scoreTable({ bench, calibration }, kind, file, readTable(file));
      assert.deepEqual(held.faults, []);
      assert.equal(held.unseen.rows, 0);
      assert.ok(held.overall.median! <= most && held.overall.spearman! > 0.97, `${kind} ${held.overall.median}`);
    }
  },
);

test(
  'times to the first token: every row is simulated, the order holds, and eight of ten lie inside',
  { skip: missingTable(LATENCY) },
  () => {
    const held = scoreTable({ bench, calibration }, 'ttft', LATENCY, readTable(LATENCY));
    assert.deepEqual([held.held, held.faults], [held.overall.rows, []]);
    const { overall, order } = held;
    assert.ok(overall.inside! >= 0.75 && overall.median! < 0.5, `${overall.inside} ${overall.median}`);
    assert.ok(order!.systems > 200 && order!.median! >= 0.95, `${order!.systems} ${order!.median}`);
  },
);

test(
  'MLPerf, on chips of which no row was fitted too: rank and interval hold',
  { skip: missingTable(TABLE_FILES.mlperf) },
  () => {
    const held = scoreTable({ bench, calibration }, 'mlperf', 'mlperf.csv', readTable(TABLE_FILES.mlperf));
    assert.deepEqual([held.held, held.faults], [held.overall.rows, []], 'every row is predicted');
    assert.ok(held.rows.some(({ gpu, extrapolates }) => gpu.includes(' + ') && /two kinds/.test(extrapolates.join())));
    assert.ok(held.overall.median! < 0.25 && held.overall.spearman! > 0.9 && held.overall.inside! > 0.75);
  },
);
