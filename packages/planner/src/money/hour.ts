// An hour of one chip that somebody owns, drawn: what it costs an hour of the clock, an hour in which the chip can be used, and an hour of
// work that counts. Three figures that are easily taken for one another, and differ by a half.
import { AppError } from '@weighbridge/kernel';
import type { Facility } from '../catalogue/facilities.ts';
import type { Finance } from '../catalogue/finance.ts';
import type { Grid } from '../catalogue/grids.ts';
import type { Rack } from '../catalogue/racks.ts';
import { valueIn } from '../catalogue/sourced.ts';
import type { Model } from '../draws/study.ts';
import { createVariables, type Variables } from '../draws/variables.ts';
import { needed } from '../power/convert.ts';
import { priceOf } from './capex.ts';
import { gpuHourCost } from './levelised.ts';
import { ownerValues } from './owner-values.ts';

export const HOUR_OUTPUTS = [
  { name: 'clock', title: 'an hour of the clock, used or not', unit: 'USD/chip-hour' },
  { name: 'open', title: 'an hour in which the chip can be used', unit: 'USD/chip-hour' },
  { name: 'useful', title: 'an hour of work that counts', unit: 'USD/chip-hour' },
] as const;

export interface OwnedChip {
  readonly rack: Rack;
  readonly facility: Facility;
  readonly owner: Finance;
  readonly grid: Grid;
}

/** Throws PLAN_INVALID where the rack has no price, the grid none, or the facility lacks a figure. */
export function hourModel(rack: Rack, facility: Facility, owner: Finance, grid: Grid): Model {
  const variables = createVariables();
  const write = hourParts(variables, { rack, facility, owner, grid });
  return { variables: variables.all, outputs: HOUR_OUTPUTS, evaluate: write };
}

/**
 * Adds what the hour hangs on; the answer writes the three hours at the beginning of `results`, and gives the part of a chip's hours
 * whose work counts. Throws as `hourModel`.
 */
export function hourParts(
  variables: Variables,
  { rack, facility, owner, grid }: OwnedChip,
): (values: Float64Array, results: Float64Array) => number {
  const { add } = variables;
  const chips = valueIn(rack.chips, 'chips');
  const at = {
    price: add('price', `price of ${rack.name}`, priceOf(rack), 'USD'),
    network: rack.network === undefined ? -1 : add('network', `network of ${rack.name}`, rack.network, 'USD/chip'),
    shell: add(
      'shell',
      'shell and plant',
      needed(facility.shell, 'shell', facility, 'what it costs to build'),
      'USD/kW',
    ),
    nominal: add('nominal', `nominal power of ${rack.name}`, rack.nominal, 'kW'),
    overhead: add(
      'it_overhead',
      'all IT power ÷ power of the racks',
      needed(facility.it_overhead, 'it_overhead', facility, 'the power of a chip'),
      'ratio',
    ),
    pue: add('pue_year', 'PUE over a year', facility.pue_year, 'ratio'),
    ...ownerValues(variables, owner, grid),
  };
  return (values, results) => {
    const it = (values[at.nominal]! * values[at.overhead]!) / chips;
    const clock = gpuHourCost({
      equipment: values[at.price]! / chips + (at.network < 0 ? 0 : values[at.network]!),
      facility: it * values[at.shell]!,
      rate: values[at.rate]!,
      equipmentYears: values[at.life]!,
      facilityYears: values[at.facilityLife]!,
      maintenance: values[at.maintenance]!,
      kilowatts: it * values[at.pue]!,
      load: values[at.load]!,
      power: values[at.power]!,
      used: 1,
    });
    const used = values[at.availability]! * values[at.utilisation]! * values[at.goodput]!;
    results[0] = clock;
    results[1] = clock / values[at.availability]!;
    results[2] = clock / used;
    return used;
  };
}

/** Throws PLAN_INVALID for an hour that costs without end. */
export function checkHour(title: string, cost: number): void {
  if (Number.isFinite(cost)) return;
  throw new AppError('PLAN_INVALID', `${title} costs without end: a chip is never open, or does no work that counts`, {
    next: 'state availability, utilisation and goodput above 0',
  });
}
