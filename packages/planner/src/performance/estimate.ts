// One setting, one answer: time by parts, memory, and the interval of its class. This is what predictions, searches and scores have
// in common; it refuses nothing (request.ts does), so that a score can count what a table holds.
import type { Calibration } from './calibration.ts';
import type { Coefficients } from './coefficients.ts';
import { correctionOf, type Regime } from './corrections.ts';
import { tokensPerStep } from './formulas.ts';
import { standingOf, type Interval, type Standing } from './interval.ts';
import { memoryOf, type Memory, type Reserve } from './memory.ts';
import { chipsOf, type Setting } from './setting.ts';
import { saturatedTime, stepTime, type Parts, type StepTime } from './step.ts';
import { workOf, type Work } from './work.ts';

export interface Estimated {
  /** Of one token of one request (serving), or of all chips for one token over their number (saturated). */
  readonly seconds: number;
  readonly parts: Parts;
  /** By which the formulas' time was multiplied. */
  readonly correction: number;
  readonly work: Work;
  readonly memory: Memory;
  readonly step: StepTime;
}

/** `cap`: of requests in flight, beside memory. */
export function estimateSetting(calibration: Calibration, regime: Regime, setting: Setting): Estimated {
  const { coefficients, corrections } = calibration.regimes[regime];
  const reserve: Reserve = regime === 'serving' ? 'share of the chip' : 'share of the rest';
  const memory = memoryOf(setting, reserve);
  const work = workOf(setting, memory, tokensPerStep(setting.drafted, setting.accepted));
  const step = stepTime(work, coefficients);
  const { perToken, parts } = regime === 'serving' ? step : saturated(setting, work, step, coefficients);
  const correction = Math.exp(correctionOf(setting, parts, perToken, corrections));
  return { seconds: perToken * correction, parts, correction, work, memory, step };
}

function saturated(
  setting: Setting,
  work: Work,
  step: StepTime,
  coefficients: Coefficients,
): { perToken: number; parts: Parts } {
  const { perToken, parts } = saturatedTime(work, step, coefficients);
  const chips = chipsOf(setting.parallel);
  const each = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, value * chips])) as Parts;
  return { perToken: perToken * chips, parts: each };
}

/** Of a time: what was measured lies between in eight of ten. */
export const timeInterval = (seconds: number, standing: Standing): Interval => ({
  low: seconds * Math.exp(standing.low),
  mid: seconds,
  high: seconds * Math.exp(standing.high),
});

/** Of what a time is the inverse of. */
export const rateInterval = (rate: number, standing: Standing): Interval => ({
  low: rate / Math.exp(standing.high),
  mid: rate,
  high: rate / Math.exp(standing.low),
});

export const standing = (calibration: Calibration, regime: Regime, setting: Setting): Standing =>
  standingOf(calibration.regimes[regime], setting);
