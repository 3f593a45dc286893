// A plan to reserve, run: demand in the unit's own tokens, how many units it takes by the seller's formula, which mix costs least over the
// term, from which use on a unit pays, and what the decision costs if demand turns out to be another. An estimate throughout; what the
// seller leaves unsaid of the unit is part of the answer.
import { entryOf, type Catalogues } from '../catalogue/catalogues.ts';
import type { ReservedUnit, TokenClass } from '../catalogue/reserved-units.ts';
import { valueIn, type Confidence } from '../catalogue/sourced.ts';
import type { Growth } from '../demand/growth.ts';
import { lengthMoments, type LengthMoments } from '../demand/lengths.ts';
import { levelsOf, minuteQuantile, type DemandLevels } from '../demand/levels.ts';
import {
  demandFromReceipts,
  demandFromTrace,
  sumTokens,
  type DemandSeries,
  type ReceiptHour,
  type TokenCounts,
  type TraceRow,
} from '../demand/series.ts';
import { demandTyped, type TypedDemand } from '../demand/week.ts';
import { refuse, whole } from '../numbers/refuse.ts';
import { mixDraws, mixProblems, type PlannedMix, type PlannedOffer } from './from-demand.ts';
import { bestMix, breakEvenUtilisation, type Mix } from './mix.ts';
import { growthOf, typedOf, type ReservePlan } from './plan.ts';
import { regret, type RegretCell } from './regret.ts';
import { sizeUnits, weightedTokens, type UnitSizing } from './sizing.ts';

/** What the plan's demand names, read by whoever can read files. */
export type DemandRows =
  | { readonly trace: readonly TraceRow[] }
  | { readonly receipts: readonly ReceiptHour[] }
  | { readonly typed: true };

export interface ReserveRun {
  readonly estimate: true;
  readonly plan: string;
  readonly title: string;
  readonly seed: number;
  readonly draws: number;
  readonly unit: {
    readonly id: string;
    readonly name: string;
    readonly seller: string;
    readonly unit: string;
    readonly deployment: string;
    /** What the seller does not say of it in public. */
    readonly unknown: readonly string[];
  };
  /** In tokens a minute as the unit counts them. */
  readonly demand: DemandLevels & {
    readonly source: DemandSeries['source'];
    readonly requests_per_minute: number;
    /** Computed from hours by the chance of arrivals and the spread of lengths; null where lengths are not typed in. */
    readonly minute_p95: number | null;
  };
  /** For the 95th percentile of minutes where it is known, else of windows; and for the mean. */
  readonly sizing: { readonly p95: UnitSizing; readonly mean: UnitSizing };
  readonly growth: Growth;
  readonly mix: Omit<Mix, 'purchases'> & {
    readonly months: number;
    readonly purchases: readonly {
      readonly offer: string;
      /** Counted from 1. */
      readonly month: number;
      readonly months: number;
      readonly units: number;
    }[];
    readonly all_on_demand_cost: number;
  };
  readonly break_even: readonly {
    readonly offer: string;
    readonly months: number;
    /** Of a unit an hour. */
    readonly price: number;
    readonly source: string;
    readonly confidence: Confidence;
    /** Above 1 a unit never pays. */
    readonly utilisation: number;
  }[];
  readonly regret: { readonly cells: readonly RegretCell[]; readonly least_regret: string };
}

export interface ReserveOptions {
  readonly seed: number;
  /** Of likely demand, for the intervals of what it costs. */
  readonly draws: number;
}

export const RESERVE_DRAWS_MOST = 200;
const WORKLOAD = 'demand';

/** Throws PLAN_INVALID. */
export async function runReservePlan(
  plan: ReservePlan,
  catalogues: Catalogues,
  rows: DemandRows,
  options: ReserveOptions,
): Promise<ReserveRun> {
  const draws = whole('draws', options.draws, 1, RESERVE_DRAWS_MOST);
  const unit = entryOf(catalogues, 'reserved-units', plan.unit, 'the plan');
  const { series, typed } = demandOf(plan, rows);
  const growth = growthOf(plan);
  const planned = plannedOf(plan, unit, series, growth);
  const problems = mixProblems(planned);
  const table = await regret({
    low: { planned: problems.low },
    likely: { planned: problems.likely, draws: mixDraws(planned, draws, options.seed) },
    high: { planned: problems.high },
  });
  const { purchases, ...mix } = table.plans['likely'] as Mix;
  return {
    estimate: true,
    plan: plan.name,
    title: plan.title,
    seed: options.seed,
    draws,
    unit: {
      id: plan.unit,
      name: unit.name,
      seller: unit.seller,
      unit: unit.unit,
      deployment: plan.deployment,
      unknown: unknownOf(unit, plan.deployment),
    },
    ...sizesOf(plan, unit, series, typed),
    growth,
    mix: {
      ...mix,
      months: plan.months,
      purchases: purchases.map(({ offer, starts, units }) => ({
        offer,
        month: starts + 1,
        months: plan.offers[offer]?.months ?? 0,
        units,
      })),
      all_on_demand_cost: (await bestMix(problems.likely, [])).cost,
    },
    break_even: Object.entries(plan.offers).map(([offer, { months, price, term }]) => {
      const held = price ?? unit.deployments[plan.deployment]?.prices?.[term ?? ''];
      if (held === undefined || held === 'unknown')
        return refuse(`${offer} has no price`, 'write `price`, of a unit an hour, from your own offer');
      const utilisation = breakEvenUtilisation(problems.likely, offer, WORKLOAD);
      const { source, confidence } = held;
      return { offer, months, price: valueIn(held, 'USD/hour'), source, confidence, utilisation };
    }),
    regret: { cells: table.cells, least_regret: table.least_regret },
  };
}

