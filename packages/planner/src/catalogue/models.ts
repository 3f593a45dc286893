// The shape of a model: what its weights, its cache and its arithmetic are counted from. Every number is its configuration file's,
// except the parameters, which are its model card's. A mixture of experts has all of `experts`, `experts_used` and
// `expert_intermediate`; latent attention has `kv_rank` and the widths beside it.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export const PRECISIONS = ['bf16', 'fp8', 'fp4'] as const;
export type Precision = (typeof PRECISIONS)[number];

export interface Model {
  readonly name: string;
  readonly aliases: readonly string[];
  /** In which it was published, where that is not bf16. */
  readonly native?: Precision | undefined;
  /** Of what stands outside the experts, whatever is asked of the rest. */
  readonly attention?: Precision | undefined;
  readonly parameters: Sourced;
  /** That one token passes through. */
  readonly active: Sourced;
  readonly layers: Sourced;
  readonly hidden: Sourced;
  readonly heads: Sourced;
  readonly kv_heads: Sourced;
  readonly head_dim: Sourced;
  readonly intermediate?: Sourced | undefined;
  readonly vocabulary: Sourced;
  /** Numbers kept of one token of the context, over all layers. */
  readonly kv_elements: Sourced;
  readonly context?: Sourced | undefined;
  readonly experts?: Sourced | undefined;
  readonly experts_used?: Sourced | undefined;
  readonly expert_intermediate?: Sourced | undefined;
  /** First layers that have no experts. */
  readonly dense_layers?: Sourced | undefined;
  /** Every how many layers has experts; 1 where nothing is said. */
  readonly expert_every?: Sourced | undefined;
  readonly kv_rank?: Sourced | undefined;
  readonly q_rank?: Sourced | undefined;
  readonly rope_dim?: Sourced | undefined;
  readonly nope_dim?: Sourced | undefined;
  readonly value_dim?: Sourced | undefined;
}

const count = (least = 1): z.ZodType<Sourced> => sourced(['count'], { least, most: 1e9 });
const parameters = (): z.ZodType<Sourced> => sourced(['parameters', 'bn parameters'], { above: true, most: 1e14 });
const word = z.string().min(1).max(80);

const TOGETHER = [
  ['experts', 'experts_used', 'expert_intermediate'],
  ['kv_rank', 'q_rank', 'rope_dim', 'nope_dim', 'value_dim'],
] as const;

export const MODELS: CatalogueKind<Model> = {
  name: 'models',
  entry: z.strictObject({
    name: word,
    aliases: z.array(word).max(30).default([]),
    native: z.enum(PRECISIONS).optional(),
    attention: z.enum(PRECISIONS).optional(),
    parameters: parameters(),
    active: parameters(),
    layers: count(),
    hidden: count(),
    heads: count(),
    kv_heads: count(),
    head_dim: count(),
    intermediate: count().optional(),
    vocabulary: count(),
    kv_elements: count(),
    context: sourced(['tokens'], { least: 1 }).optional(),
    experts: count(2).optional(),
    experts_used: count().optional(),
    expert_intermediate: count().optional(),
    dense_layers: count(0).optional(),
    expert_every: count().optional(),
    kv_rank: count().optional(),
    q_rank: count().optional(),
    rope_dim: count().optional(),
    nope_dim: count().optional(),
    value_dim: count().optional(),
  }),
  meaning: (model, problems) => {
    for (const names of TOGETHER) {
      const has = names.find((name) => model[name] !== undefined);
      if (has === undefined) continue;
      for (const name of names)
        if (model[name] === undefined) problems.error([], `${has} stands without ${name}`, `write ${name}`, 'key');
    }
    const { experts, experts_used: used } = model;
    if (experts !== undefined && used !== undefined && used.value > experts.value)
      problems.error(['experts_used', 'value'], 'more experts are used than there are', 'exchange the two');
    if (model.active.unit === model.parameters.unit && model.active.value > model.parameters.value)
      problems.error(['active', 'value'], 'more parameters are active than there are', 'exchange the two');
  },
};
