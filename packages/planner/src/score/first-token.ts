// Times to the first token of a table, by the simulator on the calibrated model's step. What passes before a request is computed at all
// (reading, tokenising, scheduling) is in no table of chips: two constants stand for it, from groups that are then not scored.
import { invariant, isAppError } from '@weighbridge/kernel';
import type { Calibration } from '../performance/calibration.ts';
import { standing } from '../performance/estimate.ts';
import type { Interval } from '../performance/interval.ts';
import type { Setting } from '../performance/setting.ts';
import {
  scoreFirstToken,
  simulatedFirstToken,
  type FirstTokenRow,
  type FirstTokenRun,
  type FirstTokenScore,
} from '../queueing/first-token-score.ts';
import { settingStep } from '../queueing/model-step.ts';
import type { FleetForm } from '../queueing/simulator/fleet.ts';
import type { Bench } from './bench.ts';
import { positive } from './cells.ts';
import type { CsvFault } from './csv.ts';
import { medianOf, spearmanOf } from './measures.ts';
import { namesIn, scoreOf, wasFitted, type Order, type Score, type ScoredRow } from './score-parts.ts';
import { configurationOf, latencyRow, LATENCY_COLUMNS, readRows, type TableRow } from './tables.ts';

export interface TabledFirstToken extends FirstTokenRow {
  readonly line: number;
  readonly setting: Setting;
  readonly configuration: string;
  /** In words, what the row does not say and was taken for it. */
  readonly taken: readonly string[];
}

export interface FirstTokenTable {
  /** Of the groups that were asked for. */
  readonly rows: readonly TabledFirstToken[];
  readonly faults: readonly CsvFault[];
  /** Rows that the text holds, faulty ones too. */
  readonly held: number;
  /** Of those rows; `front_ms` where it is not to be what was fitted. */
  readonly fleetOf: (row: FirstTokenRow, front_ms?: number) => FleetForm;
}

/** By grid over every sixth group of the published table of November 2026: of the least median errors (within a point) the least biased. */
export const FRONT_MS = { dense: 50, mixture: 200 } as const;
export const FITTED_EVERY = 6;

/**
 * How far measured times lie from simulated ones, in logarithms: eight of ten of the 1,340 rows that the constants were not made from.
 * For a model that is not in that table, wider by the factor with which eight of ten lie inside when every model is left out in turn.
 */
export const FIRST_TOKEN_SPREAD = {
  seen: { low: -0.77, high: 1.1 },
  'new model': { low: -1.19, high: 1.7 },
} as const;

/** Milliseconds that a simulated first token may be when it is measured. */
export function firstTokenInterval(calibration: Calibration, model: string, simulated_ms: number): Interval {
  const { low, high } = FIRST_TOKEN_SPREAD[classOf(calibration, model)];
  return { low: simulated_ms * Math.exp(low), mid: simulated_ms, high: simulated_ms * Math.exp(high) };
}

const classOf = (calibration: Calibration, model: string): keyof typeof FIRST_TOKEN_SPREAD =>
  calibration.regimes.serving.seen.models.has(model) ? 'seen' : 'new model';

/** `part`: the groups that the constants were fitted on, the others, or all. */
export function readFirstTokens(
  bench: Bench,
  calibration: Calibration,
  { file, text }: { readonly file: string; readonly text: string },
  part: 'fitted' | 'others' | 'all' = 'others',
): FirstTokenTable {
  const table = readRows(file, text, [...LATENCY_COLUMNS, 'ttft_ms'], (row) => ({
    ...latencyRow(bench, row),
    ttft_ms: positive(row.values, 'ttft_ms'),
  }));
  const groups = [...Map.groupBy(table.rows, groupOf)].filter(
    (_, at) => part === 'all' || (at % FITTED_EVERY === 0) === (part === 'fitted'),
  );
  const settings = new Map(groups.map(([group, [first]]) => [group, first]));
  const fleets = new Map<string, FleetForm>();
  const fleetOf = ({ group }: FirstTokenRow, front_ms?: number): FleetForm => {
    const setting = settings.get(group)?.setting;
    const held = fleets.get(group) ?? (setting === undefined ? undefined : fleetOn(calibration, setting));
    invariant(held !== undefined && setting !== undefined, 'a row is asked for that the table gave');
    fleets.set(group, held);
    return { ...held, front_ms: front_ms ?? (setting.shape.experts > 0 ? FRONT_MS.mixture : FRONT_MS.dense) };
  };
  return {
    rows: groups.flatMap(([group, rows]) =>
      rows.map(({ line, setting, configuration, taken, ttft_ms }) => ({
        group,
        line,
        setting,
        configuration,
        taken,
        concurrency: setting.concurrency,
        input: setting.input,
        output: setting.output,
        ttft_ms,
      })),
    ),
    faults: table.faults,
    held: table.held,
    fleetOf,
  };
}

