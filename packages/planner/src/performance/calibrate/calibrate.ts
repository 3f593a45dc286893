// A calibration from samples: one fit of each regime on all of its rows, and intervals from fits that had not seen them.
import {
  RANGE_NAMES,
  type Calibration,
  type ErrorClass,
  type MlperfCalibration,
  type RegimeCalibration,
  type Seen,
  type Spread,
} from '../calibration.ts';
import { placeOf, setupOf, versionOf, type Regime } from '../corrections.ts';
import { fingerprintText } from '../fingerprint.ts';
import { classOf, numbersOf } from '../interval.ts';
import { parallelName } from '../setting.ts';
import { crossValidate, errorsOf, type HeldOut, type Scheme } from './cross-validate.ts';
import { fitRegime, type Sample } from './fit.ts';
import { heldOutBounds, widerFor } from './held-out.ts';
import { conformalBounds, scalesOf } from './quantiles.ts';

/** Of each regime, what fits say of rows that they had not seen. */
export type Validation = Readonly<Record<Scheme, HeldOut>>;

export function validate(regime: Regime, samples: readonly Sample[]): Validation {
  return {
    rows: crossValidate(regime, samples, 'rows'),
    setups: crossValidate(regime, samples, 'setups'),
    versions: crossValidate(regime, samples, 'versions'),
    places: crossValidate(regime, samples, 'places'),
    chips: crossValidate(regime, samples, 'chips'),
    models: crossValidate(regime, samples, 'models'),
  };
}

export function calibrateRegime(regime: Regime, samples: readonly Sample[], validation: Validation): RegimeCalibration {
  const { coefficients, corrections } = fitRegime(regime, samples);
  const places = samples.map(({ setting }) => placeOf(setting));
  const rowErrors = errorsOf(samples, validation.rows.predicted);
  const scales = scalesOf(places, rowErrors);
  const seen = wider(
    conformalBounds(rowErrors.map((error, at) => error / scales.get(places[at]!)!)),
    widerFor(rowErrors, heldOutBounds(rowErrors, validation.rows.folds, places)),
  );
  const spreadOf = (scheme: Scheme, of: ErrorClass): Spread => spreadFor(samples, validation[scheme], of);
  const [chip, model] = [spreadOf('chips', 'new chip'), spreadOf('models', 'new model')];
  const spreads: Record<ErrorClass, Spread> = {
    seen,
    'new setup': spreadOf('setups', 'new setup'),
    'new version': spreadOf('versions', 'new version'),
    'new combination': spreadOf('places', 'new combination'),
    'new chip': chip,
    'new model': model,
    'new chip and model': {
      low: -Math.hypot(chip.low, model.low),
      high: Math.hypot(chip.high, model.high),
      rows: Math.min(chip.rows, model.rows),
    },
  };
  return { rows: samples.length, coefficients, corrections, seen: seenOf(samples), spreads, scales };
}

/** Fewer rows of a class say less of it than all rows of the scheme do. */
const CLASS_LEAST = 20;

/** From those of the left out rows that are of the class for the fit that had not seen them. */
function spreadFor(samples: readonly Sample[], { predicted, folds }: HeldOut, of: ErrorClass): Spread {
  const known = new Map(
    [...new Set(folds)].map((fold) => [fold, seenOf(samples.filter((_, at) => folds[at] !== fold))] as const),
  );
  const all = [...samples.keys()];
  const ofClass = all.filter((at) => classOf(known.get(folds[at]!)!, samples[at]!.setting) === of);
  const held = ofClass.length < CLASS_LEAST ? all : ofClass;
  const every = errorsOf(samples, predicted);
  const errors = held.map((at) => every[at]!);
  const bounds = heldOutBounds(
    errors,
    held.map((at) => folds[at]!),
    undefined,
  );
  return wider(conformalBounds(errors), widerFor(errors, bounds));
}

const wider = ({ low, high, rows }: Spread, by: number): Spread => ({ low: low * by, high: high * by, rows });

export function seenOf(samples: readonly Sample[]): Seen {
  const all = (of: (sample: Sample) => string): ReadonlySet<string> => new Set(samples.map(of));
  const numbers = samples.map(({ setting }) => numbersOf(setting));
  const ranges = Object.fromEntries(
    RANGE_NAMES.map((name) => {
      const held = numbers.map((each) => each[name]).filter(Number.isFinite);
      return [name, [Math.min(...held), Math.max(...held)] as const];
    }),
  ) as unknown as Seen['ranges'];
  return {
    chips: all(({ setting }) => setting.chip.id),
    models: all(({ setting }) => setting.shape.id),
    generations: all(({ setting }) => setting.chip.generation),
    precisions: all(({ setting }) => setting.precision),
    backends: all(({ setting }) => setting.backend),
    parallel: all(({ setting }) => parallelName(setting.parallel)),
    places: all(({ setting }) => placeOf(setting)),
    versions: all(({ setting }) => versionOf(setting)),
    setups: all(({ setting }) => fingerprintText(setupOf(setting))),
    ranges,
    configurations: all(({ configuration }) => fingerprintText(configuration)),
  };
}

export function calibrationOf(made: string, regimes: Calibration['regimes'], mlperf: MlperfCalibration): Calibration {
  return { version: 1, made, regimes, mlperf };
}
