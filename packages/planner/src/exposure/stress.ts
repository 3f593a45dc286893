// A shock played through: which workloads it meets, what takes their place under policy, at what cost, latency and time, and what is left
// without one, with the reason why each other deployment would not do. Who is more critical is placed first, and capacity is used up once.
import type { Estate } from './estate.ts';
import {
  amountsOf,
  barsOf,
  costAfter,
  fieldOf,
  isBefore,
  monthlyCost,
  placeOne,
  rulesOf,
  type Field,
} from './placing.ts';
import { shockText, strike, warningDays, type Shock, type Struck } from './shocks.ts';

export interface Considered {
  readonly deployment: string;
  /** Empty: it can. */
  readonly why_not: readonly string[];
  readonly monthly_cost: number;
  /** Null: nobody has measured it. */
  readonly ttft_ms: number | null;
  readonly days: number;
  /** What is not known of it. */
  readonly unsure: readonly string[];
}

export type Outcome = 'unaffected' | 'dearer' | 'substituted' | 'partly' | 'fails';

export interface StressedWorkload {
  readonly workload: string;
  readonly criticality: number;
  readonly outcome: Outcome;
  /** What met it; empty where nothing did. */
  readonly because: readonly string[];
  /** Where its peak goes after, by share. */
  readonly served_by: readonly { readonly deployment: string; readonly share: number }[];
  readonly covered: number;
  readonly cost_before: number;
  /** Of the part that is covered. */
  readonly cost_after: number;
  readonly ttft_before_ms: number | null;
  /** Of the slowest part that was measured. */
  readonly ttft_after_ms: number | null;
  /** From the shock until the last part is served: what takes longer than the warning. */
  readonly days_without: number;
  /** A permitted place that would cost less than where it ends up; null where there is none. */
  readonly cheaper: { readonly deployment: string; readonly saves: number; readonly days: number } | null;
  readonly considered: readonly Considered[];
}

export interface Stress {
  readonly shock: string;
  readonly currency: string;
  /** Most critical first. */
  readonly workloads: readonly StressedWorkload[];
  readonly cost_before: number;
  readonly cost_after: number;
  /** Of all workloads' criticality, the part that is not covered. */
  readonly uncovered_criticality: number;
  readonly longest_days_without: number;
}

/** Throws PLAN_INVALID. */
export function stress(estate: Estate, shock: Shock): Stress {
  const rules = rulesOf(estate);
  const struck = [...strike(estate, shock).values()];
  const field: Played = { ...fieldOf(rules, amountsOf(rules), struck), struck, warning: warningDays(shock) };
  const workloads = rules.workloads.map((_, at) => placed(field, at));
  const total = workloads.reduce((sum, { criticality }) => sum + criticality, 0);
  const lost = workloads.reduce((sum, { criticality, covered }) => sum + criticality * (1 - covered), 0);
  return {
    shock: shockText(shock),
    currency: estate.currency,
    workloads,
    cost_before: workloads.reduce((sum, each) => sum + each.cost_before, 0),
    cost_after: workloads.reduce((sum, each) => sum + each.cost_after, 0),
    uncovered_criticality: total === 0 ? 0 : lost / total,
    longest_days_without: Math.max(0, ...workloads.map(({ days_without }) => days_without)),
  };
}

interface Played extends Field {
  readonly struck: readonly Struck[];
  readonly warning: number;
}

function placed(field: Played, at: number): StressedWorkload {
  const { rules, amounts, struck } = field;
  const { name, form, home } = rules.workloads[at]!;
  const cost_before = monthlyCost(amounts, at, home);
  const considered = consider(field, at);
  const held = placeOne(field, at).map(({ deployment, share }) => {
    const of = considered.find((each) => each.deployment === rules.deployments[deployment])!;
    return { deployment, share, of };
  });
  const covered = held.reduce((sum, { share }) => sum + share, 0);
  const cost_after = held.reduce((sum, { share, of }) => sum + share * of.monthly_cost, 0);
  const moved = held.filter(({ deployment }) => deployment !== home);
  const outcome = outcomeOf(covered, moved.length > 0, cost_after > cost_before * (1 + 1e-9));
  const waits = held.flatMap(({ of }) => of.ttft_ms ?? []);
  return {
    workload: name,
    criticality: form.criticality,
    outcome,
    because: outcome === 'unaffected' ? [] : [struck[home]?.why ?? 'capacity went to more critical workloads'],
    served_by: held.map(({ of, share }) => ({ deployment: of.deployment, share })),
    covered,
    cost_before,
    cost_after,
    ttft_before_ms: rules.forms[home]?.ttft_ms ?? null,
    ttft_after_ms: waits.length === 0 ? null : Math.max(...waits),
    days_without: Math.max(0, ...moved.map(({ of }) => of.days - field.warning)),
    cheaper: cheaperThan(cost_after, covered, considered),
    considered,
  };
}

function outcomeOf(covered: number, moved: boolean, dearer: boolean): Outcome {
  if (covered <= 1e-9) return 'fails';
  if (covered < 1 - 1e-9) return 'partly';
  if (moved) return 'substituted';
  return dearer ? 'dearer' : 'unaffected';
}

/** Every deployment: where it is now and its own route first, then what is there soonest, then what costs least. */
function consider(field: Played, workload: number): readonly Considered[] {
  const { rules, amounts, struck } = field;
  return rules.deployments
    .map((_, at) => at)
    .toSorted((one, other) => isBefore(field, workload, one, other))
    .map((at): Considered => {
      const form = rules.forms[at]!;
      return {
        deployment: rules.deployments[at]!,
        why_not: whyNot(field, workload, at, struck[at]?.why ?? null),
        monthly_cost: costAfter(field, workload, at),
        ttft_ms: form.ttft_ms ?? null,
        days: amounts.days[at]!,
        unsure: form.tokens_per_minute === undefined ? ['nobody has tried how much it carries'] : [],
      };
    });
}

function whyNot(field: Field, workload: number, deployment: number, struck: string | null): string[] {
  const { gone, full, dear } = barsOf(field, workload, deployment);
  const { form, refusals } = field.rules.workloads[workload]!;
  return [
    ...(gone ? [struck ?? 'it is gone'] : []),
    ...refusals[deployment]!,
    ...(full ? ['its capacity is used up'] : []),
    ...(dear === null ? [] : [`it costs ${dear.toFixed(2)} times of today, and ${form.dearer_most ?? 0} are the most`]),
  ];
}

function cheaperThan(cost: number, covered: number, considered: readonly Considered[]): StressedWorkload['cheaper'] {
  if (covered < 1 - 1e-9) return null;
  const least = considered
    .filter(({ why_not }) => why_not.length === 0)
    .reduce<Considered | undefined>(
      (best, each) => (best === undefined || each.monthly_cost < best.monthly_cost ? each : best),
      undefined,
    );
  if (least === undefined || least.monthly_cost >= cost * (1 - 1e-9)) return null;
  return { deployment: least.deployment, saves: cost - least.monthly_cost, days: least.days };
}
