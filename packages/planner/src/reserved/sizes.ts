// How many units a demand takes, by the seller's own formula, for the 95th percentile of minutes and for the mean; and what the seller does
// not say of its unit in public. Several workloads are sized as if all were busy at once.
import type { ReservedUnit } from '../catalogue/reserved-units.ts';
import { lengthMoments, type LengthMoments } from '../demand/lengths.ts';
import { levelsOf, minuteQuantile, type DemandLevels } from '../demand/levels.ts';
import type { DemandSeries, TokenCounts } from '../demand/series.ts';
import type { TypedDemand } from '../demand/week.ts';
import { typedIn, type ResolvedReservePlan } from './plan.ts';
import { sizeUnits, weightedTokens, type UnitDemand, type UnitSizing } from './sizing.ts';
import { meanRequest } from './workload-model.ts';

/** In tokens a minute as the unit counts them. */
export interface WorkloadLevels extends DemandLevels {
  readonly workload: string;
  readonly source: DemandSeries['source'];
  readonly requests_per_minute: number;
  /** Computed from hours by the chance of arrivals and the spread of lengths; null where lengths are not typed in. */
  readonly minute_p95: number | null;
  /** Of which the P95 is sized: minutes where they are known, else windows. */
  readonly sized: number;
}

export interface ReserveSizes {
  readonly levels: readonly WorkloadLevels[];
  /** By workload, at the P95. */
  readonly lines: readonly { readonly workload: string; readonly sizing: UnitSizing }[];
  readonly p95: UnitSizing;
  readonly mean: UnitSizing;
}

/** `series`: at the level that the plan has it. Throws PLAN_INVALID. */
export function sizesOf(plan: ResolvedReservePlan, series: Readonly<Record<string, DemandSeries>>): ReserveSizes {
  const { minimum, increment } = plan.sold;
  const sold = { ...(minimum === undefined ? {} : { minimum }), ...(increment === undefined ? {} : { increment }) };
  const sized = (demands: readonly UnitDemand[]): UnitSizing =>
    sizeUnits(plan.id, plan.unit, plan.deployment, demands, sold);
  // Whether a prompt counts as long hangs on its own length, so tokens are weighed by the request.
  const weigh = (tokens: TokenCounts): number => weightedTokens(plan.id, plan.unit, tokens);
  const all = Object.entries(plan.workloads).map(([workload, planned]) => {
    const typed = typedIn(planned);
    const held = series[workload]!;
    const each = meanRequest(held);
    const levels = levelsOf(held, ({ requests, tokens }) =>
      requests === 0 ? 0 : requests * weigh(eachOf(tokens, requests)),
    );
    const minute_p95 = typed === undefined ? null : minuteQuantile(held, weighedMoments(typed, weigh), 0.95);
    const requests = held.windows.reduce((sum, window) => sum + window.requests, 0);
    const told: WorkloadLevels = {
      ...levels,
      workload,
      source: held.source,
      requests_per_minute: requests / ((held.windows.length * held.window_s) / 60),
      minute_p95,
      sized: minute_p95 ?? levels.p95,
    };
    const asked = (level: number): UnitDemand => ({ requests_per_minute: level / weigh(each), tokens: each });
    return { told, p95: asked(told.sized), mean: asked(levels.mean) };
  });
  return {
    levels: all.map(({ told }) => told),
    lines: all.map(({ told, p95 }) => ({ workload: told.workload, sizing: sized([p95]) })),
    p95: sized(all.map(({ p95 }) => p95)),
    mean: sized(all.map(({ mean }) => mean)),
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

/** What the seller does not say of it in public. */
export function unknownOf(unit: ReservedUnit, deployment: string): string[] {
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
