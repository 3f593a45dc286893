// The mix of reserved units and paying as one goes that costs least over a term: several units, workloads, terms and milestones at once, as
// a mixed-integer program. What is bought is a size that is sold; a term that runs past the end is paid to its end; what reserved units do
// not carry goes on demand, so there is always an answer; and what falls short of a promised spend is charged as the contract says.
import { refuse } from '../numbers/refuse.ts';
import { checkMix, hoursOf, type Mix, type MixProblem, type Purchase } from './mix-form.ts';
import { isPooled, paidBy, pooledMix } from './pooled.ts';
import type { Program, Row, Solver, Term } from './solver.ts';
import { boughtIn, checkGiven, isOf, runsIn, sizeRows, startsOf, unitsOf, wholeOf, type Start } from './starts.ts';

/** Throws PLAN_INVALID. With `given`, nothing is decided: what those purchases cost under this demand. */
export function bestMix(problem: MixProblem, solver: Solver, given?: readonly Purchase[]): Mix {
  checkMix(problem);
  if (isPooled(problem)) return pooledMix(problem, solver, given);
  return mixOf(problem, solver(programOf(problem, given)).of, given);
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
    ...(decided ? wholeOf(starts) : { whole: [], binary: [] }),
  };
}

/** What is spent by the end of a period: reserved units month by month, and on demand. */
function spentBy({ periods, on_demand }: MixProblem, starts: readonly Start[], by: number): Term[] {
  const spilled = periods.slice(0, by + 1).flatMap(({ blocks }, period) =>
    blocks.flatMap(({ hours, demand }, block) =>
      Object.keys(demand).map((workload, at) => ({
        of: `z${at}_${period}_${block}`,
        times: hours * (on_demand[workload] ?? 0),
      })),
    ),
  );
  return [...paidBy(starts, by), ...spilled];
}

function fixedRows(starts: readonly Start[], given: readonly Purchase[]): Row[] {
  checkGiven(starts, given);
  return starts.map((start) => ({
    terms: unitsOf(start, 1),
    is: '=',
    than: given.filter((each) => isOf(each, start)).reduce((sum, { units }) => sum + units, 0),
  }));
}

function mixOf(problem: MixProblem, of: (name: string) => number, given: readonly Purchase[] | undefined): Mix {
  const { periods, offers, on_demand, milestones = [] } = problem;
  const purchases = given ?? boughtIn(startsOf(problem), of);
  const held = purchases.flatMap((purchase) => {
    const form = offers[purchase.offer];
    return form === undefined ? [] : [{ ...purchase, form }];
  });
  const told = periods.map(({ name, blocks }, period) => {
    const running = held.filter((each) => runsIn(each, period));
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
      reserved_cost: running.reduce((sum, { form, units }) => sum + units * form.price, 0),
      on_demand_cost,
      carried: work === 0 ? 0 : 1 - spilled / work,
      utilisation: unitHours === 0 ? 0 : used / unitHours,
    };
  });
  const reserved_cost = held.reduce((sum, { form, units }) => sum + units * form.price * form.term, 0);
  const on_demand_cost = told.reduce((sum, period) => sum + period.on_demand_cost, 0);
  const owed = milestones.reduce((sum, milestone, at) => sum + milestone.owed * of(`s${at}`), 0);
  return { purchases, cost: reserved_cost + on_demand_cost + owed, reserved_cost, on_demand_cost, owed, periods: told };
}
