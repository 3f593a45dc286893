// A plan to reserve, run: demand in the unit's own tokens, how many units it takes by the seller's formula, the mix that costs least over
// the term at the likely value of every assumption and at both ends of growth, and draws of what each of these decisions costs.
import { valueIn } from '../catalogue/sourced.ts';
import type { TokenClass } from '../catalogue/reserved-units.ts';
import type { DemandSeries } from '../demand/series.ts';
import { studyModel, type Study } from '../draws/study.ts';
import { growthTyped } from '../demand/growth.ts';
import { mixProblems, type PlannedMix, type PlannedOffer } from './from-demand.ts';
import { bestMix } from './mix.ts';
import type { MixProblem } from './mix-form.ts';
import type { ResolvedReservePlan } from './plan.ts';
import { offersOf, reserveModel, reserveVariables, type Decisions, type ReserveModel } from './reserve-model.ts';
import { sizesOf, type ReserveSizes } from './sizes.ts';
import type { Solver } from './solver.ts';

export interface ReserveRun {
  readonly sizes: ReserveSizes;
  readonly problems: Readonly<Record<'low' | 'likely' | 'high', MixProblem>>;
  readonly decisions: Decisions;
  readonly model: ReserveModel;
  readonly study: Study;
}

/** Throws PLAN_INVALID. */
export function runReservePlan(
  plan: ResolvedReservePlan,
  series: Readonly<Record<string, DemandSeries>>,
  solver: Solver,
  options: { readonly seed: number; readonly draws: number },
): ReserveRun {
  const sizes = sizesOf(plan, series);
  const problems = mixProblems(plannedOf(plan, series));
  const decisions = {
    low: bestMix(problems.low, solver),
    likely: bestMix(problems.likely, solver),
    high: bestMix(problems.high, solver),
  };
  const model = reserveModel(plan, reserveVariables(plan, series), decisions);
  return { sizes, problems, decisions, model, study: studyModel(model, { seed: options.seed, count: options.draws }) };
}

/** At the likely value of everything but growth. */
function plannedOf(plan: ResolvedReservePlan, series: Readonly<Record<string, DemandSeries>>): PlannedMix {
  const { minimum, increment } = plan.sold;
  const workloads = Object.keys(plan.workloads);
  const offers = offersOf(plan).map(([name, { months, price, most }]): [string, PlannedOffer] => [
    name,
    {
      id: plan.id,
      unit: plan.unit,
      deployment: plan.deployment,
      workloads,
      term_months: months,
      price: valueIn(price, 'USD/hour'),
      ...(most === undefined ? {} : { most }),
      ...(minimum === undefined ? {} : { minimum }),
      ...(increment === undefined ? {} : { increment }),
    },
  ]);
  return {
    workloads: Object.fromEntries(
      Object.entries(plan.workloads).map(([name, { on_demand, growth }]) => {
        const { value, low = value, high = value } = growth;
        const prices = Object.entries(on_demand).map(([of, price]) => [of, valueIn(price, 'USD/Mtok')]);
        return [
          name,
          {
            series: series[name]!,
            on_demand: Object.fromEntries(prices) as Partial<Record<TokenClass, number>>,
            growth: growthTyped(low, value, high),
          },
        ];
      }),
    ),
    offers: Object.fromEntries(offers),
    months: plan.months,
    blocks: plan.blocks,
    milestones:
      plan.promised === undefined
        ? []
        : [{ by: plan.promised.by - 1, spend: plan.promised.spend, owed: plan.promised.owed }],
  };
}
