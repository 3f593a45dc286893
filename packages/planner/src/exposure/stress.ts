// A shock played through: which workloads it meets, what takes their place under policy, at what cost, latency and time, and what is left
// without one, with the reason why each other deployment would not do. Who is more critical is placed first, and capacity is used up once.
import { checkEstate, monthlyCost, type Estate, type PlanDeployment, type PlanWorkload } from './estate.ts';
import { shockText, strike, warningDays, type Shock, type Struck } from './shocks.ts';

export interface Considered {
  readonly deployment: string;
  /** Empty: it can. */
  readonly why_not: readonly string[];
  readonly monthly_cost: number;
  readonly ttft_ms: number;
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
  readonly ttft_before_ms: number;
  /** Of the slowest part. */
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
  checkEstate(estate);
  const struck = strike(estate, shock);
  const room = new Map(
    Object.entries(estate.deployments).map(([name, { tokens_per_minute }]) => [
      name,
      (tokens_per_minute ?? Number.POSITIVE_INFINITY) * (struck.get(name)?.left ?? 1),
    ]),
  );
  const workloads = Object.entries(estate.workloads)
    .toSorted(([a, x], [b, y]) => y.criticality - x.criticality || (a < b ? -1 : 1))
    .map(([name, workload]) => place({ estate, struck, room, warning: warningDays(shock) }, name, workload));
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

interface Field {
  readonly estate: Estate;
  readonly struck: ReadonlyMap<string, Struck>;
  /** Tokens a minute that are left. */
  readonly room: Map<string, number>;
  readonly warning: number;
}

interface Part {
  readonly deployment: string;
  readonly share: number;
}

function place(field: Field, name: string, workload: PlanWorkload): StressedWorkload {
  const { estate, struck } = field;
  const [home] = workload.route;
  const homeForm = estate.deployments[home];
  const cost_before = homeForm === undefined ? 0 : monthlyCost(workload, homeForm);
  const considered = consider(field, name, workload, cost_before);
  const served_by = fill(field, workload, considered);
  const covered = served_by.reduce((sum, { share }) => sum + share, 0);
  const held = served_by.map((part) => ({
    ...part,
    of: considered.find((each) => each.deployment === part.deployment),
  }));
  const cost_after = held.reduce((sum, { share, of }) => sum + share * (of?.monthly_cost ?? 0), 0);
  const moved = held.filter(({ deployment }) => deployment !== home);
  const hit = struck.get(home);
  const outcome = outcomeOf(covered, moved.length > 0, cost_after > cost_before * (1 + 1e-9));
  return {
    workload: name,
    criticality: workload.criticality,
    outcome,
    because: outcome === 'unaffected' ? [] : [hit?.why ?? 'capacity went to more critical workloads'],
    served_by,
    covered,
    cost_before,
    cost_after,
    ttft_before_ms: homeForm?.ttft_ms ?? 0,
    ttft_after_ms: held.length === 0 ? null : Math.max(...held.map(({ of }) => of?.ttft_ms ?? 0)),
    days_without: Math.max(0, ...moved.map(({ of }) => (of?.days ?? 0) - field.warning)),
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
function consider(field: Field, name: string, workload: PlanWorkload, before: number): readonly Considered[] {
  const { estate, struck, room } = field;
  const place_ = (deployment: string): number => {
    const at = workload.route.indexOf(deployment);
    return at === -1 ? workload.route.length : at;
  };
  const needs = workload.peak_tokens_per_minute > 0;
  return Object.entries(estate.deployments)
    .map(([deployment, form]): Considered => {
      const hit = struck.get(deployment);
      const monthly_cost = monthlyCost(workload, form, hit?.dearer ?? 1);
      const why_not = refusals(estate, name, workload, form);
      if (hit?.left === 0) why_not.unshift(hit.why ?? 'it is gone');
      else if (needs && (room.get(deployment) ?? 0) <= 0) why_not.push('its capacity is used up');
      const most = workload.dearer_most;
      if (most !== undefined && monthly_cost > before * most * (1 + 1e-9))
        why_not.push(`it costs ${(monthly_cost / before).toFixed(2)} times of today, and ${most} are the most`);
      const unsure = form.tokens_per_minute === undefined ? ['nobody has tried how much it carries'] : [];
      return { deployment, why_not, monthly_cost, ttft_ms: form.ttft_ms, days: form.ready_days, unsure };
    })
    .toSorted(
      (a, b) =>
        place_(a.deployment) - place_(b.deployment) ||
        a.days - b.days ||
        a.monthly_cost - b.monthly_cost ||
        (a.deployment < b.deployment ? -1 : 1),
    );
}

/** What policy, features and proofs have against it; nothing of capacity or price. */
export function refusals(estate: Estate, name: string, workload: PlanWorkload, form: PlanDeployment): string[] {
  const why: string[] = [];
  const home = estate.deployments[workload.route[0]];
  if (!form.approved) why.push('policy does not approve it');
  if (workload.regions !== undefined && !workload.regions.includes(form.region))
    why.push(`${form.region} is none of its regions`);
  if (workload.clouds !== undefined && !workload.clouds.includes(form.cloud))
    why.push(`${form.cloud} is none of its clouds`);
  const lacks = workload.features.filter((feature) => !form.features.includes(feature));
  if (lacks.length > 0) why.push(`it lacks ${lacks.join(', ')}`);
  if (workload.ttft_ms_most !== undefined && form.ttft_ms > workload.ttft_ms_most)
    why.push(`its first token takes ${form.ttft_ms} ms, and ${workload.ttft_ms_most} are the most`);
  if (form.model !== home?.model && proofOf(estate, name, form.model) === undefined)
    why.push(`${form.model} is not proven to do for ${home?.model ?? 'its model'} here`);
  return why;
}

export const proofOf = ({ proofs }: Estate, workload: string, model: string): Estate['proofs'][number] | undefined =>
  proofs.find((proof) => proof.workload === workload && proof.model === model);

/** Takes capacity, in the order considered, until the peak is covered. */
function fill(
  { room }: Field,
  { peak_tokens_per_minute: peak }: PlanWorkload,
  considered: readonly Considered[],
): Part[] {
  const parts: Part[] = [];
  let left = peak;
  for (const { deployment, why_not } of considered) {
    if (why_not.length > 0) continue;
    const free = room.get(deployment) ?? 0;
    const takes = Math.min(left, free);
    room.set(deployment, free - takes);
    left -= takes;
    parts.push({ deployment, share: peak === 0 ? 1 : takes / peak });
    if (left <= 0) break;
  }
  return parts;
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
