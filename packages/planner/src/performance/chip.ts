// A chip and a model as the formulas use them: plain numbers in base units (bytes, bytes a second, operations a second), made once
// from the catalogue's sourced values. The weights of a model are counted from its shape and reconciled with its published
// parameters, so that what a step reads and computes adds up to what the model is.
import { valueIn } from '../catalogue/sourced.ts';
import type { Accelerator } from '../catalogue/accelerators.ts';
import type { Model, Precision } from '../catalogue/models.ts';

export interface Chip {
  readonly id: string;
  readonly generation: string;
  /** Operations a second; 0 for a precision that it lacks. */
  readonly rates: Readonly<Record<Precision, number>>;
  readonly memory: number;
  readonly bandwidth: number;
  readonly link: number;
  readonly domain: number;
  readonly between: number;
  readonly host: number;
}

export function chipOf(id: string, held: Accelerator): Chip {
  const rate = (value: Accelerator['fp8']): number => (value === undefined ? 0 : valueIn(value, 'TFLOPS') * 1e12);
  return {
    id,
    generation: held.generation,
    rates: { bf16: rate(held.bf16), fp8: rate(held.fp8), fp4: rate(held.fp4) },
    memory: valueIn(held.memory, 'GB') * 1e9,
    bandwidth: valueIn(held.bandwidth, 'GB/s') * 1e9,
    link: valueIn(held.link, 'GB/s') * 1e9,
    domain: held.domain.value,
    between: valueIn(held.between, 'GB/s') * 1e9,
    host: valueIn(held.host, 'GB/s') * 1e9,
  };
}

export interface Shape {
  readonly id: string;
  readonly parameters: number;
  readonly active: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Numbers kept of a token of context, all layers together. */
  readonly kvElements: number;
  readonly context: number;
  readonly experts: number;
  readonly expertsUsed: number;
  readonly expertLayers: number;
  readonly latent:
    | { readonly rank: number; readonly rope: number; readonly nope: number; readonly value: number }
    | undefined;
  readonly native: Precision;
  readonly attention: Precision | undefined;
  /** Numbers of weights. `perExpert`: of one expert in one layer. */
  readonly weights: {
    readonly attention: number;
    readonly dense: number;
    readonly head: number;
    readonly perExpert: number;
  };
}

export function shapeOf(id: string, held: Model): Shape {
  const number = (value: Model['experts'], otherwise = 0): number => value?.value ?? otherwise;
  const parameters = valueIn(held.parameters, 'bn parameters') * 1e9;
  const active = valueIn(held.active, 'bn parameters') * 1e9;
  const layers = held.layers.value;
  const experts = number(held.experts);
  const expertLayers =
    experts > 0 ? Math.floor((layers - number(held.dense_layers)) / number(held.expert_every, 1)) : 0;
  const latent =
    held.kv_rank === undefined
      ? undefined
      : {
          rank: held.kv_rank.value,
          rope: number(held.rope_dim),
          nope: number(held.nope_dim),
          value: number(held.value_dim),
        };
  const used = number(held.experts_used);
  return {
    id,
    parameters,
    active,
    layers,
    hidden: held.hidden.value,
    heads: held.heads.value,
    kvHeads: held.kv_heads.value,
    headDim: held.head_dim.value,
    kvElements: held.kv_elements.value,
    context: number(held.context, Number.POSITIVE_INFINITY),
    experts,
    expertsUsed: used,
    expertLayers,
    latent,
    native: held.native ?? 'bf16',
    attention: held.attention,
    weights: weightsOf(held, { parameters, active, experts, used, expertLayers }),
  };
}

/** What a published figure of active parameters may differ by before our count gives way to it. */
const ACTIVE_TOLERANCE = 1.05;

function weightsOf(
  held: Model,
  of: { parameters: number; active: number; experts: number; used: number; expertLayers: number },
): Shape['weights'] {
  const hidden = held.hidden.value;
  const head = held.vocabulary.value * hidden;
  let attention = held.layers.value * attentionWeights(held);
  if (of.experts === 0)
    return { attention, head, perExpert: 0, dense: Math.max(0, of.parameters - 2 * head - attention) };
  let perExpert = 3 * hidden * (held.expert_intermediate?.value ?? 0);
  const all = of.expertLayers * of.experts;
  let dense = of.parameters - 2 * head - attention - all * perExpert;
  if (dense < 0) {
    perExpert += dense / all;
    dense = 0;
  }
  const excess = attention + dense + head + of.expertLayers * of.used * perExpert - of.active * ACTIVE_TOLERANCE;
  if (excess > 0) {
    const fromDense = Math.min(dense, excess);
    dense -= fromDense;
    attention = Math.max(0, attention - (excess - fromDense));
  }
  return { attention, dense, head, perExpert };
}

/** Of one layer: queries, keys, values and output; for latent attention through its ranks. */
export function attentionWeights(held: Model): number {
  const [hidden, heads, dim] = [held.hidden.value, held.heads.value, held.head_dim.value];
  if (held.kv_rank === undefined) return 2 * hidden * heads * dim + 2 * hidden * held.kv_heads.value * dim;
  const [rank, query] = [held.kv_rank.value, held.q_rank?.value ?? 0];
  const [rope, nope, value] = [held.rope_dim?.value ?? 0, held.nope_dim?.value ?? 0, held.value_dim?.value ?? 0];
  return (
    hidden * query +
    query * heads * (nope + rope) +
    hidden * (rank + rope) +
    rank * heads * (nope + value) +
    heads * value * hidden
  );
}
