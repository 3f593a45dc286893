// What a setting asks of one chip, before anything is fitted: seconds that each part of a decode step and of one request's prefill
// would take at the chip's stated rates, and counts of layers, exchanges and tokens. The coefficients (step.ts) only scale these.
import type { Precision } from '../catalogue/models.ts';
import {
  allReduceBytes,
  allToAllBytes,
  BYTES,
  cacheShare,
  decodeAttentionOperations,
  latentDecodeOperations,
  prefillAttentionOperations,
} from './formulas.ts';
import { precisionOf, weightBytes, type Memory } from './memory.ts';
import type { Setting } from './setting.ts';

export interface Work {
  /** Requests in one stage's batch. */
  readonly batch: number;
  readonly input: number;
  readonly output: number;
  readonly chips: number;
  readonly stages: number;
  /** Of one stage. */
  readonly layers: number;
  readonly expertLayers: number;
  readonly latentLayers: number;
  /** Seconds at stated rates: reading weights outside experts, of all experts' weights, the cache. */
  readonly readWeights: number;
  readonly readExpert: number;
  readonly readCache: number;
  readonly computeDense: number;
  /** Of one token in one expert of every layer. */
  readonly computeExpert: number;
  readonly computeAttention: number;
  readonly reduce: number;
  readonly exchange: number;
  /** Exchanges in one step: each has a latency. */
  readonly exchanges: number;
  readonly prefillDense: number;
  readonly prefillExperts: number;
  readonly prefillAttention: number;
  readonly prefillNetwork: number;
  readonly experts: number;
  readonly expertShare: number;
  /** Tokens that one request has in a step: 1, or more with speculation; and those that it keeps. */
  readonly checked: number;
  readonly kept: number;
  readonly fresh: number;
  readonly apart: boolean;
  readonly wholeExperts: boolean;
  readonly precision: Precision;
  /** The chip computes in this precision, rather than widening the weights first. */
  readonly native: boolean;
  readonly blackwell: 'no' | 'linked' | 'by PCIe';
  readonly overPcie: boolean;
}

/** Links below this are a card's slot, not a switch between chips. */
const SLOT = 100e9;

/** In which a chip multiplies weights of `precision`, and how fast. */
export function rateOf(chip: Setting['chip'], precision: Precision): number {
  return chip.rates[precision] || chip.rates.bf16;
}

export function workOf(setting: Setting, memory: Memory, kept: number): Work {
  const { chip, shape, parallel, input, output, drafted } = setting;
  const { tensor, pipeline, attention: groups } = parallel;
  const { weights, latent } = shape;
  const together = tensor / groups;
  const checked = drafted + 1;
  const batch = Math.max(1, Math.min(setting.concurrency, Math.max(1, memory.most)) / pipeline);
  const local = Math.max(1, batch / groups);
  const context = input + output / 2;
  const precision = precisionOf(shape, setting.precision);
  const { outside, inside } = weightBytes(setting);
  const outsideRate = rateOf(chip, outside === BYTES.bf16 ? 'bf16' : outside === BYTES.fp8 ? 'fp8' : 'fp4');
  const insideRate = rateOf(chip, precision);
  const mixed = shape.experts > 0;
  const denseChips = mixed && groups > 1 ? together : tensor;
  const network = tensor <= chip.domain ? chip.link : chip.between;
  const per = 1 / (tensor * pipeline);
  // Layers that look at the whole context, as the cache counts them.
  const looking = latent === undefined ? shape.kvElements / (2 * shape.kvHeads * shape.headDim) : shape.layers;
  const attended = decodeOperations(setting, context, looking) * local * checked;
  const fresh = input * (1 - setting.prefix);
  const prefillDim = latent === undefined ? shape.headDim : (latent.nope + latent.rope + latent.value) / 2;
  const denseWork = (weights.attention / together) * local + ((weights.dense + weights.head) / tensor) * batch;
  return {
    batch,
    input,
    output,
    chips: tensor,
    stages: pipeline,
    layers: shape.layers / pipeline,
    expertLayers: shape.expertLayers / pipeline,
    latentLayers: latent === undefined ? 0 : shape.layers / pipeline,
    readWeights:
      ((weights.attention * outside) / together +
        (weights.dense * outside) / denseChips +
        (weights.head * BYTES.bf16) / tensor) /
      pipeline /
      chip.bandwidth,
    readExpert: (shape.expertLayers * weights.perExpert * inside * per) / chip.bandwidth,
    readCache:
      (local *
        context *
        shape.kvElements *
        BYTES[setting.cache] *
        cacheShare(together, shape.kvHeads, latent !== undefined)) /
      pipeline /
      chip.bandwidth,
    computeDense: (2 * denseWork * checked) / pipeline / outsideRate,
    computeExpert: (2 * shape.expertLayers * weights.perExpert * per) / insideRate,
    computeAttention: attended / together / pipeline / chip.rates.bf16,
    reduce:
      groups > 1
        ? 0
        : (2 * shape.layers * allReduceBytes(batch * checked * shape.hidden * 2, tensor)) / network / pipeline,
    exchange:
      mixed && groups > 1
        ? (shape.expertLayers * allToAllBytes(local * checked, shape.hidden, shape.expertsUsed, tensor)) /
          network /
          pipeline
        : 0,
    exchanges: tensor > 1 ? (2 * shape.layers) / pipeline : 0,
    prefillDense: (2 * (weights.attention + weights.dense) * fresh * per) / outsideRate,
    prefillExperts: mixed
      ? (2 * shape.expertLayers * shape.expertsUsed * weights.perExpert * fresh * per) / insideRate
      : 0,
    prefillAttention:
      (prefillAttentionOperations(shape.heads, prefillDim, fresh, input - fresh, looking) * per) / chip.rates.bf16,
    prefillNetwork: prefillNetwork(setting, fresh) / network / pipeline,
    experts: shape.experts,
    expertShare: mixed ? shape.expertsUsed / shape.experts : 0,
    checked,
    kept,
    fresh,
    apart: setting.apart,
    wholeExperts: parallel.experts,
    precision,
    native: chip.rates[precision] > 0,
    blackwell: !chip.generation.startsWith('blackwell') ? 'no' : chip.generation === 'blackwell' ? 'linked' : 'by PCIe',
    overPcie: chip.link < SLOT,
  };
}

function decodeOperations({ shape }: Setting, context: number, layers: number): number {
  return shape.latent === undefined
    ? decodeAttentionOperations(shape.heads, shape.headDim, context, layers)
    : latentDecodeOperations(shape.heads, shape.latent.rank, shape.latent.rope, context, layers);
}

function prefillNetwork({ shape, parallel }: Setting, fresh: number): number {
  const { tensor, attention: groups } = parallel;
  if (tensor === 1) return 0;
  return groups > 1
    ? (shape.expertLayers * fresh * Math.min(shape.expertsUsed, tensor) * shape.hidden * 3) / groups
    : 2 * shape.layers * allReduceBytes(fresh * shape.hidden * 2, tensor);
}