function demandOf(plan: ReservePlan, rows: DemandRows): { series: DemandSeries; typed?: TypedDemand } {
  const { typed, trace } = plan.demand;
  if ('receipts' in rows) return { series: demandFromReceipts(rows.receipts) };
  if ('trace' in rows) {
    const { window_s = 60, block_tokens } = trace ?? {};
    const reading = { window_s, ...(block_tokens === undefined ? {} : { block_tokens }) };
    return { series: demandFromTrace(rows.trace, reading) };
  }
  if (typed === undefined) return refuse('the plan types no demand in', 'give the rows that it names');
  const held = typedOf(typed);
  return { series: demandTyped(held), typed: held };
}

function plannedOf(plan: ReservePlan, unit: ReservedUnit, series: DemandSeries, growth: Growth): PlannedMix {
  const on_demand = Object.fromEntries(
    Object.entries(plan.on_demand).map(([name, price]) => [name, valueIn(price, 'USD/Mtok')]),
  ) as Partial<Record<TokenClass, number>>;
  const { minimum, increment } = plan.sold;
  const offers = Object.entries(plan.offers).map(([name, { months, price, term, most }]): [string, PlannedOffer] => [
    name,
    {
      id: plan.unit,
      unit,
      deployment: plan.deployment,
      workloads: [WORKLOAD],
      term_months: months,
      ...(price === undefined ? {} : { price: valueIn(price, 'USD/hour') }),
      ...(term === undefined ? {} : { term }),
      ...(most === undefined ? {} : { most }),
      ...(minimum === undefined ? {} : { minimum }),
      ...(increment === undefined ? {} : { increment }),
    },
  ]);
  return {
    workloads: { [WORKLOAD]: { series, on_demand, growth } },
    offers: Object.fromEntries(offers),
    months: plan.months,
    blocks: plan.blocks,
  };
}

function sizesOf(
  plan: ReservePlan,
  unit: ReservedUnit,
  series: DemandSeries,
  typed: TypedDemand | undefined,
): Pick<ReserveRun, 'demand' | 'sizing'> {
  // Whether a prompt counts as long hangs on its own length, so tokens are weighed by the request.
  const weigh = (tokens: TokenCounts): number => weightedTokens(plan.unit, unit, tokens);
  const levels = levelsOf(series, ({ requests, tokens }) =>
    requests === 0 ? 0 : requests * weigh(eachOf(tokens, requests)),
  );
  const requests = series.windows.reduce((sum, window) => sum + window.requests, 0);
  if (requests === 0) refuse('the demand has no request', 'give demand above zero');
  const each = eachOf(
    series.windows.reduce<TokenCounts>((sum, { tokens }) => sumTokens(sum, tokens), {}),
    requests,
  );
  const minute_p95 = typed === undefined ? null : minuteQuantile(series, weighedMoments(typed, weigh), 0.95);
  const { minimum, increment } = plan.sold;
  const sold = { ...(minimum === undefined ? {} : { minimum }), ...(increment === undefined ? {} : { increment }) };
  const sized = (level: number): UnitSizing =>
    sizeUnits(plan.unit, unit, plan.deployment, [{ requests_per_minute: level / weigh(each), tokens: each }], sold);
  const minutes = (series.windows.length * series.window_s) / 60;
  return {
    demand: { ...levels, source: series.source, requests_per_minute: requests / minutes, minute_p95 },
    sizing: { p95: sized(minute_p95 ?? levels.p95), mean: sized(levels.mean) },
  };
}

const eachOf = (tokens: TokenCounts, requests: number): TokenCounts =>
  Object.fromEntries(Object.entries(tokens).map(([name, count]) => [name, count / requests]));

/** Of what a request counts: prompt and answer are taken as independent, the cached share as the same in every prompt. */
function weighedMoments(
  { input, output, cached = 0 }: TypedDemand,
  weigh: (tokens: TokenCounts) => number,
): LengthMoments {
  const [prompt, answer] = [lengthMoments(input), lengthMoments(output)];
  const parts = [
    { mean: weigh({ input: prompt.mean * (1 - cached), cache_read: prompt.mean * cached }), of: prompt },
    { mean: weigh({ output: answer.mean }), of: answer },
  ];
  const mean = parts.reduce((sum, part) => sum + part.mean, 0);
  const variance = parts.reduce((sum, part) => sum + part.mean ** 2 * part.of.variability, 0);
  return { mean, variability: mean === 0 ? 0 : variance / mean ** 2 };
}

function unknownOf(unit: ReservedUnit, deployment: string): string[] {
  const form = unit.deployments[deployment];
  const weights = (held: ReservedUnit['weights'] = {}, of = ''): [string, unknown][] =>
    Object.entries(held).map(([name, weight]) => [`the weight of ${name}${of}`, weight]);
  const facts: [string, unknown][] = [
    ['what one unit carries', unit.throughput],
    ...weights(unit.weights),
    ...weights(unit.long_context?.weights, ' in long prompts'),
    ['the smallest size', form?.minimum],
    ['the increment', form?.increment],
    ...Object.entries(form?.prices ?? {}).map(([term, price]): [string, unknown] => [`the price for ${term}`, price]),
  ];
  const unknown = facts.flatMap(([name, value]) => (value === 'unknown' ? [name] : []));
  return form?.prices === undefined ? [...unknown, 'any price'] : unknown;
}
