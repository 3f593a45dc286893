// Rows of MLPerf's results to predictions. A row says neither its batch nor its inputs' lengths, so we take the dataset's lengths as
// the rules or their readers give them, the split of the chips that gives most, and in Server and Interactive the largest batch that
// keeps the scenario's own limit on time per token. What is left between that and the runs is one factor per scenario, calibrated.
import type { Calibration, MlperfCalibration } from '../performance/calibration.ts';
import { conformalBounds, median } from '../performance/calibrate/quantiles.ts';
import { estimateSetting } from '../performance/estimate.ts';
import type { Precision } from '../catalogue/models.ts';
import type { Setting } from '../performance/setting.ts';
import type { Bench } from './bench.ts';
import { cell, positive, rowFault, whole } from './cells.ts';
import type { CsvFault, CsvRow } from './csv.ts';
import { idIn, precisionIn } from './names.ts';
import { plain, readRows } from './tables.ts';

export const MLPERF_COLUMNS = ['model', 'scenario', 'accelerator', 'tokens_per_s_per_accel'] as const;

/** Mean tokens of a request by dataset. Outputs: the load generator's reference; inputs: not stated by the rules, from reports. */
const LENGTHS: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'llama-2-70b': { input: 294, output: 294 },
  'llama-3.1-405b': { input: 9400, output: 685 },
  'llama-3.1-8b': { input: 778, output: 73 },
  'mixtral-8x7b': { input: 420, output: 145 },
  'deepseek-r1': { input: 800, output: 3700 },
  'gpt-oss-120b': { input: 800, output: 1278 },
};

/** Limits on time per token, in seconds, that the rules set; of every hundred requests ninety-nine keep them. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  server: {
    'llama-2-70b': 0.2,
    'llama-3.1-405b': 0.175,
    'llama-3.1-8b': 0.1,
    'mixtral-8x7b': 0.2,
    'deepseek-r1': 0.08,
    'gpt-oss-120b': 0.08,
  },
  interactive: {
    'llama-2-70b': 0.04,
    'llama-3.1-405b': 0.08,
    'llama-3.1-8b': 0.03,
    'mixtral-8x7b': 0.04,
    'deepseek-r1': 0.015,
    'gpt-oss-120b': 0.02,
  },
};
const OTHER_LIMIT = 0.1;
const OTHER_LENGTHS = { input: 500, output: 500 };
/** Mean over ninety-ninth percentile. */
const MEAN_OF_LIMIT = 0.7;

interface MlperfPart {
  readonly setting: Setting;
  readonly chips: number;
}

export interface MlperfRow {
  readonly line: number;
  readonly scenario: string;
  readonly chip: string;
  readonly model: string;
  readonly precision: Precision;
  /** Each kind of chip with how many of it run: one kind, but for a few. */
  readonly parts: readonly MlperfPart[];
  readonly limit: number;
  /** In words, what neither the row nor the rules say and we took. */
  readonly assumed: readonly string[];
  /** Tokens a second of one chip. */
  readonly actual: number;
}

export const readMlperfTable = (
  bench: Bench,
  file: string,
  text: string,
): { readonly rows: readonly MlperfRow[]; readonly faults: readonly CsvFault[]; readonly held: number } =>
  readRows(file, text, MLPERF_COLUMNS, (row) => mlperfRow(bench, row));

/** `AMD Instinct MI300X 192GB HBM3 (x32), AMD Instinct MI325X 256GB HBM3e (x16)` */
const MIXED = /\s*([^,]+?)\s*\(x(\d+)\)/g;

