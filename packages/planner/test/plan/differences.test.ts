// Two plans side by side, changes that are refused, and text that is brought: what cannot be is said with what to change.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTROL, PLAN_CHANGES_MOST, PLAN_TEXT_MOST, type PlanRange } from '@weighbridge/protocol';
import { checkedPlan, differencesOf } from '../../src/plan/run.ts';
import { expectNear, expectRefused } from '../support/expect.ts';
import { asked, catalogues, planNamed, report, textOf } from './plans.ts';

const COST = 'own-or-buy';
const POWER = 'one-gigawatt';
const at = (value: number): PlanRange => ({ low: value, likely: value, high: value });

describe('two plans side by side', () => {
  test('a difference is made draw by draw: narrower than the two intervals, and the second less the first', () => {
    const { differences } = asked({ name: COST, against: { name: COST, ranges: { power_price: at(0.2) } } });
    const cost = differences.find(({ figure }) => figure === 'cost.mix')!;
    const [first, second, difference] = [cost.first!, cost.second!, cost.difference!];
    assert.ok(difference.p10 > 0, 'dearer power is dearer in every draw');
    assert.ok(difference.p90 - difference.p10 < first.p90 - first.p10);
    expectNear(difference.p50, second.p50 - first.p50, 0.5);
  });
  test('of two kinds there is none, and both are answered', () => {
    const { first, second, differences } = asked({ name: COST, against: { name: POWER } });
    assert.deepEqual([first.kind, second?.kind, differences], ['cost', 'power', []]);
  });
  test('water of a call differs in the unit that it is shown in', () => {
    const { differences } = asked({ name: COST, against: { name: COST, ranges: { water: at(5) } } });
    const water = differences.find(({ figure }) => figure === 'call.water')!;
    expectNear(water.difference!.p50, water.second!.p50 - water.first!.p50, 0.3);
  });
  test('what differs only by how a computer adds is nought', () => {
    const { differences } = asked({
      name: 'reserve-or-on-demand',
      against: { name: 'reserve-or-on-demand', ranges: { 'chat.growth': { low: 0, likely: 0.02, high: 0.1 } } },
    });
    assert.ok(differences.length > 8);
    for (const { figure, difference } of differences)
      for (const value of Object.values(difference ?? {}))
        assert.ok(value === 0 || Math.abs(value) > 1e-7, `${figure}: ${value}`);
  });
  test('runs of another number of draws are not compared draw by draw', () => {
    const run = (draws: number) => planNamed(COST).run({ seed: 1, draws, ranges: {}, choices: {} });
    for (const { difference, first, second } of differencesOf(run(50), run(60)))
      assert.deepEqual([difference, first === null, second === null], [null, false, false]);
  });
});

describe('a wait that tranches share', () => {
  test('is one control, named for what it is; what a tranche states stays its own', () => {
    const ids = report(POWER).controls.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id) => /shell|grid$/.test(id)),
      ['shell', 'gates.shell', 'first.grid', 'second.grid', 'third.grid', 'gates.grid'],
    );
    const later = report(POWER, { ranges: { 'gates.shell': at(60) } });
    const waits = later.tables.find(({ id }) => id === 'tranches')!.rows.map((row) => JSON.stringify(row.at(-1)));
    assert.ok(
      waits.every((wait) => wait.includes('shell')),
      waits.join(),
    );
    expectRefused(() => report(POWER, { ranges: { 'first.shell': at(60) } }), /no assumption "first.shell"/);
  });
});

