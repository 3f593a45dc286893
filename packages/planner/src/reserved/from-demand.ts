// From demand and a seller's units to the problem of the mix. Work is counted in what it would cost on demand: a unit of it is a unit of
// currency, so workloads of different models add up and every unit's worth is plain. A workload's classes keep their proportions over the
// term; what moves is their amount: the hours of a week, a month's growth, and chance.
import { PROMPT_CLASSES, type ReservedUnit, type TokenClass } from '../catalogue/reserved-units.ts';
import { valueIn } from '../catalogue/sourced.ts';
import type { Growth } from '../demand/growth.ts';
import { durationBlocks } from '../demand/levels.ts';
import { sumTokens, type DemandSeries, type TokenCounts } from '../demand/series.ts';
import { positive, refuse, whole, within } from '../numbers/refuse.ts';
import { MONTH_HOURS } from './drawn-demand.ts';
import type { MixMilestone, MixOffer, MixPeriod, MixProblem } from './mix-form.ts';
import { weightedTokens } from './sizing.ts';

/** On demand, of a million tokens by class. */
export type OnDemandPrices = Readonly<Partial<Record<TokenClass, number>>>;

export interface PlannedWorkload {
  readonly series: DemandSeries;
  readonly on_demand: OnDemandPrices;
  readonly growth: Growth;
}

/** A unit as it could be bought: its entry, how it is deployed, for how many months at what price. */
export interface PlannedOffer {
  readonly id: string;
  readonly unit: ReservedUnit;
  readonly deployment: string;
  readonly workloads: readonly string[];
  readonly term_months: number;
  /** Of a unit an hour. Absent: what the entry says for `term`. */
  readonly price?: number;
  /** In the entry's words: 1-month. */
  readonly term?: string;
  /** Sizes of a contract, where the seller does not say any. */
  readonly minimum?: number;
  readonly increment?: number;
  readonly most?: number;
  readonly starts?: readonly number[];
}

export interface PlannedMix {
  readonly workloads: Readonly<Record<string, PlannedWorkload>>;
  readonly offers: Readonly<Record<string, PlannedOffer>>;
  readonly months: number;
  /** Parts that a month's hours are sorted into, from the quietest to the busiest. */
  readonly blocks: number;
  readonly milestones?: readonly MixMilestone[];
}

/** By workload, how many times its level a month is: 1 in the first month, were there no growth. */
type Course = (workload: string, month: number) => number;

const DEMANDS = { low: 'low', likely: 'likely', high: 'high' } as const;

/** Three problems, at the ends and the middle of each workload's growth. Throws PLAN_INVALID. */
export function mixProblems(planned: PlannedMix): Readonly<Record<keyof typeof DEMANDS, MixProblem>> {
  const at = (end: keyof typeof DEMANDS): MixProblem =>
    problemOf(planned, (workload, month) => (1 + (planned.workloads[workload]?.growth[end] ?? 0)) ** month);
  return { low: at('low'), likely: at('likely'), high: at('high') };
}

function problemOf(planned: PlannedMix, course: Course): MixProblem {
  const { workloads, months, blocks, milestones = [] } = planned;
  whole('months', months, 1, 120);
  const names = Object.keys(workloads);
  if (names.length === 0) refuse('the plan has no workload', 'give one at least');
  const levels = names.map((name) => {
    const { series, on_demand } = workloads[name] as PlannedWorkload;
    const held = durationBlocks(series, ({ tokens }) => costOf(name, tokens, on_demand), blocks);
    return { name, blocks: held, hours: held.reduce((sum, { hours }) => sum + hours, 0) };
  });
  // Busy hours of one workload are taken as busy hours of the others: the least favourable case for sharing units.
  const periods = Array.from({ length: months }, (_, month): MixPeriod => ({
    name: `month ${month + 1}`,
    blocks: Array.from({ length: blocks }, (__, block) => ({
      hours: MONTH_HOURS / blocks,
      demand: Object.fromEntries(
        levels.map((level) => [level.name, (level.blocks[block]?.per_hour ?? 0) * course(level.name, month)]),
      ),
    })),
  }));
  return {
    periods,
    on_demand: Object.fromEntries(names.map((name) => [name, 1])),
    offers: Object.fromEntries(
      Object.entries(planned.offers).map(([name, offer]) => [name, offerOf(name, offer, planned)]),
    ),
    milestones,
  };
}

