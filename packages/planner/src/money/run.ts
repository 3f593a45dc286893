// A plan for tokens run: the hour that chips cost, what tokens should cost beside what the seller asks, the four ways, and what a call
// takes and emits. Estimates throughout, each with its interval.
import { rangeIn, valueIn, type Range } from '../catalogue/sourced.ts';
import { bandsOf, studyModel, type Model, type OutputBand, type Study } from '../draws/study.ts';
import { shapeOf } from '../draws/variables.ts';
import { ENERGY_FIGURES, ENERGY_METHOD, energyByClass, type EnergyFigure, type TokenEnergy } from '../energy/tokens.ts';
import type { Band } from '../system/bands.ts';
import { COST_PARTS, costModel } from './cost-model.ts';
import type { ResolvedCostPlan } from './plan.ts';
import { checkHour } from './hour.ts';
import { costLines, type ShouldCost } from './should-cost.ts';
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
  readonly should_cost: Omit<ShouldCost, 'estimate'>;
  readonly ways: WaysChart;
  readonly energy: {
    readonly method: string;
    readonly per_million: TokenEnergy;
    readonly call: Readonly<Record<EnergyFigure, Band | null>>;
  };
}

/** The plan's model with its draws: what decides a figure, and what two plans are compared by. */
export interface DrawnCostPlan {
  readonly model: Model;
  readonly study: Study;
}

/** Of each way at each demand: more would be seen by nobody. */
const WAYS_DRAWS_MOST = 1024;

/** Throws PLAN_INVALID. */
export function drawCostPlan(
  plan: ResolvedCostPlan,
  options: { readonly seed: number; readonly draws: number },
): DrawnCostPlan {
  const model = costModel(plan);
  return { model, study: studyModel(model, { seed: options.seed, count: options.draws }) };
}

/** Throws PLAN_INVALID. */
export const runCostPlan = (
  plan: ResolvedCostPlan,
  options: { readonly seed: number; readonly draws: number },
): CostRun => costRunOf(plan, drawCostPlan(plan, options));

/** Throws PLAN_INVALID. */
export function costRunOf(plan: ResolvedCostPlan, { model, study }: DrawnCostPlan): CostRun {
  const bands = bandsOf(model, study);
  const hours = bands.slice(COST_PARTS.hour, COST_PARTS.costs);
  for (const { title, centre, band } of hours) checkHour(title, band === null ? Number.NaN : centre + band.p90);
  const prices = classes((each) => valueIn(plan.prices[each], 'USD/Mtok'));
  const call = bands.slice(COST_PARTS.call, COST_PARTS.tokens);
  return {
    estimate: true,
    plan: plan.name,
    title: plan.title,
    seed: study.seed,
    draws: study.count,
    rack: plan.racks.get(plan.rack)!.name,
    hour: hours,
    should_cost: costLines(bands.slice(COST_PARTS.costs, COST_PARTS.call), prices, plan.call),
    // What nobody asks for is paid for as well: an own chip by the clock.
    ways: waysOf(plan, { hour: hours[0]!, drawn: study.outputs[0]! }, study),
    energy: {
      method: ENERGY_METHOD,
      per_million: energyByClass(bands.slice(COST_PARTS.tokens)),
      call: Object.fromEntries(
        ENERGY_FIGURES.map((figure, at) => [figure, call[at]!.band]),
      ) as CostRun['energy']['call'],
    },
  };
}

function waysOf(
  plan: ResolvedCostPlan,
  { hour: { centre }, drawn }: { readonly hour: OutputBand; readonly drawn: Float64Array },
  { seed, count }: Study,
): WaysChart {
  const throughput = classes((each) => rangeIn(plan.throughput[each], 'tokens/s'));
  const prices = classes((each) => valueIn(plan.prices[each], 'USD/Mtok'));
  const { chips, rent } = plan.racks.get(plan.rack)!;
  const asked = rent === undefined ? undefined : rangeIn(rent, 'USD/chip-hour');
  const { demand, reserve } = plan;
  return waysChart(
    {
      demand,
      peak: { range: rangeIn(demand.peak, 'ratio'), shape: 'triangular' },
      throughput: { range: ofMix(plan, throughput), shape: 'lognormal' },
      chipStep: valueIn(chips, 'chips'),
      headroom: valueIn(demand.headroom, 'share'),
      buy: { range: { low: centre, likely: centre, high: centre }, shape: { seen: Array.from(drawn) } },
      rent: asked === undefined ? undefined : { range: asked, shape: shapeOf(asked, 'USD/chip-hour') },
      reserve:
        reserve === undefined
          ? undefined
          : {
              hour: valueIn(reserve.hour, 'USD/hour'),
              tokensPerMinute: valueIn(reserve.capacity, 'tokens/min'),
              least: reserve.least,
              step: reserve.step,
            },
      payg: blendedPrice(plan.call, prices),
    },
    { seed, draws: Math.min(count, WAYS_DRAWS_MOST) },
  );
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