describe('changes that cannot be', () => {
  const refused = (name: string, id: string, range: PlanRange, message: RegExp): void =>
    expectRefused(() => report(name, { ranges: { [id]: range } }), message);
  test('are refused by the name of what they would change, with what it may be', () => {
    refused(POWER, 'pue', at(0.9), /PUE that the site is sized on: 0.9 ratio cannot be/);
    refused(POWER, 'load', at(1.2), /1.2 share cannot be/);
    refused(POWER, 'pue', { low: 1.4, likely: 1.2, high: 1.3 }, /out of order/);
    refused(POWER, 'pue', { low: 1, likely: 1.2, high: Number.NaN }, /no end/);
    refused(POWER, 'puee', at(1.2), /no assumption "puee"/);
    refused(COST, 'call.images', at(5), /cannot have 5 of "images"/);
    refused(COST, 'call.input', at(-1), /cannot have -1/);
    refused(COST, 'throughput.output', at(0), /throughput of output tokens/);
    refused(COST, 'availability', at(0), /never open/);
    refused(COST, 'equipment_life', at(0), /life of the equipment: 0 years cannot be/);
    refused(POWER, 'install', at(0), /0 racks\/month cannot be/);
    refused(POWER, 'gates.shell', at(1e6), /1000000 months cannot be/);
    expectRefused(() => report(POWER, { ranges: { pue: at(999), it_overhead: at(999) } }), /not one rack fits/);
  });
  test('ids that mean something to a program mean nothing here', () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const ranges = JSON.parse(`{"${id}":{"low":1,"likely":1,"high":1}}`) as Record<string, PlanRange>;
      const choices = JSON.parse(`{"${id}":"us"}`) as Record<string, string>;
      expectRefused(() => report(POWER, { ranges }), /no assumption/);
      expectRefused(() => report(COST, { choices }), /no choice/);
      expectRefused(() => report(POWER, { about: id }), /no figure/);
      expectRefused(() => report(COST, { about: id }), /no figure/);
    }
  });
  test('enormous ones give an answer whose numbers are numbers, or are refused', () => {
    for (const name of [POWER, COST])
      for (const { id, most } of report(name).controls) {
        const value = at(most ?? 1e308);
        try {
          const { first } = asked({ name: name as typeof POWER, draws: 10, ranges: { [id]: value } });
          assert.ok(first.figures.length > 0, id);
        } catch (thrown) {
          assert.match(String((thrown as { code?: string }).code), /PLAN_INVALID/, `${name} ${id}: ${String(thrown)}`);
        }
      }
  });
  test('more of them than can be meant, and text that is too long, never reach a plan', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, at(1)]));
    const input = CONTROL.plan.input;
    assert.match(
      input.safeParse({ name: POWER, ranges: many }).error?.message ?? '',
      new RegExp(`${PLAN_CHANGES_MOST}`),
    );
    assert.equal(input.safeParse({ name: 'own', own: 'x'.repeat(PLAN_TEXT_MOST + 1) }).success, false);
    assert.equal(input.safeParse({ name: POWER, ranges: { pue: { low: 1, likely: 1, high: null } } }).success, false);
    assert.equal(input.safeParse({ name: POWER, draws: 1e9 }).success, false);
    assert.equal(input.safeParse({ name: 'nobody' }).success, false);
  });
});

describe('a text that is brought', () => {
  test('is read as what it says it is; a fault is told with its line and its mend', () => {
    const { reading, problems } = checkedPlan(textOf(COST), catalogues);
    assert.deepEqual([reading?.kind, reading?.id, problems], ['cost', COST, []]);
    const broken = checkedPlan(textOf(COST).replace('rack: gb300-nvl72', 'rack: gb300-nvl27'), catalogues);
    assert.equal(broken.reading, null);
    const [fault] = broken.problems;
    assert.equal(
      fault?.line,
      textOf(COST)
        .split('\n')
        .findIndex((line) => line.startsWith('rack:')) + 1,
    );
    assert.match(JSON.stringify(fault), /gb300-nvl72/);
    for (const [text, message] of [
      ['plan: powr\n', /plan/],
      ['title: half\n', /plan/],
      ['', /./],
      ['plan: [', /./],
      ['plan: power\n', /./],
      ['&a [*a]', /./],
    ] as const) {
      const said = checkedPlan(text, catalogues);
      assert.equal(said.reading, null, text);
      assert.match(JSON.stringify(said.problems), message);
      assert.ok(said.problems.length > 0, text);
    }
  });
  test('is run beside one that ships', () => {
    const own = textOf(COST).replace('name: own-or-buy', 'name: mine').replace('grid: us', 'grid: france');
    const { first, second, differences } = asked({ name: 'own', own, against: { name: COST } }, own);
    assert.deepEqual([first.plan, second?.plan], ['mine', COST]);
    const location = differences.find(({ figure }) => figure === 'call.location')!;
    assert.ok(location.difference!.p10 > 0, 'the grid at home emits more');
  });
});
