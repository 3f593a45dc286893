// What others say, beside what we say. An anchor lies inside our interval, or the difference has a name: another definition of the
// same power under which it does lie inside, its source's own power of a rack, or a reason in words.
import type { Anchor } from '../catalogue/anchors.ts';
import { entryOf, type Catalogues } from '../catalogue/catalogues.ts';
import type { Facility } from '../catalogue/facilities.ts';
import type { Rack } from '../catalogue/racks.ts';
import { rangeIn, valueIn, type Range, type Sourced } from '../catalogue/sourced.ts';
import { owningHour } from '../money/owning.ts';
import { capexPerKilowatt } from '../money/capex.ts';
import {
  POWER_AT_WORDS,
  POWER_DEFINITIONS,
  POWER_OF_WORDS,
  powerChain,
  rackShare,
  scaled,
  type PowerDefinition,
} from './convert.ts';

export interface AnchorSeen {
  readonly id: string;
  readonly says: string;
  readonly what: 'power of a chip' | 'capital of a gigawatt' | 'an hour of a chip';
  readonly unit: 'kW/chip' | 'USD bn/GW' | 'USD/chip-hour';
  readonly definition: PowerDefinition;
  readonly stated: Range;
  readonly ours: Range;
  readonly inside: boolean;
  /** Our likely value over theirs, less 1. */
  readonly difference: number;
  /** Null where it lies inside and nothing needs to be said. */
  readonly explained: string | null;
  /** What of it was used to set one of our ranges; null: nothing. */
  readonly used: string | null;
  readonly source: string;
  readonly date: string;
  readonly confidence: Sourced['confidence'];
}

export const anchorsSeen = (catalogues: Catalogues): AnchorSeen[] =>
  [...catalogues.anchors].map(([id, anchor]) => seen(id, anchor, catalogues));

function seen(id: string, anchor: Anchor, catalogues: Catalogues): AnchorSeen {
  const { value, what, unit } = figureOf(anchor);
  const stated = rangeIn(value, unit);
  const of = (definition: PowerDefinition, rackPower?: Sourced): Range =>
    unionOf(anchor.racks.map((rack) => oursFor(anchor, rack, definition, catalogues, rackPower)));
  const definition = { of: anchor.of, at: anchor.at };
  const ours = of(definition);
  const fits = (found: Range): boolean => isInside(stated, found, anchor.bound);
  const inside = fits(ours);
  return {
    id,
    says: anchor.says,
    what,
    unit,
    definition,
    stated,
    ours,
    inside,
    difference: ours.likely / stated.likely - 1,
    explained: inside ? null : explanation(anchor, fits, of),
    used: anchor.used ?? null,
    source: value.source,
    date: value.date,
    confidence: value.confidence,
  };
}

function figureOf({
  per_chip,
  capex,
  owning,
}: Anchor): Pick<AnchorSeen, 'what' | 'unit'> & { readonly value: Sourced } {
  if (per_chip !== undefined) return { value: per_chip, what: 'power of a chip', unit: 'kW/chip' };
  if (capex !== undefined) return { value: capex, what: 'capital of a gigawatt', unit: 'USD bn/GW' };
  return { value: owning!, what: 'an hour of a chip', unit: 'USD/chip-hour' };
}

function oursFor(
  anchor: Anchor,
  id: string,
  definition: PowerDefinition,
  catalogues: Catalogues,
  rackPower?: Sourced,
): Range {
  const rack = entryOf(catalogues, 'racks', id, 'an anchor');
  const facility = newBuildFor(rack, catalogues);
  if (anchor.owning !== undefined)
    return owningHour(
      rack,
      facility,
      entryOf(catalogues, 'capex', anchor.finance!, 'an anchor'),
      catalogues.grids.get('us')!,
    );
  // USD/kW and USD m/MW are the same number; a gigawatt is a million kilowatts.
  if (anchor.capex !== undefined) return scaled(capexPerKilowatt(rack, facility, definition), 1e-3);
  const share = rackShare(powerChain(rack, facility, definition.at, rackPower), definition.of);
  return scaled(share, 1 / valueIn(rack.chips, 'chips'));
}

/** Where nothing is said of the site, a new one that cools as the rack wants it. */
export const newBuildFor = (rack: Rack, catalogues: Catalogues): Facility =>
  entryOf(catalogues, 'facilities', rack.cooling === 'air' ? 'air-new-build' : 'liquid-new-build', `rack ${rack.name}`);

/** Of several kinds of rack, in equal parts: from the least to the most, likely in the middle. */
export const unionOf = (ranges: readonly Range[]): Range => ({
  low: Math.min(...ranges.map(({ low }) => low)),
  likely: ranges.reduce((sum, { likely }) => sum + likely, 0) / ranges.length,
  high: Math.max(...ranges.map(({ high }) => high)),
});

function isInside(stated: Range, ours: Range, bound: Anchor['bound']): boolean {
  if (bound === 'at_least') return ours.high >= stated.low;
  if (bound === 'at_most') return ours.low <= stated.high;
  return stated.high >= ours.low && stated.low <= ours.high;
}

function explanation(
  anchor: Anchor,
  fits: (found: Range) => boolean,
  of: (definition: PowerDefinition, rackPower?: Sourced) => Range,
): string | null {
  const reasons: string[] = [];
  if (anchor.rack_power !== undefined && fits(of({ of: anchor.of, at: anchor.at }, anchor.rack_power)))
    reasons.push(`with its own power of a rack, ${valueIn(anchor.rack_power, 'kW')} kW, it lies inside`);
  if (anchor.per_chip !== undefined && reasons.length === 0) {
    const other = POWER_DEFINITIONS.find((each) => fits(of(each)));
    if (other !== undefined) reasons.push(`it lies inside as ${definitionText(other)}`);
  }
  if (anchor.definition !== undefined) reasons.unshift(anchor.definition);
  return reasons.length === 0 ? null : reasons.join('; ');
}

export const definitionText = ({ of, at }: PowerDefinition): string => `${POWER_OF_WORDS[of]}, ${POWER_AT_WORDS[at]}`;

/**
 * How far published figures lie from ours, as a factor either way that holds four in five of them (split conformal, of the logarithm).
 * What a source counts is only partly told by its words, and no range of ours covers that. `but`: left out, since it is what the
 * factor is asked for.
 */
export function claimSpread(catalogues: Catalogues, but: (anchor: AnchorSeen) => boolean): number {
  const far = anchorsSeen(catalogues)
    .filter(
      (each) => each.what === 'power of a chip' && catalogues.anchors.get(each.id)?.bound === undefined && !but(each),
    )
    .map(({ difference }) => Math.abs(Math.log1p(difference)))
    .toSorted((a, b) => a - b);
  const place = Math.min(far.length - 1, Math.ceil((far.length + 1) * 0.8) - 1);
  return Math.exp(far[place] ?? 0);
}
