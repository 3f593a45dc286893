// The file of a plan of exposure, as it is written: what could serve, what is served, which models were proven for one another, whose entity
// is whose, what may happen, what contracts say of leaving, power and its carbon. A number that nobody knows well is written as a range.
import { z } from 'zod';
import { dateForm, type Range } from '../catalogue/sourced.ts';
import { id, month, named } from '../system/names.ts';
import type { Ties } from './concentration.ts';
import type { CarbonBudget, EnergyContract } from './energy.ts';
import type { ModelProof, PlanDeployment, PlanWorkload } from './estate.ts';
import type { ExitContract } from './exit-contract.ts';
import type { Shock } from './shocks.ts';

/** Known, or between two ends. */
export type Spread = number | Range;

interface Sourced {
  /** Who says so, of everything in the entry. */
  readonly source?: string | undefined;
}

export interface FileDeployment extends Omit<PlanDeployment, 'tokens_per_minute' | 'ready_days'>, Sourced {
  /** Of the price that is written. */
  readonly price_times: Spread;
  readonly tokens_per_minute?: Spread | undefined;
  readonly ready_days: Spread;
}

export interface FileWorkload extends PlanWorkload, Sourced {
  /** Of tokens and peak as they are written. */
  readonly demand_times: Spread;
}

type Spreading<Held> = { readonly [Name in keyof Held]: Held[Name] extends number ? Spread : Held[Name] };
type SpreadShock<Held> = Held extends Shock ? Spreading<Held> : never;
export type FileShock = SpreadShock<Shock> & Sourced;

export interface FileMonth {
  readonly month: string;
  readonly mwh: number;
  readonly market: number;
  readonly generated_mwh?: number | undefined;
  readonly kg_per_mwh?: number | undefined;
}

/** Power under one contract; the three factors are of what the months say. */
export interface FileEnergy extends Sourced {
  readonly contract: EnergyContract;
  readonly months: readonly FileMonth[];
  readonly market_times: Spread;
  readonly use_times: Spread;
  readonly carbon_times: Spread;
}

export interface ExposureFile {
  readonly version: 1;
  readonly plan: 'exposure';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly as_of: string;
  readonly currency: string;
  readonly ties: Ties;
  readonly deployments: Readonly<Record<string, FileDeployment>>;
  readonly workloads: Readonly<Record<string, FileWorkload>>;
  readonly proofs: readonly ModelProof[];
  readonly shocks: Readonly<Record<string, FileShock>>;
  /** By seller. */
  readonly contracts: Readonly<Record<string, ExitContract>>;
  readonly energy: Readonly<Record<string, FileEnergy>>;
  readonly carbon?: CarbonBudget | undefined;
  /** The seller whose exit plan the report holds, or `none`. */
  readonly exit: string;
  /** What whoever wrote the file could not find out, in words: told with every answer. */
  readonly unknown: readonly string[];
}

export const NO_EXIT = 'none';

const words = z.string().min(1).max(400);
const name = z.string().min(1).max(80);
const amount = z.number().min(0).max(1e15);
const part = z.number().min(0).max(1);
const days = z.number().min(0).max(10_000);
const names = z.array(name).max(100);
const byClass = z.strictObject({ input: amount, cached: amount, output: amount });
const source = words.optional();

/** A number, or low, likely and high in order. */
const spread = (bound: z.ZodNumber) =>
  z.union([
    bound,
    z
      .strictObject({ low: bound, likely: bound, high: bound })
      .refine(({ low, likely, high }) => low <= likely && likely <= high, 'put them in order: low, likely, high'),
  ]);
const factor = spread(z.number().min(0).max(1000));
const once = factor.default(1);

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
  price_times: once,
  ttft_ms: amount.optional(),
  tokens_per_minute: spread(amount).optional(),
  features: names.default([]),
  approved: z.boolean(),
  ready_days: spread(days),
  source,
});

const workload = z.strictObject({
  route: z.array(name).min(1, 'name the deployment that serves it now').max(20),
  tokens_per_month: byClass,
  peak_tokens_per_minute: amount,
  demand_times: once,
  criticality: part,
  features: names.default([]),
  regions: names.optional(),
  clouds: names.optional(),
  ttft_ms_most: amount.optional(),
  dearer_most: z.number().positive().max(1000).optional(),
  source,
});

const shock = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('price_shock'), of: selector, times: factor, source }),
  z.strictObject({
    kind: z.literal('energy_shock'),
    of: selector,
    times: factor,
    energy_share: spread(part),
    pass_through: spread(part),
    source,
  }),
  z.strictObject({ kind: z.literal('capacity_lost'), of: selector, share: spread(part), source }),
  z.strictObject({ kind: z.literal('model_retired'), model: name, notice_days: spread(days), source }),
  z.strictObject({ kind: z.literal('region_closed'), region: name, source }),
  z.strictObject({ kind: z.literal('seller_gone'), seller: name, source }),
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

const price = z.number().min(-100_000).max(100_000);
const energy = z.strictObject({
  source,
  contract: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), price: price.min(0) }),
    z.strictObject({
      kind: z.literal('indexed'),
      base: price,
      follows: z.number().min(0).max(10),
      floor: price.optional(),
      cap: price.optional(),
    }),
    z.strictObject({ kind: z.literal('ppa'), price: price.min(0), sold_back: part }),
  ]),
  months: z
    .array(
      z.strictObject({
        month,
        mwh: amount,
        market: price,
        generated_mwh: amount.optional(),
        kg_per_mwh: z.number().min(0).max(100_000).optional(),
      }),
    )
    .min(1, 'write a month at least')
    .max(60),
  market_times: once,
  use_times: once,
  carbon_times: once,
});

export const exposureForm = z.strictObject({
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
  energy: named(energy).default({}),
  carbon: z.strictObject({ kg: amount, set_by: words }).optional(),
  exit: name.default(NO_EXIT),
  unknown: z.array(words).max(60).default([]),
}) as unknown as z.ZodType<ExposureFile>;
