// A plan for power: the one that ships runs, is the same under a seed, moves as it should, and a bad one is refused line by line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { withRanges } from '../../src/draws/ranges.ts';
import { centreOf, studyModel } from '../../src/draws/study.ts';
import { arrivalOf, servingAt } from '../../src/power/delivery.ts';
import { powerModel, trancheOutput, type WholeOutput } from '../../src/power/model.ts';
import { PLAN_FILES } from '../../src/plan-files.ts';
import { readPowerPlan, type ResolvedPlan } from '../../src/power/plan.ts';
import { runPowerPlan } from '../../src/power/run.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
const TEXT = readFileSync(PLAN_FILES['one-gigawatt']!, 'utf8');
const read = (text = TEXT): ResolvedPlan => readPowerPlan('plan.yaml', text, catalogues);

/** The plan with one place changed; the place stands in it at least once, and the first is taken. */
const changed = (from: string, to: string): string => {
  assert.ok(TEXT.includes(from), from);
  return TEXT.replace(from, () => to);
};

const centre = (plan: ResolvedPlan, name: WholeOutput): number => {
  const model = powerModel(plan);
  return centreOf(model)[model.outputs.findIndex((each) => each.name === name)]!;
};

/** Everything known: one tranche of 100 MW of GB300, no range anywhere. */
const KNOWN = `version: 1
plan: power
name: known
title: A plan without a range
start: 2026-01
end: 2030-12
power: { value: 100, unit: MW, of: facility, at: design, bound: committed }
facility: liquid-new-build
grid: france
owner: hyperscaler
sources: { test: { says: a test, date: 2026-11 } }
assumptions:
  facility:
    pue_design: { value: 1.25, unit: ratio, source: test, confidence: high }
    pue_year: { value: 1.1, unit: ratio, source: test, confidence: high }
    it_overhead: { value: 1.1, unit: ratio, source: test, confidence: high }
    shell: { value: 10, unit: USD m/MW, source: test, confidence: high }
    install: { value: 50, unit: racks/month, source: test, confidence: high }
    water: { value: 0.5, unit: L/kWh, source: test, confidence: high }
    water_off_site: { value: 2, unit: L/kWh, source: test, confidence: high }
  grid:
    carbon: { value: 50, unit: gCO2/kWh, source: test, confidence: high }
    price: { value: 60, unit: USD/MWh, source: test, confidence: high }
  market_carbon: { value: 10, unit: gCO2/kWh, source: test, confidence: high }
  owner:
    rate: { value: 0.08, unit: share/year, source: test, confidence: high }
    equipment_life: { value: 5, unit: years, source: test, confidence: high }
    facility_life: { value: 15, unit: years, source: test, confidence: high }
    maintenance: { value: 0.025, unit: share/year, source: test, confidence: high }
    load: { value: 0.8, unit: share, source: test, confidence: high }
    availability: { value: 0.95, unit: share, source: test, confidence: high }
    utilisation: { value: 0.5, unit: share, source: test, confidence: high }
    goodput: { value: 0.9, unit: share, source: test, confidence: high }
  racks:
    gb300-nvl72:
      nominal: { value: 140, unit: kW, source: test, confidence: high }
      price: { value: 4, unit: USD m, source: test, confidence: high }
      network: { value: 10000, unit: USD/chip, source: test, confidence: high }
      embodied: { value: 1000, unit: kgCO2/chip, source: test, confidence: high }
      lead: { value: 6, unit: months, source: test, confidence: high }
tranches:
  only:
    rack: gb300-nvl72
    power: { value: 100, unit: MW }
    bound: committed
    begun: 2026-04
    due: 2028-12
    waits:
      shell: { value: 20, unit: months, source: test, confidence: high }
      grid: { value: 24, unit: months, source: test, confidence: high }
      switchgear: { value: 80, unit: weeks, source: test, confidence: high }
      transformers: { value: 1, unit: years, source: test, confidence: high }
`;

