// A plan for tokens as one model: the hour of a chip, what tokens cost at it beside what the seller asks, and what they take and emit. All
// of it is drawn together, so that a wide PUE is wide in the same draws for money and for carbon, and what decides any figure can be asked.
import { rangeIn } from '../catalogue/sourced.ts';
import type { Model, Output } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import { ENERGY_FIGURES, energyParts, TOKEN_ENERGY_OUTPUTS, type EnergyFigure } from '../energy/tokens.ts';
import { HOUR_OUTPUTS, hourParts } from './hour.ts';
import type { ResolvedCostPlan } from './plan.ts';
import { COST_OUTPUTS, writeCosts } from './should-cost.ts';
import { checkMix, checkThroughput, throughputDrawn, TOKEN_CLASSES, type TokenClass } from './tokens.ts';

const CALL_FIGURES: Readonly<Record<EnergyFigure, Pick<Output, 'title' | 'unit'> & { readonly times: number }>> = {
  energy: { title: 'energy of a call', unit: 'Wh', times: 1 },
  location: { title: 'emissions of a call, location-based', unit: 'gCO2', times: 1 },
  market: { title: 'emissions of a call, market-based', unit: 'gCO2', times: 1 },
  embodied: { title: 'emissions of making the equipment, a call', unit: 'gCO2', times: 1 },
  // Reckoned in litres.
  water: { title: 'water on site, a call', unit: 'mL', times: 1000 },
  water_off_site: { title: 'water where the power is made, a call', unit: 'mL', times: 1000 },
};
const CALL_OUTPUTS = ENERGY_FIGURES.map((figure): Output => {
  const { title, unit } = CALL_FIGURES[figure];
  return { name: `call.${figure}`, title, unit };
});

/** Where each part begins among the outputs. */
export const COST_PARTS = {
  hour: 0,
  costs: HOUR_OUTPUTS.length,
  call: HOUR_OUTPUTS.length + COST_OUTPUTS.length,
  tokens: HOUR_OUTPUTS.length + COST_OUTPUTS.length + CALL_OUTPUTS.length,
} as const;

/** Throws PLAN_INVALID where the rack has no price, the site lacks a figure, or a throughput or call cannot be. */
export function costModel(plan: ResolvedCostPlan): Model {
  checkThroughput(byClass((of) => rangeIn(plan.throughput[of], 'tokens/s')));
  checkMix(plan.call);
  const variables = createVariables();
  const rack = plan.racks.get(plan.rack)!;
  const { facility, owner, grid } = plan;
  const writeHour = hourParts(variables, { rack, facility, owner, grid });
  const speeds = byClass((of) =>
    variables.add(
      `throughput.${of}`,
      `${of} tokens a second of one chip`,
      plan.throughput[of],
      'tokens/s',
      throughputDrawn(of),
    ),
  );
  const asked = byClass((of) =>
    variables.add(`prices.${of}`, `the seller's price of ${of} tokens`, plan.prices[of], 'USD/Mtok'),
  );
  const { load, equipment_life: life } = owner;
  const writeEnergy = energyParts(variables, { rack, facility, grid, market: plan.market_carbon, load, life });
  const made: Record<TokenClass, number> = { input: 0, cached: 0, output: 0 };
  const prices: Record<TokenClass, number> = { input: 0, cached: 0, output: 0 };
  return {
    variables: variables.all,
    outputs: [...HOUR_OUTPUTS, ...COST_OUTPUTS, ...CALL_OUTPUTS, ...TOKEN_ENERGY_OUTPUTS],
    evaluate: (values, results) => {
      const used = writeHour(values, results);
      for (const of of TOKEN_CLASSES) {
        made[of] = values[speeds[of]]!;
        prices[of] = values[asked[of]]!;
      }
      writeCosts({ hour: results[2]!, made, prices, mix: plan.call }, results, COST_PARTS.costs);
      // Idle hours draw power too: tokens bear the energy of all hours, so throughput is averaged over them.
      for (const [at, of] of TOKEN_CLASSES.entries())
        writeEnergy(values, made[of] * used, results, COST_PARTS.tokens + at * ENERGY_FIGURES.length);
      writeCall(plan, results);
    },
  };
}

/** Not a number where a class that the call has is not known. */
function writeCall({ call }: ResolvedCostPlan, results: Float64Array): void {
  for (const [place, figure] of ENERGY_FIGURES.entries()) {
    let sum = 0;
    for (const [at, of] of TOKEN_CLASSES.entries())
      if (call[of] > 0) sum += (call[of] * results[COST_PARTS.tokens + at * ENERGY_FIGURES.length + place]!) / 1e6;
    results[COST_PARTS.call + place] = sum * CALL_FIGURES[figure].times;
  }
}

const byClass = <Value>(make: (of: TokenClass) => Value): Record<TokenClass, Value> => ({
  input: make('input'),
  cached: make('cached'),
  output: make('output'),
});
