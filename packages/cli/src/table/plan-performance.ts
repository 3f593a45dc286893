// Rows: how fast a model runs on a chip, and the front of what configurations give. Estimates with their intervals.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
const interval: JsonSchema = {
  type: 'object',
  required: ['low', 'mid', 'high'],
  properties: { low: number, mid: number, high: number },
};
const strings: JsonSchema = { type: 'array', items: string };

const SHAPE: readonly Option[] = [
  { name: 'input', type: 'string', value: 'TOKENS', summary: 'of a request (default 1024)' },
  { name: 'output', type: 'string', value: 'TOKENS', summary: 'of a request (default 1024)' },
  { name: 'backend', type: 'string', value: 'NAME', summary: 'vllm, sglang, trtllm or another (default trtllm)' },
  { name: 'prefix', type: 'string', value: 'SHARE', summary: 'of the input that is cached already (default 0)' },
  { name: 'apart', type: 'boolean', summary: 'prefill on chips of its own' },
  {
    name: 'catalogue',
    type: 'string',
    many: true,
    value: 'FILE',
    summary: "a catalogue file of one's own (accelerators, models), over those that ship",
  },
];

/** One way of running a model on chips. */
export const CONFIGURATION: readonly Option[] = [
  {
    name: 'precision',
    type: 'string',
    value: 'KIND',
    choices: ['bf16', 'fp8', 'fp4'],
    summary: 'of the weights (default fp8)',
  },
  {
    name: 'cache',
    type: 'string',
    value: 'KIND',
    choices: ['bf16', 'fp8', 'fp4'],
    summary: 'of the cache (default fp8; bf16 with bf16)',
  },
  { name: 'tensor', type: 'string', value: 'N', summary: 'chips that share each layer (default 1)' },
  { name: 'pipeline', type: 'string', value: 'N', summary: 'stages (default 1)' },
  {
    name: 'attention',
    type: 'string',
    value: 'N',
    summary: 'groups that each attend to their own requests (default 1)',
  },
  { name: 'experts', type: 'boolean', summary: 'whole experts on chips, not slices of each' },
  { name: 'concurrency', type: 'string', value: 'N', summary: 'requests in flight, or `most` (default 16)' },
  {
    name: 'draft',
    type: 'string',
    value: 'N:SHARE',
    summary: 'guessed tokens a step, and the chance that one is right: 3:0.7',
  },
  ...SHAPE,
];

export const PLAN_PERFORMANCE_COMMANDS: readonly Command[] = [
  {
    name: 'plan predict',
    group: 'plan',
    summary: 'estimate how fast a model runs on chips: time per token, tokens a second, memory, what bounds it',
    more: 'With an 80 % interval from errors on rows that the model had not seen, the class of what is new, and every input that lies outside what was measured. Time to first token is waiting, and not estimated here: `prefill` is the time of a prefill alone. What does not fit or cannot be split so is refused with what to change. docs/planner-performance.md says what is modelled.',
    examples: [
      { line: 'plan predict llama-3.1-70b h200 --tensor 4 --concurrency 32 --backend vllm', says: 'one configuration' },
      {
        line: 'plan predict deepseek-r1 gb300 --precision fp4 --tensor 8 --attention 8 --experts --concurrency most --json',
        says: 'the most that eight chips carry, for a program',
      },
    ],
    arguments: [
      { name: 'MODEL', summary: 'of the catalogue: llama-3.1-70b', required: true },
      { name: 'ACCELERATOR', summary: 'of the catalogue: b200', required: true },
    ],
    options: [...CONFIGURATION],
    output: {
      schema: {
        type: 'object',
        required: [
          'estimate',
          'chips',
          'batch',
          'tpot',
          'perChip',
          'perUser',
          'prefill',
          'memory',
          'bound',
          'class',
          'extrapolates',
        ],
        properties: {
          estimate: { const: true },
          chips: number,
          batch: number,
          step: { ...number, description: 'seconds of a decode step' },
          tpot: { ...interval, description: 'seconds of an output token' },
          perChip: interval,
          perUser: interval,
          prefill: { ...number, description: 'seconds of a prefill alone' },
          memory: { type: 'object' },
          bound: { enum: ['compute', 'memory', 'network', 'overhead'] },
          shares: { type: 'object' },
          class: string,
          extrapolates: strings,
          notes: strings,
        },
      },
    },
    run: async () => (await import('../run/plan-performance.ts')).predicted,
  },
  {
    name: 'plan search',
    group: 'plan',
    summary:
      'search splits, batches, precisions and chips for the front of tokens a second of a chip against those of a user',
    examples: [
      {
        line: 'plan search deepseek-r1 --accelerators b200,gb300 --precisions fp8,fp4 --chips 16 --tpot 50',
        says: 'within 50 ms a token',
      },
      { line: 'plan search llama-3.1-70b --accelerators h200 --chips 8 --json', says: 'for a program' },
    ],
    arguments: [{ name: 'MODEL', summary: 'of the catalogue', required: true }],
    options: [
      {
        name: 'accelerators',
        type: 'string',
        value: 'LIST',
        summary: 'of the catalogue, with commas between (default b200)',
      },
      { name: 'precisions', type: 'string', value: 'LIST', summary: 'with commas between (default fp8)' },
      { name: 'chips', type: 'string', value: 'N', summary: 'of one copy of the model, at the most (default 8)' },
      { name: 'tpot', type: 'string', value: 'MS', summary: 'no configuration whose output token takes longer' },
      ...SHAPE,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['estimate', 'front', 'tried', 'refused'],
        properties: {
          estimate: { const: true },
          front: {
            type: 'array',
            items: {
              type: 'object',
              properties: { accelerator: string, chips: number, perChip: interval, perUser: interval },
            },
          },
          tried: number,
          refused: { type: 'object' },
        },
      },
    },
    run: async () => (await import('../run/plan-performance.ts')).searched,
  },
];