function offerOf(name: string, offer: PlannedOffer, { workloads }: PlannedMix): MixOffer {
  const { id, unit, deployment, term_months, most, starts } = offer;
  if (unit.closed !== undefined) refuse(`${name}: ${id} is closed: ${unit.closed}`, 'leave the offer out');
  if (unit.beside !== undefined && unit.beside.length > 0)
    refuse(
      `${name}: ${id} is only bought with ${unit.beside.join(', ')}, which this mix does not tie together`,
      'size both by the peak, and compare the price with on demand as a whole',
    );
  const form = unit.deployments[deployment];
  if (form === undefined)
    return refuse(
      `${name}: ${id} is not sold as "${deployment}"`,
      `use one of ${Object.keys(unit.deployments).join(', ')}`,
    );
  if (unit.throughput === 'unknown')
    return refuse(`${name}: nobody says what a unit of ${id} carries`, 'write the entry in a file of your own');
  const per_hour = valueIn(unit.throughput, 'tokens/min') * 60;
  return {
    carries: Object.fromEntries(
      offer.workloads.map((workload) => [workload, worth(name, offer, workload, workloads[workload]) * per_hour]),
    ),
    price: priceOf(name, offer, form.prices) * MONTH_HOURS,
    term: term_months,
    minimum: sizeOf(name, 'minimum', offer.minimum, form.minimum),
    increment: sizeOf(name, 'increment', offer.increment, form.increment),
    ...(most === undefined ? {} : { most }),
    ...(starts === undefined ? {} : { starts }),
  };
}

/** What a weighted token of the unit would cost on demand, in the workload's own proportions. */
function worth(
  name: string,
  { id, unit }: PlannedOffer,
  workload: string,
  planned: PlannedWorkload | undefined,
): number {
  if (planned === undefined)
    return refuse(`${name} carries ${workload}, which the plan does not have`, 'name a workload of the plan');
  const { windows } = planned.series;
  const total = windows.reduce<TokenCounts>((sum, { tokens }) => sumTokens(sum, tokens), {});
  const requests = windows.reduce((sum, window) => sum + window.requests, 0);
  if (requests === 0) refuse(`${workload} has no request in its demand`, 'give demand above zero');
  // Of a mean request: whether its prompt counts as long hangs on its own length.
  const each = Object.fromEntries(Object.entries(total).map(([of, count]) => [of, count / requests])) as TokenCounts;
  const weighted = weightedTokens(id, unit, each);
  if (weighted === 0) refuse(`${id} counts nothing of what ${workload} asks for`, `leave ${workload} out of ${name}`);
  return costOf(workload, each, planned.on_demand) / weighted;
}

function costOf(workload: string, tokens: TokenCounts, prices: OnDemandPrices): number {
  return (Object.entries(tokens) as [TokenClass, number][]).reduce((sum, [name, count]) => {
    const price = prices[name] ?? (name === 'reasoning' ? prices.output : undefined);
    if (price === undefined)
      return refuse(
        `${workload} uses ${PROMPT_CLASSES.includes(name) ? 'prompt' : 'answer'} tokens of class ${name}, which has no price on demand`,
        `add its price of a million tokens: on_demand.${name}`,
      );
    return sum + (count / 1e6) * within(`on_demand.${name}`, price, { most: 1e9 });
  }, 0);
}

function priceOf(
  name: string,
  { id, price, term }: PlannedOffer,
  prices: ReservedUnit['deployments'][string]['prices'],
): number {
  if (price !== undefined) return positive(`price of ${name}`, price);
  const held = prices?.[term ?? ''];
  if (held === undefined || held === 'unknown')
    return refuse(
      `${name}: nobody says what a unit of ${id} costs for the term "${term ?? ''}"`,
      'give `price`, of a unit an hour, from your own offer',
    );
  return valueIn(held, 'USD/hour');
}

function sizeOf(name: string, what: string, own: number | undefined, held: MixSize): number {
  if (own !== undefined) return positive(`${what} of ${name}`, own);
  return held === 'unknown'
    ? refuse(`${name}: the seller does not say its ${what}`, `give \`${what}\` from your own offer`)
    : valueIn(held, 'count');
}

type MixSize = ReservedUnit['deployments'][string]['minimum'];
