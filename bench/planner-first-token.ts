// Times to the first token that others published, beside the planner's simulator: the order within each system as concurrency rises, and
// the error, which nobody's roofline gets right. `node bench/planner-first-token.ts [--every N] [--rounds N]`; the tables are read in
// place from WEIGHBRIDGE_CORPUS (default ../shared/data). The step is the plain one, with two constants for dense models and two for
// mixtures that were fitted on every sixth group; those groups are not scored. Exit 3 when the median order falls below 0.9.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  plainStep,
  scoreFirstToken,
  type FirstTokenRow,
  type FirstTokenScore,
  type FleetForm,
} from '@weighbridge/planner';

type Row = Readonly<Record<string, string>>;

export const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../shared/data');

/** Simple CSV: quotes may hold commas, nothing else. */
export function readCsv(text: string): Row[] {
  const [head = [], ...rows] = text
    .replaceAll('\r', '')
    .trimEnd()
    .split('\n')
    .map((line) => [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('"', '')));
  return rows.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}

const table = (name: string): Row[] => readCsv(readFileSync(join(CORPUS, 'planner', name), 'utf8'));

const MODELS: Readonly<Record<string, string>> = {
  'deepseek-ai/DeepSeek-R1': 'DeepSeek-R1',
  'deepseek-ai/DeepSeek-V3': 'DeepSeek-R1',
  'nvidia/DeepSeek-R1-NVFP4': 'DeepSeek-R1',
  'openai/gpt-oss-120b': 'GPT-OSS-120B',
  'meta-llama/Llama-3.1-70B': 'Llama-3.1-70B',
  'meta-llama/Llama-3.1-8B-Instruct': 'Llama-3.1-8B',
  'nvidia/Llama-3.1-8B-Instruct-FP8': 'Llama-3.1-8B',
  'Qwen/Qwen3-32B': 'Qwen3-32B',
  'nvidia/Qwen3-32B-NVFP4': 'Qwen3-32B',
  'Qwen/Qwen3.5-397B-A17B': 'Qwen3.5-397B-A17B',
  'Qwen/Qwen3-235B-A22B-FP8': 'Qwen3-235B-A22B',
  'zhipuai/GLM-5': 'GLM-5',
};
const CHIPS: Readonly<Record<string, string>> = { h100_sxm: 'H100 SXM', h200_sxm: 'H200 SXM', b200_sxm: 'B200 SXM' };
const BYTES: Readonly<Record<string, number>> = { fp4: 0.5, fp8: 1, bf16: 2, '': 2 };

/** Of a cell that says more than its number, the number. */
const number = (row: Row | undefined, name: string): number => Number.parseFloat(row?.[name] ?? '');

/** Share of a chip's arithmetic that prompts reach, and what passes before a request is computed at all. */
interface Constants {
  readonly prefill: number;
  readonly front_ms: number;
}

/** By grid over the groups of `fittedOn`, least median error. */
const FITTED = { dense: { prefill: 0.45, front_ms: 30 }, mixture: { prefill: 0.3, front_ms: 200 } };
const PLAIN: Constants = { prefill: 0.6, front_ms: 0 };

const fittedOn = (_group: string, at: number): boolean => at % 6 === 0;

interface Published {
  readonly rows: readonly FirstTokenRow[];
  readonly fleetOf: (row: FirstTokenRow) => FleetForm;
}

/** Rows of groups that nothing was fitted on, every `every`th of them; and what each ran on, from the tables of chips and models. */
export function publishedRows(every: number, constants: 'plain' | 'fitted'): Published {
  const [chips, models, latencies] = [
    table('hardware.csv'),
    table('model-architectures.csv'),
    table('latency-inferencex.csv'),
  ];
  const groups = [...Map.groupBy(latencies, groupOf)].filter(([group], at) => !fittedOn(group, at));
  const fleets = new Map<string, FleetForm>();
  const rows = groups
    .filter((_, at) => at % every === 0)
    .flatMap(([group, held]) => {
      const [first] = held;
      const model = models.find((each) => each['model'] === MODELS[first?.['model'] ?? '']);
      const chip = chips.find(({ accelerator }) => accelerator === CHIPS[first?.['system'] ?? '']);
      const kind = number(model, 'n_experts') > 1 ? FITTED.mixture : FITTED.dense;
      fleets.set(group, fleetOn(first ?? {}, chip, model, constants === 'plain' ? PLAIN : kind));
      return held.map((row) => ({
        group,
        concurrency: number(row, 'concurrency'),
        input: number(row, 'isl'),
        output: number(row, 'osl'),
        ttft_ms: number(row, 'ttft_ms'),
      }));
    });
  const fleetOf = ({ group }: FirstTokenRow): FleetForm => {
    const fleet = fleets.get(group);
    if (fleet === undefined) throw new Error(`no fleet of ${group}`);
    return fleet;
  };
  return { rows, fleetOf };
}

