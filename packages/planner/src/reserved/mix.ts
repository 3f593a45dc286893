// The mix of reserved units and paying as one goes that costs least over a term: several units, workloads, terms and milestones at once, as
// a mixed-integer program. What is bought is a size that is sold; a term that runs past the end is paid to its end; what reserved units do
// not carry goes on demand, so there is always an answer; and what falls short of a promised spend is charged as the contract says.
import { positive, refuse, share, whole, within } from '../numbers/refuse.ts';
import { solve, type Program, type Row, type Term } from './solver.ts';

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

/** Throws PLAN_INVALID. With `given`, nothing is decided: what those purchases cost under this demand. */
export async function bestMix(problem: MixProblem, given?: readonly Purchase[]): Promise<Mix> {
  checkMix(problem);
  const { of } = await solve(programOf(problem, given));
  return mixOf(problem, of, given);
}

/** Above it a unit of the offer pays for this workload, if it carries nothing else. */
export function breakEvenUtilisation(problem: MixProblem, offer: string, workload: string): number {
  const held = problem.offers[offer];
  const carries = held?.carries[workload];
  const price = problem.on_demand[workload];
  if (held === undefined || carries === undefined || price === undefined)
    return refuse(`${offer} does not carry ${workload}`, 'name an offer and a workload that it carries');
  const hours = problem.periods.reduce((sum, period) => sum + hoursOf(period), 0) / problem.periods.length;
  return held.price / (carries * price * hours);
}

const hoursOf = ({ blocks }: MixPeriod): number => blocks.reduce((sum, { hours }) => sum + hours, 0);

