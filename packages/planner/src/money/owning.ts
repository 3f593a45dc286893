// What an hour of a chip costs its owner, from the catalogues: the levelised formula with each term at its low, likely and high end.
// The hours are those in which a chip can be used, as published figures count them; how many of them are sold, and how much of the
// work counts, is the plan's affair.
import type { Facility } from '../catalogue/facilities.ts';
import type { Finance } from '../catalogue/finance.ts';
import type { Grid } from '../catalogue/grids.ts';
import type { Rack } from '../catalogue/racks.ts';
import { rangeIn, valueIn, type Range } from '../catalogue/sourced.ts';
import { AppError } from '@weighbridge/kernel';
import { powerChain, rackShare } from '../power/convert.ts';
import { chipCapex } from './capex.ts';
import { gpuHourCost } from './levelised.ts';

/** USD per chip-hour. Its ends are those of all ranges at once: wider than what is likely by far. */
export function owningHour(rack: Rack, facility: Facility, finance: Finance, grid: Grid): Range {
  const { equipment, facility: built } = chipCapex(rack, facility);
  const it = rackShare(powerChain(rack, facility, 'design'), 'critical_it');
  const chips = valueIn(rack.chips, 'chips');
  const [rate, life, facilityLife, upkeep, load, open, pue, power] = [
    rangeIn(finance.rate, 'share/year'),
    rangeIn(finance.equipment_life, 'years'),
    rangeIn(finance.facility_life, 'years'),
    rangeIn(finance.maintenance, 'share/year'),
    rangeIn(finance.load, 'share'),
    rangeIn(finance.availability, 'share'),
    rangeIn(facility.pue_year, 'ratio'),
    rangeIn(powerPrice(grid), 'USD/kWh'),
  ];
  const at = (end: keyof Range, other: keyof Range): number =>
    gpuHourCost({
      equipment: equipment[end],
      facility: built[end],
      rate: rate[end],
      equipmentYears: life[other],
      facilityYears: facilityLife[other],
      maintenance: upkeep[end],
      kilowatts: (it[end] / chips) * pue[end],
      load: load[end],
      power: power[end],
      used: open[other],
    });
  return { low: at('low', 'high'), likely: at('likely', 'likely'), high: at('high', 'low') };
}

/** Throws PLAN_INVALID. */
export function powerPrice(grid: Grid): NonNullable<Grid['price']> {
  if (grid.price !== undefined) return grid.price;
  throw new AppError('PLAN_INVALID', `"${grid.name}" has no price of power`, {
    next: 'name a grid that has one, or state `price` in the plan under assumptions.grid',
  });
}
