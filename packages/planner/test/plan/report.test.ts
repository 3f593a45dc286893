// Reports of the plans that ship: their form, what moves what and in which direction, choices, and the same answer under a seed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CONTROL,
  PLAN_KINDS,
  PLAN_NAMES,
  type PlanControl,
  type PlanRange,
  type PlanReport,
} from '@weighbridge/protocol';
import { expectRefused } from '../support/expect.ts';
import { asked, catalogues, NAMES, report, textOf } from './plans.ts';
import { saidBand } from '../../src/plan/cells.ts';
import { planList } from '../../src/plan/run.ts';

const stated = new Map(NAMES.map((name) => [name, report(name)] as const));
const bandsOf = (name: string, ranges: Readonly<Record<string, PlanRange>>) =>
  new Map(report(name, { ranges }).figures.map(({ id, band }) => [id, band] as const));

const partsOf = ({ figures, charts, tables, documents }: PlanReport): string =>
  JSON.stringify([figures, charts, tables, documents]);

/** Where places are taken in an order, what decides in one draw decides nothing in another: a figure can hang on more than a tenth moves. */
const isPlaced = ({ kind }: PlanReport): boolean => kind === 'exposure';
const AFAR = [0, 0.3, 20];

/** A tenth up; down where it may not be more. A wait becomes the longest: one that is not decides nothing. */
function moved({ id, range: { low, likely, high }, most, unit }: PlanControl): PlanRange {
  const by = (times: number): PlanRange => ({ low: low * times, likely: likely * times, high: high * times });
  // What is bought is whole units: it takes more than a tenth to buy another number.
  if (unit === 'USD/hour') return by(0.3);
  if (unit === 'requests/hour' || unit === 'tokens/min') return by(1.5);
  if (unit === 'share/month') return { low: low + 0.05, likely: likely + 0.05, high: high + 0.05 };
  if (id.includes('.on_demand.')) return by(5);
  if (id.endsWith('.cached')) return { low: 0.7, likely: 0.8, high: 0.9 };
  // Chips come by whole copies, and a limit that is kept anyhow decides nothing.
  if (id === 'ttft') return { low: 285, likely: 285, high: 285 };
  if (id === 'prefix') return { low: 0.8, likely: 0.8, high: 0.8 };
  if (['night', 'weekend', 'growth'].includes(id)) return { low: 0.7, likely: 0.8, high: 0.9 };
  if (unit === 'ms') return { low: 12, likely: 12, high: 12 };
  if (unit === 'calls/s') return { low: 400, likely: 400, high: 400 };
  if (unit === 'tokens') return by(4);
  if (unit === 'times' && id.endsWith('.demand')) return by(1.6);
  if (unit === 'months') return { low: 90, likely: 120, high: 150 };
  if (high === 0) return { low: 1, likely: 2, high: 3 };
  const times = most !== null && high * 1.1 > most ? 0.9 : 1.1;
  return by(times);
}

function timesOf({ range: { likely }, most }: PlanControl, times: number): PlanRange {
  const value = Math.min(most ?? Infinity, Math.max(likely, 1) * times);
  return { low: value, likely: value, high: value };
}

test('names and kinds of plans are those of the protocol', () => {
  assert.deepEqual(NAMES, [...PLAN_NAMES]);
  const { rows } = planList(new Map(NAMES.map((name) => [name, textOf(name)])), catalogues);
  assert.deepEqual(
    rows.map(({ id }) => id),
    NAMES,
  );
  assert.deepEqual(new Set(rows.map(({ kind }) => kind)), new Set(PLAN_KINDS));
});

