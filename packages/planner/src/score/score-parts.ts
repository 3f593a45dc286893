// What every score of a table has: its rows held against what was measured, the measures over all of them and by chip, model, precision
// and what is new, and the rows that could not be read. Rows whose configuration was fitted are measured apart from those never seen.
import type { Calibration } from '../performance/calibration.ts';
import type { Regime } from '../performance/corrections.ts';
import { fingerprintText } from '../performance/fingerprint.ts';
import type { Setting } from '../performance/setting.ts';
import type { CsvFault } from './csv.ts';
import { measuresOf, type Judged, type Measures } from './measures.ts';

export const SCORE_KINDS = ['throughput', 'latency', 'mlperf', 'ttft'] as const;
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

/** Of rows that differ in concurrency alone: rank correlations by system, and the share of systems with 0.8 and more. */
export interface Order {
  readonly systems: number;
  readonly median: number | null;
  readonly ordered: number | null;
}

interface Head {
  readonly kind: ScoreKind;
  readonly file: string;
  /** Of `actual` and of predictions. */
  readonly unit: string;
  readonly interval: string;
  readonly calibrated: string;
}

export interface Score extends Head {
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
  /** Of times to the first token. */
  readonly order?: Order;
  readonly rows: readonly ScoredRow[];
}

export const namesIn = ({ chip, shape, precision }: Setting): Pick<ScoredRow, 'gpu' | 'model' | 'precision'> => ({
  gpu: chip.id,
  model: shape.id,
  precision,
});

export const wasFitted = (calibration: Calibration, regime: Regime, configuration: string): boolean =>
  calibration.regimes[regime].seen.configurations.has(fingerprintText(configuration));

export function scoreOf(
  head: Head,
  table: { readonly held: number; readonly faults: readonly CsvFault[] },
  rows: readonly ScoredRow[],
): Score {
  const by = (of: (row: ScoredRow) => string): Group[] =>
    [...Map.groupBy(rows, of)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => ({ name, ...measuresOf(held) }));
  return {
    ...head,
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