/** Rows that differ in concurrency alone. */
const groupOf = (row: Row): string =>
  [
    `${row['model']} ${row['system']} ${row['precision']} ${row['backend']} ${row['backend_version']}`,
    `${row['isl']}/${row['osl']} on ${row['num_gpus']}`,
    `tp${row['tp']} pp${row['pp']} dp${row['attn_dp']} ep${row['moe_ep']}`,
  ].join(' ');

function fleetOn(row: Row, chip: Row | undefined, model: Row | undefined, { prefill, front_ms }: Constants): FleetForm {
  const bytes = BYTES[row['precision'] ?? ''] ?? 2;
  const count = number(row, 'num_gpus');
  const weights = number(model, 'params_total_b') * 1e9;
  const kv = number(model, 'kv_elements_per_token') * Math.max(1, bytes);
  const experts = number(model, 'n_experts');
  const flops = bytes < 1 && number(chip, 'fp4_dense_tflops') > 0 ? 'fp4' : bytes <= 1 ? 'fp8' : 'bf16';
  const step = plainStep({
    chips: count,
    flops_per_s: number(chip, `${flops}_dense_tflops`) * 1e12,
    bytes_per_s: number(chip, 'hbm_tb_s') * 1e12,
    layers: number(model, 'num_hidden_layers'),
    hidden: number(model, 'hidden_size'),
    weights,
    prefill_efficiency: prefill,
    active_weights: number(model, 'params_active_b') * 1e9,
    bytes_per_weight: bytes,
    kv_bytes_per_token: kv,
    link_bytes_per_s: number(chip, 'scaleup_gb_s_per_chip_unidir') * 1e9,
    ...(experts > 1 ? { experts: { count: experts, chosen: number(model, 'num_experts_per_tok') } } : {}),
  });
  const room = number(chip, 'hbm_gb') * 1e9 * 0.9 * count - weights * bytes;
  return {
    instances: 1,
    slots: 1024,
    kv_tokens: Math.max(200_000, Math.floor(room / kv)),
    prefill: { kind: 'chunked', tokens: 8192 },
    queue_most: 10_000,
    front_ms,
    routing: 'central',
    step,
  };
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

function print(score: FirstTokenScore, took_ms: number): void {
  const by = (name: string, of: (group: string) => string): string[] =>
    [...Map.groupBy(score.rows, ({ group }) => of(group))].map(([key, rows]) => {
      const errors = rows
        .map(({ simulated_ms, ttft_ms }) => Math.abs(simulated_ms / ttft_ms - 1))
        .toSorted((a, b) => a - b);
      return `  ${name} ${key}: ${rows.length} rows, median error ${percent(errors[errors.length >> 1] ?? Number.NaN)}`;
    });
  process.stdout.write(
    [
      `simulated times to the first token, ${score.rows.length} rows in ${score.groups.length} groups, ${(took_ms / 1000).toFixed(1)} s`,
      `order within a group (Spearman): median ${score.median_spearman.toFixed(3)}, ${percent(score.ordered)} of groups at 0.8 and more`,
      `error: median ${percent(score.median_error)}, mean ${percent(score.mean_error)}; median of simulated ÷ measured ${score.bias.toFixed(2)}`,
      ...by('model', (group) => group.split(' ')[0] ?? ''),
      ...by('system', (group) => group.split(' ')[1] ?? ''),
      '',
    ].join('\n'),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { every: { type: 'string', default: '1' }, rounds: { type: 'string', default: '10' } },
  });
  for (const constants of ['plain', 'fitted'] as const) {
    const { rows, fleetOf } = publishedRows(Number(values.every), constants);
    const from = performance.now();
    const score = scoreFirstToken(rows, { fleetOf, rounds: Number(values.rounds), seed: 1, shortest: 0.8 });
    process.stdout.write(`── ${constants} constants\n`);
    print(score, performance.now() - from);
    if (score.median_spearman < 0.9) process.exitCode = 3;
  }
}
