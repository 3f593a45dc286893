// One fit of one regime: coefficients from rows by robust least squares, then corrections from what is left. `Sample` is all that it
// sees of a row. Deterministic: the same rows in the same order give the same numbers.
import { COEFFICIENT_NAMES, COEFFICIENTS, coefficientsOf, type Coefficients } from '../coefficients.ts';
import { correctionOf, termsOf, type Corrections, type Regime } from '../corrections.ts';
import { memoryOf } from '../memory.ts';
import { parallelName, type Setting } from '../setting.ts';
import { saturatedTime, stepTime, type Parts } from '../step.ts';
import { workOf, type Work } from '../work.ts';
import { groupWhitener, leastSquares } from './least-squares.ts';
import { shrunkCorrections } from './shrinkage.ts';

/** A row: how it was run, and the seconds that were measured (of one token of one request; or of one chip for one token). */
export interface Sample {
  readonly setting: Setting;
  readonly seconds: number;
  /** What it is one of: rows of the same configuration have the same. */
  readonly configuration: string;
}

export interface Fit {
  readonly coefficients: Coefficients;
  readonly corrections: Corrections;
}

const NOISE = 0.07;
/** By how much runs of one group differ from what their description says, in log terms. */
const SHARED = 0.2;
const BAND = 1;

/** Seconds that a regime measures, and what they are spent on. */
export function timeOf(
  regime: Regime,
  setting: Setting,
  work: Work,
  coefficients: Coefficients,
): { readonly seconds: number; readonly parts: Parts } {
  const step = stepTime(work, coefficients);
  if (regime === 'serving') return { seconds: step.perToken, parts: step.parts };
  const { perToken, parts } = saturatedTime(work, step, coefficients);
  const chips = setting.parallel.tensor * setting.parallel.pipeline;
  return {
    seconds: perToken * chips,
    parts: Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, value * chips])) as Parts,
  };
}

export const reserveOf = (regime: Regime): 'share of the chip' | 'share of the rest' =>
  regime === 'serving' ? 'share of the chip' : 'share of the rest';

export const workFor = (regime: Regime, setting: Setting): Work =>
  workOf(setting, memoryOf(setting, reserveOf(regime)), 1);

const groupOf = ({ setting }: Sample): string =>
  [
    setting.shape.id,
    setting.chip.id,
    setting.precision,
    setting.backend,
    setting.version,
    setting.checkpoint,
    parallelName(setting.parallel),
  ].join('|');

export function fitRegime(regime: Regime, samples: readonly Sample[]): Fit {
  const works = samples.map(({ setting }) => workFor(regime, setting));
  const weights = copyWeights(samples);
  const measured = samples.map(({ seconds }) => Math.log(seconds));
  const whiten = groupWhitener(samples.map(groupOf), weights, NOISE, SHARED);
  const logs = (coefficients: Coefficients): number[] =>
    works.map((work, row) => Math.log(timeOf(regime, samples[row]!.setting, work, coefficients).seconds));
  const found = leastSquares({
    predict: (parameters) => whiten(logs(coefficientsOf(parameters))),
    measured: whiten(measured),
    weights,
    prior: COEFFICIENT_NAMES.map((name) => ({
      mean: Math.log(COEFFICIENTS[name][0]),
      spread: COEFFICIENTS[name][1],
    })),
    noise: NOISE,
    band: BAND,
  });
  const coefficients = coefficientsOf(found);
  const times = works.map((work, row) => timeOf(regime, samples[row]!.setting, work, coefficients));
  const corrections = shrunkCorrections(
    times.map(({ seconds, parts }, row) => termsOf(samples[row]!.setting, parts, seconds)),
    times.map(({ seconds }, row) => measured[row]! - Math.log(seconds)),
    weights,
  );
  return { coefficients, corrections };
}

/** Copies of one measurement count once together. */
function copyWeights(samples: readonly Sample[]): number[] {
  const same = ({ configuration, seconds }: Sample): string => `${configuration}|${seconds}`;
  const copies = Map.groupBy(samples, same);
  return samples.map((sample) => 1 / (copies.get(same(sample))?.length ?? 1));
}

export interface Estimate {
  readonly seconds: number;
  /** Before corrections. */
  readonly formula: number;
}

export function estimate(regime: Regime, fit: Fit, setting: Setting): Estimate {
  const { seconds, parts } = timeOf(regime, setting, workFor(regime, setting), fit.coefficients);
  return { formula: seconds, seconds: seconds * Math.exp(correctionOf(setting, parts, seconds, fit.corrections)) };
}