function mlperfRow(bench: Bench, { line, values }: CsvRow): MlperfRow {
  const written = cell(values, 'accelerator');
  const shape = bench.shapes.get(idIn(bench.modelNames, 'model', cell(values, 'model'), 'models'));
  if (shape === undefined) throw rowFault('its model is not in the catalogue');
  const told = cell(values, 'scenario').toLowerCase();
  // Some tables say in the model's name which Server it was.
  const scenario = told === 'server' && /interactive/i.test(cell(values, 'model')) ? 'interactive' : told;
  if (scenario !== 'offline' && !(scenario in LIMITS))
    throw rowFault(`scenario "${scenario.slice(0, 40)}" is none of Offline, Server, Interactive`);
  const stated = precisionIn(cell(values, 'weight_dtype'), '', shape.native);
  const mixed = [...written.matchAll(MIXED)].map(([, name = '', count = '']) => ({ name, chips: Number(count) }));
  const kinds = mixed.length > 1 ? mixed : [{ name: written, chips: whole(values, 'num_accelerators', 8) }];
  const lengths = LENGTHS[shape.id] ?? OTHER_LENGTHS;
  const parts = kinds.map(({ name, chips }): MlperfPart => {
    const chip = bench.chips.get(idIn(bench.chipNames, 'accelerator', name, 'accelerators'));
    if (chip === undefined) throw rowFault('its accelerator is not in the catalogue');
    // 16 bits in this column often stand for what a submission began from; a chip with 8-bit arithmetic runs in it.
    const precision = stated === 'bf16' && chip.rates.fp8 > 0 ? 'fp8' : stated;
    const setting: Setting = {
      ...plain(precision),
      chip,
      shape,
      checkpoint: shape.id,
      parallel: { tensor: Math.max(1, chips), pipeline: 1, attention: 1, experts: false },
      ...lengths,
      concurrency: 2048,
      backend: 'trtllm',
      version: '',
    };
    return { setting, chips };
  });
  const stands = LIMITS[scenario]?.[shape.id] ?? (scenario === 'offline' ? Number.POSITIVE_INFINITY : undefined);
  return {
    line,
    scenario,
    chip: parts.map(({ setting }) => setting.chip.id).join(' + '),
    model: shape.id,
    precision: parts[0]!.setting.precision,
    parts,
    limit: stands ?? OTHER_LIMIT,
    assumed: [
      ...(parts.length > 1 ? ['two kinds of chips together: taken as what each gives alone'] : []),
      ...(lengths === OTHER_LENGTHS ? [`lengths of ${shape.id} are not known: 500 tokens in and out were taken`] : []),
      ...(stands === undefined
        ? [`no limit on a token is known for ${shape.id} in ${scenario}: ${OTHER_LIMIT * 1000} ms were taken`]
        : []),
    ],
    actual: positive(values, 'tokens_per_s_per_accel'),
  };
}

/** Tokens a second of one chip, before the scenario's factor; of several kinds together, their mean. `settings`: each in the split that gives most. */
export function mlperfBase(
  calibration: Calibration,
  { parts, limit }: MlperfRow,
): { readonly rate: number; readonly settings: readonly Setting[] } {
  const all = parts.reduce((sum, { chips }) => sum + chips, 0);
  const best = parts.map((part) => bestSplit(calibration, part.setting, limit));
  const rate = best.reduce((sum, each, at) => sum + (each.rate * parts[at]!.chips) / all, 0);
  return { rate: parts.length === 1 ? best[0]!.rate : rate, settings: best.map(({ setting }) => setting) };
}

function bestSplit(
  calibration: Calibration,
  held: Setting,
  limit: number,
): { readonly rate: number; readonly setting: Setting } {
  let best = { rate: 0, setting: held };
  const most = Math.min(held.parallel.tensor, 8, held.chip.domain);
  for (let tensor = 1; tensor <= Math.max(most, 1); tensor *= 2) {
    const split = { ...held, parallel: { tensor, pipeline: 1, attention: 1, experts: false } };
    const setting = withinLimit(calibration, split, limit);
    const { seconds, memory } = estimateSetting(calibration, 'saturated', setting);
    if (memory.most < 1 && tensor * 2 <= most) continue;
    if (1 / seconds > best.rate) best = { rate: 1 / seconds, setting };
  }
  return best;
}

/** The largest batch whose mean time per token keeps the limit; at least one request. */
function withinLimit(calibration: Calibration, setting: Setting, limit: number): Setting {
  if (!Number.isFinite(limit)) return setting;
  const keeps = (concurrency: number): boolean =>
    estimateSetting(calibration, 'serving', { ...setting, concurrency }).seconds <= limit * MEAN_OF_LIMIT;
  let [least, most] = [1, setting.concurrency];
  if (keeps(most)) return setting;
  while (most - least > 1) {
    const middle = (least + most) >> 1;
    if (keeps(middle)) least = middle;
    else most = middle;
  }
  return { ...setting, concurrency: least };
}

/** Factors by scenario, and how far runs lie from those of the other chips. */
export function calibrateMlperf(calibration: Calibration, all: readonly MlperfRow[]): MlperfCalibration {
  // What two kinds of chips give together says of neither how far we are off.
  const rows = all.filter(({ parts }) => parts.length === 1);
  const logs = rows.map((row) => Math.log(row.actual / mlperfBase(calibration, row).rate));
  const scenarios: Record<string, MlperfCalibration['scenarios'][string]> = {};
  for (const [scenario, held] of Map.groupBy(rows.keys(), (at) => rows[at]!.scenario)) {
    const errors = held.map((at) => {
      const others = held.filter((other) => rows[other]!.chip !== rows[at]!.chip);
      return logs[at]! - median((others.length > 0 ? others : held).map((other) => logs[other]!));
    });
    scenarios[scenario] = { offset: median(held.map((at) => logs[at]!)), ...conformalBounds(errors) };
  }
  return { rows: rows.length, scenarios };
}
