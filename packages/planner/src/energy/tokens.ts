// What tokens take and emit, by class: power of a chip with its part of the site, over the tokens that it makes. Location-based and
// market-based emissions are two figures and stand apart; what was emitted to make the equipment stands beside them, and water with
// what is known of it. Every figure is an estimate with its interval.
import type { Facility } from '../catalogue/facilities.ts';
import type { Grid } from '../catalogue/grids.ts';
import type { Rack } from '../catalogue/racks.ts';
import { valueIn, type Sourced } from '../catalogue/sourced.ts';
import { bandsOf, studyModel, type Model, type OutputBand } from '../draws/study.ts';
import { createVariables, type Variables } from '../draws/variables.ts';
import {
  checkThroughput,
  throughputDrawn,
  TOKEN_CLASSES,
  type ClassThroughput,
  type TokenClass,
  type TokenCounts,
} from '../money/tokens.ts';
import { needed } from '../power/convert.ts';
import type { Band } from '../system/bands.ts';

/** Named on every figure; it changes when a figure would change for the same inputs. */
export const ENERGY_METHOD = 'weighbridge-energy/1';

export interface TokenEnergyInput {
  readonly rack: Rack;
  readonly facility: Facility;
  readonly grid: Grid;
  /** Emissions of power bought under contract, by that contract. */
  readonly market?: Sourced | undefined;
  /** Mean draw ÷ nominal draw, and life of the equipment in years. */
  readonly load: Sourced;
  readonly life: Sourced;
  /** Tokens a second of one chip, averaged over all its hours. */
  readonly throughput: ClassThroughput;
}

const FIGURES = {
  energy: { title: 'energy', unit: 'Wh/Mtok' },
  location: { title: 'emissions, location-based', unit: 'gCO2/Mtok' },
  market: { title: 'emissions, market-based', unit: 'gCO2/Mtok' },
  embodied: { title: 'emissions of making the equipment', unit: 'gCO2/Mtok' },
  water: { title: 'water on site', unit: 'L/Mtok' },
  water_off_site: { title: 'water where the power is made', unit: 'L/Mtok' },
} as const;
export type EnergyFigure = keyof typeof FIGURES;
export const ENERGY_FIGURES = Object.keys(FIGURES) as readonly EnergyFigure[];

/** Class by class, in the order of `ENERGY_FIGURES`. */
export const TOKEN_ENERGY_OUTPUTS = TOKEN_CLASSES.flatMap((each) =>
  ENERGY_FIGURES.map((name) => ({
    name: `${each}.${name}`,
    title: `${FIGURES[name].title}, ${each}`,
    unit: FIGURES[name].unit,
  })),
);

/** By class and figure, per million tokens; a band is null where nothing is known. */
export type TokenEnergy = Readonly<Record<TokenClass, Readonly<Record<EnergyFigure, OutputBand>>>>;

/** Throws PLAN_INVALID. */
export function tokenEnergy(
  input: TokenEnergyInput,
  options: { readonly seed: number; readonly draws: number },
): TokenEnergy {
  const model = tokenEnergyModel(input);
  return energyByClass(bandsOf(model, studyModel(model, { seed: options.seed, count: options.draws })));
}

/** `bands`: of `TOKEN_ENERGY_OUTPUTS`, in their order. */
export function energyByClass(bands: readonly OutputBand[]): TokenEnergy {
  return Object.fromEntries(
    TOKEN_CLASSES.map((each, at) => [
      each,
      Object.fromEntries(ENERGY_FIGURES.map((name, place) => [name, bands[at * ENERGY_FIGURES.length + place]!])),
    ]),
  ) as unknown as TokenEnergy;
}

export function tokenEnergyModel(input: TokenEnergyInput): Model {
  checkThroughput(input.throughput);
  const variables = createVariables();
  const speeds = TOKEN_CLASSES.map((each) => {
    return variables.put({
      name: `throughput.${each}`,
      title: `${each} tokens a second of one chip`,
      unit: 'tokens/s',
      range: input.throughput[each],
      ...throughputDrawn(each),
    });
  });
  const write = energyParts(variables, input);
  return {
    variables: variables.all,
    outputs: TOKEN_ENERGY_OUTPUTS,
    evaluate: (values, results) => {
      for (let each = 0; each < TOKEN_CLASSES.length; each += 1)
        write(values, values[speeds[each]!]!, results, each * ENERGY_FIGURES.length);
    },
  };
}

/**
 * Adds what energy hangs on; the answer writes the figures of a million tokens of a class, of which a chip makes `made` a second over
 * all its hours, from `from` on, in the order of `ENERGY_FIGURES`. Not a number where nothing is known. Throws PLAN_INVALID.
 */
export function energyParts(
  { add }: Variables,
  { rack, facility, grid, market, load, life }: Omit<TokenEnergyInput, 'throughput'>,
): (values: Float64Array, made: number, results: Float64Array, from: number) => void {
  const chips = valueIn(rack.chips, 'chips');
  const optional = (name: string, title: string, held: Sourced | undefined, unit: Parameters<typeof add>[3]): number =>
    held === undefined ? -1 : add(name, title, held, unit);
  const at = {
    nominal: add('nominal', `nominal power of ${rack.name}`, rack.nominal, 'kW'),
    overhead: add(
      'it_overhead',
      'all IT power ÷ power of the racks',
      needed(facility.it_overhead, 'it_overhead', facility, 'energy of tokens'),
      'ratio',
    ),
    pue: add('pue_year', 'PUE over a year', facility.pue_year, 'ratio'),
    load: add('load', 'mean draw ÷ nominal draw', load, 'share'),
    life: add('equipment_life', 'life of the equipment', life, 'years'),
    carbon: add('grid_carbon', 'emissions of the grid', grid.carbon, 'gCO2/kWh'),
    embodied: optional('embodied', 'emissions of making a chip', rack.embodied, 'kgCO2/chip'),
    water: optional('water', 'water on site', facility.water, 'L/kWh'),
    waterOff: optional('water_off_site', 'water where the power is made', facility.water_off_site, 'L/kWh'),
    // Last, so that stating it moves no draw of another.
    market: optional('market_carbon', 'emissions by contract', market, 'gCO2/kWh'),
  };
  return (values, made, results, from) => {
    const of = (place: number): number => (place < 0 ? Number.NaN : values[place]!);
    // kW of one chip: of IT, and with its part of the facility.
    const it = (of(at.nominal) / chips) * of(at.overhead) * of(at.load);
    const hours = 1e6 / made / 3600;
    const kwh = it * of(at.pue) * hours;
    results[from] = kwh * 1000;
    results[from + 1] = kwh * of(at.carbon);
    results[from + 2] = kwh * of(at.market);
    results[from + 3] = (of(at.embodied) * 1000 * hours) / (of(at.life) * 8760);
    results[from + 4] = it * hours * of(at.water);
    results[from + 5] = kwh * of(at.waterOff);
  };
}

/**
 * Of one call: the ends are those of its classes together, since what one class is wrong by the others are too. Null where a class
 * that the call has is not known.
 */
export function ofCall(energy: TokenEnergy, figure: EnergyFigure, tokens: TokenCounts): Band | null {
  const sum = { p10: 0, p50: 0, p90: 0 };
  for (const each of TOKEN_CLASSES) {
    if (tokens[each] === 0) continue;
    const { band } = energy[each][figure];
    if (band === null) return null;
    for (const end of ['p10', 'p50', 'p90'] as const) sum[end] += (tokens[each] * band[end]) / 1e6;
  }
  return sum;
}
