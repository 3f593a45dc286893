// Rows of the two measured tables to samples: how each was run, and what was measured. Nothing measured enters the setting, so no
// prediction can look at its own answer.
import { isAppError } from '@weighbridge/kernel';
import type { Precision } from '../catalogue/models.ts';
import type { Sample } from '../performance/calibrate/fit.ts';
import { memoryOf } from '../performance/memory.ts';
import { parallelName, type Parallel, type Setting } from '../performance/setting.ts';
import type { Bench } from './bench.ts';
import { cell, positive, rowFault, whole } from './cells.ts';
import { readCsv, type CsvFault, type CsvRow } from './csv.ts';
import { idIn, precisionIn } from './names.ts';
import { parallelIn, parallelOf } from './parallel-words.ts';

export interface TableRow extends Sample {
  readonly line: number;
  /** As the table has it: milliseconds of a token, or tokens a second of a chip. */
  readonly actual: number;
  /** In words, what the row does not say and was taken for it. */
  readonly taken: readonly string[];
}

export interface Table {
  readonly rows: readonly TableRow[];
  readonly faults: readonly CsvFault[];
  /** Rows that the text holds, faulty ones too. */
  readonly held: number;
}

export const LATENCY_COLUMNS = ['model', 'system', 'isl', 'osl', 'concurrency', 'tpot_ms'] as const;
export const THROUGHPUT_COLUMNS = ['model', 'gpu', 'precision', 'isl', 'osl'] as const;

/** Requests that a scheduler holds at the most, of each group that attends by itself. */
const SCHEDULER_MOST = 2048;

export const readLatencyTable = (bench: Bench, file: string, text: string): Table =>
  readRows(file, text, LATENCY_COLUMNS, (row) => latencyRow(bench, row));

export const readThroughputTable = (bench: Bench, file: string, text: string): Table =>
  readRows(file, text, THROUGHPUT_COLUMNS, (row) => throughputRow(bench, row));

export function readRows<Row>(
  file: string,
  text: string,
  needed: readonly string[],
  read: (row: CsvRow) => Row,
): { rows: Row[]; faults: CsvFault[]; held: number } {
  const table = readCsv(file, text, needed);
  const faults = [...table.faults];
  const rows: Row[] = [];
  for (const row of table.rows) {
    try {
      rows.push(read(row));
    } catch (error) {
      if (!isAppError(error) || error.code !== 'PLAN_INVALID') throw error;
      faults.push({ line: row.line, reason: error.message });
    }
  }
  return { rows, faults: faults.toSorted((a, b) => a.line - b.line), held: rows.length + faults.length };
}

export function latencyRow(bench: Bench, { line, values }: CsvRow): TableRow {
  const { chip, shape, checkpoint, precision } = common(bench, values, 'system');
  const stated: Setting = {
    ...plain(precision),
    chip,
    shape,
    checkpoint,
    parallel: parallelIn('', 1),
    input: positive(values, 'isl'),
    output: positive(values, 'osl'),
    concurrency: positive(values, 'concurrency'),
    backend: cell(values, 'backend').toLowerCase() || 'unknown',
    version: cell(values, 'backend_version'),
  };
  const split = splitOf(values);
  const parallel = split ?? fewestFor(stated);
  const setting = { ...stated, parallel };
  const taken =
    split === null ? [`how many chips ran it is not said: taken as ${parallel.tensor}, the fewest that hold it`] : [];
  const actual = positive(values, 'tpot_ms');
  return { line, setting, actual, taken, seconds: actual / 1000, configuration: configurationOf(setting) };
}

