// Where workloads go: who is more critical is placed first, along its own route, then where it is soonest and cheapest, and capacity is used
// up once. What never changes from draw to draw (policy, features, proofs, the order) is worked out once; amounts come as columns, so that
// the same rules place a workload for an answer in words and for each of some thousand draws.
import { checkEstate, type Estate, type PlanDeployment, type PlanWorkload } from './estate.ts';
import type { Blow } from './shocks.ts';

export interface PlacedWorkload {
  readonly name: string;
  readonly form: PlanWorkload;
  /** Deployments are told by their place among `deployments`. */
  readonly home: number;
  /** By deployment: its place on the route, or behind all of them. */
  readonly order: readonly number[];
  /** By deployment: what policy, features and proofs have against it; empty: nothing. */
  readonly refusals: readonly (readonly string[])[];
}

export interface Rules {
  readonly estate: Estate;
  readonly deployments: readonly string[];
  readonly forms: readonly PlanDeployment[];
  /** Most critical first. */
  readonly workloads: readonly PlacedWorkload[];
}

/** By deployment and by workload, in the order of the rules. */
export interface Amounts {
  readonly price: Readonly<Record<'input' | 'cached' | 'output', Float64Array>>;
  /** Tokens a minute; infinite where nobody has tried. */
  readonly carries: Float64Array;
  readonly days: Float64Array;
  readonly tokens: Readonly<Record<'input' | 'cached' | 'output', Float64Array>>;
  readonly peak: Float64Array;
}

/** Throws PLAN_INVALID. */
export function rulesOf(estate: Estate): Rules {
  checkEstate(estate);
  const deployments = Object.keys(estate.deployments);
  const forms = Object.values(estate.deployments);
  return {
    estate,
    deployments,
    forms,
    workloads: Object.entries(estate.workloads)
      .toSorted(([a, x], [b, y]) => y.criticality - x.criticality || (a < b ? -1 : 1))
      .map(([name, form]) => ({
        name,
        form,
        home: deployments.indexOf(form.route[0]),
        order: deployments.map((each) => {
          const at = form.route.indexOf(each);
          return at === -1 ? form.route.length : at;
        }),
        refusals: forms.map((each) => refusals(estate, name, form, each)),
      })),
  };
}

/** As the estate states them. */
export function amountsOf({ forms, workloads }: Rules): Amounts {
  const classes = <Held>(all: readonly Held[], of: (held: Held) => PlanDeployment['price']): Amounts['price'] => ({
    input: Float64Array.from(all, (held) => of(held).input),
    cached: Float64Array.from(all, (held) => of(held).cached),
    output: Float64Array.from(all, (held) => of(held).output),
  });
  return {
    price: classes(forms, ({ price }) => price),
    carries: Float64Array.from(forms, ({ tokens_per_minute }) => tokens_per_minute ?? Number.POSITIVE_INFINITY),
    days: Float64Array.from(forms, ({ ready_days }) => ready_days),
    tokens: classes(workloads, ({ form }) => form.tokens_per_month),
    peak: Float64Array.from(workloads, ({ form }) => form.peak_tokens_per_minute),
  };
}

/** A month of a workload, all of it on one deployment, by that one's prices. */
export const monthlyCost = ({ price, tokens }: Amounts, workload: number, deployment: number): number =>
  (tokens.input[workload]! * price.input[deployment]! +
    tokens.cached[workload]! * price.cached[deployment]! +
    tokens.output[workload]! * price.output[deployment]!) /
  1e6;

export interface Field {
  readonly rules: Rules;
  readonly amounts: Amounts;
  /** By deployment. */
  readonly blows: readonly Blow[];
  /** Tokens a minute that are left, by deployment. */
  readonly room: Float64Array;
}

