// A plan for tokens run: the hour that chips cost, what tokens should cost beside what the seller asks, the four ways, and what a call
// takes and emits. Estimates throughout, each with its interval.
import { rangeIn, valueIn, type Range } from '../catalogue/sourced.ts';
import type { Shape } from '../draws/distributions.ts';
import { tornadoOf, type Tornado } from '../draws/sensitivity.ts';
import { bandsOf, studyModel, type OutputBand } from '../draws/study.ts';
import { shapeOf } from '../draws/variables.ts';
import { ENERGY_METHOD, ofCall, tokenEnergy, type EnergyFigure, type TokenEnergy } from '../energy/tokens.ts';
import { scaled } from '../power/convert.ts';
import type { Band } from '../system/bands.ts';
import { hourModel } from './hour.ts';
import type { ResolvedCostPlan } from './plan.ts';
import { shouldCost, type ShouldCost } from './should-cost.ts';
import { blendedPrice, chipSeconds, TOKEN_CLASSES, type ClassThroughput, type TokenClass } from './tokens.ts';
import { waysChart, type WaysChart } from './ways.ts';

export interface CostRun {
  readonly estimate: true;
  readonly plan: string;
  readonly title: string;
  readonly seed: number;
  readonly draws: number;
  readonly rack: string;
  readonly hour: readonly OutputBand[];
  readonly hour_tornado: Tornado;
  readonly should_cost: ShouldCost;
  readonly ways: WaysChart;
  readonly energy: {
    readonly method: string;
    readonly per_million: TokenEnergy;
    readonly call: Readonly<Record<EnergyFigure, Band | null>>;
  };
}

const FIGURES: readonly EnergyFigure[] = ['energy', 'location', 'market', 'embodied', 'water', 'water_off_site'];

/** Throws PLAN_INVALID. */
export function runCostPlan(
  plan: ResolvedCostPlan,
  options: { readonly seed: number; readonly draws: number },
): CostRun {
  const rack = plan.racks.get(plan.rack)!;
  const model = hourModel(rack, plan.facility, plan.owner, plan.grid);
  const study = studyModel(model, { seed: options.seed, count: options.draws });
  const hours = bandsOf(model, study);
  const drawn = (output: number): { range: Range; shape: Shape } => {
    const { centre } = hours[output]!;
    return {
      range: { low: centre, likely: centre, high: centre },
      shape: { seen: Array.from(study.outputs[output]!) },
    };
  };
  const throughput = classes((each) => rangeIn(plan.throughput[each], 'tokens/s'));
  const prices = classes((each) => valueIn(plan.prices[each], 'USD/Mtok'));
  return {
    estimate: true,
    plan: plan.name,
    title: plan.title,
    seed: study.seed,
    draws: study.count,
    rack: rack.name,
    hour: hours,
    hour_tornado: tornadoOf(model, 'useful'),
    should_cost: shouldCost({ hour: drawn(2), throughput, prices, mix: plan.call }, options),
    ways: waysChart(
      {
        demand: plan.demand,
        peak: { range: rangeIn(plan.demand.peak, 'ratio'), shape: 'triangular' },
        throughput: { range: ofMix(plan, throughput), shape: 'lognormal' },
        chipStep: valueIn(rack.chips, 'chips'),
        headroom: valueIn(plan.demand.headroom, 'share'),
        // What nobody asks for is paid for as well: by the clock.
        buy: drawn(0),
        rent:
          rack.rent === undefined
            ? undefined
            : {
                range: rangeIn(rack.rent, 'USD/chip-hour'),
                shape: shapeOf(rangeIn(rack.rent, 'USD/chip-hour'), 'USD/chip-hour'),
              },
        reserve:
          plan.reserve === undefined
            ? undefined
            : {
                hour: valueIn(plan.reserve.hour, 'USD/hour'),
                tokensPerMinute: valueIn(plan.reserve.capacity, 'tokens/min'),
                least: plan.reserve.least,
                step: plan.reserve.step,
              },
        payg: blendedPrice(plan.call, prices),
      },
      { seed: options.seed, draws: Math.min(options.draws, 1024) },
    ),
    energy: energyOf(plan, throughput, options),
  };
}

const classes = <Value>(make: (each: TokenClass) => Value): Record<TokenClass, Value> => ({
  input: make('input'),
  cached: make('cached'),
  output: make('output'),
});

/** Tokens a second of one chip at the mix of a call. */
function ofMix(plan: ResolvedCostPlan, throughput: ClassThroughput): Range {
  const all = TOKEN_CLASSES.reduce((sum, each) => sum + plan.call[each], 0);
  const at = (end: keyof Range): number =>
    all /
    chipSeconds(
      plan.call,
      classes((each) => throughput[each][end]),
    );
  return { low: at('low'), likely: at('likely'), high: at('high') };
}

/** Idle hours draw power too: tokens bear the energy of all hours, so throughput is averaged over them. */
function energyOf(
  plan: ResolvedCostPlan,
  throughput: ClassThroughput,
  options: { readonly seed: number; readonly draws: number },
): CostRun['energy'] {
  const { availability, utilisation, goodput, load, equipment_life: life } = plan.owner;
  const used = valueIn(availability, 'share') * valueIn(utilisation, 'share') * valueIn(goodput, 'share');
  const perMillion = tokenEnergy(
    {
      rack: plan.racks.get(plan.rack)!,
      facility: plan.facility,
      grid: plan.grid,
      market: plan.market_carbon,
      load,
      life,
      throughput: classes((each) => scaled(throughput[each], used)),
    },
    options,
  );
  return {
    method: ENERGY_METHOD,
    per_million: perMillion,
    call: Object.fromEntries(
      FIGURES.map((figure) => [figure, ofCall(perMillion, figure, plan.call)]),
    ) as CostRun['energy']['call'],
  };
}
