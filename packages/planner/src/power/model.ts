// A plan as a model that can be drawn: every range of its racks, site, grid, owner and gates is a variable, and one draw gives what
// the plan holds, costs, uses and emits, and when each tranche stands. Arithmetic alone, on places worked out beforehand, so that
// ten thousand draws take well under a second.
import { GATES } from '../catalogue/facilities.ts';
import { valueIn } from '../catalogue/sourced.ts';
import type { Model, Output } from '../draws/study.ts';
import { createVariables, type Variables } from '../draws/variables.ts';
import { priceOf } from '../money/capex.ts';
import { capitalRecovery } from '../money/levelised.ts';
import { ownerValues } from '../money/owner-values.ts';
import { monthNumber } from '../system/scenario.ts';
import { perRack, pueAt, rackPowerAt } from './convert.ts';
import { arrivalOf } from './delivery.ts';
import { gatesOf, kilowatts, type ResolvedPlan } from './plan.ts';

const HOURS_A_YEAR = 8760;

/** Of the whole plan; those of a tranche follow them (trancheOutput). */
const WHOLE = [
  { name: 'racks', title: 'racks', unit: 'racks' },
  { name: 'chips', title: 'chips', unit: 'chips' },
  { name: 'chips_committed', title: 'chips of committed tranches', unit: 'chips' },
  { name: 'it_power', title: 'IT power as designed', unit: 'MW' },
  { name: 'capital', title: 'capital', unit: 'USD bn' },
  { name: 'chip_hour', title: 'levelised cost of an hour that a chip can be used', unit: 'USD/chip-hour' },
  { name: 'useful_hour', title: 'levelised cost of an hour of useful work', unit: 'USD/chip-hour' },
  { name: 'yearly', title: 'cost of a year', unit: 'USD bn/year' },
  { name: 'energy', title: 'energy of a year', unit: 'TWh/year' },
  { name: 'carbon', title: 'emissions of a year, location-based', unit: 'kt CO2/year' },
  { name: 'carbon_market', title: 'emissions of a year, market-based', unit: 'kt CO2/year' },
  { name: 'embodied', title: 'emissions of making the equipment, a year of its life', unit: 'kt CO2/year' },
  { name: 'water', title: 'water on site, a year', unit: 'ML/year' },
  { name: 'water_all', title: 'water on site and where the power is made, a year', unit: 'ML/year' },
] as const satisfies readonly Output[];
export type WholeOutput = (typeof WHOLE)[number]['name'];

const OF_TRANCHE = ['racks', 'first', 'whole', 'gate'] as const;

const TRANCHE_WORDS: Readonly<Record<(typeof OF_TRANCHE)[number], string>> = {
  racks: 'racks',
  first: 'from the plan’s start until its first rack serves',
  whole: 'from the plan’s start until all of it serves',
  gate: 'what it waits longest for',
};

/** Place of a tranche's result among the outputs. */
export const trancheOutput = (tranche: number, what: (typeof OF_TRANCHE)[number]): number =>
  WHOLE.length + tranche * OF_TRANCHE.length + OF_TRANCHE.indexOf(what);

export function powerModel(plan: ResolvedPlan): Model {
  const variables = createVariables();
  const site = sitePlaces(plan, variables);
  const racks = new Map([...plan.racks.keys()].map((name) => [name, rackPlaces(plan, name, variables)]));
  const tranches = tranchePlaces(plan, racks, variables);
  // Last, so that stating it moves no draw of another.
  const market =
    plan.market_carbon === undefined
      ? -1
      : variables.add('market_carbon', 'emissions by contract', plan.market_carbon, 'gCO2/kWh');
  const places = { ...site, market };
  const outputs: Output[] = [
    ...WHOLE,
    ...tranches.flatMap(({ name }) =>
      OF_TRANCHE.map((what) => ({
        name: `${name}.${what}`,
        title: `${name}: ${TRANCHE_WORDS[what]}`,
        unit: what === 'racks' ? 'racks' : 'months',
      })),
    ),
  ];
  const { of } = plan.power;
  return {
    variables: variables.all,
    outputs,
    evaluate: (values, results) => {
      const sum = { racks: 0, chips: 0, committed: 0, it: 0, equipment: 0, facility: 0, embodied: 0 };
      tranches.forEach((tranche, index) => {
        const { rack, waits } = tranche;
        const share = perRack(
          of,
          values[rack.stated]!,
          values[site.overhead]!,
          values[site.pue]!,
          values[site.utility]!,
        );
        const count = Math.floor(tranche.kilowatts / share);
        const it = (count * values[rack.nominal]! * values[site.overhead]!) / 1000;
        sum.racks += count;
        sum.chips += count * rack.chips;
        if (tranche.committed) sum.committed += count * rack.chips;
        sum.it += it;
        sum.equipment += count * (values[rack.price]! + (rack.network < 0 ? 0 : values[rack.network]! * rack.chips));
        sum.facility += it * 1000 * values[site.shell]!;
        if (rack.embodied >= 0) sum.embodied += count * rack.chips * values[rack.embodied]!;
        for (let gate = 0; gate < GATES.length; gate += 1) waits[gate] = values[tranche.gates[gate]!]!;
        waits[GATES.length] = values[rack.lead]!;
        const arrival = arrivalOf(tranche.begun, waits, count, values[site.install]!);
        results[trancheOutput(index, 'racks')] = count;
        results[trancheOutput(index, 'first')] = arrival.first;
        results[trancheOutput(index, 'whole')] = arrival.whole;
        results[trancheOutput(index, 'gate')] = arrival.gate;
      });
      writeWhole(results, values, places, sum);
    },
  };
}

