// A prediction: what one way of running one model gives, with its interval, what bounds it, and what it was not made from. Time to
// first token is not here: it is waiting, and waiting is a queue's (the prefill's own time is given, for that queue to use).
import type { Calibration, ErrorClass } from './calibration.ts';
import { tokensPerStep } from './formulas.ts';
import { estimateSetting, rateInterval, standing, timeInterval, type Estimated } from './estimate.ts';
import type { Regime } from './corrections.ts';
import type { Interval, Standing } from './interval.ts';
import { fitting, settingOf, type Parts, type Request } from './request.ts';
import { chipsOf, type Setting } from './setting.ts';
import { PARTS, type Part } from './step.ts';

export interface PerformanceModel extends Parts {
  readonly calibration: Calibration;
}

export type Bound = 'compute' | 'memory' | 'network' | 'overhead';

export interface Prediction {
  /** One copy of the model. */
  readonly chips: number;
  /** Requests in flight together in it, after what memory allows. */
  readonly batch: number;
  /** Seconds of one decode step. */
  readonly step: number;
  /** Seconds of one output token, as one request sees it. */
  readonly tpot: Interval;
  /** Output tokens a second of one chip. */
  readonly perChip: Interval;
  /** Output tokens a second of one request. */
  readonly perUser: Interval;
  /** Seconds that all chips of a copy need for one request's prefill, with none other there. Not the time to first token. */
  readonly prefill: number;
  readonly memory: {
    readonly capacity: number;
    readonly weights: number;
    readonly perToken: number;
    /** Requests of this length that fit. */
    readonly mostRequests: number;
  };
  readonly bound: Bound;
  /** What a token's time is spent on; shares that add up to 1. */
  readonly shares: Readonly<Record<Part, number>>;
  readonly class: ErrorClass;
  readonly extrapolates: readonly string[];
  readonly notes: readonly string[];
}

/** Rates that prefill and decode chips reach together, over what each would alone: hand-over and imbalance. */
const PREFILL_KEPT = 0.9;
const DECODE_KEPT = 0.92;

/** Throws PLAN_IMPOSSIBLE. */
export function predict(model: PerformanceModel, request: Request): Prediction {
  const setting = settingOf(model, request);
  const regime: Regime = request.concurrency === 'most' ? 'saturated' : 'serving';
  fitting(setting, regime === 'serving' ? 'share of the chip' : 'share of the rest');
  return predictSetting(model, regime, setting);
}

/** Of a setting that is known to fit. */
export function predictSetting(model: PerformanceModel, regime: Regime, setting: Setting): Prediction {
  const held = estimateSetting(model.calibration, regime, setting);
  const where = standing(model.calibration, regime, setting);
  const chips = chipsOf(setting.parallel);
  const { batch, tpot, rate } = ratesOf(regime, setting, held);
  const extrapolates = [...where.extrapolates, ...assumed(setting)];
  const spread = withAssumed(where, setting);
  return {
    chips,
    batch,
    step: held.step.step * held.correction,
    tpot: timeInterval(tpot, spread),
    perChip: rateInterval(rate, spread),
    perUser: rateInterval(1 / tpot, spread),
    prefill: prefillOf(setting, held),
    memory: {
      capacity: held.memory.capacity,
      weights: held.memory.weights,
      perToken: held.memory.perToken,
      mostRequests: Math.floor(held.memory.most),
    },
    bound: boundOf(held),
    shares: sharesOf(held),
    class: where.class,
    extrapolates,
    notes: notesOf(setting, held),
  };
}

/** Seconds per token of one request, tokens per second of one chip, requests in flight. */
function ratesOf(regime: Regime, setting: Setting, held: Estimated): { batch: number; tpot: number; rate: number } {
  const chips = chipsOf(setting.parallel);
  const batch = held.work.batch * held.work.stages;
  if (regime === 'serving') {
    const tpot = held.seconds;
    const wait = prefillOf(setting, held);
    // A request holds its place while it prefills and while it writes.
    const busy = tpot * setting.output + (setting.apart ? 0 : wait);
    const decode = (batch * setting.output) / busy / chips;
    return { batch, tpot, rate: setting.apart ? matched(setting, decode, wait) : decode };
  }
  const rate = 1 / held.seconds;
  const share = setting.apart ? matched(setting, rate, prefillOf(setting, held)) : rate;
  return { batch, tpot: batch / (rate * chips), rate: share };
}

/** Chips for prefill and chips for decode, in the proportion in which neither waits: tokens a second of one chip of all of them. */
function matched(setting: Setting, decode: number, prefill: number): number {
  const chips = chipsOf(setting.parallel);
  const requests = (decode * DECODE_KEPT) / setting.output;
  const prefillChips = (requests * prefill * chips) / PREFILL_KEPT;
  return (decode * DECODE_KEPT) / (1 + prefillChips);
}

const prefillOf = (setting: Setting, { step, correction }: Estimated): number =>
  step.prefill * setting.parallel.pipeline * correction;

function boundOf({ step, parts, work }: Estimated): Bound {
  const sum = PARTS.reduce((total, part) => total + parts[part], 0);
  const carried = parts.dense + parts.experts + parts.attention;
  if (parts.network > carried && parts.network > parts.overhead) return 'network';
  if (parts.overhead > carried + parts.prefill) return 'overhead';
  // Prefill is arithmetic but for short inputs.
  if (parts.prefill > sum / 2)
    return work.prefillNetwork > work.prefillDense + work.prefillExperts ? 'network' : 'compute';
  return step.computing > step.reading ? 'compute' : 'memory';
}

function sharesOf({ parts }: Estimated): Record<Part, number> {
  const sum = PARTS.reduce((total, part) => total + parts[part], 0);
  return Object.fromEntries(PARTS.map((part) => [part, parts[part] / sum])) as Record<Part, number>;
}

/** Features of which no measured row says anything: their effect is a formula's alone. */
function assumed({ drafted, prefix, apart }: Setting): string[] {
  return [
    ...(drafted > 0 ? ['speculation was not measured apart'] : []),
    ...(prefix > 0 ? ['cached prefixes were not measured'] : []),
    ...(apart ? ['prefill on chips of its own was not measured'] : []),
  ];
}

const PER_ASSUMED = 1.25;

function withAssumed(where: Standing, setting: Setting): Standing {
  const by = PER_ASSUMED ** assumed(setting).length;
  return { ...where, low: where.low * by, high: where.high * by };
}

function notesOf(setting: Setting, held: Estimated): string[] {
  const notes: string[] = [];
  if (held.memory.most < setting.concurrency && Number.isFinite(setting.concurrency))
    notes.push(`memory holds ${Math.floor(held.memory.most)} requests of this length together; the rest wait`);
  if (setting.precision === 'fp4' && setting.chip.rates.fp4 === 0)
    notes.push(`${setting.chip.id} has no 4-bit arithmetic: weights are widened as they are read`);
  if (setting.drafted > 0)
    notes.push(
      `${tokensPerStep(setting.drafted, setting.accepted).toFixed(2)} tokens a step from ${setting.drafted} guesses`,
    );
  return notes;
}
