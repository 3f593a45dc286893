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
  /** Of them, those of one attention group. */
  readonly local: number;
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
  /** Rate in 8 bits over that in 4, of a chip that has both: nobody computes 4 bits slower than widened to 8. */
  readonly eightOverFour: number;
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
  const { chip, shape, parallel } = setting;
  const { tensor, pipeline, attention: groups } = parallel;
  const batch = Math.max(1, Math.min(setting.concurrency, Math.max(1, memory.most)) / pipeline);
  const local = Math.max(1, batch / groups);
  const precision = precisionOf(shape, setting.precision);
  const { outside } = weightBytes(setting);
  const rates = {
    outside: rateOf(chip, outside === BYTES.bf16 ? 'bf16' : outside === BYTES.fp8 ? 'fp8' : 'fp4'),
    inside: rateOf(chip, precision),
  };
  const linked = chip.generation === 'blackwell' ? 'linked' : 'by PCIe';
  return {
    batch,
    local,
    input: setting.input,
    output: setting.output,
    chips: tensor,
    stages: pipeline,
    layers: shape.layers / pipeline,
    expertLayers: shape.expertLayers / pipeline,
    latentLayers: shape.latent === undefined ? 0 : shape.layers / pipeline,
    ...readWork(setting, local),
    ...computeWork(setting, batch, local, rates),
    ...networkWork(setting, batch, local),
    ...prefillWork(setting, rates),
    experts: shape.experts,
    expertShare: shape.experts > 0 ? shape.expertsUsed / shape.experts : 0,
    checked: setting.drafted + 1,
    kept,
    apart: setting.apart,
    wholeExperts: parallel.experts,
    precision,
    native: chip.rates[precision] > 0,
    eightOverFour: chip.rates.fp4 > 0 ? chip.rates.fp8 / chip.rates.fp4 : 0,
    blackwell: chip.generation.startsWith('blackwell') ? linked : 'no',
    overPcie: chip.link < SLOT,
  };
}

interface Rates {
  readonly outside: number;
  readonly inside: number;
}

/** Tokens of context that a request has on average while it writes. */
const contextOf = ({ input, output }: Setting): number => input + output / 2;

/** Layers that look at the whole context, as the cache counts them. */
const lookingLayers = ({ latent, kvElements, kvHeads, headDim, layers }: Setting['shape']): number =>
  latent === undefined ? kvElements / (2 * kvHeads * headDim) : layers;

function readWork(setting: Setting, local: number): Pick<Work, 'readWeights' | 'readExpert' | 'readCache'> {
  const { chip, shape, parallel } = setting;
  const { tensor, pipeline, attention: groups } = parallel;
  const together = tensor / groups;
  const { outside, inside } = weightBytes(setting);
  const { weights } = shape;
  const denseChips = shape.experts > 0 && groups > 1 ? together : tensor;
  const weighed =
    (weights.attention * outside) / together +
    (weights.dense * outside) / denseChips +
    (weights.head * BYTES.bf16) / tensor;
  const kept = BYTES[setting.cache] * cacheShare(together, shape.kvHeads, shape.latent !== undefined);
  return {
    readWeights: weighed / pipeline / chip.bandwidth,
    readExpert: (shape.expertLayers * weights.perExpert * inside) / (tensor * pipeline) / chip.bandwidth,
    readCache: (local * contextOf(setting) * shape.kvElements * kept) / pipeline / chip.bandwidth,
  };
}

function computeWork(
  setting: Setting,
  batch: number,
  local: number,
  rates: Rates,
): Pick<Work, 'computeDense' | 'computeExpert' | 'computeAttention'> {
  const { chip, shape, parallel, drafted } = setting;
  const { tensor, pipeline, attention: groups } = parallel;
  const together = tensor / groups;
  const { weights } = shape;
  const checked = drafted + 1;
  const dense = (weights.attention / together) * local + ((weights.dense + weights.head) / tensor) * batch;
  const attended = decodeOperations(setting, contextOf(setting), lookingLayers(shape)) * local * checked;
  return {
    computeDense: (2 * dense * checked) / pipeline / rates.outside,
    computeExpert: (2 * shape.expertLayers * weights.perExpert) / (tensor * pipeline) / rates.inside,
    computeAttention: attended / together / pipeline / chip.rates.bf16,
  };
}

const linkOf = ({ chip, parallel }: Setting): number => (parallel.tensor <= chip.domain ? chip.link : chip.between);

function networkWork(setting: Setting, batch: number, local: number): Pick<Work, 'reduce' | 'exchange' | 'exchanges'> {
  const { shape, parallel, drafted } = setting;
  const { tensor, pipeline, attention: groups } = parallel;
  const checked = drafted + 1;
  const link = linkOf(setting) * pipeline;
  const reduced = 2 * shape.layers * allReduceBytes(batch * checked * shape.hidden * 2, tensor);
  const exchanged = shape.expertLayers * allToAllBytes(local * checked, shape.hidden, shape.expertsUsed, tensor);
  return {
    reduce: groups > 1 ? 0 : reduced / link,
    exchange: shape.experts > 0 && groups > 1 ? exchanged / link : 0,
    exchanges: tensor > 1 ? (2 * shape.layers) / pipeline : 0,
  };
}

function prefillWork(
  setting: Setting,
  rates: Rates,
): Pick<Work, 'prefillDense' | 'prefillExperts' | 'prefillAttention' | 'prefillNetwork' | 'fresh'> {
  const { chip, shape, parallel, input } = setting;
  const { weights, latent } = shape;
  const chips = parallel.tensor * parallel.pipeline;
  const fresh = input * (1 - setting.prefix);
  const dim = latent === undefined ? shape.headDim : (latent.nope + latent.rope + latent.value) / 2;
  const attended = prefillAttentionOperations(shape.heads, dim, fresh, input - fresh, lookingLayers(shape));
  return {
    prefillDense: (2 * (weights.attention + weights.dense) * fresh) / chips / rates.outside,
    prefillExperts: (2 * shape.expertLayers * shape.expertsUsed * weights.perExpert * fresh) / chips / rates.inside,
    prefillAttention: attended / chips / chip.rates.bf16,
    prefillNetwork: prefillNetwork(setting, fresh) / linkOf(setting) / parallel.pipeline,
    fresh,
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