function tranchePlaces(
  plan: ResolvedPlan,
  racks: ReadonlyMap<string, ReturnType<typeof rackPlaces>>,
  variables: Variables,
) {
  return Object.entries(plan.tranches).map(([name, tranche]) => {
    const gates = gatesOf(plan, tranche);
    return {
      name,
      rack: racks.get(tranche.rack)!,
      kilowatts: kilowatts(tranche.power),
      committed: tranche.bound === 'committed',
      begun: monthNumber(tranche.begun) - monthNumber(plan.start),
      gates: GATES.map((gate) =>
        variables.add(`${name}.${gate}`, `${name}: wait for ${gate}`, gates[gate], 'months', {
          // What a tranche states is its own; the rest is the site's, drawn for each tranche and known but once.
          control:
            tranche.waits?.[gate] === undefined
              ? { name: `gates.${gate}`, title: `wait for ${gate}, where a tranche states none of its own` }
              : undefined,
        }),
      ),
      waits: new Float64Array(GATES.length + 1),
    };
  });
}

type Sum = Readonly<Record<'racks' | 'chips' | 'committed' | 'it' | 'equipment' | 'facility' | 'embodied', number>>;

/** `sum.it` in MW, money in USD. */
function writeWhole(results: Float64Array, values: Float64Array, site: SitePlaces, sum: Sum): void {
  const life = values[site.life]!;
  const meanIt = sum.it * values[site.load]! * HOURS_A_YEAR;
  const energy = meanIt * values[site.pueYear]!;
  const yearly =
    sum.equipment * (capitalRecovery(values[site.rate]!, life) + values[site.maintenance]!) +
    sum.facility * capitalRecovery(values[site.rate]!, values[site.facilityLife]!) +
    energy * 1000 * values[site.power]!;
  const open = sum.chips * HOURS_A_YEAR * values[site.availability]!;
  // 1 g/kWh of 1 MWh is 1 kg; 1 L/kWh of 1 MWh is 1,000 L.
  const found: Record<WholeOutput, number> = {
    racks: sum.racks,
    chips: sum.chips,
    chips_committed: sum.committed,
    it_power: sum.it,
    capital: (sum.equipment + sum.facility) / 1e9,
    chip_hour: yearly / open,
    useful_hour: yearly / (open * values[site.utilisation]! * values[site.goodput]!),
    yearly: yearly / 1e9,
    energy: energy / 1e6,
    carbon: (energy * values[site.carbon]!) / 1e6,
    carbon_market: site.market < 0 ? Number.NaN : (energy * values[site.market]!) / 1e6,
    embodied: sum.embodied / life / 1e6,
    water: site.water < 0 ? Number.NaN : (meanIt * values[site.water]!) / 1e3,
    water_all:
      site.water < 0 || site.waterOff < 0
        ? Number.NaN
        : (meanIt * values[site.water]! + energy * values[site.waterOff]!) / 1e3,
  };
  for (let at = 0; at < WHOLE.length; at += 1) results[at] = found[WHOLE[at]!.name];
}

type SitePlaces = ReturnType<typeof sitePlaces> & { readonly market: number };

/** Places of the values that all tranches share; -1 where nothing is known. */
function sitePlaces({ facility, grid, owner, power }: ResolvedPlan, variables: Variables) {
  const { add } = variables;
  const pue = add('pue', 'PUE that the site is sized on', pueAt(facility, power.at), 'ratio');
  return {
    pue,
    overhead: add('it_overhead', 'all IT power ÷ power of the racks', facility.it_overhead!, 'ratio'),
    utility: add('utility', 'power from the grid ÷ power of the facility', facility.utility!, 'ratio'),
    // A site that is sized generously for its climate is one that also runs warmer.
    pueYear: add('pue_year', 'PUE over a year', facility.pue_year, 'ratio', {
      follows: { name: 'pue', correlation: 0.7 },
    }),
    shell: add('shell', 'shell and plant', facility.shell!, 'USD/kW'),
    install: add('install', 'racks put into service a month', facility.install!, 'racks/month'),
    water: facility.water === undefined ? -1 : add('water', 'water on site', facility.water, 'L/kWh'),
    waterOff:
      facility.water_off_site === undefined
        ? -1
        : add('water_off_site', 'water where the power is made', facility.water_off_site, 'L/kWh'),
    carbon: add('grid_carbon', 'emissions of the grid', grid.carbon, 'gCO2/kWh'),
    ...ownerValues(variables, owner, grid),
  };
}

function rackPlaces(plan: ResolvedPlan, name: string, { add, all }: Variables) {
  const rack = plan.racks.get(name)!;
  const leader = all.find(({ name: each }) => each.endsWith('.price'))?.name;
  const nominal = add(`${name}.nominal`, `nominal power of ${rack.name}`, rack.nominal, 'kW');
  return {
    chips: valueIn(rack.chips, 'chips'),
    nominal,
    stated:
      plan.power.at === 'design'
        ? nominal
        : add(`${name}.max`, `most that ${rack.name} draws`, rackPowerAt(rack, 'peak'), 'kW', {
            follows: { name: `${name}.nominal`, correlation: 0.9 },
          }),
    // Who sells one generation dear sells the next one dear.
    price: add(
      `${name}.price`,
      `price of ${rack.name}`,
      priceOf(rack),
      'USD',
      leader === undefined ? {} : { follows: { name: leader, correlation: 0.6 } },
    ),
    network:
      rack.network === undefined ? -1 : add(`${name}.network`, `network of ${rack.name}`, rack.network, 'USD/chip'),
    embodied:
      rack.embodied === undefined
        ? -1
        : add(`${name}.embodied`, `emissions of making a chip of ${rack.name}`, rack.embodied, 'kgCO2/chip'),
    lead: add(`${name}.lead`, `from order to delivery of ${rack.name}`, rack.lead, 'months'),
  };
}
