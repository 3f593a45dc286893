// Rows: the simulated clouds by themselves, their faults, tapes, and load.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };

export const LAB_COMMANDS: readonly Command[] = [
  {
    name: 'lab up',
    group: 'lab',
    summary: 'start only the simulated clouds, to point a client or a gateway of your own at',
    more: 'Prints where each cloud listens, and writes made-up credentials into the home folder. `up` starts them by itself.',
    examples: [
      { line: 'lab up', says: 'until Ctrl-C', exit: 130 },
      {
        line: 'lab up --seed 7 --latency zero --json',
        says: 'reproducible, without waiting; addresses as JSON',
        exit: 130,
      },
    ],
    arguments: [],
    options: [
      { name: 'seed', type: 'string', value: 'N', summary: 'seed of answers and latencies (default 1)' },
      {
        name: 'latency',
        type: 'string',
        choices: ['zero', 'fixed', 'realistic'],
        summary: 'how they take their time (default realistic)',
      },
      {
        name: 'first-port',
        type: 'string',
        value: 'N',
        summary: 'first of consecutive ports (default: any free ones)',
      },
    ],
    output: {
      lines: true,
      schema: {
        type: 'object',
        required: ['simulated', 'clouds', 'admin', 'pid'],
        properties: {
          simulated: { const: true },
          clouds: { type: 'object' },
          admin: string,
          pid: integer,
          folder: string,
        },
      },
    },
    run: async () => (await import('../run/lab.ts')).up,
  },
  {
    name: 'lab faults',
    group: 'lab',
    summary: 'list the faults that the simulated clouds can show, switch one on, or clear them',
    examples: [
      { line: 'lab faults', says: 'all there are, and those that are on' },
      { line: 'lab faults overloaded_529 --site anthropic --count 3', says: 'the next three calls there fail' },
      { line: 'lab faults cut_stream --probability 0.1', says: 'one stream in ten breaks, everywhere' },
      { line: 'lab faults --clear', says: 'all well again' },
    ],
    arguments: [{ name: 'FAULT', summary: 'the fault to switch on', required: false }],
    options: [
      { name: 'site', type: 'string', value: 'NAME', summary: 'only at this cloud' },
      { name: 'model', type: 'string', value: 'NAME', summary: 'only for this model; * at the end matches a prefix' },
      { name: 'count', type: 'string', value: 'N', summary: 'for so many requests' },
      { name: 'probability', type: 'string', value: 'P', summary: 'for this share of requests, 0 to 1' },
      { name: 'clear', type: 'boolean', summary: 'switch all faults off' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['active', 'known'],
        properties: {
          active: { type: 'array', items: { type: 'object' } },
          known: { type: 'array', items: { type: 'object', required: ['name', 'what'] } },
          cleared: integer,
        },
      },
    },
    run: async () => (await import('../run/lab.ts')).faults,
  },
  {
    name: 'lab tape',
    group: 'lab',
    summary: 'list recorded answers, or have the next calls play one back payload for payload',
    examples: [
      { line: 'lab tape', says: 'all there are' },
      { line: 'lab tape TAPE --count 2', says: 'the next two calls play it' },
    ],
    arguments: [{ name: 'TAPE', summary: 'the tape to play', required: false }],
    options: [
      { name: 'count', type: 'string', value: 'N', summary: 'for so many requests (default 1)' },
      { name: 'site', type: 'string', value: 'NAME', summary: 'only at this cloud' },
    ],
    output: {
      schema: {
        anyOf: [
          { type: 'array', items: { type: 'object', required: ['name', 'stream', 'whole'] } },
          { type: 'object', required: ['queued'] },
        ],
      },
    },
    run: async () => (await import('../run/lab.ts')).tape,
  },
  {
    name: 'lab load',
    group: 'lab',
    summary: 'send a workload through the running gateway: a recorded trace, or a seeded mix of teams and models',
    more: 'Open-loop: a request leaves when its time has come, whether or not earlier ones are answered; what does not fit is counted as dropped. Only for an instance on the lab log. Makes a key per team and revokes it at the end.',
    examples: [
      { line: 'lab load --requests 20 --rate 20', says: 'a mix of teams and models' },
      {
        line: 'lab load --trace FILE --speed 10 --limit 50',
        says: "Azure's CSV or Mooncake's JSONL, ten times as fast",
      },
    ],
    arguments: [],
    options: [
      { name: 'trace', type: 'string', value: 'FILE', summary: 'trace to replay (Azure CSV or Mooncake JSONL)' },
      {
        name: 'model',
        type: 'string',
        value: 'NAME',
        summary: 'model that a trace asks for (default claude-sonnet-4-5)',
      },
      { name: 'requests', type: 'string', value: 'N', summary: 'requests of a mix (default 200)' },
      { name: 'rate', type: 'string', value: 'N', summary: 'arrivals a second of a mix (default 10)' },
      { name: 'seed', type: 'string', value: 'N', summary: 'seed of a mix (default 1)' },
      { name: 'speed', type: 'string', value: 'N', summary: 'replay so many times as fast (default 1)' },
      { name: 'limit', type: 'string', value: 'N', summary: 'stop after so many' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['simulated', 'summary'],
        properties: { simulated: { const: true }, summary: { type: 'object' } },
      },
    },
    run: async () => (await import('../run/load.ts')).run,
  },
];
