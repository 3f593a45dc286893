// Rows: starting the product, and checking that it can work.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const CONFIG: Option = {
  name: 'config',
  type: 'string',
  value: 'FILE',
  summary: 'configuration file (default: weighbridge.yaml, where there is one)',
};
const LIVE: Option = {
  name: 'live',
  type: 'boolean',
  summary: 'use the real credentials found in the environment, under a hard budget of $5 a day',
};

export const RUN_COMMANDS: readonly Command[] = [
  {
    name: 'up',
    group: 'run',
    summary: 'start the gateway and its journal; without a configuration, with simulated clouds',
    more: 'Without weighbridge.yaml, --config or --live, the lab starts too: simulated clouds that speak the real protocols, and nothing real is ever called; and beside them a sample organisation is made in its own log, once, with a month of invented calls to look at. What those clouds sell, at what price, under which limits and with how much capacity is what a scenario says. Ctrl-C stops accepting, lets calls finish, and flushes.',
    examples: [
      { line: 'up', says: 'everything, with simulated clouds; prints a curl line that works' },
      { line: 'up --config weighbridge.yaml', says: 'what the file says' },
      { line: 'up --live', says: 'the credentials in the environment, at most $5 a day' },
      { line: 'up --scenario mid-size', says: 'simulated clouds of another market: other sellers, prices and limits' },
      { line: 'up --port 8080', says: 'listen on another port' },
      { line: 'up --log-format json', says: 'tell what happens as JSON lines, for a collector of logs' },
    ],
    arguments: [],
    options: [
      CONFIG,
      LIVE,
      { name: 'port', type: 'string', value: 'N', summary: 'port to listen on (0: any free one)' },
      { name: 'host', type: 'string', value: 'ADDRESS', summary: 'address to listen on (default 127.0.0.1)' },
      {
        name: 'console-port',
        type: 'string',
        value: 'N',
        summary: 'port of the console and the control API (default: the next one that is free)',
      },
      { name: 'lanes', type: 'string', value: 'N', summary: 'threads that take calls' },
      {
        name: 'drain',
        type: 'string',
        value: 'SECONDS',
        summary: 'time that calls in flight get on stop (default 30)',
      },
      {
        name: 'scenario',
        type: 'string',
        value: 'SCENARIO',
        summary:
          'market that the simulated clouds run: alliance, mid-size, or a file (default alliance; docs/scenario.md)',
      },
      { name: 'seed', type: 'string', value: 'N', summary: 'seed of the simulated clouds' },
      {
        name: 'no-sample',
        type: 'boolean',
        summary: 'without the sample organisation; one that is there is removed',
      },
      {
        name: 'log-format',
        type: 'string',
        choices: ['text', 'json'],
        summary: 'form of what it tells on standard error (default: `logging` of the configuration, else text)',
      },
      {
        name: 'log-level',
        type: 'string',
        choices: ['error', 'warn', 'info', 'debug'],
        summary: 'what it tells at all (default info)',
      },
      { name: 'log-file', type: 'string', value: 'FILE', summary: 'append JSON lines of it here too' },
      {
        name: 'latency',
        type: 'string',
        choices: ['zero', 'fixed', 'realistic'],
        summary: 'how the simulated clouds take their time',
      },
    ],
    output: {
      lines: true,
      schema: {
        type: 'object',
        required: ['origin', 'log', 'simulated', 'config', 'journal', 'vkey', 'interrupted'],
        properties: {
          origin: string,
          log: { enum: ['live', 'lab', 'sample'] },
          simulated: { type: 'boolean' },
          config: string,
          key: { type: ['string', 'null'], description: 'a key that works, in lab mode only' },
          console: { type: ['string', 'null'], description: 'a link that opens the console, once' },
          journal: string,
          vkey: string,
          socket: string,
          interrupted: { type: 'integer' },
          budget: { type: ['object', 'null'], description: 'the hard budget of the day; null: nothing real is called' },
          scenario: { type: 'object', description: 'the market that the simulated clouds run' },
          lab: { type: 'object', description: 'addresses of the simulated clouds' },
        },
      },
    },
    run: async () => (await import('../run/up.ts')).run,
  },
  {
    name: 'doctor',
    group: 'run',
    summary: 'check that everything works, and say what mends what does not',
    more: 'With --live, one minimal call is made per deployment, through the gateway: it is budgeted, weighed and sealed like any other.',
    examples: [
      { line: 'doctor', says: 'Node, configuration, folder, port, credentials, journal' },
      { line: 'doctor --live', says: 'and one minimal call per deployment' },
      { line: 'doctor --json', says: 'for a program' },
    ],
    arguments: [],
    options: [CONFIG, { ...LIVE, summary: 'make one minimal call per deployment; real ones cost real money' }],
    output: {
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: ['check', 'state', 'message'],
          properties: {
            check: string,
            state: { enum: ['ok', 'warning', 'failed', 'skipped'] },
            message: string,
            mend: string,
          },
        },
      },
    },
    run: async () => (await import('../run/doctor.ts')).run,
  },
  {
    name: 'status',
    group: 'run',
    summary: 'show the running instance',
    examples: [
      { line: 'status', says: 'where it listens, what it has carried' },
      { line: 'status --json', says: 'for a program' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        description: 'of the sample, on which no instance runs: log, journal, whether it is whole, where it ends',
        required: ['log', 'journal', 'simulated'],
        properties: {
          origin: string,
          log: string,
          simulated: { type: 'boolean' },
          sample: { const: true },
          whole: { type: 'boolean' },
          end: { type: 'integer' },
          config: { type: 'object' },
          journal: { type: 'object' },
          calls: { type: 'object' },
          waiting: {
            type: 'array',
            description: 'batches at sellers that calls wait for',
            items: { type: 'object', required: ['deployment', 'batch', 'calls', 'phase', 'sent'] },
          },
          scenario: { type: 'object', description: 'of the lab: the market that its clouds run' },
          event_loop: {
            type: 'array',
            description: 'of each lane: how late its event loop is, in milliseconds',
            items: { type: 'object', required: ['since_start', 'last_minute'] },
          },
          budget: { type: ['object', 'null'] },
          alerts: { type: 'array', items: { type: 'object', required: ['at', 'alert', 'about', 'message'] } },
          projections: {
            type: 'object',
            description: 'tables folded from the journal',
            required: ['state', 'store', 'problem', 'projections'],
            properties: {
              state: { enum: ['off', 'starting', 'running', 'failed'] },
              store: { enum: ['embedded', 'postgresql', null] },
              memory_bytes: { type: ['integer', 'null'] },
              problem: { type: ['string', 'null'] },
              projections: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['name', 'version', 'state', 'next', 'lag_entries', 'lag_seconds', 'problem'],
                },
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/status.ts')).run,
  },
  {
    name: 'console',
    group: 'run',
    summary: 'print a link that opens the console in a browser, once',
    more: 'The link holds a secret behind the # that no browser sends on. It opens one session, within five minutes; the session ends after an hour without use, after twelve hours in any case, and with the instance.',
    examples: [
      { line: 'console', says: 'a link to click' },
      { line: 'console --log sample', says: 'to the pages of the sample organisation' },
      { line: 'console --json', says: 'with the instant until which it can be opened' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['url', 'expires', 'open'],
        properties: { url: string, expires: { type: 'integer' }, open: { type: 'integer' } },
      },
    },
    run: async () => (await import('../run/console.ts')).link,
  },
  {
    name: 'stop',
    group: 'run',
    summary: 'let the running instance finish its calls and end',
    examples: [{ line: 'stop', says: 'as SIGTERM would, and waits for the end' }],
    arguments: [],
    options: [],
    output: { schema: { type: 'object', required: ['stopped'], properties: { stopped: { type: 'boolean' } } } },
    run: async () => (await import('../run/stop.ts')).run,
  },
];
