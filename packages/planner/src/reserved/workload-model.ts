// A workload as the draws see it: what an hour of each block would cost on demand, and what an hour of a unit is worth in it, from requests, lengths, the cached share and prices that are drawn. Hours keep the order that they have at likely prices.
import { PROMPT_CLASSES, type ReservedUnit, type TokenClass } from '../catalogue/reserved-units.ts';
import { valueIn } from '../catalogue/sourced.ts';
import { lengthMoments } from '../demand/lengths.ts';
import { windowBlocks } from '../demand/levels.ts';
import { sumTokens, type DemandSeries, type DemandWindow, type TokenCounts } from '../demand/series.ts';
import type { Variables } from '../draws/variables.ts';
import { positive, refuse } from '../numbers/refuse.ts';
import { typedIn, type ResolvedReservePlan, type ResolvedWorkload } from './plan.ts';
import { weightsOf } from './sizing.ts';

export interface WorkloadModel {
  readonly name: string;
  /** Place of its growth among the values. */
  readonly growth: number;
  readonly scatter: number;
  /** Writes what an hour of each block costs on demand, before any growth; gives what an hour of a unit is worth. */
  readonly demand: (values: Float64Array, costs: Float64Array) => number;
}

/** `throughput`: place among the values of what a unit carries a minute. */
export function workloadModel(
  plan: ResolvedReservePlan,
  name: string,
  series: DemandSeries,
  variables: Variables,
  throughput: number,
  blocks: number,
): WorkloadModel {
  const workload = plan.workloads[name]!;
  const places = placesOf(name, workload, variables);
  const tokens = tokensOf(plan, name, workload, series, places.cached, blocks);
  const { classes, weights } = tokens;
  const priced = classes.map((of) => priceOf(name, of, places.prices));
  const prices = new Float64Array(classes.length);
  return {
    name,
    growth: places.growth,
    scatter: workload.scatter,
    demand: (values, costs) => {
      for (let at = 0; at < prices.length; at += 1) prices[at] = values[priced[at]!]!;
      const each = tokens.each(values);
      let [cost, counted] = [0, 0];
      for (let at = 0; at < each.length; at += 1) {
        cost += (each[at]! * prices[at]!) / 1e6;
        counted += each[at]! * weights[at]!;
      }
      const level = values[places.level]!;
      for (let block = 0; block < costs.length; block += 1)
        costs[block] = level * tokens.blockCost(block, cost, prices);
      return (inProportion(prices, weights) ?? cost / counted) * values[throughput]! * 60;
    },
  };
}

/**
 * What a counted token costs on demand where every class costs in proportion to what it counts: then it hangs on no length, to the last
 * bit. Undefined where classes differ.
 */
function inProportion(prices: ArrayLike<number>, weights: readonly number[]): number | undefined {
  const first = prices[0]! / weights[0]!;
  for (let at = 1; at < weights.length; at += 1)
    if (!(Math.abs(prices[at]! - first * weights[at]!) <= 1e-12 * prices[at]!)) return undefined;
  return first / 1e6;
}

interface Places {
  readonly level: number;
  readonly growth: number;
  readonly cached: number | undefined;
  readonly prices: Readonly<Partial<Record<TokenClass, number>>>;
}

function placesOf(name: string, workload: ResolvedWorkload, { add }: Variables): Places {
  const of = name.replaceAll('-', ' ');
  const level =
    workload.demand.typed === undefined
      ? add(`${name}.level`, `demand of ${of} ÷ what was seen`, workload.level, 'times')
      : add(`${name}.requests`, `requests of ${of}, mean of the week`, workload.level, 'requests/hour');
  const growth = add(`${name}.growth`, `growth of ${of} a month`, workload.growth, 'share/month');
  const cached =
    workload.cached === undefined
      ? undefined
      : add(`${name}.cached`, `share of ${of}’s prompts that is read from a cache`, workload.cached, 'share');
  const prices = Object.entries(workload.on_demand).map(([kind, price]) => [
    kind,
    add(`${name}.on_demand.${kind}`, `price on demand of ${of}, ${kind.replaceAll('_', ' ')}`, price, 'USD/Mtok'),
  ]);
  return { level, growth, cached, prices: Object.fromEntries(prices) as Places['prices'] };
}

function priceOf(name: string, of: TokenClass, prices: Places['prices']): number {
  // A model that thinks bills what it thinks as what it says, unless its seller says otherwise.
  const place = prices[of] ?? (of === 'reasoning' ? prices.output : undefined);
  if (place !== undefined) return place;
  return refuse(
    `${name} uses ${PROMPT_CLASSES.includes(of) ? 'prompt' : 'answer'} tokens of class ${of}, which has no price on demand`,
    `add its price of a million tokens: on_demand.${of}`,
  );
}

