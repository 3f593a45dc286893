// What an hour of a GPU costs, by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capitalRecovery, gpuHourCost } from '../../src/money/levelised.ts';

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