test('a plan without a range, by hand', () => {
  const plan = read(KNOWN);
  const found = (name: WholeOutput): number => centre(plan, name);
  const assertNear = (name: WholeOutput, wanted: number): void =>
    assert.ok(Math.abs(found(name) / wanted - 1) < 1e-9, `${name}: ${found(name)}, not ${wanted}`);
  // 100,000 kW ÷ (140 × 1.1 × 1.25 = 192.5 kW) = 519.48 racks.
  assertNear('racks', 519);
  assertNear('chips', 37_368);
  assertNear('chips_committed', 37_368);
  assertNear('it_power', (519 * 154) / 1000);
  // 519 × (4 m + 72 × 10,000) + 79,926 kW × 10,000.
  const [equipment, facility] = [519 * 4_720_000, 519 * 154 * 10_000];
  assertNear('capital', (equipment + facility) / 1e9);
  const recovery = (years: number): number => (0.08 * 1.08 ** years) / (1.08 ** years - 1);
  const kwh = 519 * 154 * 0.8 * 8760 * 1.1;
  const yearly = equipment * (recovery(5) + 0.025) + facility * recovery(15) + kwh * 0.06;
  assertNear('yearly', yearly / 1e9);
  assertNear('chip_hour', yearly / (37_368 * 8760 * 0.95));
  assertNear('useful_hour', yearly / (37_368 * 8760 * 0.95 * 0.5 * 0.9));
  assertNear('energy', kwh / 1e9);
  assertNear('carbon', (kwh * 50) / 1e9);
  assertNear('carbon_market', (kwh * 10) / 1e9);
  assertNear('embodied', (37_368 * 1000) / 5 / 1e6);
  assertNear('water', ((kwh / 1.1) * 0.5) / 1e6);
  assertNear('water_all', ((kwh / 1.1) * 0.5 + kwh * 2) / 1e6);
  const results = centreOf(powerModel(plan));
  // Begun in month 3, the grid after 24 months, 519 racks at 50 a month.
  assert.deepEqual(
    [results[trancheOutput(0, 'first')], results[trancheOutput(0, 'whole')], results[trancheOutput(0, 'gate')]],
    [27, 27 + 519 / 50, 1],
  );
});

test('with nothing uncertain every band is a point, dates too', () => {
  const run = runPowerPlan(read(KNOWN), catalogues, { seed: 1, draws: 64 });
  for (const { name, centre: middle, band } of run.outputs)
    assert.deepEqual(band, { p10: middle, p50: middle, p90: middle }, name);
  const [only] = run.tranches;
  assert.deepEqual([only?.first.p10, only?.first.p90, only?.whole.p50], ['2028-04', '2028-04', '2029-02']);
  assert.equal(only?.met, 0);
  assert.deepEqual(only?.gates, { shell: 0, grid: 1, switchgear: 0, transformers: 0, racks: 0 });
  assert.deepEqual(run.power, { stated: 100, committed: 100, up_to: 0, unplanned: 0 });
  assert.deepEqual(run.tornado.swings, []);
  const serving = new Map(run.months.map(({ month, all }) => [month, all.p50]));
  assert.equal(serving.get('2028-03'), 0);
  // 1 of 10.38 months of the way: 50 of 519 racks.
  assert.equal(serving.get('2028-04'), 50 * 72);
  assert.equal(serving.get('2029-02'), 519 * 72);
});

test('the plan that ships: committed and "up to" apart, dates in order, the same under a seed', () => {
  const plan = read();
  const run = runPowerPlan(plan, catalogues, { seed: 1, draws: 2000 });
  assert.deepEqual(run, runPowerPlan(plan, catalogues, { seed: 1, draws: 2000 }));
  assert.notDeepEqual(run.outputs, runPowerPlan(plan, catalogues, { seed: 2, draws: 2000 }).outputs);
  assert.deepEqual(run.power, { stated: 1000, committed: 500, up_to: 500, unplanned: 0 });
  for (const { first, whole, gates, met, bound } of run.tranches) {
    assert.ok(first.p10 <= first.p50 && first.p50 <= first.p90 && first.p50 <= whole.p50);
    assert.ok(Math.abs(Object.values(gates).reduce((sum, each) => sum + each, 0) - 1) < 1e-9);
    assert.equal(met === null, bound === 'up_to');
  }
  // The connection of the first tranche stands: it never decides.
  assert.equal(run.tranches[0]?.gates.grid, 0);
  for (const [at, { committed, all }] of run.months.entries()) {
    assert.ok(committed.p50 <= all.p50);
    assert.ok(at === 0 || all.p50 >= run.months[at - 1]!.all.p50);
  }
  const chips = run.outputs.find(({ name }) => name === 'chips')!;
  assert.ok(chips.band!.p10 > 280_000 && chips.band!.p90 < 380_000, JSON.stringify(chips.band));
  assert.equal(run.outputs.find(({ name }) => name === 'carbon_market')?.band, null);
  assert.equal(run.tornado.output, 'chip_hour');
  assert.equal(run.tornado.swings[0]?.variable, 'equipment_life');
});

