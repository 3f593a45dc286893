// A table, predicted row by row and held against what it says. Rows that cannot be read are counted and told with their line; rows
// whose configuration the calibration was made from are measured apart from those that it never saw.
import type { Calibration } from '../performance/calibration.ts';
import type { Regime } from '../performance/corrections.ts';
import { estimateSetting, rateInterval, standing, timeInterval } from '../performance/estimate.ts';
import type { Standing } from '../performance/interval.ts';
import type { Bench } from './bench.ts';
import { scoreTtft } from './first-token.ts';
import { mlperfBase, readMlperfTable, type MlperfRow } from './mlperf.ts';
import { namesIn, scoreOf, wasFitted, type Score, type ScoredRow, type ScoreKind } from './score-parts.ts';
import { readLatencyTable, readThroughputTable, type Table } from './tables.ts';

const INTERVAL = '80 %, from errors on rows that the fits had not seen, by class of what is new';
const RATE = 'output tokens/s of one chip';

/** Throws PLAN_INVALID where the text is no such table. */
export function scoreTable(
  model: { readonly bench: Bench; readonly calibration: Calibration },
  kind: ScoreKind,
  file: string,
  text: string,
): Score {
  const { bench, calibration } = model;
  if (kind === 'ttft') return scoreTtft(model, file, text);
  const head = { kind, file, unit: RATE, interval: INTERVAL, calibrated: calibration.made };
  if (kind === 'mlperf') {
    const table = readMlperfTable(bench, file, text);
    return scoreOf(
      head,
      table,
      table.rows.map((row) => mlperfScored(calibration, row)),
    );
  }
  const regime: Regime = kind === 'latency' ? 'serving' : 'saturated';
  const table: Table =
    kind === 'latency' ? readLatencyTable(bench, file, text) : readThroughputTable(bench, file, text);
  const unit = kind === 'latency' ? 'ms of one output token (TPOT)' : RATE;
  const rows = table.rows.map(({ line, setting, actual, taken, configuration }) => {
    const { seconds } = estimateSetting(calibration, regime, setting);
    const where = guessed(standing(calibration, regime, setting), taken);
    const interval = kind === 'latency' ? timeInterval(seconds * 1000, where) : rateInterval(1 / seconds, where);
    return {
      line,
      ...namesIn(setting),
      actual,
      ...interval,
      class: where.class,
      extrapolates: where.extrapolates,
      fitted: wasFitted(calibration, regime, configuration),
    };
  });
  return scoreOf({ ...head, unit }, table, rows);
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

function mlperfScored(calibration: Calibration, row: MlperfRow): ScoredRow {
  const { rate, settings } = mlperfBase(calibration, row);
  const held = calibration.mlperf.scenarios[row.scenario];
  const { offset, low, high } = held ?? { offset: 0, low: -1, high: 1 };
  const mid = rate * Math.exp(offset);
  return {
    line: row.line,
    gpu: row.chip,
    model: row.model,
    precision: row.precision,
    actual: row.actual,
    mid,
    low: mid * Math.exp(low),
    high: mid * Math.exp(high),
    class: row.scenario,
    extrapolates: [
      ...new Set(settings.flatMap((setting) => standing(calibration, 'saturated', setting).extrapolates)),
      ...row.assumed,
    ],
    // Of these rows only the middle of a scenario was taken.
    fitted: false,
  };
}
