// A calibration from the measured tables of a folder, and what cross-validation says of it: every error on rows that the fit in
// question had not seen, beside that of a roofline at stated rates on the same rows. The tables are handed in; none is kept.
import type { Calibration, RegimeCalibration } from '../performance/calibration.ts';
import { calibrateRegime, calibrationOf, validate, type Validation } from '../performance/calibrate/calibrate.ts';
import { errorsOf, idealRoofline, SCHEMES, type Scheme } from '../performance/calibrate/cross-validate.ts';
import { heldOutBounds, widerFor } from '../performance/calibrate/held-out.ts';
import { placeOf, REGIMES, type Regime } from '../performance/corrections.ts';
import type { Bench } from './bench.ts';
import type { CsvFault } from './csv.ts';
import { measuresOf, medianOf, type Judged, type Measures } from './measures.ts';
import { calibrateMlperf, readMlperfTable } from './mlperf.ts';
import { readLatencyTable, readThroughputTable, type Table, type TableRow } from './tables.ts';

/** Tables of a folder, by the names that they have there. */
export const TABLE_FILES = {
  serving: 'latency-inferencex.csv',
  saturated: 'throughput-trtllm.csv',
  mlperf: 'mlperf.csv',
} as const;
export type TableTexts = Readonly<Record<keyof typeof TABLE_FILES, string>>;

export interface SchemeReport {
  readonly scheme: Scheme;
  readonly overall: Measures;
  /** By the fold that was left out: a chip, a model. Not for rows and places, whose folds have no meaning. */
  readonly folds: readonly ({ readonly name: string } & Measures)[];
}

export interface RegimeReport {
  readonly regime: Regime;
  readonly rows: number;
  readonly faults: readonly CsvFault[];
  /** Median size of the relative error of a roofline at stated rates. */
  readonly ideal: number;
  /** That over ours on held-out rows. */
  readonly better: number;
  readonly schemes: readonly SchemeReport[];
  readonly by_gpu: readonly ({ readonly name: string } & Measures)[];
  readonly by_model: readonly ({ readonly name: string } & Measures)[];
  readonly by_precision: readonly ({ readonly name: string } & Measures)[];
}

export interface CalibrationReport {
  readonly calibration: Calibration;
  readonly regimes: readonly RegimeReport[];
}

/** `made`: the day, as it stands in the calibration. Throws PLAN_INVALID where a text is no such table. */
export function calibrateFolder(bench: Bench, texts: TableTexts, made: string): CalibrationReport {
  const tables: Record<Regime, Table> = {
    serving: readLatencyTable(bench, TABLE_FILES.serving, texts.serving),
    saturated: readThroughputTable(bench, TABLE_FILES.saturated, texts.saturated),
  };
  const reports: RegimeReport[] = [];
  const regimes: Partial<Record<Regime, RegimeCalibration>> = {};
  for (const regime of REGIMES) {
    const { rows, faults } = tables[regime];
    const validation = validate(regime, rows);
    regimes[regime] = calibrateRegime(regime, rows, validation);
    reports.push(reportOf(regime, rows, faults, validation));
  }
  const fitted = calibrationOf(made, regimes as Calibration['regimes'], { rows: 0, scenarios: {} });
  const mlperf = calibrateMlperf(fitted, readMlperfTable(bench, TABLE_FILES.mlperf, texts.mlperf).rows);
  return { calibration: { ...fitted, mlperf }, regimes: reports };
}

export function reportOf(
  regime: Regime,
  rows: readonly TableRow[],
  faults: readonly CsvFault[],
  validation: Validation,
): RegimeReport {
  const schemes = SCHEMES.map((scheme): SchemeReport => {
    const judged = judgedOf(rows, validation, scheme);
    const { folds } = validation[scheme];
    const meant = scheme === 'chips' || scheme === 'models';
    return {
      scheme,
      overall: measuresOf(judged),
      folds: meant ? groups(judged, (at) => folds[at]!) : [],
    };
  });
  const held = judgedOf(rows, validation, 'rows');
  const naive = idealRoofline(regime, rows);
  const ideal = medianOf(rows.map(({ seconds }, at) => Math.abs(naive[at]! / seconds - 1)));
  return {
    regime,
    rows: rows.length,
    faults,
    ideal,
    better: ideal / (schemes[0]?.overall.median ?? Number.NaN),
    schemes,
    by_gpu: groups(held, (at) => rows[at]!.setting.chip.id),
    by_model: groups(held, (at) => rows[at]!.setting.shape.id),
    by_precision: groups(held, (at) => rows[at]!.setting.precision),
  };
}

const groups = (judged: readonly Judged[], of: (at: number) => string): ({ readonly name: string } & Measures)[] =>
  [...Map.groupBy(judged.keys(), of)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, held]) => ({ name, ...measuresOf(held.map((at) => judged[at]!)) }));

/** Each row inside or outside an interval made from the errors of the other folds, and widened by one factor for all of them. */
function judgedOf(rows: readonly TableRow[], validation: Validation, scheme: Scheme): Judged[] {
  const { folds, predicted } = validation[scheme];
  const errors = errorsOf(rows, predicted);
  const places = scheme === 'rows' ? rows.map(({ setting }) => placeOf(setting)) : undefined;
  const bounds = heldOutBounds(errors, folds, places);
  const wider = widerFor(errors, bounds);
  return rows.map(({ seconds }, at) => {
    const { low, high } = bounds[at]!;
    const mid = predicted[at]!;
    return { actual: seconds, mid, low: mid * Math.exp(low * wider), high: mid * Math.exp(high * wider) };
  });
}