/** Null where no column says on how many chips a row ran. */
function splitOf(values: CsvRow['values']): Parallel | null {
  const pipeline = whole(values, 'pp', 1);
  const [chips, tensor, expertTensor, expertParallel] = (['num_gpus', 'tp', 'moe_tp', 'moe_ep'] as const).map(
    (column) => whole(values, column, 0),
  ) as [number, number, number, number];
  if (chips === 0 && tensor === 0 && expertTensor === 0 && expertParallel === 0) return null;
  const held = tensor === 0 ? Math.max(1, Math.floor(chips / pipeline)) : tensor;
  return parallelOf({
    chips: chips === 0 ? held * pipeline : chips,
    tensor: held,
    pipeline,
    attention: cell(values, 'attn_dp') === '' ? undefined : whole(values, 'attn_dp', 1),
    expertTensor: Math.max(1, expertTensor),
    expertParallel: Math.max(1, expertParallel),
    doubled: cell(values, 'num_gpus_flag') !== '',
  });
}

const FEWEST_MOST = 8;

/** The fewest chips that hold a model with its requests, a server of them at the most. */
function fewestFor(setting: Setting): Parallel {
  for (let tensor = 1; ; tensor *= 2) {
    const parallel = parallelIn('', tensor);
    const { most } = memoryOf({ ...setting, parallel }, 'share of the chip');
    if (tensor >= FEWEST_MOST || most >= setting.concurrency) return parallel;
  }
}

function throughputRow(bench: Bench, { line, values }: CsvRow): TableRow {
  const { chip, shape, checkpoint, precision } = common(bench, values, 'gpu');
  const chips = whole(values, 'num_gpus', 0);
  const words = cell(values, 'parallel');
  if (chips === 0 && words === '') throw rowFault('both num_gpus and parallel are empty');
  const parallel = parallelIn(words, Math.max(1, chips));
  const total = parallel.tensor * parallel.pipeline;
  const setting: Setting = {
    ...plain(precision),
    chip,
    shape,
    checkpoint,
    parallel,
    input: positive(values, 'isl'),
    output: positive(values, 'osl'),
    concurrency: Math.min(
      positive(values, 'batch_size', Number.POSITIVE_INFINITY),
      SCHEDULER_MOST * parallel.attention,
    ),
    backend: cell(values, 'backend').toLowerCase() || 'trtllm',
    version: cell(values, 'source_version'),
  };
  const actual =
    cell(values, 'output_tok_s_per_gpu') === ''
      ? positive(values, 'output_tok_s_total') / Math.max(chips, total)
      : positive(values, 'output_tok_s_per_gpu');
  return { line, setting, actual, taken: [], seconds: 1 / actual, configuration: configurationOf(setting) };
}

function common(
  bench: Bench,
  values: CsvRow['values'],
  chipColumn: string,
): Pick<Setting, 'chip' | 'shape' | 'checkpoint' | 'precision'> {
  const written = cell(values, 'model');
  const shape = bench.shapes.get(idIn(bench.modelNames, 'model', written, 'models'));
  const chip = bench.chips.get(idIn(bench.chipNames, chipColumn, cell(values, chipColumn), 'accelerators'));
  if (shape === undefined || chip === undefined) throw rowFault('its model or accelerator is not in the catalogue');
  const checkpoint = (written.split('/').at(-1) ?? '').toLowerCase();
  return { chip, shape, checkpoint, precision: precisionIn(cell(values, 'precision'), written, shape.native) };
}

/** What no table says: nothing guessed, nothing cached, prefill among the decodes. */
export const plain = (
  precision: Precision,
): Pick<Setting, 'precision' | 'cache' | 'prefix' | 'drafted' | 'accepted' | 'apart'> => ({
  precision,
  cache: precision === 'bf16' ? 'bf16' : 'fp8',
  prefix: 0,
  drafted: 0,
  accepted: 0,
  apart: false,
});

/** Same text, same configuration: one chip count and one parallelism, however a table wrote them. */
export const configurationOf = (setting: Setting): string =>
  [
    setting.shape.id,
    setting.chip.id,
    setting.precision,
    setting.backend,
    setting.input,
    setting.output,
    setting.concurrency,
    parallelName(setting.parallel),
  ].join('|');
