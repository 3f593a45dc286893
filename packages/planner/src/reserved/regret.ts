// What a plan costs when demand is not what it was made for: each plan under each demand, and how much more that is than the best of the
// plans would have been. Draws of each demand, the same for every plan, give the interval; what is bought stays as it was bought.
import { refuse } from '../numbers/refuse.ts';
import { quantileOf } from '../numbers/statistics.ts';
import { bestMix, type Mix, type MixProblem } from './mix.ts';

/** P10, P50 and P90 over the draws; all the same where there is one. */
export interface CostBand {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface RegretCell {
  /** The demand that the plan was made for, and the one that came. `on demand`: nothing reserved. */
  readonly plan: string;
  readonly came: string;
  readonly cost: CostBand;
  /** Over the plan that costs least under the same draw. */
  readonly regret: CostBand;
}

export interface RegretTable {
  readonly plans: Readonly<Record<string, Mix>>;
  readonly cells: readonly RegretCell[];
  /** The plan whose worst regret (P90 over all that may come) is least. */
  readonly least_regret: string;
}

export const ON_DEMAND = 'on demand';
const RUNS_MOST = 2_000;

/** By name of the demand: the problem to plan for, and what may come (that problem itself where nothing is said). */
export async function regret(
  demands: Readonly<Record<string, { readonly planned: MixProblem; readonly draws?: readonly MixProblem[] }>>,
): Promise<RegretTable> {
  const names = Object.keys(demands);
  const runs = Object.values(demands).reduce((sum, { draws }) => sum + (draws?.length ?? 1), 0) * (names.length + 1);
  if (names.length === 0 || runs > RUNS_MOST)
    refuse(`${runs} evaluations are asked for, and between 1 and ${RUNS_MOST} are made`, 'give fewer demands or draws');
  if (names.includes(ON_DEMAND)) refuse(`a demand is named "${ON_DEMAND}"`, 'give it another name');
  const plans: Record<string, Mix> = {};
  for (const name of names) {
    const demand = demands[name];
    // One after another: the solver has one thread.
    if (demand !== undefined) plans[name] = await bestMix(demand.planned);
  }
  const bought = [
    ...Object.entries(plans).map(([name, { purchases }]) => ({ name, purchases })),
    { name: ON_DEMAND, purchases: [] },
  ];
  const cells: RegretCell[] = [];
  for (const [came, { planned, draws = [planned] }] of Object.entries(demands)) {
    const costs: number[][] = [];
    for (const draw of draws) {
      const row: number[] = [];
      for (const { purchases } of bought) row.push((await bestMix(draw, purchases)).cost);
      costs.push(row);
    }
    bought.forEach(({ name }, at) => {
      const own = costs.map((row) => row[at] ?? Number.NaN);
      const more = costs.map((row) => (row[at] ?? Number.NaN) - Math.min(...row));
      cells.push({ plan: name, came, cost: bandOf(own), regret: bandOf(more) });
    });
  }
  return { plans, cells, least_regret: leastRegret(cells) };
}

function bandOf(values: readonly number[]): CostBand {
  const sorted = values.toSorted((a, b) => a - b);
  return { p10: quantileOf(sorted, 0.1), p50: quantileOf(sorted, 0.5), p90: quantileOf(sorted, 0.9) };
}

function leastRegret(cells: readonly RegretCell[]): string {
  const worst = [...Map.groupBy(cells, ({ plan }) => plan)].map(([plan, held]) => ({
    plan,
    worst: Math.max(...held.map((cell) => cell.regret.p90)),
  }));
  return worst.toSorted((a, b) => a.worst - b.worst)[0]?.plan ?? ON_DEMAND;
}
