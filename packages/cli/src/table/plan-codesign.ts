// Rows: what one step of co-design is worth, whether a long context fits and what it costs, and how long a training run takes. Estimates.
import type { Argument, Command, JsonSchema, Option } from '../frame/command.ts';
import { CONFIGURATION } from './plan-performance.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
const maybe: JsonSchema = { type: ['number', 'null'], description: 'null: not asked for, or not one fits' };
const interval: JsonSchema = {
  type: 'object',
  required: ['low', 'mid', 'high'],
  properties: { low: number, mid: number, high: number },
};
const strings: JsonSchema = { type: 'array', items: string };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

const NAMED: readonly Argument[] = [
  { name: 'MODEL', summary: 'of the catalogue: llama-3.1-70b', required: true },
  { name: 'ACCELERATOR', summary: 'of the catalogue: b200', required: true },
];
const HOUR: Option = {
  name: 'hour',
  type: 'string',
  value: 'USD',
  summary: 'price of an hour of a chip, for what it costs',
};
const OWN: Option = {
  name: 'catalogue',
  type: 'string',
  many: true,
  value: 'FILE',
  summary: "a catalogue file of one's own (accelerators, models), over those that ship",
};

export const PLAN_CODESIGN_COMMANDS: readonly Command[] = [
  {
    name: 'plan step',
    group: 'plan',
    summary: 'estimate what one step of co-design is worth: FP4 for FP8, a longer linked domain, a faster kernel',
    more: 'The same way of running a model twice, once changed: tokens a second of a chip and of a user, after ÷ before, with an interval that is narrower than that of either, since errors that both share cancel. A step is `precision:fp4`, `domain:16` (chips in the linked domain, all of them used), `bandwidth:1.2`, `link:2`, or `kernel:PART:1.2`, where PART is dense, experts, attention, network or overhead.',
    examples: [
      {
        line: 'plan step deepseek-r1 b200 --change precision:fp4 --tensor 8 --concurrency 64',
        says: 'FP4 in the place of FP8',
      },
      {
        line: 'plan step deepseek-r1 gb200 --change domain:16 --change kernel:attention:1.2 --tensor 8 --attention 8 --concurrency 256 --json',
        says: 'twice as many linked chips, and a kernel that is 20 % faster, each alone',
      },
    ],
    arguments: NAMED,
    options: [
      {
        name: 'change',
        type: 'string',
        many: true,
        value: 'STEP',
        summary: 'a step, as above; may be given more than once (default: all of them)',
      },
      ...CONFIGURATION,
    ],
    output: {
      schema: object({
        estimate: { const: true },
        steps: {
          type: 'array',
          items: {
            type: 'object',
            required: ['change'],
            properties: {
              change: string,
              perChip: interval,
              perUser: interval,
              extrapolates: strings,
              refused: string,
            },
          },
        },
      }),
    },
    run: async () => (await import('../run/plan-codesign.ts')).stepped,
  },
  {
    name: 'plan context',
    group: 'plan',
    summary:
      "say whether a long context fits, how many do, and what a cache in the host's memory costs in time and money",
    more: 'With the cache in memory, and with what does not fit there fetched from the host for every token. --input and --output are the context; --host is what each chip may keep in the memory of its host.',
    examples: [
      {
        line: 'plan context llama-3.1-70b h100 --tensor 4 --input 100000 --output 1000 --host 256 --together 16 --hour 2.3',
        says: 'sixteen contexts of 101,000 tokens',
      },
      {
        line: 'plan context deepseek-r1 gb200 --precision fp4 --tensor 8 --attention 8 --input 150000 --json',
        says: 'as many as fit, for a program',
      },
    ],
    arguments: NAMED,
    options: [
      { name: 'host', type: 'string', value: 'GB', summary: "of the host's memory, for each chip (default 0)" },
      { name: 'together', type: 'string', value: 'N', summary: 'contexts at once (default: as many as fit)' },
      HOUR,
      ...CONFIGURATION,
    ],
    output: {
      schema: object({
        estimate: { const: true },
        tokens: number,
        cache: { ...number, description: 'bytes of the cache of one context, over all chips' },
        fits: { ...number, description: 'contexts that fit in memory' },
        together: number,
        inMemory: { type: ['object', 'null'], properties: { batch: number, tpot: interval, cost: maybe } },
        offload: {
          type: 'object',
          properties: { fits: number, fetched: number, tpot: number, slower: number, cost: maybe },
        },
        prefill: number,
        extrapolates: strings,
      }),
    },
    run: async () => (await import('../run/plan-codesign.ts')).reached,
  },
  {
    name: 'plan train',
    group: 'plan',
    summary: 'estimate how long training or fine-tuning takes, at the level of a roofline',
    more: 'Six operations of every token and active weight, and attention; the exchange of gradients; and the part of the stated rate that published runs reach. No training run was measured, and every answer says so: its interval is that of published runs.',
    examples: [
      {
        line: 'plan train llama-3.1-405b h100 --chips 16384 --corpus 15.6e12 --batch 16e6 --hour 2',
        says: 'a model of 405 bn weights from the beginning',
      },
      {
        line: 'plan train llama-3.1-70b b200 --chips 64 --corpus 1e9 --adapters 0.01 --json',
        says: 'adapters of a hundredth of the weights',
      },
    ],
    arguments: NAMED,
    options: [
      { name: 'chips', type: 'string', value: 'N', summary: 'that train together (default 64)' },
      { name: 'corpus', type: 'string', value: 'TOKENS', summary: 'trained on: 1e9 (the default)' },
      { name: 'length', type: 'string', value: 'TOKENS', summary: 'of a sequence (default 8192)' },
      { name: 'batch', type: 'string', value: 'TOKENS', summary: 'of a step over all chips (default 4e6)' },
      {
        name: 'precision',
        type: 'string',
        value: 'KIND',
        choices: ['bf16', 'fp8'],
        summary: 'of the arithmetic (default bf16)',
      },
      { name: 'adapters', type: 'string', value: 'SHARE', summary: 'of the weights that learn (default: all)' },
      HOUR,
      OWN,
    ],
    output: {
      schema: object({
        estimate: { const: true },
        operations: number,
        days: interval,
        utilisation: interval,
        cost: { anyOf: [interval, { type: 'null' }] },
        exchange: { type: 'object' },
        state: { ...number, description: 'bytes of weights, gradients and optimiser state' },
        statePerChip: number,
        extrapolates: strings,
        notes: strings,
      }),
    },
    run: async () => (await import('../run/plan-codesign.ts')).trained,
  },
];
