// Training and fine-tuning at the level of a roofline: operations of every token through every active weight, the exchange of
// gradients, and a range of what large runs reach of their chips' stated rate. No row of it was measured here: the interval is the
// range that published runs span, wide on purpose, and every answer says so.
import { AppError } from '@weighbridge/kernel';
import { allReduceBytes, trainingOperations } from './formulas.ts';
import type { Interval } from './interval.ts';
import type { PerformanceModel } from './predict.ts';
import { rateOf } from './work.ts';

export interface TrainingAsk {
  readonly accelerator: string;
  readonly model: string;
  readonly precision: 'bf16' | 'fp8';
  readonly chips: number;
  readonly tokens: number;
  /** Of one sequence. */
  readonly length: number;
  /** Tokens of one optimiser step over all chips. */
  readonly batch: number;
  /** Only adapters learn: gradients and optimiser state of `adapters` of the weights, and no backward pass into the frozen ones. */
  readonly adapters?: number | undefined;
}

export interface TrainingEstimate {
  readonly operations: number;
  /** Days, wall clock, without interruptions. */
  readonly days: Interval;
  /** Part of the chips' stated rate; low and high as published runs span. */
  readonly utilisation: Interval;
  /** Bytes that one chip sends in a step's gradient exchange, and its seconds, before any overlap. */
  readonly exchange: { readonly bytes: number; readonly seconds: number };
  /** Bytes of weights, gradients and optimiser state, over all chips. */
  readonly state: number;
  readonly statePerChip: number;
  readonly extrapolates: readonly string[];
  readonly notes: readonly string[];
}

/** Large dense runs report 0.35 to 0.45 in 16 bits; mixtures and 8-bit runs less. Our reading of public reports; low confidence. */
const UTILISATION = {
  bf16: { low: 0.25, mid: 0.38, high: 0.5 },
  fp8: { low: 0.15, mid: 0.27, high: 0.4 },
} as const;
const MIXTURE = 0.75;
/** Weights in 2 bytes, gradients in 2, master weights and two moments in 4 each. */
const STATE_BYTES = 16;
const FROZEN_BYTES = 2;
const GRADIENT_BYTES = 2;
/** Forward 2, backward through frozen weights 2; learning them 2 more. */
const FROZEN_SHARE = 4 / 6;

/** Throws PLAN_IMPOSSIBLE. */
export function estimateTraining(model: PerformanceModel, ask: TrainingAsk): TrainingEstimate {
  const chip = model.chips.get(ask.accelerator);
  const shape = model.shapes.get(ask.model);
  const refuse = (message: string, next: string): AppError => new AppError('PLAN_IMPOSSIBLE', message, { next });
  if (chip === undefined) throw refuse(`there is no accelerator "${ask.accelerator}"`, 'use one of the catalogue');
  if (shape === undefined) throw refuse(`there is no model "${ask.model}"`, 'use one of the catalogue');
  if (ask.precision === 'fp8' && chip.rates.fp8 === 0) throw refuse(`${chip.id} has no 8-bit arithmetic`, 'use bf16');
  for (const [name, value] of Object.entries({
    chips: ask.chips,
    tokens: ask.tokens,
    length: ask.length,
    batch: ask.batch,
  }))
    if (!Number.isFinite(value) || value < 1) throw refuse(`${name} is ${value}`, 'write a number of 1 or more');
  const learnt = ask.adapters ?? 1;
  if (!(learnt > 0 && learnt <= 1))
    throw refuse(`adapters are ${learnt} of the weights`, 'write a share above 0, up to 1');
  const state = shape.parameters * (learnt === 1 ? STATE_BYTES : FROZEN_BYTES + learnt * STATE_BYTES);
  const statePerChip = state / ask.chips;
  if (statePerChip > chip.memory)
    throw refuse(
      `weights, gradients and optimiser state of ${shape.id} are ${(state / 1e12).toFixed(1)} TB: ${(statePerChip / 1e9).toFixed(0)} GB a chip, of ${(chip.memory / 1e9).toFixed(0)}`,
      `use ${Math.ceil(state / chip.memory)} chips or more, or learn adapters only`,
    );
  const attention = { layers: shape.layers, width: shape.heads * shape.headDim, length: ask.length };
  const operations = trainingOperations(shape.active, ask.tokens, attention) * (learnt === 1 ? 1 : FROZEN_SHARE);
  const times = shape.experts > 0 ? MIXTURE : 1;
  const reached = UTILISATION[ask.precision];
  const utilisation = { low: reached.low * times, mid: reached.mid * times, high: reached.high * times };
  const bytes =
    allReduceBytes(shape.parameters * learnt * GRADIENT_BYTES, ask.chips) / (ask.chips > chip.domain ? chip.domain : 1);
  const seconds = bytes / (ask.chips > chip.domain ? chip.between : chip.link);
  const steps = ask.tokens / ask.batch;
  const days = (share: number, exposed: number): number =>
    (operations / (ask.chips * rateOf(chip, ask.precision) * share) + steps * seconds * exposed) / 86_400;
  return {
    operations,
    // Exchanges hide behind the backward pass, wholly or not at all.
    days: { low: days(utilisation.high, 0), mid: days(utilisation.mid, 0.2), high: days(utilisation.low, 1) },
    utilisation,
    exchange: { bytes, seconds },
    state,
    statePerChip,
    extrapolates: ['no training run was measured here: the range is that of published runs'],
    notes: learnt === 1 ? [] : ['adapters: frozen weights are read and passed through, not learnt'],
  };
}
