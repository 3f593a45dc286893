// A table, predicted row by row and held against what it says. Rows that cannot be read are counted and told with their line; rows
// whose configuration the calibration was made from are measured apart from those that it never saw.
import type { Calibration } from '../performance/calibration.ts';
import type { Regime } from '../performance/corrections.ts';
import { estimateSetting, rateInterval, standing, timeInterval } from '../performance/estimate.ts';
import { fingerprintText } from '../performance/fingerprint.ts';
import type { Standing } from '../performance/interval.ts';
import type { Setting } from '../performance/setting.ts';
import type { Bench } from './bench.ts';
import type { CsvFault } from './csv.ts';
import { measuresOf, type Judged, type Measures } from './measures.ts';
import { mlperfBase, readMlperfTable, type MlperfRow } from './mlperf.ts';
import { readLatencyTable, readThroughputTable, type Table } from './tables.ts';

export const SCORE_KINDS = ['throughput', 'latency', 'mlperf'] as const;
export type ScoreKind = (typeof SCORE_KINDS)[number];

export interface ScoredRow extends Judged {
  readonly line: number;
  readonly gpu: string;
  readonly model: string;
  readonly precision: string;
  /** What was new about it, or the scenario of an MLPerf row. */
  readonly class: string;
  readonly extrapolates: readonly string[];
  /** The calibration was made from a row of this configuration. */
  readonly fitted: boolean;
}

export interface Group extends Measures {
  readonly name: string;
}

export interface Score {
  readonly kind: ScoreKind;
  readonly file: string;
  /** Of `actual` and of predictions. */
  readonly unit: string;
  readonly interval: string;
  readonly calibrated: string;
  /** Rows of the table, read ones and faulty ones. */
  readonly held: number;
  readonly faults: readonly CsvFault[];
  readonly overall: Measures;
  readonly fitted: Measures;
  readonly unseen: Measures;
  readonly by_class: readonly Group[];
  readonly by_gpu: readonly Group[];
  readonly by_model: readonly Group[];
  readonly by_precision: readonly Group[];
  readonly rows: readonly ScoredRow[];
}

const INTERVAL = '80 %, from errors on rows that the fits had not seen, by class of what is new';

/** Throws PLAN_INVALID where the text is no such table. */
export function scoreTable(
  model: { readonly bench: Bench; readonly calibration: Calibration },
  kind: ScoreKind,
  file: string,
  text: string,
): Score {
  const { bench, calibration } = model;
  if (kind === 'mlperf') {
    const table = readMlperfTable(bench, file, text);
    return scoreOf(
      kind,
      file,
      'output tokens/s of one chip',
      calibration,
      table,
      table.rows.map((row) => mlperfScored(calibration, row)),
    );
  }
  const regime: Regime = kind === 'latency' ? 'serving' : 'saturated';
  const table: Table =
    kind === 'latency' ? readLatencyTable(bench, file, text) : readThroughputTable(bench, file, text);
  const unit = kind === 'latency' ? 'ms of one output token (TPOT)' : 'output tokens/s of one chip';
  const rows = table.rows.map(({ line, setting, actual, taken, configuration }) => {
    const { seconds } = estimateSetting(calibration, regime, setting);
    const where = guessed(standing(calibration, regime, setting), taken);
    const interval = kind === 'latency' ? timeInterval(seconds * 1000, where) : rateInterval(1 / seconds, where);
    return {
      line,
      ...namesOf(setting),
      actual,
      ...interval,
      class: where.class,
      extrapolates: where.extrapolates,
      fitted: calibration.regimes[regime].seen.configurations.has(fingerprintText(configuration)),
    };
  });
  return scoreOf(kind, file, unit, calibration, table, rows);
}

/** Twice as fast or half as fast again: what another count of chips does. Our assumption. */
const GUESSED = Math.log(2);

const guessed = (where: Standing, taken: readonly string[]): Standing =>
  taken.length === 0
    ? where
    : {
        ...where,
        low: where.low - GUESSED,
        high: where.high + GUESSED,
        extrapolates: [...where.extrapolates, ...taken],
      };

const namesOf = ({ chip, shape, precision }: Setting): Pick<ScoredRow, 'gpu' | 'model' | 'precision'> => ({
  gpu: chip.id,
  model: shape.id,
  precision,
});

function mlperfScored(calibration: Calibration, row: MlperfRow): ScoredRow {
  const { rate, setting } = mlperfBase(calibration, row);
  const held = calibration.mlperf.scenarios[row.scenario];
  const { offset, low, high } = held ?? { offset: 0, low: -1, high: 1 };
  const mid = rate * Math.exp(offset);
  return {
    line: row.line,
    ...namesOf(setting),
    actual: row.actual,
    mid,
    low: mid * Math.exp(low),
    high: mid * Math.exp(high),
    class: row.scenario,
    extrapolates: standing(calibration, 'saturated', setting).extrapolates,
    // Of these rows only the middle of a scenario was taken.
    fitted: false,
  };
}

function scoreOf(
  kind: ScoreKind,
  file: string,
  unit: string,
  calibration: Calibration,
  table: { readonly held: number; readonly faults: readonly CsvFault[] },
  rows: readonly ScoredRow[],
): Score {
  const by = (of: (row: ScoredRow) => string): Group[] =>
    [...Map.groupBy(rows, of)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => ({ name, ...measuresOf(held) }));
  return {
    kind,
    file,
    unit,
    interval: INTERVAL,
    calibrated: calibration.made,
    held: table.held,
    faults: table.faults,
    overall: measuresOf(rows),
    fitted: measuresOf(rows.filter((row) => row.fitted)),
    unseen: measuresOf(rows.filter((row) => !row.fitted)),
    by_class: by((row) => row.class),
    by_gpu: by((row) => row.gpu),
    by_model: by((row) => row.model),
    by_precision: by((row) => row.precision),
    rows,
  };
}
