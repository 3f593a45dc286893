// Charts of a plan for serving: the front of what a chip gives, the week that capacity is sized on, and chips as demand grows.
import type { PlanChart } from '@weighbridge/protocol';
import type { Candidate } from '../performance/search.ts';
import { p95OfWeek, peakOver, weekIn } from '../serving/demand.ts';
import type { ResolvedServingPlan } from '../serving/plan.ts';
import type { ServingRun } from '../serving/run.ts';
import { bandOf } from '../system/bands.ts';

export const frontChart = ({ search }: ServingRun): PlanChart => {
  const front = search.front.toReversed();
  const outside = front.filter(({ extrapolates }) => extrapolates.length > 0).length;
  const band = ({ low, mid, high }: Candidate['perChip']) => ({ p10: low, p50: mid, p90: high });
  return {
    id: 'front',
    title: `What a chip gives, by how fast each user is served${outside > 0 ? ` (${outside} of ${front.length} ways extrapolated)` : ''}`,
    unit: 'tokens/s',
    axis: {
      is: 'numbers',
      title: 'of a user',
      unit: 'tokens/s',
      log: false,
      numbers: front.map(({ perUser }) => perUser.mid),
    },
    lines: [{ id: 'per_chip', title: 'Tokens a second of a chip', bands: front.map(({ perChip }) => band(perChip)) }],
  };
};

/** Of the draws, so many are looked at by the hour. */
const DRAWN = 200;

/** Calls a second by the hour of a week, and the level that capacity is sized on. */
export function weekCharts(plan: ResolvedServingPlan, { model, study }: ServingRun): readonly PlanChart[] {
  const likely = weekIn(plan);
  if (likely === undefined) return [];
  const { calls } = plan.work;
  const [night, weekend] = ['night', 'weekend'].map(
    (name) => study.inputs[model.variables.findIndex((each) => each.name === name)]!,
  );
  const weeks = Array.from({ length: Math.min(DRAWN, study.count) }, (_, draw) =>
    weekIn(plan, night![draw], weekend![draw])!,
  );
  const levels = weeks.map((week) => calls * p95OfWeek(week));
  const level = bandOf(levels);
  return [
    {
      id: 'week',
      title: `A week from Monday: money is for the mean of ${calls.toLocaleString('en')}, capacity for ${(calls * peakOver(plan)).toLocaleString('en', { maximumFractionDigits: 1 })} calls a second`,
      unit: 'calls/s',
      axis: {
        is: 'numbers',
        title: 'hour of the week (UTC)',
        unit: 'h',
        log: false,
        numbers: likely.map((_, at) => at),
      },
      lines: [
        {
          id: 'calls',
          title: 'Calls a second',
          bands: likely.map((_, at) => bandOf(weeks.map((week) => calls * week[at]!))),
        },
        { id: 'sized', title: 'Sized for: the 95th percentile of hours', bands: likely.map(() => level) },
      ],
    },
  ];
}

export function growthCharts({ growth }: ResolvedServingPlan, { model, study }: ServingRun): readonly PlanChart[] {
  if (growth === undefined) return [];
  const step = Math.max(1, Math.ceil(growth.months / 24));
  const months = Array.from({ length: Math.floor(growth.months / step) + 1 }, (_, at) => at * step);
  const draws = Array.from({ length: Math.min(DRAWN, study.count) }, (_, draw) =>
    Float64Array.from(study.inputs, (column) => column[draw]!),
  );
  return [
    {
      id: 'growth',
      title: 'Chips for the peak, as demand grows',
      unit: 'chips',
      axis: { is: 'numbers', title: 'months from now', unit: 'months', log: false, numbers: months },
      lines: [
        {
          id: 'chips',
          title: 'Chips for the peak',
          bands: months.map((month) => bandOf(draws.map((values) => model.chipsAt(values, month)))),
        },
      ],
    },
  ];
}
