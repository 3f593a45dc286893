// The anchors of the reference: how many GPUs a gigawatt is, and what an hour of one costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capitalRecovery, gpuHourCost, racksPer } from '../../src/system/gigawatt.ts';

const GIGAWATT = 1e6;
const gpus = (overhead: number, pue: number): number => racksPer(GIGAWATT, { rackKilowatts: 120, overhead, pue }) * 72;

test('a gigawatt of GB200 racks at 120 kW is 421,000 to 496,000 GPUs, inside what is announced for one', () => {
  // 1,000,000 ÷ (120 × 1.14 × 1.25) = 5,847.95 racks; ÷ (120 × 1.10 × 1.10) = 6,887.05 racks.
  assert.equal(gpus(1.14, 1.25), 5847 * 72);
  assert.equal(gpus(1.1, 1.1), 6887 * 72);
  for (const overhead of [1.1, 1.12, 1.14])
    for (const pue of [1.1, 1.15, 1.2, 1.25]) {
      const count = gpus(overhead, pue);
      assert.ok(count >= 420_900 && count <= 496_000, String(count));
      assert.ok(count >= 400_000 && count <= 500_000, String(count));
    }
});

test('the reference counts of GB300 racks per gigawatt come out', () => {
  for (const [rackKilowatts, overhead, pue, racks] of [
    [132, 1.1, 1.1, 6260],
    [132, 1.14, 1.15, 5778],
    [132, 1.14, 1.25, 5316],
    [132, 1.14, 1.4, 4746],
    [142, 1.1, 1.1, 5820],
    [142, 1.14, 1.4, 4412],
  ] as const)
    assert.ok(Math.abs(racksPer(GIGAWATT, { rackKilowatts, overhead, pue }) - racks) <= 1, `${rackKilowatts} ${pue}`);
});

test('the levelised formula gives $2.10 an hour at 8 % and $2.43 at 13 %', () => {
  // Rack $3.4 m and $2.5 m of facility for 72 GPUs, 5 and 15 years, upkeep 2.5 % of the rack, 2.34 kW at load 0.8 and 8 ct/kWh.
  const of = (rate: number): number =>
    gpuHourCost({
      equipment: 3_400_000 / 72,
      facility: 2_500_000 / 72,
      rate,
      equipmentYears: 5,
      facilityYears: 15,
      maintenance: 0.025,
      kilowatts: 2.34,
      load: 0.8,
      power: 0.08,
      used: 1,
    });
  assert.equal(of(0.08).toFixed(2), '2.10');
  assert.equal(of(0.13).toFixed(2), '2.43');
  assert.equal(capitalRecovery(0, 5), 0.2);
});