for (const name of NAMES) {
  const first = stated.get(name)!;
  describe(name, () => {
    test('answers in the one form, with an answer in words, and every figure has interval, formula and controls', () => {
      CONTROL.plan.answer.parse({ first, second: null, differences: [] });
      assert.ok(first.says.length > 40 && /\d/.test(first.says));
      assert.ok(first.figures.length > 8);
      const controls = new Set(first.controls.map(({ id }) => id));
      assert.equal(controls.size, first.controls.length, 'a control has one name');
      for (const { id, band, formula, of, unit } of first.figures) {
        assert.ok(band !== null && band.p10 <= band.p50 && band.p50 <= band.p90, id);
        assert.ok(formula.length > 5 && unit !== '', id);
        assert.ok(of.length > 0 || (isPlaced(first) && id.endsWith('.portability')), id);
        for (const control of of) assert.ok(controls.has(control), `${id} hangs on ${control}, and it can be moved`);
      }
      for (const { rows, columns, id } of first.tables)
        for (const row of rows) assert.equal(row.length, columns.length, id);
      for (const { axis, lines, id } of first.charts) {
        const places = axis.is === 'months' ? axis.months.length : axis.numbers.length;
        for (const line of lines) assert.equal(line.bands.length, places, id);
      }
      for (const control of first.controls) {
        assert.ok(control.source === null || control.source.says.length > 5, control.id);
        assert.ok(control.range.low >= control.least, control.id);
      }
    });

    test('every interval of the sentence is that of a figure, to the digit', () => {
      const told = first.says.match(/[\d.,]+ \([\d.,]+ to [\d.,]+\)/g) ?? [];
      assert.ok(told.length > 0, first.says);
      const figures = new Set(
        first.figures.flatMap(({ band }) =>
          [1, 100].map((times) => saidBand({ p10: band!.p10 * times, p50: band!.p50 * times, p90: band!.p90 * times })),
        ),
      );
      for (const each of told) assert.ok(figures.has(each), `${each} of: ${first.says}`);
    });

    test('a moved assumption changes the figures that hang on it, and no other; every control changes something', () => {
      const before = bandsOf(name, {});
      for (const control of first.controls) {
        const after = report(name, { ranges: { [control.id]: moved(control) } });
        for (const { id, of, band } of after.figures) {
          if (of.includes(control.id)) {
            if (!isPlaced(first)) assert.notDeepEqual(band, before.get(id), `${control.id} moves ${id}`);
          } else assert.deepEqual(band, before.get(id), `${control.id} leaves ${id}`);
        }
        const far = isPlaced(first)
          ? AFAR.map((times) => report(name, { ranges: { [control.id]: timesOf(control, times) } }))
          : [];
        assert.ok(
          [after, ...far].some((each) => partsOf(each) !== partsOf(first)),
          `${control.id} changes something`,
        );
        const shown = after.controls.find(({ id }) => id === control.id)!;
        assert.deepEqual(shown.stated, control.range);
        assert.notDeepEqual(shown.range, control.range);
      }
    });

    test('a choice changes the plan, and back is as before; an unknown one is refused with what there is', () => {
      for (const { id, value, options } of first.choices) {
        const other = options.find((option) => option.id !== value && option.id !== 'trainium-2')!;
        let picked: typeof first;
        try {
          picked = report(name, { choices: { [id]: other.id } });
        } catch (thrown) {
          assert.match(
            (thrown as Error).message,
            /no price|does not say|needs|lacks|not known|can be|cannot carry/,
            `${id}=${other.id}`,
          );
          continue;
        }
        assert.notEqual(partsOf(picked), partsOf(first), `${id}=${other.id}`);
        const choice = picked.choices.find((each) => each.id === id)!;
        assert.deepEqual([choice.value, choice.stated], [other.id, value]);
        const back = report(name, { choices: { [id]: value } });
        assert.deepEqual(back, first);
      }
      expectRefused(() => report(name, { choices: { nothing: 'x' } }), /no choice "nothing"/);
      const [{ id: any }] = first.choices as [(typeof first.choices)[number]];
      expectRefused(() => report(name, { choices: { [any]: 'atlantis' } }), /cannot be "atlantis"/);
      expectRefused(() => report(name, { choices: { __proto__x: 'us' } }), /no choice/);
    });

    test('the same seed gives the same report, another seed another; ten times the draws about the same', () => {
      assert.deepEqual(report(name), first);
      assert.notDeepEqual(report(name, { seed: 2 }).figures, first.figures);
      const many = report(name, { draws: 4_000 });
      for (const { id, band } of first.figures) {
        const wide = many.figures.find((each) => each.id === id)!.band!;
        const width = wide.p90 - wide.p10;
        assert.ok(Math.abs(wide.p50 - band!.p50) <= 0.15 * width + 1e-9 * Math.abs(wide.p50), `${id} settles`);
      }
    });

    test('what decides a figure can be asked of every figure, and of no other; both answers point the same way', () => {
      const known = new Set(first.controls.map(({ id }) => id));
      for (const { id, of } of first.figures) {
        const { about, swings } = report(name, { about: id });
        assert.equal(about, id);
        for (const { control, from, to, atFrom, atTo, correlation } of swings) {
          // What a model is wrong by is drawn, and nobody can set it.
          assert.ok(of.includes(control) || !known.has(control), `${id} hangs on ${control}`);
          assert.ok(from < to && correlation !== null, `${id}: ${control}`);
          // Where one of the two is faint, chance decides the sign of a correlation over few draws.
          const telling = Math.abs(correlation) > 0.3;
          assert.ok(!telling || correlation > 0 === atTo > atFrom, `${id}: ${control} ${correlation}`);
        }
      }
      const [most] = first.swings;
      assert.ok(first.swings.length >= 3 && most !== undefined);
      const widths = first.swings.map(({ atFrom, atTo }) => Math.abs(atTo - atFrom));
      assert.deepEqual(
        widths,
        widths.toSorted((a, b) => b - a),
      );
      expectRefused(() => report(name, { about: 'nothing' }), /"nothing"/);
    });

    test('beside itself every difference is nought; beside itself with something moved, what does not hang on it', () => {
      const same = asked({ name: name as 'one-gigawatt', against: { name: name as 'one-gigawatt' } });
      assert.equal(same.differences.length, first.figures.length);
      for (const { figure, difference } of same.differences)
        assert.deepEqual(difference, { p10: 0, p50: 0, p90: 0 }, figure);
      const dear = new Set(['alpha-dearer.times', 'power_price', 'offers.year']);
      const control = first.controls.find(({ id }) => dear.has(id))!;
      const about = control.id;
      const dearer = asked({
        name: name as 'one-gigawatt',
        against: { name: name as 'one-gigawatt', ranges: { [about]: moved(control) } },
      });
      for (const { figure, difference } of dearer.differences) {
        const hangs = first.figures.find(({ id }) => id === figure)!.of.includes(about);
        if (hangs && isPlaced(first)) continue;
        if (hangs) assert.notDeepEqual(difference, { p10: 0, p50: 0, p90: 0 }, figure);
        else assert.deepEqual(difference, { p10: 0, p50: 0, p90: 0 }, figure);
      }
    });
  });
}

