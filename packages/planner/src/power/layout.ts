// What racks of one kind fill: rows, halls, buildings, what has to be cooled, and the network between them. Counts are whole and
// rounded up; where the facility says no block size, there is none to count.
import type { Facility } from '../catalogue/facilities.ts';
import type { Rack } from '../catalogue/racks.ts';
import { rangeIn, valueIn, type Range, type Sourced } from '../catalogue/sourced.ts';
import { powerChain, rackShare } from './convert.ts';

export interface Layout {
  readonly racks: number;
  readonly chips: number;
  /** In kW, as designed. */
  readonly it: Range;
  readonly facility: Range;
  /** Heat to be carried away: all that IT takes. */
  readonly heat: Range;
  /** What cooling and losses take for it. */
  readonly overhead: Range;
  readonly rows: Range | null;
  readonly halls: Range | null;
  readonly buildings: Range | null;
  /** Two tiers; what joins pods above them is not counted. */
  readonly network: { readonly leaves: number; readonly spines: number; readonly links: number } | null;
}

export function layoutOf(racks: number, rack: Rack, facility: Facility): Layout {
  const chain = powerChain(rack, facility, 'design');
  const times = ({ low, likely, high }: Range): Range => ({
    low: racks * low,
    likely: racks * likely,
    high: racks * high,
  });
  const it = times(rackShare(chain, 'critical_it'));
  const whole = times(rackShare(chain, 'facility'));
  const chips = racks * valueIn(rack.chips, 'chips');
  return {
    racks,
    chips,
    it,
    facility: whole,
    heat: it,
    overhead: { low: whole.low - it.low, likely: whole.likely - it.likely, high: whole.high - it.high },
    rows: blocks(it, facility.row),
    halls: blocks(it, facility.hall),
    buildings: blocks(it, facility.building),
    network: networkOf(chips, facility.leaf),
  };
}

function blocks(it: Range, size: Sourced | undefined): Range | null {
  if (size === undefined) return null;
  const { low, likely, high } = rangeIn(size, 'kW');
  // A block that is full to the last bit of a double is full.
  const count = (power: number, block: number): number => Math.ceil(power / block - 1e-9);
  return { low: count(it.low, high), likely: count(it.likely, likely), high: count(it.high, low) };
}

/** As many links up as down, so each chip has one link to its leaf and one between the tiers. */
function networkOf(chips: number, leaf: Sourced | undefined): Layout['network'] {
  if (leaf === undefined) return null;
  const leaves = Math.ceil(chips / valueIn(leaf, 'chips'));
  return { leaves, spines: Math.ceil(leaves / 2), links: 2 * chips };
}