export const fieldOf = (rules: Rules, amounts: Amounts, blows: readonly Blow[]): Field => ({
  rules,
  amounts,
  blows,
  // Where nothing is left of what nobody has tried, nothing is left.
  room: amounts.carries.map((carries, at) => (blows[at]!.left === 0 ? 0 : carries * blows[at]!.left)),
});

/** Why a deployment would not do, as it stands now. */
export interface Bars {
  readonly refused: boolean;
  readonly gone: boolean;
  readonly full: boolean;
  /** Times of today's cost, where that is more than the workload may take. */
  readonly dear: number | null;
}

export function barsOf(field: Field, workload: number, deployment: number): Bars {
  const { rules, amounts, blows, room } = field;
  const { form, home, refusals: held } = rules.workloads[workload]!;
  const gone = blows[deployment]!.left === 0;
  const before = monthlyCost(amounts, workload, home);
  const cost = costAfter(field, workload, deployment);
  const most = form.dearer_most;
  return {
    refused: held[deployment]!.length > 0,
    gone,
    full: !gone && amounts.peak[workload]! > 0 && room[deployment]! <= 0,
    dear: most !== undefined && cost > before * most * (1 + 1e-9) ? cost / before : null,
  };
}

export const costAfter = ({ amounts, blows }: Field, workload: number, deployment: number): number =>
  monthlyCost(amounts, workload, deployment) * blows[deployment]!.dearer;

/** Less than 0 where the first is considered before the second: the route, then days, then cost, then the name. */
export function isBefore(field: Field, workload: number, one: number, other: number): number {
  const { rules, amounts } = field;
  const { order } = rules.workloads[workload]!;
  const [a, b] = [rules.deployments[one]!, rules.deployments[other]!];
  return (
    order[one]! - order[other]! ||
    amounts.days[one]! - amounts.days[other]! ||
    costAfter(field, workload, one) - costAfter(field, workload, other) ||
    (a < b ? -1 : 1)
  );
}

export interface Part {
  readonly deployment: number;
  /** Of the peak. */
  readonly share: number;
}

/** Takes capacity, in order, until the peak is covered. */
export function placeOne(field: Field, workload: number): Part[] {
  const { rules, amounts, room } = field;
  const peak = amounts.peak[workload]!;
  const parts: Part[] = [];
  let left = peak;
  while (parts.length < rules.deployments.length) {
    const best = firstFree(field, workload, parts);
    if (best === -1) break;
    const takes = Math.min(left, room[best]!);
    room[best]! -= takes;
    left -= takes;
    parts.push({ deployment: best, share: peak === 0 ? 1 : takes / peak });
    if (left <= 0) break;
  }
  return parts;
}

function firstFree(field: Field, workload: number, taken: readonly Part[]): number {
  let best = -1;
  for (let at = 0; at < field.rules.deployments.length; at += 1) {
    if (taken.some(({ deployment }) => deployment === at) || !isFree(field, workload, at)) continue;
    if (best === -1 || isBefore(field, workload, at, best) < 0) best = at;
  }
  return best;
}

function isFree(field: Field, workload: number, deployment: number): boolean {
  if (field.rules.workloads[workload]!.refusals[deployment]!.length > 0) return false;
  const { gone, full, dear } = barsOf(field, workload, deployment);
  return !gone && !full && dear === null;
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
  const { ttft_ms_most: most } = workload;
  if (most !== undefined && form.ttft_ms === undefined)
    why.push(`nobody has measured its first token, and ${most} ms are the most`);
  else if (most !== undefined && (form.ttft_ms ?? 0) > most)
    why.push(`its first token takes ${form.ttft_ms} ms, and ${most} are the most`);
  if (form.model !== home?.model && proofOf(estate, name, form.model) === undefined)
    why.push(`${form.model} is not proven to do for ${home?.model ?? 'its model'} here`);
  return why;
}

export const proofOf = ({ proofs }: Estate, workload: string, model: string): Estate['proofs'][number] | undefined =>
  proofs.find((proof) => proof.workload === workload && proof.model === model);
