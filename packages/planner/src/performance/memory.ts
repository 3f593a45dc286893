// What lies in a chip's memory: weights, the runtime's own, and the cache of the contexts in flight. How many requests fit is what
// is left after the weights, divided by what one keeps.
import { BYTES, cacheShare } from './formulas.ts';
import { chipsOf, type Setting } from './setting.ts';

export interface Memory {
  /** Of one chip, in bytes. */
  readonly capacity: number;
  readonly weights: number;
  readonly runtime: number;
  /** Left for the cache. */
  readonly free: number;
  /** Of one token of context, on one chip. */
  readonly perToken: number;
  /** Requests that fit together, over all chips; below 1: none does. */
  readonly most: number;
}

/** Part of what is left, or of the whole, that a server gives to weights and cache. */
export type Reserve = 'share of the chip' | 'share of the rest';
const OF_CHIP = 0.92;
const OF_REST = 0.92;
const RUNTIME = 2e9;
/** A scheduler that never evicts keeps room for more of the output than what is there on average. */
const KEPT = { 'share of the chip': 0.5, 'share of the rest': 0.75 } as const;

/** In bytes: of one weight outside the experts, and of one in them. */
export function weightBytes({ shape, precision }: Setting): { outside: number; inside: number } {
  const inside = BYTES[precisionOf(shape, precision)];
  if (shape.experts === 0) return { outside: inside, inside };
  // 4-bit checkpoints of mixtures keep attention wider.
  const kept = shape.attention ?? (precision === 'fp4' ? 'fp8' : precision);
  return { outside: BYTES[kept], inside };
}

/** Experts published in 4 bits stay in 4 bits whatever is asked of the rest. */
export const precisionOf = (
  { native, attention }: Setting['shape'],
  precision: Setting['precision'],
): Setting['precision'] => (attention === undefined ? precision : native);

export function memoryOf(setting: Setting, reserve: Reserve): Memory {
  const { shape, chip, parallel, input, output } = setting;
  const { attention: groups, pipeline, tensor } = parallel;
  const { outside, inside } = weightBytes(setting);
  const { weights } = shape;
  const total =
    weights.attention * outside * groups +
    weights.dense * outside +
    2 * weights.head * BYTES.bf16 +
    weights.perExpert * shape.experts * shape.expertLayers * inside;
  const perChip = total / chipsOf(parallel);
  const perToken =
    (shape.kvElements * BYTES[setting.cache] * cacheShare(tensor / groups, shape.kvHeads, shape.latent !== undefined)) /
    pipeline;
  const free =
    reserve === 'share of the chip'
      ? chip.memory * OF_CHIP - perChip - RUNTIME
      : (chip.memory - perChip - RUNTIME) * OF_REST;
  const most = free > 0 ? (free / (perToken * (input + output * KEPT[reserve]))) * groups : 0;
  return { capacity: chip.memory, weights: perChip, runtime: RUNTIME, free, perToken, most };
}
