// How many calls come and when: capacity is sized on the 95th percentile of the hours of a week, money on the mean. A plan states a week
// by its night and its weekend, or the ratio itself.
import { valueIn } from '../catalogue/sourced.ts';
import { weekOf, type Week } from '../demand/week.ts';
import { quantileOf } from '../numbers/statistics.ts';
import type { ServingPlan } from './plan.ts';

const SIZED_ON = 0.95;

export const p95OfWeek = (week: Week): number => quantileOf(Float64Array.from(week).sort(), SIZED_ON);

type Demand = Pick<ServingPlan, 'peak' | 'week'>;

export function weekIn({ week }: Demand, night?: number, weekend?: number): Week | undefined {
  if (week === undefined) return undefined;
  return weekOf({
    peak_hour: week.peak_hour,
    night: night ?? valueIn(week.night, 'share'),
    weekend: weekend ?? valueIn(week.weekend, 'share'),
  });
}

/** Demand that is sized for ÷ mean, at the likely value of what it follows from. */
export function peakOver(plan: Demand): number {
  const week = weekIn(plan);
  return week === undefined ? valueIn(plan.peak!, 'ratio') : p95OfWeek(week);
}
