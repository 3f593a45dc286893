// What the mix is decided on, and what a decision comes to: periods with blocks of demand, offers of units, a promised spend. Bounds and what
// makes no sense are checked here, before anything is solved.
import { positive, refuse, share, whole, within } from '../numbers/refuse.ts';

/** A part of a period in which demand is as high. */
export interface MixBlock {
  readonly hours: number;
  /** By workload: work an hour, in a unit of the caller's that prices and capacities share (weighted tokens, mostly). */
  readonly demand: Readonly<Record<string, number>>;
}

export interface MixPeriod {
  readonly name: string;
  readonly blocks: readonly MixBlock[];
}

export interface MixOffer {
  /** Work an hour that one unit carries, by the workloads that it can carry. */
  readonly carries: Readonly<Record<string, number>>;
  /** Of one unit for one period. */
  readonly price: number;
  /** Periods that a purchase runs for. */
  readonly term: number;
  readonly minimum: number;
  readonly increment: number;
  /** Of it in all at any time. */
  readonly most?: number;
  /** Periods in which it may be bought; any where nothing is said. */
  readonly starts?: readonly number[];
}

/** So much is to be spent by the end of a period; of what is missing a share is owed. */
export interface MixMilestone {
  readonly by: number;
  readonly spend: number;
  readonly owed: number;
}

export interface MixProblem {
  readonly periods: readonly MixPeriod[];
  /** On demand, of a unit of work, by workload. */
  readonly on_demand: Readonly<Record<string, number>>;
  readonly offers: Readonly<Record<string, MixOffer>>;
  readonly milestones?: readonly MixMilestone[];
}

export interface Purchase {
  readonly offer: string;
  /** The period in which it begins. */
  readonly starts: number;
  readonly units: number;
}

export interface Mix {
  readonly purchases: readonly Purchase[];
  readonly cost: number;
  readonly reserved_cost: number;
  readonly on_demand_cost: number;
  readonly owed: number;
  /** By period. */
  readonly periods: readonly {
    readonly name: string;
    readonly reserved_cost: number;
    readonly on_demand_cost: number;
    /** Share of the work that reserved units carry, and of what those could carry that is used. */
    readonly carried: number;
    readonly utilisation: number;
  }[];
}

const PERIODS_MOST = 120;

export const hoursOf = ({ blocks }: MixPeriod): number => blocks.reduce((sum, { hours }) => sum + hours, 0);

/** Throws PLAN_INVALID. */
export function checkMix({ periods, on_demand, offers, milestones = [] }: MixProblem): void {
  whole('periods', periods.length, 1, PERIODS_MOST);
  const workloads = Object.keys(on_demand);
  for (const [workload, price] of Object.entries(on_demand)) positive(`on_demand.${workload}`, price);
  for (const { name, blocks } of periods)
    for (const { hours, demand } of blocks) {
      positive(`hours of a block of ${name}`, hours);
      for (const [workload, work] of Object.entries(demand)) {
        if (!workloads.includes(workload))
          refuse(`${name} has demand of ${workload}, which has no price on demand`, `add ${workload} to on_demand`);
        within(`demand of ${workload} in ${name}`, work);
      }
    }
  for (const [name, offer] of Object.entries(offers)) {
    for (const [workload, work] of Object.entries(offer.carries)) {
      if (!workloads.includes(workload))
        refuse(`${name} carries ${workload}, which has no price on demand`, `add ${workload} to on_demand`);
      positive(`carries.${workload} of ${name}`, work);
    }
    positive(`price of ${name}`, offer.price);
    whole(`term of ${name}`, offer.term, 1, PERIODS_MOST);
    within(`minimum of ${name}`, offer.minimum);
    positive(`increment of ${name}`, offer.increment);
    for (const start of offer.starts ?? []) whole(`starts of ${name}`, start, 0, periods.length - 1);
  }
  for (const { by, spend, owed } of milestones) {
    whole('by of a milestone', by, 0, periods.length - 1);
    within('spend of a milestone', spend);
    share('owed of a milestone', owed);
  }
}
