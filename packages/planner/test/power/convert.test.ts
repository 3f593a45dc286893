// "One gigawatt" under every definition, by hand; monotone in every factor; nonsense is refused with what mends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import type { Sourced } from '../../src/catalogue/sourced.ts';
import { convertPower, everyDefinition, perRack, powerChain, racksFor, rackShare } from '../../src/power/convert.ts';
import { layoutOf } from '../../src/power/layout.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
const rack = (id: string) => catalogues.racks.get(id)!;
const site = catalogues.facilities.get('liquid-new-build')!;
const GIGAWATT = 1e6;
const known = (value: number, low = value, high = value): Sourced => ({
  value,
  low,
  high,
  unit: 'ratio',
  source: 'a test',
  date: '2026',
  confidence: 'low',
});

test('GB200 at 120 kW, overhead 1.10 to 1.14, PUE 1.10 to 1.25: 421,000 to 496,000, inside what is announced for a gigawatt', () => {
  // 1,000,000 ÷ (120 × 1.14 × 1.25) = 5,847.95 racks; ÷ (120 × 1.10 × 1.10) = 6,887.05 racks.
  const gb200 = { ...rack('gb200-nvl72'), nominal: { ...rack('gb200-nvl72').nominal, low: 120, high: 120 } };
  const facility = { ...site, it_overhead: known(1.12, 1.1, 1.14), pue_design: known(1.175, 1.1, 1.25) };
  const { racks, chips } = convertPower(GIGAWATT, gb200, facility, { of: 'facility', at: 'design' });
  assert.deepEqual([racks.low, racks.high], [5847, 6887]);
  assert.deepEqual([chips.low, chips.high], [420_984, 495_864]);
  assert.ok(chips.low >= 400_000 && chips.high <= 500_000);
});

test('the racks of a gigawatt that the reference derives', () => {
  for (const [kilowatts, overhead, pue, racks] of [
    [132, 1.1, 1.1, 6260],
    [132, 1.14, 1.15, 5778],
    [132, 1.14, 1.25, 5316],
    [132, 1.14, 1.4, 4746],
    [142, 1.1, 1.1, 5820],
    [142, 1.14, 1.15, 5371],
    [142, 1.14, 1.25, 4941],
    [142, 1.14, 1.4, 4412],
    [190, 1.1, 1.1, 4349],
    [190, 1.14, 1.4, 3297],
    [230, 1.1, 1.1, 3593],
    [230, 1.14, 1.4, 2724],
  ] as const) {
    const found = Math.floor(GIGAWATT / perRack('facility', kilowatts, overhead, pue, 1));
    assert.ok(Math.abs(found - racks) <= 1, `${kilowatts} ${pue}: ${found}`);
  }
});

test('each definition counts one factor more than the next, so holds fewer racks', () => {
  for (const id of catalogues.racks.keys()) {
    const all = everyDefinition(GIGAWATT, rack(id), site);
    assert.equal(all.length, 8);
    for (const at of ['design', 'peak'] as const) {
      const likely = (['utility', 'facility', 'critical_it', 'nameplate'] as const).map(
        (of) => all.find((each) => each.of === of && each.at === at)!.racks.likely,
      );
      assert.deepEqual(
        likely,
        likely.toSorted((a, b) => a - b),
        id,
      );
    }
    const of = (at: 'design' | 'peak') => all.find((each) => each.of === 'facility' && each.at === at)!.chips.likely;
    assert.ok(of('peak') <= of('design'), `${id}: the worst hour holds no more`);
  }
});

test('more power never gives fewer racks, and any higher factor never more', () => {
  const ratio = fc.double({ min: 1, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e7, noNaN: true }),
      fc.double({ min: 10, max: 700, noNaN: true }),
      ratio,
      ratio,
      ratio,
      fc.double({ min: 1, max: 1.5, noNaN: true }),
      (power, kilowatts, overhead, pue, utility, more) => {
        const count = (each: number, share: number): number =>
          racksFor(each, { low: share, likely: share, high: share }).likely;
        const share = perRack('utility', kilowatts, overhead, pue, utility);
        assert.ok(count(power * more, share) >= count(power, share));
        for (const larger of [
          perRack('utility', kilowatts * more, overhead, pue, utility),
          perRack('utility', kilowatts, overhead * more, pue, utility),
          perRack('utility', kilowatts, overhead, pue * more, utility),
          perRack('utility', kilowatts, overhead, pue, utility * more),
        ])
          assert.ok(count(power, larger) <= count(power, share));
      },
    ),
    { seed: 7 },
  );
});

test('the layout of a thousand GB300 racks, by hand', () => {
  const found = layoutOf(1000, rack('gb300-nvl72'), site);
  // 1,000 × 136 × 1.12 = 152,320 kW of IT; × 1.18 = 179,737.6 kW.
  assert.ok(Math.abs(found.it.likely - 152_320) < 1e-6 && Math.abs(found.facility.likely - 179_737.6) < 1e-6);
  assert.equal(found.heat.likely, found.it.likely);
  assert.ok(Math.abs(found.overhead.likely - 27_417.6) < 1e-6);
  assert.deepEqual([found.rows?.likely, found.halls?.likely, found.buildings?.likely], [112, 8, 3]);
  // 72,000 chips ÷ 32 = 2,250 leaves, half as many spines, two links for each chip.
  assert.deepEqual(found.network, { leaves: 2250, spines: 1125, links: 144_000 });
});

test('what cannot be is refused with what to change', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      assert.ok(isAppError(error) && error.code === 'PLAN_INVALID');
      return `${error.message}; ${error.next}`;
    }
    return assert.fail('it was accepted');
  };
  const share = rackShare(powerChain(rack('gb300-nvl72'), site, 'design'), 'facility');
  assert.match(
    refusal(() => racksFor(-5, share)),
    /a power of -5 kW cannot be delivered; write a power above 0/,
  );
  assert.match(
    refusal(() => racksFor(Number.NaN, share)),
    /NaN kW/,
  );
  assert.match(
    refusal(() =>
      convertPower(GIGAWATT, rack('gb300-nvl72'), catalogues.facilities.get('google')!, {
        of: 'facility',
        at: 'design',
      }),
    ),
    /facility "Google, its published year" says nothing of it_overhead.*use liquid-new-build/,
  );
});
