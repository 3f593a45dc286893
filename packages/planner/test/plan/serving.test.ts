// A plan for serving: its front is one, the way chosen keeps both limits, what was not measured says so, and what cannot run is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { readPlan } from '../../src/plan/kinds.ts';
import { expectNear, expectRefused } from '../support/expect.ts';
import { catalogues, report, textOf } from './plans.ts';

const NAME = 'serve-open-model';
const written = report(NAME);
const band = (id: string, of = written) => of.figures.find((each) => each.id === id)!.band!;
const run = (from: string, to: string) => {
  assert.ok(textOf(NAME).includes(from), from);
  const plan = readPlan('mine', textOf(NAME).replace(from, to), catalogues);
  return plan.run({ seed: 1, draws: 100, ranges: {}, choices: {} }).report;
};
const numbers = (id: string, of = written) =>
  of.tables
    .find((table) => table.id === id)!
    .rows[0]!.map((cell) => (cell.is === 'number' ? (cell.value ?? Number.NaN) : Number.NaN));

test('the front is one: who serves a user faster gets less from a chip', () => {
  const [{ axis, lines }] = written.charts as [(typeof written.charts)[number]];
  assert.ok(axis.is === 'numbers' && axis.numbers.length > 5);
  assert.deepEqual(
    axis.numbers,
    axis.numbers.toSorted((a, b) => a - b),
  );
  const perChip = lines[0]!.bands.map((each) => each!.p50);
  assert.deepEqual(
    perChip,
    perChip.toSorted((a, b) => b - a),
  );
});

test('the way chosen keeps the limit of a token and of the first one', () => {
  const centre = written.figures.find(({ id }) => id === 'token_time')!.centre!;
  assert.ok(centre <= 40, String(centre));
  const [mean = 0, p50 = 0, p90 = 0, p99 = 0, most = 0, used = 0] = numbers('first-token');
  assert.ok(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= most && mean > 0);
  assert.ok(used > 0 && used <= 0.85);
});

test('the sums hold: a call, a million tokens and a month come of the same hour and the same chips', () => {
  expectNear(band('cost.call').p50, (band('cost.output').p50 * 800) / 1e6, 1e-9);
  expectNear(band('cost.all').p50, (band('cost.output').p50 * 800) / 2300, 1e-9);
  const { centre: chips } = written.figures.find(({ id }) => id === 'chips')!;
  const [, copy = 0, copies = 0] = numbers('way');
  assert.equal(chips, copy * copies);
  const { centre: month } = written.figures.find(({ id }) => id === 'cost.month')!;
  const { centre: clock } = written.figures.find(({ id }) => id === 'clock')!;
  expectNear(month!, (chips ?? 0) * (clock ?? 0) * 730, 1e-9);
});

test('a stricter limit of a token costs chips; one that nothing keeps is refused', () => {
  const strict = run('tpot: 40', 'tpot: 12');
  assert.ok(band('chips', strict).p50 > band('chips').p50);
  assert.ok(band('per_user', strict).p50 > band('per_user').p50);
  expectRefused(() => run('tpot: 40', 'tpot: 0.5'), /makes a token in 0\.5 ms/);
  expectRefused(() => run('ttft: 4000', 'ttft: 1'), /no way keeps the first token within 1 ms/);
});

test('what was not measured says so in the answer, in the cautions and beside each way', () => {
  assert.match(written.says, /Extrapolated/);
  assert.ok(written.cautions.some((each) => each.startsWith('Extrapolates: accelerator gb200 was not measured')));
  assert.match(JSON.stringify(written.tables), /extrapolated/);
  assert.ok(written.cautions.some((each) => /approximation of a queue/.test(each)));
});

test('what cannot run is refused with what to change', () => {
  const impossible = (from: string, to: string): void =>
    assert.throws(
      () => run(from, to),
      (thrown) => isAppError(thrown) && thrown.code.startsWith('PLAN_') && thrown.next.length > 10,
      to,
    );
  impossible('rack: gb200-nvl72', 'rack: tpu-v7-pod');
  impossible('chips_most: 16', 'chips_most: 1');
  impossible('input: 1500', 'input: 9000000');
  impossible('model: deepseek-r1', 'model: deepseek-r9');
  impossible('precision: fp4', 'precision: int4');
  impossible('calls: 50', 'calls: 1000000');
});
