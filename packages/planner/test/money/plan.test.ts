// A plan for tokens: what ships runs and is the same under a seed, its parts agree with each other, a bad one is refused line by line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { centreOf } from '../../src/draws/study.ts';
import { hourModel } from '../../src/money/hour.ts';
import { owningHour } from '../../src/money/owning.ts';
import { readCostPlan, type ResolvedCostPlan } from '../../src/money/plan.ts';
import { runCostPlan } from '../../src/money/run.ts';
import { PLAN_FILES } from '../../src/plan-files.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
const TEXT = readFileSync(PLAN_FILES['own-or-buy']!, 'utf8');
const read = (text = TEXT): ResolvedCostPlan => readCostPlan('plan.yaml', text, catalogues);
const changed = (from: string, to: string): string => {
  assert.ok(TEXT.includes(from), from);
  return TEXT.replace(from, () => to);
};
const OPTIONS = { seed: 1, draws: 2048 };
const run = runCostPlan(read(), OPTIONS);

test('the drawn hour has the levelised formula in its middle, and its three kinds in order', () => {
  const { facility, owner, grid, racks } = read();
  const rack = racks.get('gb300-nvl72')!;
  const [clock = 0, open = 0, useful = 0] = centreOf(hourModel(rack, facility, owner, grid));
  assert.ok(Math.abs(open / owningHour(rack, facility, owner, grid).likely - 1) < 1e-12);
  assert.ok(clock < open && open < useful);
  assert.ok(Math.abs(open * owner.availability.value - clock) < 1e-12);
  assert.ok(Math.abs(useful * owner.utilisation.value * owner.goodput.value - open) < 1e-12);
  assert.deepEqual(
    run.hour.map(({ name }) => name),
    ['clock', 'open', 'useful'],
  );
});

test('should-cost takes the hour of useful work as it was drawn', () => {
  const useful = run.hour[2]!.band!;
  const output = run.should_cost.lines.find(({ of }) => of === 'output')!;
  assert.equal(output.price, 2.19);
  // 4,500 tokens a second in the middle.
  assert.ok(Math.abs(output.cost.band!.p50 / (useful.p50 / (4500 * 0.0036)) - 1) < 0.05);
  assert.equal(output.verdict, 'above cost');
  assert.ok(output.margin.band!.p10 > 0.5 && output.margin.band!.p90 < 1);
});

test('energy bears the idle hours, and says its method', () => {
  const { call, method } = run.energy;
  assert.match(method, /^weighbridge-energy\/\d+$/);
  assert.ok(call.energy!.p10 > 0.05 && call.energy!.p90 < 2, JSON.stringify(call.energy));
  assert.equal(call.market, null);
  const contract =
    'owner: neocloud\nassumptions: { market_carbon: { value: 0, unit: gCO2/kWh, source: ours, confidence: low } }';
  const bought = runCostPlan(read(changed('owner: neocloud', contract)), OPTIONS).energy.call;
  assert.deepEqual(bought.market, { p10: 0, p50: 0, p90: 0 });
  assert.deepEqual(bought.location, call.location);
});

test('the same seed gives the same run, and a cheaper seller moves the break-even up', () => {
  assert.deepEqual(runCostPlan(read(), OPTIONS), run);
  const from = (held: typeof run): number =>
    held.ways.breakEvens.find(({ way, than }) => way === 'buy' && than === 'payg')!.demand!.p50;
  const cheaper = runCostPlan(
    read(changed('output: { value: 2.19, unit: USD/Mtok', 'output: { value: 1.1, unit: USD/Mtok')),
    OPTIONS,
  );
  assert.ok(from(cheaper) > from(run));
  assert.ok(cheaper.ways.utilisation.buy!.p50 > run.ways.utilisation.buy!.p50);
});

test('a plan with a fault is refused with line, reason and what mends it', () => {
  for (const [from, to, says] of [
    ['rack: gb300-nvl72', 'rack: gb300', /"gb300" is not in the catalogue of racks/],
    [
      'rack: gb300-nvl72',
      'rack: hgx-b200',
      /"hgx-b200" has no price: none with a source is known; state `price` under assumptions\.racks\.hgx-b200/,
    ],
    ['output: { value: 4500,', 'output: { value: 0,', /throughput\.output\.value does not fit; write more than 0/],
    [
      'output: { value: 2.19, unit: USD/Mtok',
      'output: { value: 2.19, unit: USD/kWh',
      /prices\.output\.unit .*USD\/Mtok/,
    ],
    [
      'call: { input: 1500, cached: 2000, output: 1000 }',
      'call: { input: 0, cached: 0, output: 0 }',
      /a call has no token/,
    ],
    ['call: { input: 1500,', 'call: { input: -5,', /call\.input does not fit/],
    ['to: 100000000', 'to: 10', /the chart ends before it begins; write more than `from`/],
    ['peak: { value: 2.5, low: 1.8', 'peak: { value: 2.5, low: 0.8', /demand\.peak\.low does not fit; write 1 or more/],
    [
      'source: unit, confidence: low }\n  least',
      'source: units, confidence: low }\n  least',
      /"units" is not a source of this file; did you mean unit\?/,
    ],
    ['throughput:', 'througput:', /`througput` is not a key of the top of the file; did you mean `throughput`\?/],
    ['facility: liquid-new-build', 'facility: meta', /"meta" says nothing of pue_design/],
  ] as const)
    assert.throws(
      () => read(changed(from, to)),
      (error) => {
        assert.ok(isAppError(error) && error.code === 'PLAN_INVALID', String(error));
        assert.match(error.message, says);
        return true;
      },
    );
});
