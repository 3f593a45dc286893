// From work to time: what a decode step and a request's prefill take under fitted coefficients, part by part. The parts stay apart
// in the answer, because what bounds a system, and what a better kernel or link is worth, is read off them.
import type { Coefficients } from './coefficients.ts';
import { expertsAwake } from './formulas.ts';
import type { Work } from './work.ts';

/** Seconds of one token of output, by what they are spent on. */
export const PARTS = ['dense', 'experts', 'attention', 'network', 'overhead', 'prefill'] as const;
export type Part = (typeof PARTS)[number];
export type Parts = Record<Part, number>;

export interface StepTime {
  /** Of one decode step of one stage. */
  readonly step: number;
  /** Of the prefill of one request on all chips. */
  readonly prefill: number;
  /** Of one output token of one request: decode and what of the others' prefill it waits for. */
  readonly perToken: number;
  /** Those of `perToken`. */
  readonly parts: Parts;
  /** Reading, computing: of the step, before they overlap. */
  readonly reading: number;
  readonly computing: number;
}

const larger = (first: number, second: number, sharpness: number): number => {
  const most = Math.max(first, second);
  if (most === 0) return 0;
  return most * (1 + (Math.min(first, second) / most) ** sharpness) ** (1 / sharpness);
};

export function stepTime(work: Work, c: Coefficients): StepTime {
  const four = work.precision === 'fp4';
  const widened = four && !work.native;
  const sixteen = work.precision === 'bf16';
  const denseRate = widened ? c.dense4Widened : four ? Math.max(c.dense4, work.eightOverFour) : sixteen ? c.dense16 : 1;
  const expertRate = widened
    ? c.experts4Widened
    : four
      ? Math.max(c.experts4, work.eightOverFour)
      : sixteen
        ? c.experts16
        : 1;
  const bandwidth = work.blackwell === 'linked' ? c.blackwellBandwidth : 1;
  const sharpness = c.overlap + 1;
  const uneven = work.wholeExperts ? 1 + c.uneven : 1;
  const mixed = work.experts > 0;

  const read = work.readWeights / (c.readWeights * bandwidth * (four && !mixed && work.native ? c.read4 : 1));
  const computed = work.computeDense / (c.computeDense * denseRate);
  const dense = larger(read, computed, sharpness);

  const tokens = work.batch * work.checked;
  const awake = mixed ? expertsAwake(1, work.expertShare, tokens * Math.min(1, c.routed)) * work.experts : 0;
  const readExperts = ((work.readExpert * awake) / (c.readExperts * bandwidth)) * (work.native ? 1 : c.widen);
  const perExpert = mixed ? Math.hypot((tokens * work.expertShare * work.experts) / awake, c.tile) : 0;
  const computeExperts = (work.computeExpert * awake * perExpert) / (c.computeExperts * expertRate);
  const experts = mixed ? uneven * larger(readExperts, computeExperts, sharpness) : 0;

  const readCache = work.readCache / (c.readCache * bandwidth);
  const attended = (work.computeAttention / c.computeAttention) * (work.latentLayers > 0 ? c.latentAttention : 1);
  const attention = larger(readCache, attended, sharpness);

  const growth = 1 + c.latencyGrowth * 0.2 * (Math.log2(work.chips) - 1);
  const network =
    work.reduce / c.reduce +
    work.exchange / c.exchange +
    work.exchanges * (work.overPcie ? c.latencyPcie : c.latency) * growth;

  const fixed = work.layers * c.layer + work.expertLayers * c.expertLayer + work.latentLayers * c.latentLayer + c.step;
  const overhead =
    fixed * (work.blackwell === 'no' ? 1 : c.blackwellOverhead) * draftCost(work) + c.request * work.local;

  const step = dense + experts + attention + network + overhead;
  const prefill =
    work.prefillDense / (c.prefillDense * denseRate) +
    (uneven * work.prefillExperts) / (c.prefillExperts * expertRate) +
    work.prefillAttention / c.prefillAttention +
    work.prefillNetwork / c.prefillNetwork +
    c.prefillToken * work.fresh;
  return {
    step,
    prefill,
    ...tokenTime(work, step, { dense, experts, attention, network, overhead }, c.disturbed * prefill),
    reading: read + readExperts + readCache,
    computing: computed + computeExperts + attended,
  };
}

/** Guessing costs a layer's time for each guess: of the fixed times, about one part in thirty. */
const draftCost = ({ checked }: Work): number => 1 + (checked - 1) / 30;

/** Each other request prefills once while this one writes its output. */
function tokenTime(
  work: Work,
  step: number,
  decode: Omit<Parts, 'prefill'>,
  prefill: number,
): Pick<StepTime, 'perToken' | 'parts'> {
  const passes = work.stages / work.kept;
  const waited = work.apart ? 0 : ((work.batch * work.stages - 1) / work.output) * prefill;
  const { dense, experts, attention, network, overhead } = decode;
  return {
    perToken: step * passes + waited,
    parts: {
      dense: dense * passes,
      experts: experts * passes,
      attention: attention * passes,
      network: network * passes,
      overhead: overhead * passes,
      prefill: waited,
    },
  };
}

/** Seconds of all chips for one output token at the most that they can carry, and what they are spent on. */
export function saturatedTime(work: Work, time: StepTime, c: Coefficients): { perToken: number; parts: Parts } {
  const steps = 1 / (work.batch * work.kept);
  const decode = time.step * steps;
  const prefill = work.apart ? 0 : (c.disturbed * time.prefill) / work.output;
  const passes = work.stages / work.kept;
  const scaled = (part: Exclude<Part, 'prefill'>): number => (time.parts[part] / passes) * steps;
  return {
    perToken: decode + prefill,
    parts: {
      dense: scaled('dense'),
      experts: scaled('experts'),
      attention: scaled('attention'),
      network: scaled('network'),
      overhead: scaled('overhead'),
      prefill,
    },
  };
}
