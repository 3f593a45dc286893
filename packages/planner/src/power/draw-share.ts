// Power of a chip under a definition, drawn: the ranges of the rack and of the site one over the other, where their corners are all at
// once and therefore rare. Of several kinds of rack each is as likely as the next.
import type { Facility } from '../catalogue/facilities.ts';
import type { Rack } from '../catalogue/racks.ts';
import { valueIn, type Sourced } from '../catalogue/sourced.ts';
import { studyModel, type Model } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import { needed, perRack, pueAt, rackPowerAt, type PowerDefinition } from './convert.ts';

export interface Sited {
  readonly rack: Rack;
  readonly facility: Facility;
}

/** kW per chip, one a draw and kind. */
export function drawnPerChip(
  sited: readonly Sited[],
  definition: PowerDefinition,
  options: { readonly seed: number; readonly draws: number },
  rackPower?: Sourced,
): number[] {
  return sited.flatMap(({ rack, facility }) => {
    const study = studyModel(shareModel(rack, facility, definition, rackPower), {
      seed: options.seed,
      count: options.draws,
    });
    return Array.from(study.outputs[0]!);
  });
}

function shareModel(rack: Rack, facility: Facility, { of, at }: PowerDefinition, rackPower?: Sourced): Model {
  const { add, all } = createVariables();
  const chips = valueIn(rack.chips, 'chips');
  const what = 'power of a chip';
  const places = {
    rack: add('rack', `power of ${rack.name}`, rackPower ?? rackPowerAt(rack, at), 'kW'),
    overhead: add(
      'it_overhead',
      'all IT power ÷ power of the racks',
      needed(facility.it_overhead, 'it_overhead', facility, what),
      'ratio',
    ),
    pue: add('pue', 'PUE', pueAt(facility, at), 'ratio'),
    utility: add(
      'utility',
      'power from the grid ÷ power of the facility',
      needed(facility.utility, 'utility', facility, what),
      'ratio',
    ),
  };
  return {
    variables: all,
    outputs: [{ name: 'per_chip', title: what, unit: 'kW/chip' }],
    evaluate: (values, results) => {
      results[0] =
        perRack(of, values[places.rack]!, values[places.overhead]!, values[places.pue]!, values[places.utility]!) /
        chips;
    },
  };
}
