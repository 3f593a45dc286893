// Rows: how well the planner's models do on measured tables, and making them again from tables.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: ['number', 'null'], description: 'null: too few rows' };
const list = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), properties },
});
const MEASURES: Readonly<Record<string, JsonSchema>> = {
  rows: { type: 'integer' },
  median: { ...number, description: 'size of the relative error, as a share' },
  mean: number,
  spearman: number,
  bias: { ...number, description: 'median of log(predicted ÷ actual)' },
  inside: { ...number, description: 'share of actual values inside the 80 % interval' },
};
const measures: JsonSchema = { type: 'object', required: Object.keys(MEASURES), properties: MEASURES };
const groups = list({ name: string, ...MEASURES });
const faults = list({ line: { type: 'integer' }, reason: string });

const OWN: Option = {
  name: 'catalogue',
  type: 'string',
  many: true,
  value: 'FILE',
  summary: "a catalogue file of one's own (accelerators, models), over those that ship",
};

export const PLAN_SCORE_COMMANDS: readonly Command[] = [
  {
    name: 'plan score',
    group: 'plan',
    summary: 'predict every row of a measured table and say how far off that is',
    more: 'Kinds: `latency` (columns model, system, isl, osl, concurrency, tpot_ms), `throughput` (model, gpu, precision, isl, osl, with parallel or num_gpus, output_tok_s_per_gpu or output_tok_s_total), `mlperf` (model, scenario, accelerator, tokens_per_s_per_accel), `gigawatt` (claim, basis), `ttft` (the columns of `latency` and ttft_ms: time to the first token, simulated). Further columns refine the prediction, others are ignored; no prediction looks at what its row measured. Printed are median and mean error, rank correlation, bias and the share inside the 80 % interval, overall and by GPU, model and precision, with rows whose configuration was fitted apart from those never seen. A row that cannot be read is counted and told with its line. docs/planner-performance.md says what the models are and where they fail.',
    examples: [
      { line: 'plan score TABLE --kind latency', says: 'time per output token, against a table' },
      { line: 'plan score TABLE --kind latency --json', says: 'with every row, for a program' },
      { line: 'plan score TABLE --kind ttft', says: 'time to the first token, by the simulator' },
    ],
    arguments: [{ name: 'TABLE', summary: 'a CSV file', required: true }],
    options: [
      {
        name: 'kind',
        type: 'string',
        value: 'KIND',
        choices: ['latency', 'throughput', 'mlperf', 'gigawatt', 'ttft'],
        summary: 'what the table measures',
      },
      {
        name: 'calibration',
        type: 'string',
        value: 'FILE',
        summary: "a calibration of one's own (default: the one that ships)",
      },
      OWN,
    ],
    output: {
      schema: {
        anyOf: [
          {
            type: 'object',
            required: ['kind', 'unit', 'interval', 'held', 'faults', 'overall', 'fitted', 'unseen', 'rows'],
            properties: {
              kind: { enum: ['latency', 'throughput', 'mlperf', 'ttft'] },
              file: string,
              unit: string,
              interval: string,
              calibrated: string,
              held: { type: 'integer', description: 'rows of the table, faulty ones too' },
              faults,
              overall: measures,
              fitted: measures,
              unseen: measures,
              by_class: groups,
              by_gpu: groups,
              by_model: groups,
              by_precision: groups,
              order: {
                type: 'object',
                description: 'of ttft: rank correlation within each system as concurrency rises',
                properties: { systems: { type: 'integer' }, median: number, ordered: number },
              },
              rows: list({
                line: { type: 'integer' },
                actual: { type: 'number' },
                mid: { type: 'number' },
                class: string,
              }),
            },
          },
          { type: 'object', required: ['kind', 'overall', 'rows'], properties: { kind: { const: 'gigawatt' } } },
        ],
      },
    },
    run: async () => (await import('../run/plan-score.ts')).score,
  },
  {
    name: 'plan calibrate',
    group: 'plan',
    summary: 'fit the performance model to the tables of a folder, and say how it does on rows that it has not seen',
    more: 'The folder holds latency-inferencex.csv, throughput-trtllm.csv and mlperf.csv. Rows, stacks, chips and models are left out in turn; their errors give the intervals. Without --to only the report is printed. The same tables give the same file to the byte. It takes a minute or two.',
    examples: [
      { line: 'plan calibrate FOLDER', says: 'the report alone' },
      { line: 'plan calibrate FOLDER --to calibration.json --json', says: 'and the calibration, for `plan score`' },
    ],
    arguments: [{ name: 'FOLDER', summary: 'of the tables', required: true }],
    options: [
      { name: 'to', type: 'string', value: 'FILE', summary: 'write the calibration there' },
      { name: 'date', type: 'string', value: 'DAY', summary: 'the day it bears (default: that of its newest table)' },
      OWN,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['written', 'regimes'],
        properties: {
          written: { type: ['string', 'null'] },
          regimes: list({
            regime: { enum: ['serving', 'saturated'] },
            rows: { type: 'integer' },
            faults,
            ideal: { type: 'number', description: 'median error of a roofline at stated rates' },
            better: { type: 'number', description: 'that over ours, on rows not seen' },
            schemes: list({
              scheme: { enum: ['rows', 'setups', 'versions', 'places', 'chips', 'models'] },
              overall: measures,
              folds: groups,
            }),
            by_gpu: groups,
            by_model: groups,
            by_precision: groups,
          }),
        },
      },
    },
    run: async () => (await import('../run/plan-score.ts')).calibrate,
  },
];
