// The mix that costs least: by hand, against the newsvendor where there is one unit, and against trying every mix where there are few.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bestMix,
  breakEvenUtilisation,
  Chance,
  loadSolver,
  newsvendor,
  newsvendorUnits,
  type Mix,
  type MixProblem,
  type Purchase,
} from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';

const solver = await loadSolver();
const best = (problem: MixProblem, given?: readonly Purchase[]): Mix => bestMix(problem, solver, given);

describe('newsvendor', () => {
  test('by hand: four windows, and a unit that costs half of what it saves', () => {
    const got = newsvendor({ windows: [1, 2, 3, 10], reserved_price: 1, on_demand_price: 2 });
    // The quantile at one half: 2. Cost 2 + 2 × (0 + 0 + 1 + 8) ÷ 4.
    assert.deepEqual([got.ideal_units, got.units, got.cost], [2, 2, 6.5]);
    assert.deepEqual([got.all_on_demand_cost, got.all_reserved_cost, got.break_even_utilisation], [8, 10, 0.5]);
    expectNear(got.utilisation, (1 + 2 + 2 + 2) / 8, 1e-12);
    expectNear(got.spilled, 9 / 16, 1e-12);
  });

  test('no unit is bought where on demand is no dearer, nor where the smallest size is too large', () => {
    assert.equal(newsvendor({ windows: [5, 5], reserved_price: 2, on_demand_price: 2 }).units, 0);
    assert.equal(
      newsvendor({ windows: [5, 5], reserved_price: 1, on_demand_price: 2, minimum: 50, increment: 50 }).units,
      0,
    );
    assert.equal(
      newsvendor({ windows: [30, 30], reserved_price: 1, on_demand_price: 2, minimum: 50, increment: 50 }).units,
      50,
    );
  });

  test('of a uniform demand it is the closed form', () => {
    expectNear(
      newsvendorUnits((p) => 100 * p, 3, 4),
      25,
      1e-12,
    );
    const chance = new Chance(1, 'windows');
    const windows = Array.from({ length: 20_000 }, () => 100 * chance.unit());
    expectNear(newsvendor({ windows, reserved_price: 3, on_demand_price: 4, increment: 0.001 }).units, 25, 0.03);
  });

  test('no other size that is sold costs less', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 15 }),
        (windows, reserved_price, on_demand_price, minimum, increment) => {
          const got = newsvendor({ windows, reserved_price, on_demand_price, minimum, increment });
          const cost = (units: number): number =>
            units * reserved_price +
            (windows.reduce((sum, each) => sum + Math.max(0, each - units), 0) / windows.length) * on_demand_price;
          expectNear(got.cost, cost(got.units), 1e-9);
          for (let units = minimum; units <= 90; units += increment)
            assert.ok(got.cost <= cost(units) + 1e-9, `${units}`);
          assert.ok(got.cost <= cost(0) + 1e-9);
        },
      ),
    );
    expectRefused(() => newsvendor({ windows: [], reserved_price: 1, on_demand_price: 1 }), /0 windows/);
    expectRefused(
      () => newsvendor({ windows: [-1], reserved_price: 1, on_demand_price: 1 }),
      /a window of demand is -1/,
    );
  });
});

/** One workload, one period, blocks of an hour. */
const single = (windows: readonly number[], price: number, minimum: number, increment: number): MixProblem => ({
  periods: [{ name: 'term', blocks: windows.map((work) => ({ hours: 1, demand: { calls: work } })) }],
  on_demand: { calls: 2 },
  offers: { unit: { carries: { calls: 1 }, price: price * windows.length, term: 1, minimum, increment } },
});