/** Which way a figure must go when an assumption goes up. */
const UP = [
  ['one-gigawatt', 'it_overhead', { chips: -1, chip_hour: 1 }],
  ['one-gigawatt', 'pue', { chips: -1 }],
  ['one-gigawatt', 'power_price', { chip_hour: 1, useful_hour: 1, yearly: 1 }],
  ['one-gigawatt', 'gb300-nvl72.price', { chip_hour: 1, capital: 1, yearly: 1 }],
  ['one-gigawatt', 'grid_carbon', { carbon: 1 }],
  ['one-gigawatt', 'equipment_life', { chip_hour: -1, embodied: -1 }],
  ['one-gigawatt', 'load', { energy: 1, chip_hour: 1 }],
  ['own-or-buy', 'throughput.output', { 'cost.output': -1, 'cost.mix': -1, 'margin.output': 1, 'call.energy': -1 }],
  ['own-or-buy', 'prices.output', { 'margin.output': 1, 'margin.mix': 1 }],
  ['own-or-buy', 'power_price', { clock: 1, open: 1, useful: 1, 'cost.mix': 1, 'margin.mix': -1 }],
  ['serve-open-model', 'work.calls', { chips: 1, 'cost.month': 1 }],
  ['serve-open-model', 'night', { chips: -1, 'cost.demand': -1 }],
  ['serve-open-model', 'growth', { 'chips.later': 1 }],
  ['serve-open-model', 'ttft', { chips: 1, 'cost.month': 1, 'cost.demand': 1 }],
  ['serve-open-model', 'prefix', { 'cost.output': -1, 'cost.call': -1, per_chip: 1 }],
  ['serve-open-model', 'work.input', { 'cost.call': 1, 'cost.output': 1, chips: 1 }],
  ['serve-open-model', 'power_price', { 'cost.output': 1, 'cost.call': 1 }],
  ['serve-open-model', 'load', { energy: 1 }],
  ['serve-open-model', 'work.tpot', { per_user: 1, per_chip: -1, 'cost.output': 1, chips: 1 }],
  ['two-makers', 'alpha-dearer.times', { 'alpha-dearer.extra': 1 }],
  ['two-makers', 'beta-west.ready', { 'north-gone.days': 1 }],
  ['two-makers', 'support.demand', { 'north-gone.without': 1, 'support.portability': -1 }],
  ['two-makers', 'own-hall.market', { 'own-hall.cost': 1 }],
  ['two-makers', 'own-hall.carbon', { 'carbon.emitted': 1 }],
  ['own-or-buy', 'grid_carbon', { 'call.location': 1 }],
  ['reserve-or-on-demand', 'chat.requests', { cost: 1, on_demand: 1, saving: 1, units: 1, best: 1 }],
  ['reserve-or-on-demand', 'chat.growth', { cost: 1, on_demand: 1, units: 1 }],
  ['reserve-or-on-demand', 'chat.cached', { on_demand: -1, cost: -1 }],
  ['reserve-or-on-demand', 'chat.on_demand.output', { on_demand: 1, units: 1, 'break_even.year.chat': -1, saving: 1 }],
  ['reserve-or-on-demand', 'throughput', { 'break_even.year.chat': -1, saving: 1 }],
  // Made cheaper here.
  ['reserve-or-on-demand', 'offers.year', { 'break_even.year.chat': -1, units: 1, cost: -1, carried: 1 }],
  ['own-or-buy', 'call.output', { 'cost.mix': 1, 'call.energy': 1 }],
] as const;

for (const [name, control, ways] of UP)
  test(`${name}: more of ${control} moves ${Object.keys(ways).join(', ')} as it must`, () => {
    const first = stated.get(name)!;
    const held = first.controls.find(({ id }) => id === control)!;
    const after = bandsOf(name, { [control]: moved(held) });
    for (const [figure, way] of Object.entries(ways)) {
      const before = first.figures.find(({ id }) => id === figure)!.band!;
      assert.equal(Math.sign(after.get(figure)!.p50 - before.p50), way, figure);
    }
  });
