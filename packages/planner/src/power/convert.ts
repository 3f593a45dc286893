// "One gigawatt" asks which: what the grid delivers, what the facility takes, what critical IT takes, or what stands on the racks'
// nameplates; and in which hour, as designed or the worst one. Each definition is a chain of ratios over the power of a rack, and
// racks = stated power ÷ power of one rack with its part of everything that the definition counts.
import { AppError } from '@weighbridge/kernel';
import { POWER_AT, POWER_OF, type PowerAt, type PowerOf } from '../catalogue/anchors.ts';
import type { Facility } from '../catalogue/facilities.ts';
import type { Rack } from '../catalogue/racks.ts';
import { rangeIn, valueIn, type Range, type Sourced } from '../catalogue/sourced.ts';

export interface PowerDefinition {
  readonly of: PowerOf;
  readonly at: PowerAt;
}

export const POWER_DEFINITIONS: readonly PowerDefinition[] = POWER_OF.flatMap((of) =>
  POWER_AT.map((at) => ({ of, at })),
);

export const POWER_OF_WORDS: Readonly<Record<PowerOf, string>> = {
  utility: 'power contracted from the grid',
  facility: 'all power that the facility takes',
  critical_it: 'power of all IT, without cooling and losses',
  nameplate: 'power of the racks alone',
};
/** As sellers and grids say it. */
export const POWER_OF_NAMES: Readonly<Record<PowerOf, string>> = {
  utility: 'utility power',
  facility: 'facility power',
  critical_it: 'critical IT',
  nameplate: 'nameplate power',
};
export const POWER_AT_WORDS: Readonly<Record<PowerAt, string>> = {
  design: 'as designed: racks at nominal power, PUE as a site is sized on it',
  peak: 'in the worst hour: racks at their most, PUE of the hottest hour',
};

/** The ratios that lie over one another in every definition. */
export interface PowerChain {
  readonly rack: Range;
  readonly overhead: Range;
  readonly pue: Range;
  readonly utility: Range;
}

/** Throws PLAN_INVALID when the facility lacks a figure that the definition needs. */
export function powerChain(rack: Rack, facility: Facility, at: PowerAt, rackPower?: Sourced): PowerChain {
  const asked = `power at ${at}`;
  return {
    rack: rangeIn(rackPower ?? rackPowerAt(rack, at), 'kW'),
    overhead: rangeIn(needed(facility.it_overhead, 'it_overhead', facility, asked), 'ratio'),
    pue: rangeIn(pueAt(facility, at), 'ratio'),
    utility: rangeIn(needed(facility.utility, 'utility', facility, asked), 'ratio'),
  };
}

/** At its worst a rack draws what its nameplate says, or, where none is known, the high end of its nominal power. */
export function rackPowerAt(rack: Rack, at: PowerAt): Sourced {
  if (at === 'design') return rack.nominal;
  if (rack.max !== undefined) return rack.max;
  const { value, high = value } = rack.nominal;
  return { ...rack.nominal, value: high, low: value, high };
}

export const pueAt = (facility: Facility, at: PowerAt): Sourced =>
  at === 'design'
    ? needed(facility.pue_design, 'pue_design', facility, 'power as designed')
    : needed(facility.pue_peak, 'pue_peak', facility, 'power at peak');

/** Throws PLAN_INVALID: an operator's published year says less than sizing needs. */
export function needed(held: Sourced | undefined, key: keyof Facility, facility: Facility, what: string): Sourced {
  if (held !== undefined) return held;
  throw new AppError('PLAN_INVALID', `facility "${facility.name}" says nothing of ${key}, and ${what} needs it`, {
    next: 'use liquid-new-build, air-new-build or colocation, or add `' + key + '` in a catalogue of your own',
  });
}

/** Of the four factors, those that a definition counts. */
export const perRack = (of: PowerOf, rack: number, overhead: number, pue: number, utility: number): number =>
  rack *
  (of === 'nameplate' ? 1 : overhead) *
  (of === 'nameplate' || of === 'critical_it' ? 1 : pue) *
  (of === 'utility' ? utility : 1);

/** kW that one rack takes under a definition. */
export function rackShare(chain: PowerChain, of: PowerOf): Range {
  const end = (name: keyof Range): number =>
    perRack(of, chain.rack[name], chain.overhead[name], chain.pue[name], chain.utility[name]);
  return { low: end('low'), likely: end('likely'), high: end('high') };
}

/** Whole racks: a part of one serves nothing. The ends are those of the ranges, all at once. */
export function racksFor(kilowatts: number, share: Range): Range {
  if (!Number.isFinite(kilowatts) || kilowatts < 0)
    throw new AppError('PLAN_INVALID', `a power of ${kilowatts} kW cannot be delivered`, {
      next: 'write a power above 0',
    });
  const count = (each: number): number => Math.floor(kilowatts / each);
  return { low: count(share.high), likely: count(share.likely), high: count(share.low) };
}

export interface Conversion extends PowerDefinition {
  readonly racks: Range;
  readonly chips: Range;
  /** kW of the stated power per chip. */
  readonly per_chip: Range;
}

export function convertPower(
  kilowatts: number,
  rack: Rack,
  facility: Facility,
  { of, at }: PowerDefinition,
): Conversion {
  const chips = valueIn(rack.chips, 'chips');
  const share = rackShare(powerChain(rack, facility, at), of);
  const racks = racksFor(kilowatts, share);
  return { of, at, racks, chips: scaled(racks, chips), per_chip: scaled(share, 1 / chips) };
}

export const scaled = ({ low, likely, high }: Range, by: number): Range => ({
  low: low * by,
  likely: likely * by,
  high: high * by,
});

/** The same power under every definition: the answer to "which gigawatt". */
export const everyDefinition = (kilowatts: number, rack: Rack, facility: Facility): Conversion[] =>
  POWER_DEFINITIONS.map((definition) => convertPower(kilowatts, rack, facility, definition));
