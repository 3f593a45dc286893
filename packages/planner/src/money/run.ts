// A plan for tokens run: the hour that chips cost, what tokens should cost beside what the seller asks, the four ways, and what a call
// takes and emits. Estimates throughout, each with its interval.
import { AppError } from '@weighbridge/kernel';
import { rangeIn, valueIn, type Range } from '../catalogue/sourced.ts';
import type { Shape } from '../draws/distributions.ts';
import { tornadoOf, type Tornado } from '../draws/sensitivity.ts';
import { bandsOf, columnsByName, studyModel, type OutputBand } from '../draws/study.ts';
import { shapeOf } from '../draws/variables.ts';
import { drawnEnergy, ENERGY_METHOD, type EnergyFigure, type TokenEnergy } from '../energy/tokens.ts';
import { scaled } from '../power/convert.ts';
import { bandOf, type Band } from '../system/bands.ts';
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
  /** By figure (`cost.mix`, `useful`, `call.energy`), one value a draw: what two plans are compared by. */
  readonly columns: ReadonlyMap<string, Float64Array>;
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
  for (const { title, centre, band } of hours) checkHour(title, band === null ? Number.NaN : centre + band.p90);
  const drawn = (output: number): { range: Range; shape: Shape } => {
    const { centre } = hours[output]!;
    return {
      range: { low: centre, likely: centre, high: centre },
      shape: { seen: Array.from(study.outputs[output]!) },
    };
  };
  const throughput = classes((each) => rangeIn(plan.throughput[each], 'tokens/s'));
  const prices = classes((each) => valueIn(plan.prices[each], 'USD/Mtok'));
  const cost = shouldCost({ hour: drawn(2), throughput, prices, mix: plan.call }, options);
  const { columns: call, ...energy } = energyOf(plan, throughput, options);
  return {
    estimate: true,
    plan: plan.name,
    title: plan.title,
    seed: study.seed,
    draws: study.count,
    rack: rack.name,
    hour: hours,
    hour_tornado: tornadoOf(model, 'useful'),
    should_cost: cost,
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
    energy,
    columns: new Map([...columnsByName(model, study), ...cost.columns, ...call]),
  };
}

function checkHour(title: string, cost: number): void {
  if (Number.isFinite(cost)) return;
  throw new AppError('PLAN_INVALID', `${title} costs without end: a chip is never open, or does no work that counts`, {
    next: 'state availability, utilisation and goodput above 0',
  });
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
): CostRun['energy'] & Pick<CostRun, 'columns'> {
  const { availability, utilisation, goodput, load, equipment_life: life } = plan.owner;
  const used = valueIn(availability, 'share') * valueIn(utilisation, 'share') * valueIn(goodput, 'share');
  const { energy: perMillion, columns: drawn } = drawnEnergy(
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
  const call = FIGURES.map((figure) => [figure, ofCallDrawn(plan, drawn, figure)] as const);
  return {
    method: ENERGY_METHOD,
    per_million: perMillion,
    call: Object.fromEntries(call.map(([figure, column]) => [figure, bandOf(column)])) as CostRun['energy']['call'],
    columns: new Map(call.map(([figure, column]) => [`call.${figure}`, column])),
  };
}

/** Of one call, draw by draw; not a number where a class that the call has is not known. */
function ofCallDrawn(
  { call }: ResolvedCostPlan,
  perMillion: ReadonlyMap<string, Float64Array>,
  figure: EnergyFigure,
): Float64Array {
  const classesOfCall = TOKEN_CLASSES.filter((each) => call[each] > 0);
  const columns = classesOfCall.map((each) => ({ tokens: call[each], drawn: perMillion.get(`${each}.${figure}`)! }));
  return Float64Array.from(columns[0]!.drawn, (_, draw) =>
    columns.reduce((sum, { tokens, drawn }) => sum + (tokens * drawn[draw]!) / 1e6, 0),
  );
}
