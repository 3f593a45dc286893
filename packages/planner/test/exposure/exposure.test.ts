// Concentration by hand and by property, energy contracts under a moving market, carbon as a budget.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  allConcentrations,
  carbonBudget,
  energyCost,
  energyShocked,
  exposureConcentration,
  type EnergyMonth,
  type ExposureRow,
} from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';

const TIES = {
  parent_of: { 'south-eu': 'south' },
  group_of: { north: 'linked', alpha: 'linked' },
  known: ['north', 'alpha', 'south-eu', 'west'],
};
const row = (contracting_entity: string, cloud: string, spend: number): ExposureRow => ({
  contracting_entity,
  cloud,
  measures: { spend },
});

describe('concentration', () => {
  const rows = [row('north', 'n', 40), row('alpha', 'n', 20), row('south-eu', 's', 30), row('west', 'w', 10)];

  test('by hand: four entities, three clouds, three groups', () => {
    const on = (axis: Parameters<typeof exposureConcentration>[1]) => exposureConcentration(rows, axis, 'spend', TIES);
    expectNear(on('contracting_entity').hhi?.low ?? 0, 1600 + 400 + 900 + 100, 1e-12);
    expectNear(on('cloud').hhi?.low ?? 0, 3600 + 900 + 100, 1e-12);
    const groups = on('linked_group');
    assert.deepEqual(
      groups.shares.map(({ key }) => key),
      ['linked', 'south-eu', 'west'],
    );
    expectNear(groups.effective?.low ?? 0, 10_000 / 4600, 1e-12);
    assert.deepEqual(
      on('ultimate_parent').shares.map(({ key }) => key),
      ['north', 'south', 'alpha', 'west'],
    );
  });

  test('what cannot be placed makes an interval; what is not measured is counted', () => {
    const held = exposureConcentration(
      [...rows, { measures: { spend: 100 } }, row('unheard', 'n', 0), { cloud: 'n', measures: {} }],
      'cloud',
      'spend',
      TIES,
    );
    // Shares 0.3, 0.15, 0.05 and half unknown: from 1,150 to (0.3 + 0.5)² and the others.
    expectNear(held.hhi?.low ?? 0, 900 + 225 + 25, 1e-12);
    expectNear(held.hhi?.high ?? 0, 6400 + 225 + 25, 1e-12);
    assert.deepEqual([held.unplaced, held.unmeasured], [0.5, 1]);
    const unheard = exposureConcentration([row('unheard', 'n', 5)], 'ultimate_parent', 'spend', TIES);
    assert.deepEqual([unheard.unplaced, unheard.hhi, unheard.effective], [1, { low: 0, high: 10_000 }, null]);
    assert.equal(exposureConcentration([], 'cloud', 'spend', TIES).hhi, null);
    assert.equal(allConcentrations(rows, TIES).length, 21);
    expectRefused(() => exposureConcentration([row('north', 'n', -1)], 'cloud', 'spend', TIES), /spend is -1/);
  });

  test('it lies between an even spread and all with one, scale changes nothing, and joining never spreads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (amounts) => {
          const of = (times: number, joined: boolean): number =>
            exposureConcentration(
              amounts.map((amount, at) => row(`e${at}`, joined && at < 2 ? 'one' : `c${at}`, amount * times)),
              'cloud',
              'spend',
              TIES,
            ).hhi!.low;
          const held = of(1, false);
          assert.ok(held >= 10_000 / amounts.length - 1e-6 && held <= 10_000 + 1e-6);
          expectNear(of(7, false), held, 1e-9);
          assert.ok(of(1, true) >= held - 1e-9);
        },
      ),
    );
  });
});

describe('energy', () => {
  const months: EnergyMonth[] = [
    { name: 'January', mwh: 100, market: 50, generated_mwh: 80 },
    { name: 'February', mwh: 100, market: 90, generated_mwh: 120 },
  ];

  test('by hand: fixed, indexed with a cap, and a purchase agreement', () => {
    const fixed = energyCost({ kind: 'fixed', price: 60 }, months);
    assert.deepEqual([fixed.cost, fixed.moves], [12_000, 0]);
    const indexed = energyCost({ kind: 'indexed', base: 20, follows: 0.8, cap: 80 }, months);
    assert.deepEqual(
      indexed.months.map(({ per_mwh }) => per_mwh),
      [60, 80],
    );
    // 80 × 45 + 20 × 50; 120 × 45 − 20 × 90 × 0.5.
    const ppa = energyCost({ kind: 'ppa', price: 45, sold_back: 0.5 }, months);
    assert.deepEqual(
      ppa.months.map(({ cost }) => cost),
      [4600, 4500],
    );
  });

  test('a market twice as dear: fixed stays, an index follows by its part, a cap holds', () => {
    const dear = energyShocked(months, 2);
    assert.equal(energyCost({ kind: 'fixed', price: 60 }, dear).cost, 12_000);
    const free = { kind: 'indexed', base: 20, follows: 0.8 } as const;
    expectNear(energyCost(free, dear).cost - energyCost(free, months).cost, 0.8 * (5000 + 9000), 1e-12);
    assert.equal(energyCost({ ...free, cap: 80 }, dear).cost, 16_000);
    expectNear(energyCost({ kind: 'indexed', base: 0, follows: 1 }, months).moves, 1, 1e-9);
  });

  test('what makes no sense is refused', () => {
    expectRefused(() => energyCost({ kind: 'fixed', price: -1 }, months), /price is -1/);
    expectRefused(
      () => energyCost({ kind: 'indexed', base: 0, follows: 1, floor: 9, cap: 3 }, months),
      /floor of 9 is above the cap/,
    );
    expectRefused(
      () => energyCost({ kind: 'ppa', price: 1, sold_back: 1 }, [{ name: 'May', mwh: 1, market: 1 }]),
      /does not say what the plant generates/,
    );
    expectRefused(() => energyCost({ kind: 'fixed', price: 1 }, []), /no month to cost/);
  });

  test('a carbon target: within, exceeded, or too close to tell; and the month in which it is used up', () => {
    const month = (name: string) => ({
      name,
      mwh: { low: 90, likely: 100, high: 110 },
      kg_per_mwh: { low: 200, likely: 300, high: 400 },
    });
    const year = ['one', 'two', 'three'].map(month);
    const against = (kg: number) => carbonBudget({ kg, set_by: 'the board' }, year);
    assert.deepEqual(against(140_000).answer, 'within');
    assert.deepEqual([against(70_000).answer, against(70_000).used_up_in], ['cannot tell', 'three']);
    assert.deepEqual(
      [against(50_000).answer, against(50_000).used_up_in, against(50_000).left_kg],
      ['exceeded', 'two', -40_000],
    );
    expectRefused(
      () => carbonBudget({ kg: 1, set_by: 'us' }, [{ ...month('x'), mwh: { low: 3, likely: 2, high: 4 } }]),
      /mwh of x is 3, 2, 4/,
    );
  });
});