/** As load generators ask: lengths from four fifths to the whole of what the row says. */
const SHORTEST = 0.8;

export const scoreFirstTokens = (table: FirstTokenTable, rounds: number, seed: number): FirstTokenScore =>
  scoreFirstToken(table.rows, { fleetOf: (row) => table.fleetOf(row), rounds, seed, shortest: SHORTEST });

const ROUNDS = 10;
const SEED = 1;
/** Below, rows of one system have no order worth the name. */
const ORDER_LEAST = 3;

/** Every row that can be read is simulated, whatever else the table holds. Throws PLAN_INVALID where the text is no such table. */
export function scoreTtft(
  { bench, calibration }: { readonly bench: Bench; readonly calibration: Calibration },
  file: string,
  text: string,
): Score {
  const table = readFirstTokens(bench, calibration, { file, text }, 'all');
  const run = { fleetOf: table.fleetOf, rounds: ROUNDS, seed: SEED, shortest: SHORTEST };
  const faults = [...table.faults];
  const rows = table.rows.flatMap((row): (ScoredRow & { readonly group: string })[] => {
    const { line, setting, group, ttft_ms } = row;
    const simulated = simulatedOrFault(row, run);
    if (typeof simulated === 'string') {
      faults.push({ line, reason: simulated });
      return [];
    }
    const scored = {
      line,
      group,
      ...namesIn(setting),
      actual: ttft_ms,
      ...firstTokenInterval(calibration, setting.shape.id, simulated),
      class: classOf(calibration, setting.shape.id),
      extrapolates: [...standing(calibration, 'serving', setting).extrapolates, ...row.taken],
      fitted: wasFitted(calibration, 'serving', row.configuration),
    };
    return [scored];
  });
  const score = scoreOf(
    {
      kind: 'ttft',
      file,
      unit: `ms to the first token, simulated (seed ${SEED}, ${ROUNDS} requests a user)`,
      interval: '80 %, from errors on rows that the waiting times were not fitted to; wider for a model not seen',
      calibrated: calibration.made,
    },
    { held: table.held, faults: faults.toSorted((a, b) => a.line - b.line) },
    rows.toSorted((a, b) => a.line - b.line),
  );
  return { ...score, order: orderOf(rows) };
}

/** What one row may ask of the simulator. */
const IN_FLIGHT_MOST = 8_192;
const OUTPUT_MOST = 200_000;

/** Milliseconds, or why a row cannot be simulated: it ends there, and the table goes on. */
function simulatedOrFault(row: TabledFirstToken, run: FirstTokenRun): number | string {
  if (row.concurrency > IN_FLIGHT_MOST)
    return `${row.concurrency} requests in flight are more than the ${IN_FLIGHT_MOST} that are simulated`;
  if (row.output > OUTPUT_MOST)
    return `${row.output} output tokens are more than the ${OUTPUT_MOST} that are simulated`;
  try {
    return simulatedFirstToken(row, run);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PLAN_INVALID') throw error;
    return error.message;
  }
}

/** Whether first tokens come later as concurrency rises, system by system, as they do in the table. */
function orderOf(rows: readonly (ScoredRow & { readonly group: string })[]): Order {
  const orders = [...Map.groupBy(rows, ({ group }) => group).values()]
    .filter((held) => held.length >= ORDER_LEAST)
    .map(
      (held) =>
        spearmanOf(
          held.map(({ actual }) => actual),
          held.map(({ mid }) => mid),
        ) ?? 0,
    );
  return {
    systems: orders.length,
    median: orders.length === 0 ? null : medianOf(orders),
    ordered: orders.length === 0 ? null : orders.filter((each) => each >= 0.8).length / orders.length,
  };
}

/** All but the concurrency. */
const groupOf = ({ setting }: TableRow): string =>
  `${configurationOf({ ...setting, concurrency: 0 })}|${setting.version}`;

const SLOTS = 1024;

function fleetOn(calibration: Calibration, setting: TableRow['setting']): FleetForm {
  const { step, kv_tokens } = settingStep({ calibration }, setting, SLOTS);
  return {
    instances: 1,
    slots: SLOTS,
    kv_tokens: Math.max(kv_tokens, setting.input + setting.output),
    prefill: { kind: 'chunked', tokens: 8192 },
    queue_most: 100_000,
    routing: 'central',
    step,
  };
}
