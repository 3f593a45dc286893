// Errors on rows that a fit had not seen. Six schemes: rows (copies of one configuration stay together), setups, versions, places,
// chips, models; and what a naive roofline would say of the same rows. The bench prints them; the calibration takes its intervals from them.
import { idealCoefficients } from '../coefficients.ts';
import { placeOf, setupOf, versionOf, type Regime } from '../corrections.ts';
import { fingerprint } from '../fingerprint.ts';
import { estimate, fitRegime, timeOf, workFor, type Sample } from './fit.ts';

export const SCHEMES = ['rows', 'setups', 'versions', 'places', 'chips', 'models'] as const;
export type Scheme = (typeof SCHEMES)[number];

const FOLDS = 10;
const foldOf = (text: string): string => String(fingerprint(text) % FOLDS);

const FOLD: Readonly<Record<Scheme, (sample: Sample) => string>> = {
  rows: ({ configuration }) => foldOf(configuration),
  setups: ({ setting }) => foldOf(setupOf(setting)),
  versions: ({ setting }) => versionOf(setting),
  places: ({ setting }) => foldOf(placeOf(setting)),
  chips: ({ setting }) => setting.chip.id,
  models: ({ setting }) => setting.shape.id,
};

export interface HeldOut {
  /** Of each sample: which fit did not see it, and what that fit says of it, in seconds. */
  readonly folds: readonly string[];
  readonly predicted: readonly number[];
}

/** `only`: the folds that are left out; all where nothing is said. Rows of the others are predicted as NaN. */
export function crossValidate(
  regime: Regime,
  samples: readonly Sample[],
  scheme: Scheme,
  only?: readonly string[],
): HeldOut {
  const folds = samples.map(FOLD[scheme]);
  const predicted = samples.map(() => Number.NaN);
  for (const fold of new Set(only ?? folds)) {
    const fit = fitRegime(
      regime,
      samples.filter((_, at) => folds[at] !== fold),
    );
    for (const [at, { setting }] of samples.entries())
      if (folds[at] === fold) predicted[at] = estimate(regime, fit, setting).seconds;
  }
  return { folds, predicted };
}

/** Log of measured over predicted. */
export const errorsOf = (samples: readonly Sample[], predicted: readonly number[]): number[] =>
  samples.map(({ seconds }, at) => Math.log(seconds / predicted[at]!));

/** What a roofline at stated rates says, nothing fitted. */
export function idealRoofline(regime: Regime, samples: readonly Sample[]): number[] {
  const coefficients = idealCoefficients();
  return samples.map(({ setting }) => timeOf(regime, setting, workFor(regime, setting), coefficients).seconds);
}
