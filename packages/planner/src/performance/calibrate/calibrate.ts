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
import { placeOf, type Regime } from '../corrections.ts';
import { fingerprintText } from '../fingerprint.ts';
import { numbersOf } from '../interval.ts';
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
  const spreadOf = (scheme: Scheme): Spread => {
    const { predicted, folds } = validation[scheme];
    const errors = errorsOf(samples, predicted);
    return wider(conformalBounds(errors), widerFor(errors, heldOutBounds(errors, folds, undefined)));
  };
  const [chip, model] = [spreadOf('chips'), spreadOf('models')];
  const spreads: Record<ErrorClass, Spread> = {
    seen,
    'new combination': spreadOf('places'),
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
    ranges,
    configurations: all(({ configuration }) => fingerprintText(configuration)),
  };
}

export function calibrationOf(made: string, regimes: Calibration['regimes'], mlperf: MlperfCalibration): Calibration {
  return { version: 1, made, regimes, mlperf };
}
