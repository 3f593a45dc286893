// Times to the first token of a table, by the simulator on the calibrated model's step. What passes before a request is computed at all
// (reading, tokenising, scheduling) is in no table of chips: two constants stand for it, from groups that are then not scored.
import { invariant } from '@weighbridge/kernel';
import type { Calibration } from '../performance/calibration.ts';
import { scoreFirstToken, type FirstTokenRow, type FirstTokenScore } from '../queueing/first-token-score.ts';
import { settingStep } from '../queueing/model-step.ts';
import type { FleetForm } from '../queueing/simulator/fleet.ts';
import type { Bench } from './bench.ts';
import { positive } from './cells.ts';
import type { CsvFault } from './csv.ts';
import { configurationOf, latencyRow, LATENCY_COLUMNS, readRows, type TableRow } from './tables.ts';

export interface FirstTokenTable {
  /** Of groups that nothing was fitted on. */
  readonly rows: readonly FirstTokenRow[];
  readonly faults: readonly CsvFault[];
  /** Of those rows; `front_ms` where it is not to be what was fitted. */
  readonly fleetOf: (row: FirstTokenRow, front_ms?: number) => FleetForm;
}

/** By grid over every sixth group of the published table of November 2026: of the least median errors (within a point) the least biased. */
export const FRONT_MS = { dense: 50, mixture: 200 } as const;
export const FITTED_EVERY = 6;

/** `part`: the groups that the constants were fitted on, or the others. */
export function readFirstTokens(
  bench: Bench,
  calibration: Calibration,
  { file, text }: { readonly file: string; readonly text: string },
  part: 'fitted' | 'others' = 'others',
): FirstTokenTable {
  const table = readRows(file, text, [...LATENCY_COLUMNS, 'ttft_ms'], (row) => ({
    ...latencyRow(bench, row),
    ttft_ms: positive(row.values, 'ttft_ms'),
  }));
  const groups = [...Map.groupBy(table.rows, groupOf)].filter(
    (_, at) => (at % FITTED_EVERY === 0) === (part === 'fitted'),
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
      rows.map(({ setting, ttft_ms }) => ({
        group,
        concurrency: setting.concurrency,
        input: setting.input,
        output: setting.output,
        ttft_ms,
      })),
    ),
    faults: table.faults,
    fleetOf,
  };
}

/** As load generators ask: lengths from four fifths to the whole of what the row says. */
export const scoreFirstTokens = (table: FirstTokenTable, rounds: number, seed: number): FirstTokenScore =>
  scoreFirstToken(table.rows, { fleetOf: (row) => table.fleetOf(row), rounds, seed, shortest: 0.8 });

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