interface Tokens {
  readonly classes: readonly TokenClass[];
  /** Of the unit, by class. */
  readonly weights: readonly number[];
  /** Of a mean request, by class. */
  readonly each: (values: Float64Array) => Float64Array;
  /** On demand, of an hour of the block at a level of 1. */
  readonly blockCost: (block: number, requestCost: number, prices: Float64Array) => number;
}

function tokensOf(
  plan: ResolvedReservePlan,
  name: string,
  workload: ResolvedWorkload,
  series: DemandSeries,
  cached: number | undefined,
  blocks: number,
): Tokens {
  const { typed } = workload.demand;
  if (typed !== undefined && cached !== undefined) return typedTokens(plan, workload, series, cached, blocks);
  const each = meanRequest(series);
  const { classes, weights } = classesOf(plan.id, plan.unit, each);
  const likely = (tokens: TokenCounts): number =>
    classes.reduce((sum, of) => {
      const price = workload.on_demand[of] ?? (of === 'reasoning' ? workload.on_demand.output : undefined);
      return sum + (tokens[of] ?? 0) * (price === undefined ? priceOf(name, of, {}) : valueIn(price, 'USD/Mtok'));
    }, 0);
  const held = windowBlocks(series, ({ tokens }) => likely(tokens), blocks).map((windows) => perHour(windows, series));
  // At a level of 1: what is drawn is the level.
  const rows = held.map((tokens) => Float64Array.from(classes, (of) => (tokens[of] ?? 0) / workload.level.value));
  const mean = Float64Array.from(classes, (of) => each[of] ?? 0);
  return {
    classes,
    weights,
    each: () => mean,
    blockCost: (block, _, prices) => {
      const row = rows[block]!;
      let cost = 0;
      for (let at = 0; at < row.length; at += 1) cost += (row[at]! * prices[at]!) / 1e6;
      return cost;
    },
  };
}

const TYPED = ['input', 'cache_read', 'output'] as const;

function typedTokens(
  plan: ResolvedReservePlan,
  workload: ResolvedWorkload,
  series: DemandSeries,
  cached: number,
  blocks: number,
): Tokens {
  const { input, output } = typedIn(workload)!;
  const [prompt, answer] = [lengthMoments(input).mean, lengthMoments(output).mean];
  const some = (workload.cached?.high ?? 0) > 0;
  const classes = TYPED.filter((of) => of !== 'cache_read' || some);
  const weights = weightsOf(plan.id, plan.unit, {
    input: some ? prompt / 2 : prompt,
    ...(some ? { cache_read: prompt / 2 } : {}),
    output: answer,
  });
  const mean = series.windows.reduce((sum, { requests }) => sum + requests, 0) / series.windows.length;
  const shape = windowBlocks(series, ({ requests }) => requests, blocks).map(
    (windows) => windows.reduce((sum, { requests }) => sum + requests, 0) / windows.length / mean,
  );
  const each = new Float64Array(classes.length);
  return {
    classes,
    weights: classes.map((of) => weights[of] ?? 0),
    each: (values) => {
      const share = some ? values[cached]! : 0;
      each[0] = prompt * (1 - share);
      if (some) each[1] = prompt * share;
      each[classes.length - 1] = answer;
      return each;
    },
    blockCost: (block, requestCost) => shape[block]! * requestCost,
  };
}

function classesOf(id: string, unit: ReservedUnit, each: TokenCounts): Pick<Tokens, 'classes' | 'weights'> {
  const weights = weightsOf(id, unit, each);
  const classes = Object.keys(weights) as TokenClass[];
  positive(
    `what ${id} counts of a request`,
    classes.reduce((sum, of) => sum + (each[of] ?? 0) * (weights[of] ?? 0), 0),
  );
  return { classes, weights: classes.map((of) => weights[of] ?? 0) };
}

/** Of each class, over all windows. Throws PLAN_INVALID for demand without a request. */
export function meanRequest({ windows }: Pick<DemandSeries, 'windows'>): TokenCounts {
  const requests = windows.reduce((sum, window) => sum + window.requests, 0);
  if (requests === 0) refuse('the demand has no request', 'give demand above zero');
  const total = windows.reduce<TokenCounts>((sum, { tokens }) => sumTokens(sum, tokens), {});
  return Object.fromEntries(Object.entries(total).map(([of, count]) => [of, count / requests]));
}

function perHour(windows: readonly DemandWindow[], { window_s }: DemandSeries): TokenCounts {
  const hours = (windows.length * window_s) / 3600;
  const total = windows.reduce<TokenCounts>((sum, { tokens }) => sumTokens(sum, tokens), {});
  return Object.fromEntries(Object.entries(total).map(([of, count]) => [of, count / hours]));
}
