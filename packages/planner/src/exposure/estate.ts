// What a plan stands on: the deployments that could serve, the workloads that are served, and which models were proven to do for one
// another. Read from configuration, receipts and proofs by whoever has them; here it is only held together and checked.
import { didYouMean } from '@weighbridge/kernel';
import { refuse, share, within } from '../numbers/refuse.ts';

export interface PlanDeployment {
  /** Who sells it, who made the model, and what it is. */
  readonly seller: string;
  readonly developer: string;
  readonly model: string;
  readonly family: string;
  readonly cloud: string;
  readonly region: string;
  /** Unknown where the seller does not say. */
  readonly accelerator?: string;
  /** Of a million tokens. */
  readonly price: { readonly input: number; readonly cached: number; readonly output: number };
  /** Unknown where nobody has measured. */
  readonly ttft_ms?: number;
  /** In and out together; unknown where nobody has tried. */
  readonly tokens_per_minute?: number;
  readonly features: readonly string[];
  /** By the organisation's own policy. */
  readonly approved: boolean;
  /** From the decision until calls can go there: contract, keys, review. 0 where it is configured. */
  readonly ready_days: number;
}

export interface PlanWorkload {
  /** Where it goes now, and after that in this order. */
  readonly route: readonly [string, ...string[]];
  readonly tokens_per_month: { readonly input: number; readonly cached: number; readonly output: number };
  readonly peak_tokens_per_minute: number;
  /** 0 to 1; who is more critical is placed first. */
  readonly criticality: number;
  readonly features: readonly string[];
  /** Absent: any. */
  readonly regions?: readonly string[];
  readonly clouds?: readonly string[];
  readonly ttft_ms_most?: number;
  /** A month's cost may not be more than so many times of today's. */
  readonly dearer_most?: number;
}

/** For a workload, a model was tried in another's place. */
export interface ModelProof {
  readonly workload: string;
  readonly model: string;
  readonly proven_on: string;
  readonly source: string;
}

export interface Estate {
  readonly currency: string;
  readonly deployments: Readonly<Record<string, PlanDeployment>>;
  readonly workloads: Readonly<Record<string, PlanWorkload>>;
  readonly proofs: readonly ModelProof[];
}

const ENTRIES_MOST = 2_000;

/** Throws PLAN_INVALID, naming the first fault. */
export function checkEstate({ deployments, workloads, proofs }: Estate): void {
  const names = Object.keys(deployments);
  for (const [what, held] of Object.entries({ deployments, workloads }))
    within(`${what} of the estate`, Object.keys(held).length, { least: 1, most: ENTRIES_MOST });
  for (const [name, { price, ttft_ms, tokens_per_minute, ready_days }] of Object.entries(deployments)) {
    for (const [of, amount] of Object.entries(price)) within(`price.${of} of ${name}`, amount, { most: 1e9 });
    within(`ttft_ms of ${name}`, ttft_ms ?? 0);
    within(`tokens_per_minute of ${name}`, tokens_per_minute ?? 0);
    within(`ready_days of ${name}`, ready_days, { most: 10_000 });
  }
  for (const [name, workload] of Object.entries(workloads)) {
    for (const deployment of workload.route) knownName(`route of ${name}`, deployment, names);
    for (const [of, count] of Object.entries(workload.tokens_per_month))
      within(`tokens_per_month.${of} of ${name}`, count);
    within(`peak_tokens_per_minute of ${name}`, workload.peak_tokens_per_minute);
    share(`criticality of ${name}`, workload.criticality);
    within(`dearer_most of ${name}`, workload.dearer_most ?? 1, { above: true, most: 1000 });
  }
  for (const { workload } of proofs) knownName('a proof', workload, Object.keys(workloads));
}

export function knownName(where: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = didYouMean(name, known);
  refuse(
    `${where} names "${name.slice(0, 80)}", which is not there`,
    near === undefined ? `use one of ${known.slice(0, 20).join(', ')}` : `did you mean ${near}?`,
  );
}