test('what a result hangs on is told of any result, a tranche’s date too, and of none that there is not', () => {
  const about = (name: string) => runPowerPlan(read(), catalogues, { seed: 1, draws: 512, about: name });
  const dates = about('second.whole');
  assert.deepEqual(
    dates.tornado.swings.slice(0, 1).map(({ variable }) => variable.split('.')[0]),
    ['second'],
  );
  assert.ok(dates.ranks.find(({ variable }) => variable === 'second.grid')!.correlation > 0.4);
  assert.equal(
    about('carbon').tornado.swings.some(({ variable }) => variable === 'grid_carbon'),
    true,
  );
  assert.throws(
    () => about('carbn'),
    (error) => isAppError(error) && error.code === 'PLAN_INVALID' && /did you mean carbon\?/.test(error.next),
  );
});

test('bands hold from one seed to the next: quasi-random draws leave less than half a per cent between medians', () => {
  const plan = read();
  const median = (seed: number): number =>
    runPowerPlan(plan, catalogues, { seed, draws: 4096 }).outputs.find(({ name }) => name === 'chip_hour')!.band!.p50;
  const medians = [1, 2, 3, 4].map(median);
  assert.ok(Math.max(...medians) / Math.min(...medians) < 1.005, medians.join(' '));
});

test('results move as they should', () => {
  const plan = read(KNOWN);
  const more = (from: string, to: string): ResolvedPlan => {
    assert.ok(KNOWN.includes(from));
    return read(KNOWN.replace(from, () => to));
  };
  assert.ok(centre(more('pue_design: { value: 1.25', 'pue_design: { value: 1.4'), 'chips') < centre(plan, 'chips'));
  assert.ok(centre(more('rate: { value: 0.08', 'rate: { value: 0.13'), 'chip_hour') > centre(plan, 'chip_hour'));
  assert.ok(
    centre(more('equipment_life: { value: 5', 'equipment_life: { value: 3'), 'chip_hour') > centre(plan, 'chip_hour'),
  );
  assert.ok(centre(more('price: { value: 60', 'price: { value: 90'), 'chip_hour') > centre(plan, 'chip_hour'));
  assert.equal(centre(more('pue_year: { value: 1.1,', 'pue_year: { value: 1.2,'), 'chips'), centre(plan, 'chips'));
  assert.ok(centre(more('pue_year: { value: 1.1,', 'pue_year: { value: 1.2,'), 'carbon') > centre(plan, 'carbon'));
  assert.ok(centre(more('of: facility', 'of: nameplate'), 'chips') > centre(plan, 'chips'));
  assert.ok(centre(more('at: design', 'at: peak'), 'chips') < centre(plan, 'chips'));
});

test('a study of the plan conserves nothing it should not: committed chips are part of all chips in every draw', () => {
  const model = powerModel(read());
  const at = (name: WholeOutput): number => model.outputs.findIndex((each) => each.name === name);
  const { outputs } = studyModel(model, { seed: 3, count: 500 });
  const racks = [0, 1, 2, 3].map((tranche) => outputs[trancheOutput(tranche, 'racks')]!);
  for (let draw = 0; draw < 500; draw += 1) {
    assert.equal(
      outputs[at('racks')]![draw],
      racks.reduce((sum, each) => sum + each[draw]!, 0),
    );
    assert.ok(outputs[at('chips_committed')]![draw]! < outputs[at('chips')]![draw]!);
    assert.equal(outputs[at('chips')]![draw], outputs[at('racks')]![draw]! * 72);
  }
});

