// A plan of exposure: what could serve, what is served, which models were proven to do for one another, whose entity is whose, what may
// happen, and what contracts say of leaving. Names that lead nowhere are told at their line: a name typed wrong would look like safety.
import { readDocument, type DocumentForm, type ProblemList } from '@weighbridge/document';
import { z } from 'zod';
import { dateForm } from '../catalogue/sourced.ts';
import { nearestEntry } from '../catalogue/catalogues.ts';
import { told } from '../numbers/told.ts';
import { id, named } from '../system/names.ts';
import type { Ties } from './concentration.ts';
import { checkEstate, type Estate } from './estate.ts';
import type { ExitContract } from './exit-plan.ts';
import { strike, type Shock } from './shocks.ts';

/** The plan that ships, by its name. */
export const EXPOSURE_PLAN_NAME = 'two-makers';
export const EXPOSURE_PLAN_FILE = new URL('../../data/plans/two-makers.yaml', import.meta.url);

export interface ExposurePlan extends Estate {
  readonly version: 1;
  readonly plan: 'exposure';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly as_of: string;
  readonly ties: Ties;
  readonly shocks: Readonly<Record<string, Shock>>;
  /** By seller. */
  readonly contracts: Readonly<Record<string, ExitContract>>;
}

const words = z.string().min(1).max(400);
const name = z.string().min(1).max(80);
const amount = z.number().min(0).max(1e15);
const part = z.number().min(0).max(1);
const times = z.number().min(0).max(1000);
const days = z.number().min(0).max(10_000);
const names = z.array(name).max(100);
const byClass = z.strictObject({ input: amount, cached: amount, output: amount });
const selector = z.strictObject({
  deployment: name.optional(),
  seller: name.optional(),
  developer: name.optional(),
  model: name.optional(),
  family: name.optional(),
  cloud: name.optional(),
  region: name.optional(),
  accelerator: name.optional(),
});

const deployment = z.strictObject({
  seller: name,
  developer: name,
  model: name,
  family: name,
  cloud: name,
  region: name,
  accelerator: name.optional(),
  price: byClass,
  ttft_ms: amount,
  tokens_per_minute: amount.optional(),
  features: names.default([]),
  approved: z.boolean(),
  ready_days: days,
});

const workload = z.strictObject({
  route: z.array(name).min(1, 'name the deployment that serves it now').max(20),
  tokens_per_month: byClass,
  peak_tokens_per_minute: amount,
  criticality: part,
  features: names.default([]),
  regions: names.optional(),
  clouds: names.optional(),
  ttft_ms_most: amount.optional(),
  dearer_most: z.number().positive().max(1000).optional(),
});

const shock = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('price_shock'), of: selector, times }),
  z.strictObject({ kind: z.literal('energy_shock'), of: selector, times, energy_share: part, pass_through: part }),
  z.strictObject({ kind: z.literal('capacity_lost'), of: selector, share: part }),
  z.strictObject({ kind: z.literal('model_retired'), model: name, notice_days: days }),
  z.strictObject({ kind: z.literal('region_closed'), region: name }),
  z.strictObject({ kind: z.literal('seller_gone'), seller: name }),
]);

const contract = z.strictObject({
  source: words,
  notice_days: days.optional(),
  transition_days: days.optional(),
  retrieval_days: days.optional(),
  exit_fee: amount.optional(),
  committed_left: amount.optional(),
  eu_data_act: z.boolean().optional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  plan: z.literal('exposure'),
  name: id,
  title: words,
  note: z.string().min(1).max(2000).optional(),
  as_of: dateForm,
  currency: z.string().regex(/^[A-Z]{3}$/, 'write a currency as USD'),
  ties: z
    .strictObject({
      parent_of: z.record(name, name).default({}),
      group_of: z.record(name, name).default({}),
      known: names.default([]),
    })
    .default({ parent_of: {}, group_of: {}, known: [] }),
  deployments: named(deployment),
  workloads: named(workload),
  proofs: z
    .array(z.strictObject({ workload: name, model: name, proven_on: dateForm, source: words }))
    .max(500)
    .default([]),
  shocks: named(shock).default({}),
  contracts: z.record(name, contract).default({}),
}) as unknown as z.ZodType<ExposurePlan>;

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export const readExposurePlan = (file: string, content: string): ExposurePlan => readDocument(file, content, FORM);

const FORM: DocumentForm<ExposurePlan> = { what: 'the plan', code: 'PLAN_INVALID', schema, meaning };

function meaning(plan: ExposurePlan, problems: ProblemList): void {
  const lead = (path: readonly (string | number)[], said: string, known: readonly string[], what: string): void => {
    if (!known.includes(said)) problems.error(path, `"${said}" is no ${what} of this file`, nearestEntry(said, known));
  };
  const deployments = Object.keys(plan.deployments);
  for (const [key, { route }] of Object.entries(plan.workloads))
    route.forEach((each, at) => lead(['workloads', key, 'route', at], each, deployments, 'deployment'));
  const [workloads, models] = [Object.keys(plan.workloads), valuesOf(plan, 'model')];
  plan.proofs.forEach((proof, at) => {
    lead(['proofs', at, 'workload'], proof.workload, workloads, 'workload');
    lead(['proofs', at, 'model'], proof.model, models, "deployment's model");
  });
  for (const seller of Object.keys(plan.contracts))
    lead(['contracts', seller], seller, valuesOf(plan, 'seller'), 'seller');
  if (problems.all.length > 0) return;
  told(problems, ['workloads'], () => checkEstate(plan));
  for (const [key, each] of Object.entries(plan.shocks)) told(problems, ['shocks', key], () => strike(plan, each));
}

const valuesOf = ({ deployments }: ExposurePlan, of: 'model' | 'seller'): string[] => [
  ...new Set(Object.values(deployments).map((each) => each[of])),
];