function checkMix({ periods, on_demand, offers, milestones = [] }: MixProblem): void {
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

interface Start {
  readonly offer: string;
  readonly form: MixOffer;
  readonly starts: number;
  /** Names of its variables. */
  readonly key: string;
}

const startsOf = ({ offers, periods }: MixProblem): Start[] =>
  Object.entries(offers).flatMap(([offer, form], at) =>
    (form.starts ?? periods.map((_, period) => period)).map((starts) => ({
      offer,
      form,
      starts,
      key: `${at}_${starts}`,
    })),
  );

const runsIn = ({ starts, form }: Start, period: number): boolean => starts <= period && period < starts + form.term;

/** Units bought: minimum × bought + increment × more, more only where bought. */
const unitsOf = ({ form, key }: Start, times: number): Term[] => [
  { of: `b${key}`, times: times * form.minimum },
  { of: `n${key}`, times: times * form.increment },
];

function programOf(problem: MixProblem, given: readonly Purchase[] | undefined): Program {
  const { periods, offers, milestones = [], on_demand } = problem;
  const starts = startsOf(problem);
  const names = Object.keys(offers);
  const cost: Term[] = starts.flatMap((start) => unitsOf(start, start.form.price * start.form.term));
  const rows: Row[] = given === undefined ? sizeRows(problem, starts) : fixedRows(starts, given);
  periods.forEach(({ blocks }, period) => {
    blocks.forEach(({ hours, demand }, block) => {
      for (const [at, [workload, work]] of Object.entries(demand).entries()) {
        const carried = names.flatMap((name, offer) =>
          offers[name]?.carries[workload] === undefined ? [] : [{ of: `y${offer}_${at}_${period}_${block}`, times: 1 }],
        );
        const spilled = { of: `z${at}_${period}_${block}`, times: 1 };
        rows.push({ terms: [...carried, spilled], is: '=', than: work });
        cost.push({ of: spilled.of, times: hours * (on_demand[workload] ?? 0) });
      }
      names.forEach((name, offer) => {
        const used = Object.keys(demand).flatMap((workload, at) => {
          const carries = offers[name]?.carries[workload];
          return carries === undefined ? [] : [{ of: `y${offer}_${at}_${period}_${block}`, times: 1 / carries }];
        });
        const bought = starts.filter((start) => start.offer === name && runsIn(start, period));
        if (used.length > 0)
          rows.push({ terms: [...used, ...bought.flatMap((start) => unitsOf(start, -1))], is: '<=', than: 0 });
      });
    });
  });
  milestones.forEach(({ by, spend, owed }, at) => {
    rows.push({ terms: [{ of: `s${at}`, times: 1 }, ...spentBy(problem, starts, by)], is: '>=', than: spend });
    cost.push({ of: `s${at}`, times: owed });
  });
  const decided = given === undefined;
  return {
    cost,
    rows,
    whole: decided ? starts.map(({ key }) => `n${key}`) : [],
    binary: decided ? starts.map(({ key }) => `b${key}`) : [],
  };
}

/** What is spent by the end of a period: reserved units month by month, and on demand. */
function spentBy({ periods, on_demand }: MixProblem, starts: readonly Start[], by: number): Term[] {
  const reserved = starts.flatMap((start) => {
    const paid = Math.max(0, Math.min(by + 1, start.starts + start.form.term) - start.starts);
    return paid === 0 ? [] : unitsOf(start, start.form.price * paid);
  });
  const spilled = periods.slice(0, by + 1).flatMap(({ blocks }, period) =>
    blocks.flatMap(({ hours, demand }, block) =>
      Object.keys(demand).map((workload, at) => ({
        of: `z${at}_${period}_${block}`,
        times: hours * (on_demand[workload] ?? 0),
      })),
    ),
  );
  return [...reserved, ...spilled];
}

function sizeRows(problem: MixProblem, starts: readonly Start[]): Row[] {
  const rows: Row[] = starts.map((start) => ({
    terms: [
      { of: `n${start.key}`, times: 1 },
      { of: `b${start.key}`, times: -stepsMost(problem, start) },
    ],
    is: '<=',
    than: 0,
  }));
  for (const [offer, { most }] of Object.entries(problem.offers))
    if (most !== undefined)
      problem.periods.forEach((_, period) => {
        const running = starts.filter((start) => start.offer === offer && runsIn(start, period));
        if (running.length > 0)
          rows.push({ terms: running.flatMap((start) => unitsOf(start, 1)), is: '<=', than: within('most', most) });
      });
  return rows;
}

/** More than the whole demand of the dearest hour takes is never worth buying. */
function stepsMost({ periods }: MixProblem, { form }: Start): number {
  const needs = periods.flatMap(({ blocks }) =>
    blocks.map(({ demand }) =>
      Object.entries(demand).reduce((sum, [workload, work]) => sum + work / (form.carries[workload] ?? Infinity), 0),
    ),
  );
  return Math.ceil(Math.max(0, ...needs) / form.increment) + 1;
}

function fixedRows(starts: readonly Start[], given: readonly Purchase[]): Row[] {
  const known = starts.map((start) => ({ start, bought: given.filter((each) => isOf(each, start)) }));
  const lost = given.find((each) => !starts.some((start) => isOf(each, start)));
  if (lost !== undefined)
    refuse(`a purchase of ${lost.offer} in period ${lost.starts} is none that the plan allows`, 'leave it out');
  return known.flatMap(({ start, bought }): Row[] => [
    { terms: [{ of: `b${start.key}`, times: 1 }], is: '=', than: 0 },
    {
      terms: [{ of: `n${start.key}`, times: 1 }],
      is: '=',
      than: bought.reduce((sum, { units }) => sum + within('units', units), 0) / start.form.increment,
    },
  ]);
}

const isOf = (purchase: Purchase, start: Start): boolean =>
  purchase.offer === start.offer && purchase.starts === start.starts;

function mixOf(problem: MixProblem, of: (name: string) => number, given: readonly Purchase[] | undefined): Mix {
  const { periods, offers, on_demand, milestones = [] } = problem;
  const starts = startsOf(problem);
  const held = starts.map((start) => ({
    start,
    units: exactUnits(unitsOf(start, 1).reduce((sum, { of: name, times }) => sum + times * of(name), 0)),
  }));
  const purchases =
    given ??
    held.flatMap(({ start, units }) => (units > 0 ? [{ offer: start.offer, starts: start.starts, units }] : []));
  const told = periods.map(({ name, blocks }, period) => {
    const running = held.filter(({ start }) => runsIn(start, period));
    let [on_demand_cost, work, spilled, used] = [0, 0, 0, 0];
    blocks.forEach(({ hours, demand }, block) => {
      for (const [at, [workload, asked]] of Object.entries(demand).entries()) {
        const beyond = of(`z${at}_${period}_${block}`);
        on_demand_cost += hours * beyond * (on_demand[workload] ?? 0);
        [work, spilled] = [work + hours * asked, spilled + hours * beyond];
        Object.values(offers).forEach(({ carries }, offer) => {
          const rate = carries[workload];
          if (rate !== undefined) used += (hours * of(`y${offer}_${at}_${period}_${block}`)) / rate;
        });
      }
    });
    const unitHours = running.reduce((sum, { units }) => sum + units, 0) * hoursOf({ name, blocks });
    return {
      name,
      reserved_cost: running.reduce((sum, { start, units }) => sum + units * start.form.price, 0),
      on_demand_cost,
      carried: work === 0 ? 0 : 1 - spilled / work,
      utilisation: unitHours === 0 ? 0 : used / unitHours,
    };
  });
  const reserved_cost = held.reduce((sum, { start, units }) => sum + units * start.form.price * start.form.term, 0);
  const on_demand_cost = told.reduce((sum, period) => sum + period.on_demand_cost, 0);
  const owed = milestones.reduce((sum, milestone, at) => sum + milestone.owed * of(`s${at}`), 0);
  return { purchases, cost: reserved_cost + on_demand_cost + owed, reserved_cost, on_demand_cost, owed, periods: told };
}

/** A solver's whole number is one but for its tolerance. */
const exactUnits = (units: number): number => Math.round(units * 1e6) / 1e6;