test('a tranche waits for the last of its gates, then for its racks', () => {
  assert.deepEqual(arrivalOf(3, [10, 14, 14, 2, 6], 100, 50), { first: 17, whole: 19, gate: 1 });
  assert.deepEqual(
    [0, 17, 18, 18.5, 19, 40].map((month) => servingAt(month, 100, 17, 19)),
    [0, 0, 50, 75, 100, 100],
  );
});

test('a plan with a fault is refused with line, reason and what mends it', () => {
  for (const [from, to, says] of [
    ['power: { value: 1,', 'power: { value: -1,', /plan\.yaml:\d+:\d+: power\.value does not fit/],
    ['unit: GW, of', 'unit: TW, of', /power\.unit is none of the values it may have; .*kW, MW, GW/],
    ['of: facility', 'of: facilty', /power\.of .*did you mean facility\?/],
    [
      'rack: gb300-nvl72',
      'rack: gb30-nvl72',
      /tranches.*|"gb30-nvl72" is not in the catalogue of racks; did you mean gb300-nvl72\?/,
    ],
    [
      'facility: liquid-new-build',
      'facility: google',
      /"google" says nothing of pue_design, which a plan needs; state `pue_design` under assumptions/,
    ],
    ['grid: us', 'grid: uk', /"uk" is not in the catalogue of grids/],
    ['owner: hyperscaler', 'owner: hyperscalar', /did you mean hyperscaler\?/],
    ['due: 2028-06', 'due: 2033-06', /it is committed after the plan ends; write 2032-12 or earlier/],
    ['due: 2028-06', 'due: 2025-06', /it is due before it is begun/],
    ['    due: 2028-06\n', '', /it is committed, and no month is said by which; add `due`/],
    ['begun: 2026-01', 'begun: 2025-01', /it is begun before the plan; write 2026-01 or later/],
    ['end: 2032-12', 'end: 2025-12', /the plan ends before it begins/],
    ['power: { value: 250,', 'power: { value: 600,', /the tranches come to 1350 MW, more than the 1000 MW of the plan/],
    ['tranches:', 'tranchs:', /`tranchs` is not a key of the top of the file; did you mean `tranches`\?/],
    [
      'source: ours, confidence: low }',
      'source: our, confidence: low }',
      /"our" is not a source of this file; did you mean ours\?/,
    ],
    [
      'owner: hyperscaler',
      'owner: hyperscaler\nassumptions: { facility: { pue_design: { value: 0.9, unit: ratio, source: ours, confidence: low } } }',
      /pue_design\.value does not fit; write 1 or more/,
    ],
  ] as const)
    assert.throws(
      () => read(changed(from, to)),
      (error) => {
        assert.ok(isAppError(error) && error.code === 'PLAN_INVALID', String(error));
        assert.match(error.message, says);
        assert.match(error.message, /plan\.yaml:\d+:\d+:/);
        return true;
      },
    );
});

test('an hour that costs without end is refused, and never shown', () => {
  for (const name of ['availability', 'utilisation', 'goodput']) {
    const plan = withRanges(read(), powerModel(read()).variables, { [name]: { low: 0, likely: 0, high: 0 } });
    assert.throws(
      () => runPowerPlan(plan, catalogues, { seed: 1, draws: 10 }),
      (error) => isAppError(error) && error.code === 'PLAN_INVALID' && /costs without end/.test(error.message),
      name,
    );
  }
});

test('a rack without a price is planned only with one of somebody’s own', () => {
  const text = TEXT.replaceAll('vera-rubin-nvl72', 'rubin-ultra-nvl576');
  assert.throws(
    () => runPowerPlan(read(text), catalogues, { seed: 1, draws: 10 }),
    (error) =>
      isAppError(error) &&
      /"Rubin Ultra NVL576" has no price/.test(error.message) &&
      /add the rack with its `price`/.test(error.next),
  );
  const own =
    'assumptions: { racks: { rubin-ultra-nvl576: { price: { value: 30, unit: USD m, source: ours, confidence: low } } } }';
  const priced = text.replace('owner: hyperscaler', `owner: hyperscaler\n${own}`);
  assert.equal(runPowerPlan(read(priced), catalogues, { seed: 1, draws: 10 }).simulated, true);
});
