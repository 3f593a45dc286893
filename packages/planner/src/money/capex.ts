// What it costs to build: racks, the network between them, and the shell with its electrical and mechanical plant. Land and soft cost
// are in none of the sources, and so not in here.
import { AppError } from '@weighbridge/kernel';
import type { Facility } from '../catalogue/facilities.ts';
import type { Rack } from '../catalogue/racks.ts';
import { rangeIn, valueIn, type Range, type Sourced } from '../catalogue/sourced.ts';
import { needed, powerChain, rackShare, type PowerDefinition } from '../power/convert.ts';

/** Throws PLAN_INVALID: nothing is bought for a price that nobody has stated. */
export function priceOf(rack: Rack): Sourced {
  if (rack.price !== undefined) return rack.price;
  throw new AppError('PLAN_INVALID', `rack "${rack.name}" has no price in the catalogue: none with a source is known`, {
    next: 'add the rack with its `price` and where that comes from in a catalogue of your own',
  });
}

export interface ChipCapex {
  /** USD per chip: rack and network. */
  readonly equipment: Range;
  /** USD per chip: shell and plant for the IT power of one chip. */
  readonly facility: Range;
}

export function chipCapex(rack: Rack, facility: Facility): ChipCapex {
  const chips = valueIn(rack.chips, 'chips');
  const price = rangeIn(priceOf(rack), 'USD');
  const network = rack.network === undefined ? { low: 0, likely: 0, high: 0 } : rangeIn(rack.network, 'USD/chip');
  const shell = rangeIn(needed(facility.shell, 'shell', facility, 'what it costs to build'), 'USD/kW');
  const it = rackShare(powerChain(rack, facility, 'design'), 'critical_it');
  const of = (make: (end: keyof Range) => number): Range => ({
    low: make('low'),
    likely: make('likely'),
    high: make('high'),
  });
  return {
    equipment: of((end) => price[end] / chips + network[end]),
    facility: of((end) => (it[end] * shell[end]) / chips),
  };
}

/** USD per kW of a stated power. What costs more when a rack draws more also needs fewer racks, so the ends are crossed there. */
export function capexPerKilowatt(rack: Rack, facility: Facility, { of, at }: PowerDefinition): Range {
  const chips = valueIn(rack.chips, 'chips');
  const { equipment } = chipCapex(rack, facility);
  const chain = powerChain(rack, facility, at);
  const share = rackShare(chain, of);
  const it = rackShare(chain, 'critical_it');
  const shell = rangeIn(needed(facility.shell, 'shell', facility, 'what it costs to build'), 'USD/kW');
  const at_ = (price: keyof Range, power: keyof Range): number =>
    (equipment[price] * chips + shell[price] * it[power]) / share[power];
  return { low: at_('low', 'high'), likely: at_('likely', 'likely'), high: at_('high', 'low') };
}
