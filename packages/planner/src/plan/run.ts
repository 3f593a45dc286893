// Plans asked for: those that ship and one that comes with the question, alone or two side by side. Two of one kind are compared draw
// by draw: what both share is drawn alike, so the interval of the difference is narrower than the two intervals look.
import { toldProblems } from '@weighbridge/document';
import type { CheckedPlan, PlanAsked, PlanDifference, PlanRun, Plans } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { DemandRows } from '../reserved/demand-rows.ts';
import { bandOf } from '../system/bands.ts';
import { checkPlan, readPlan } from './kinds.ts';
import type { PlanBasis, PlanChanges, RanPlan, ReadPlan } from './report.ts';

/** A plan with what it wants. */
export type RunnablePlan = Pick<ReadPlan, 'run'>;
/** Throws PLAN_INVALID. */
export type LoadPlan = (name: string) => RunnablePlan;

/** `rows`: of the workloads that want some. */
export const withRows = (plan: ReadPlan, rows: ReadonlyMap<string, DemandRows>): RunnablePlan => ({
  run: (options) => plan.run(options, rows),
});

/** Throws PLAN_INVALID for a plan with a fault, or a change that it cannot take. */
export function runPlans(asked: PlanAsked, load: LoadPlan): PlanRun {
  const { seed, draws, about, against } = asked;
  const run = ({ name, ranges, choices }: PlanChanges & { readonly name: string }, of?: string): RanPlan =>
    load(name).run({ seed, draws, about: of, ranges, choices });
  const first = run(asked, about);
  // What is asked about is a figure of the first: a second of another kind has none of that name.
  const second = against === undefined ? null : run(against);
  return {
    first: first.report,
    second: second?.report ?? null,
    differences: second === null ? [] : differencesOf(first, second),
  };
}

export function differencesOf(first: RanPlan, second: RanPlan): PlanDifference[] {
  if (first.report.kind !== second.report.kind) return [];
  return first.report.figures.flatMap(({ id, title, unit, band }) => {
    const [one, other] = [first.columns.get(id), second.columns.get(id)];
    const beside = second.report.figures.find((figure) => figure.id === id);
    if (beside === undefined) return [];
    const known = one !== undefined && other !== undefined && one.length === other.length;
    const difference = known ? bandOf(one.map((value, draw) => between(value, other[draw]!))) : null;
    return [{ figure: id, title, unit, first: band, second: beside.band, difference }];
  });
}

/** What is left where both are the same but for how a computer adds is nought. */
const NOISE = 1e-9;

function between(one: number, other: number): number {
  const difference = other - one;
  return Math.abs(difference) <= NOISE * Math.max(Math.abs(one), Math.abs(other)) ? 0 : difference;
}

export function planList(texts: ReadonlyMap<string, string>, basis: PlanBasis): Plans {
  return {
    rows: [...texts].map(([name, text]) => {
      const { kind, head } = readPlan(name, text, basis);
      return { id: name as Plans['rows'][number]['id'], kind, title: head.title, about: head.note ?? '', text };
    }),
  };
}

/** A plan of somebody's own, looked at: what is wrong with its text, or what it is. */
export function checkedPlan(text: string, catalogues: Catalogues): CheckedPlan {
  const { value, problems } = checkPlan(text, catalogues);
  return {
    problems: toldProblems(problems),
    reading:
      value === undefined ? null : { id: value.name, kind: value.kind, title: value.title, about: value.note ?? '' },
  };
}
