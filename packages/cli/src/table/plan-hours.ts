// The row of `plan hours`: an instance's own receipts by the hour, as a plan to reserve takes them.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const integer: JsonSchema = { type: 'integer' };

const FILTERS: readonly Option[] = [
  { name: 'route', type: 'string', value: 'NAME', summary: 'only calls of this route' },
  { name: 'model', type: 'string', value: 'NAME', summary: 'only what this model served, by its whole name' },
  { name: 'deployment', type: 'string', value: 'NAME', summary: 'only what this deployment served' },
  { name: 'team', type: 'string', value: 'NAME', summary: 'only calls of this team' },
  { name: 'project', type: 'string', value: 'NAME', summary: 'only calls of this project' },
];

export const PLAN_HOURS_COMMANDS: readonly Command[] = [
  {
    name: 'plan hours',
    group: 'plan',
    summary: "print this folder's own receipts by the hour, as CSV: the demand that a plan to reserve takes",
    more: 'A row for every whole hour from the first call on: `hour`, `requests`, and a column for each class of tokens that a seller’s unit counts. An hour without a call is an hour of zero; what was refused or failed is no request. Sums are those of the tables, read from the log, whether an instance runs or not. A plan reads the file under `receipts: { file: hours.csv }`, or takes the same hours itself under `receipts: { days: 28, route: chat }` (docs/planner-demand.md). What is of the lab or the sample is simulated, and is said to be.',
    examples: [
      { line: 'plan hours --since 28d', says: 'all calls of four weeks' },
      { line: 'plan hours --since 7d --model gpt-4.1', says: 'of one model' },
      { line: 'plan hours --since 7d --json', says: 'for a program' },
    ],
    arguments: [],
    options: [
      {
        name: 'since',
        type: 'string',
        value: 'TIME',
        summary: 'from: 2026-11-22, 2026-11-22T12:00:00Z, or 90m, 6h, 7d ago (UTC; default 28d)',
      },
      {
        name: 'until',
        type: 'string',
        value: 'TIME',
        summary: 'up to, not included; same forms (default: the last whole hour)',
      },
      ...FILTERS,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['simulated', 'since', 'until', 'left_out', 'rows'],
        properties: {
          simulated: { type: 'boolean' },
          since: integer,
          until: integer,
          left_out: { ...integer, description: 'tokens of classes that no unit counts' },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['hour', 'requests', 'tokens'],
              properties: {
                hour: { type: 'string' },
                requests: integer,
                tokens: { type: 'object', description: 'by class; 0 where it is not named' },
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/plan-hours.ts')).run,
  },
];