describe('mix', () => {
  test('with one unit it is the newsvendor’s', () => {
    const chance = new Chance(2, 'mix');
    for (let round = 0; round < 25; round += 1) {
      const windows = Array.from({ length: 12 }, () => Math.floor(chance.unit() * 40));
      const [price, minimum, increment] = [
        0.2 + 2 * chance.unit(),
        Math.floor(chance.unit() * 12),
        1 + Math.floor(chance.unit() * 6),
      ];
      const expected = newsvendor({ windows, reserved_price: price, on_demand_price: 2, minimum, increment });
      const got = best(single(windows, price, minimum, increment));
      assert.ok(
        Math.abs(got.cost - expected.cost * 12) <= 1e-4 * (1 + expected.cost * 12),
        `${got.cost} ${expected.cost * 12}`,
      );
    }
  });

  test('by hand: a year beats months where demand lasts, months where it does not', () => {
    const period = (name: string, work: number): MixProblem['periods'][number] => ({
      name,
      blocks: [{ hours: 100, demand: { calls: work } }],
    });
    const problem: MixProblem = {
      periods: [period('one', 10), period('two', 10), period('three', 14)],
      on_demand: { calls: 1 },
      offers: {
        month: { carries: { calls: 1 }, price: 60, term: 1, minimum: 1, increment: 1 },
        quarter: { carries: { calls: 1 }, price: 50, term: 3, minimum: 1, increment: 1 },
      },
    };
    const got = best(problem);
    assert.deepEqual(got.purchases, [
      { offer: 'month', starts: 2, units: 4 },
      { offer: 'quarter', starts: 0, units: 10 },
    ]);
    expectNear(got.cost, 4 * 60 + 10 * 150, 1e-6);
    assert.deepEqual(
      got.periods.map(({ carried }) => carried),
      [1, 1, 1],
    );
    expectNear(breakEvenUtilisation(problem, 'month', 'calls'), 0.6, 1e-12);
    // What was bought, under half of the demand: the same is paid, half is used.
    const less = { ...problem, periods: problem.periods.map(({ name }) => period(name, 5)) };
    const wrong = best(less, got.purchases);
    expectNear(wrong.cost, got.cost, 1e-6);
    expectNear(wrong.periods[0]?.utilisation ?? 0, 0.5, 1e-9);
  });

  test('two workloads share a unit that carries each at its own rate; the dearer one on demand is carried first', () => {
    const got = best({
      periods: [{ name: 'term', blocks: [{ hours: 1, demand: { chat: 10, code: 10 } }] }],
      on_demand: { chat: 1, code: 3 },
      offers: { unit: { carries: { chat: 1, code: 1 }, price: 2, term: 1, minimum: 1, increment: 1 } },
    });
    assert.deepEqual([got.purchases[0]?.units, got.on_demand_cost, got.cost], [10, 10, 30]);
  });

  test('a promised spend makes units worth buying that were not, and what is missing is owed', () => {
    const problem: MixProblem = {
      periods: [{ name: 'term', blocks: [{ hours: 1, demand: { calls: 10 } }] }],
      on_demand: { calls: 1 },
      offers: { unit: { carries: { calls: 1 }, price: 1.5, term: 1, minimum: 1, increment: 1, most: 4 } },
      milestones: [{ by: 0, spend: 20, owed: 1 }],
    };
    // Each way costs 20 in all; without a unit 10 are spent and 10 owed. With a share owed, nothing is bought.
    expectNear(best(problem).cost, 20, 1e-6);
    const lenient = best({ ...problem, milestones: [{ by: 0, spend: 20, owed: 0.25 }] });
    assert.deepEqual([lenient.purchases.length, lenient.owed, lenient.cost], [0, 2.5, 12.5]);
  });

  test('what makes no sense is refused, with what to change', () => {
    const problem = single([1, 2], 1, 1, 1);
    expectRefused(() => best({ ...problem, on_demand: {} }), /demand of calls, which has no price on demand/);
    expectRefused(() => best({ ...problem, on_demand: { calls: -1 } }), /on_demand.calls is -1/);
    expectRefused(() => best({ ...problem, periods: [] }), /periods is 0/);
    expectRefused(() => best(problem, [{ offer: 'other', starts: 0, units: 1 }]), /none that the plan allows/);
    expectRefused(() => breakEvenUtilisation(problem, 'unit', 'other'), /does not carry other/);
  });
});

test('a year of months, eight blocks, three workloads and five offers is solved in seconds, and twice alike', () => {
  const workloads = ['chat', 'code', 'batch'];
  const problem: MixProblem = {
    periods: Array.from({ length: 12 }, (_, month) => ({
      name: `month ${month}`,
      blocks: Array.from({ length: 8 }, (__, block) => ({
        hours: 730 / 8,
        demand: Object.fromEntries(
          workloads.map((name, at) => [name, (100 + 40 * at) * 1.03 ** month * (0.4 + 0.2 * block)]),
        ),
      })),
    })),
    on_demand: { chat: 1, code: 1.5, batch: 0.5 },
    offers: {
      'a-month': { carries: { chat: 3, code: 2 }, price: 1500, term: 1, minimum: 15, increment: 5 },
      'a-year': { carries: { chat: 3, code: 2 }, price: 1000, term: 12, minimum: 15, increment: 5, starts: [0, 3, 6] },
      'b-month': { carries: { chat: 2, batch: 5 }, price: 1100, term: 1, minimum: 1, increment: 1 },
      'b-quarter': {
        carries: { chat: 2, batch: 5 },
        price: 950,
        term: 3,
        minimum: 1,
        increment: 1,
        starts: [0, 3, 6, 9],
      },
      'c-year': { carries: { code: 4 }, price: 2600, term: 12, minimum: 8, increment: 1, starts: [0] },
    },
    milestones: [{ by: 11, spend: 1_500_000, owed: 1 }],
  };
  const [first, second] = [best(problem), best(problem)];
  assert.deepEqual(first, second);
  const nothing = best(problem, []);
  assert.ok(first.cost < nothing.cost);
  expectNear(best(problem, first.purchases).cost, first.cost, 1e-5);
});
