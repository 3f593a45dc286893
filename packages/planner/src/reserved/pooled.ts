// The mix where every offer carries each workload at the same rate: one seller's unit on several terms. Then units are one capacity, what
// it carries first is what is worth most in it, and what a purchase comes to has a closed form. What is bought stays a mixed-integer
// program, but one in which demand bends only at sizes that are sold: its relaxation is then nearly whole, and it is solved in milliseconds.
import {
  hoursOf,
  type Mix,
  type MixBlock,
  type MixOffer,
  type MixPeriod,
  type MixProblem,
  type Purchase,
} from './mix-form.ts';
import type { Row, Solver, Term } from './solver.ts';
import { boughtIn, checkGiven, runsIn, sizeRows, startsOf, unitsOf, wholeOf, type Start } from './starts.ts';

/** With more than one promise a program may spend without need to reach two at once; that is the general one's to say. */
export function isPooled({ offers, milestones = [] }: MixProblem): boolean {
  const carries = Object.values(offers).map((offer) => ratesOf(offer.carries));
  return milestones.length <= 1 && new Set(carries).size <= 1;
}

const ratesOf = (carries: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(carries).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** A workload as the unit sees it: what an hour of a unit is worth in it on demand, and how many units it would take. */
interface Need {
  readonly worth: number;
  readonly units: number;
}

interface CarriedNeed extends Need {
  /** Work that an hour of a unit carries. */
  readonly rate: number;
}

interface Needs {
  /** What is worth most first. */
  readonly carried: readonly CarriedNeed[];
  /** What no unit carries: what an hour of it is on demand, and its work. */
  readonly apart: number;
  readonly apartWork: number;
}

function needsOf({ offers, on_demand }: MixProblem, demand: MixBlock['demand']): Needs {
  const carries = Object.values(offers)[0]?.carries ?? {};
  const carried: CarriedNeed[] = [];
  let [apart, apartWork] = [0, 0];
  for (const [workload, work] of Object.entries(demand)) {
    const price = on_demand[workload] ?? 0;
    const rate = carries[workload];
    if (rate === undefined) [apart, apartWork] = [apart + work * price, apartWork + work];
    else carried.push({ worth: rate * price, units: work / rate, rate });
  }
  return { carried: carried.toSorted((a, b) => b.worth - a.worth), apart, apartWork };
}

/** Of an hour: what is paid on demand beside so many units. `needs`: what is worth most first. */
export function spilled(needs: readonly Need[], units: number): number {
  let [left, paid] = [units, 0];
  for (const need of needs) {
    const held = Math.min(left, need.units);
    left -= held;
    paid += (need.units - held) * need.worth;
  }
  return paid;
}

export function pooledMix(problem: MixProblem, solver: Solver, given?: readonly Purchase[]): Mix {
  const starts = startsOf(problem);
  if (given !== undefined) checkGiven(starts, given);
  const purchases = given ?? decided(problem, starts, solver);
  const held = purchases.flatMap((purchase) => {
    const form = problem.offers[purchase.offer];
    return form === undefined ? [] : [{ ...purchase, form }];
  });
  const periods = problem.periods.map((period, at) =>
    periodOf(
      problem,
      period,
      held.filter((each) => runsIn(each, at)),
    ),
  );
  const reserved_cost = held.reduce((sum, { form, units }) => sum + units * form.price * form.term, 0);
  const on_demand_cost = periods.reduce((sum, period) => sum + period.on_demand_cost, 0);
  const owed = (problem.milestones ?? []).reduce((sum, { by, spend, owed: share }) => {
    const spent = periods
      .slice(0, by + 1)
      .reduce((total, period) => total + period.reserved_cost + period.on_demand_cost, 0);
    return sum + share * Math.max(0, spend - spent);
  }, 0);
  return { purchases, cost: reserved_cost + on_demand_cost + owed, reserved_cost, on_demand_cost, owed, periods };
}

/**
 * Without smallest sizes, and with all sizes on one grid, the program's matrix is one of intervals, and a corner of its relaxation is whole:
 * what it buys is the best where each purchase is a size that is sold as well. Where one is not, the whole program decides.
 */
function decided(problem: MixProblem, starts: readonly Start[], solver: Solver): readonly Purchase[] {
  if (gridOf(problem) !== undefined) {
    const offers = Object.entries(problem.offers).map(([name, form]) => [name, { ...form, minimum: 0 }] as const);
    const freed = { ...problem, offers: Object.fromEntries(offers) };
    const freeStarts = startsOf(freed);
    const bought = boughtIn(freeStarts, solver({ ...programOf(freed, freeStarts), whole: [], binary: [] }).of);
    if (bought.every((purchase) => isSold(problem, purchase))) return bought;
  }
  return boughtIn(starts, solver(programOf(problem, starts)).of);
}

function isSold({ offers }: MixProblem, { offer, units }: Purchase): boolean {
  const form = offers[offer];
  return form !== undefined && units >= form.minimum && Number.isInteger(units / form.increment);
}

function periodOf(
  problem: MixProblem,
  period: MixPeriod,
  bought: readonly { readonly units: number; readonly form: MixOffer }[],
): Mix['periods'][number] {
  const units = bought.reduce((sum, each) => sum + each.units, 0);
  let [on_demand_cost, work, beyond, used] = [0, 0, 0, 0];
  for (const { hours, demand } of period.blocks) {
    const { carried, apart, apartWork } = needsOf(problem, demand);
    on_demand_cost += hours * (spilled(carried, units) + apart);
    [work, beyond] = [work + hours * apartWork, beyond + hours * apartWork];
    let left = units;
    for (const need of carried) {
      const held = Math.min(left, need.units);
      left -= held;
      used += hours * held;
      work += hours * need.units * need.rate;
      beyond += hours * (need.units - held) * need.rate;
    }
  }
  const unitHours = units * hoursOf(period);
  return {
    name: period.name,
    reserved_cost: bought.reduce((sum, each) => sum + each.units * each.form.price, 0),
    on_demand_cost,
    carried: work === 0 ? 0 : 1 - beyond / work,
    utilisation: unitHours === 0 ? 0 : used / unitHours,
  };
}

/** Where what a unit more saves in a period falls, and by how much. */
interface Kink {
  readonly at: number;
  readonly drop: number;
}

function kinksOf(problem: MixProblem, blocks: readonly MixBlock[], grid: number | undefined): Kink[] {
  const drops = new Map<number, number>();
  const fall = (at: number, drop: number): void => {
    if (at > 0 && drop > 0) drops.set(at, drop + (drops.get(at) ?? 0));
  };
  for (const block of blocks) {
    const { carried } = needsOf(problem, block.demand);
    let at = 0;
    carried.forEach((need, index) => {
      at += need.units;
      const drop = block.hours * (need.worth - (carried[index + 1]?.worth ?? 0));
      if (grid === undefined) return fall(at, drop);
      // Between two sizes that are sold the cost is a line: nothing that can be bought is told otherwise.
      const below = Math.floor(at / grid);
      const part = at / grid - below;
      fall(below * grid, drop * (1 - part));
      fall((below + 1) * grid, drop * part);
    });
  }
  return Array.from(drops, ([at, drop]) => ({ at, drop }));
}

/** Of what all sizes that can be bought are whole multiples; undefined where there is none. */
function gridOf({ offers }: MixProblem): number | undefined {
  const [first, ...others] = Object.values(offers);
  if (first === undefined || others.some(({ increment }) => increment !== first.increment)) return undefined;
  const fits = Object.values(offers).every(({ minimum }) => Number.isInteger(minimum / first.increment));
  return fits ? first.increment : undefined;
}

function programOf(problem: MixProblem, starts: readonly Start[]): Parameters<Solver>[0] {
  const grid = gridOf(problem);
  const cost: Term[] = starts.flatMap((start) => unitsOf(start, start.form.price * start.form.term));
  const rows: Row[] = sizeRows(problem, starts);
  const spills: Term[][] = [];
  problem.periods.forEach(({ blocks }, period) => {
    const bought = starts.filter((start) => runsIn(start, period)).flatMap((start) => unitsOf(start, 1));
    const spill = kinksOf(problem, blocks, grid).map(({ at, drop }, index): Term => {
      const of = `z${period}_${index}`;
      rows.push({ terms: [{ of, times: 1 }, ...bought], is: '>=', than: at });
      return { of, times: drop };
    });
    cost.push(...spill);
    spills.push(spill);
  });
  (problem.milestones ?? []).forEach(({ by, spend, owed }, at) => {
    const apart = problem.periods
      .slice(0, by + 1)
      .flatMap(({ blocks }) => blocks.map((block) => block.hours * needsOf(problem, block.demand).apart))
      .reduce((sum, each) => sum + each, 0);
    rows.push({
      terms: [{ of: `s${at}`, times: 1 }, ...paidBy(starts, by), ...spills.slice(0, by + 1).flat()],
      is: '>=',
      than: spend - apart,
    });
    cost.push({ of: `s${at}`, times: owed });
  });
  return { cost, rows, ...wholeOf(starts) };
}

/** Of reserved units, by the end of a period. */
export const paidBy = (starts: readonly Start[], by: number): Term[] =>
  starts.flatMap((start) => {
    const paid = Math.max(0, Math.min(by + 1, start.starts + start.form.term) - start.starts);
    return paid === 0 ? [] : unitsOf(start, start.form.price * paid);
  });
