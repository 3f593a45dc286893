// Rows: what passed, why there, and what it cost.
import { SPLITS } from '../read/spend-dimensions.ts';
import { SUPERSEDED, type Command, type JsonSchema, type Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const money: JsonSchema = { type: ['string', 'null'], description: 'exact decimal; null: unpriced' };

const PERIOD: readonly Option[] = [
  {
    name: 'since',
    type: 'string',
    value: 'TIME',
    summary: 'from: 2026-11-22, 2026-11-22T12:00:00Z, or 90m, 6h, 7d ago (UTC)',
  },
  { name: 'until', type: 'string', value: 'TIME', summary: 'up to, not included; same forms' },
];

const CALL: JsonSchema = {
  type: 'object',
  required: [
    'id',
    'at',
    'outcome',
    'status',
    'asked',
    'deployment',
    'cloud',
    'model',
    'cost',
    'currency',
    'cost_status',
    'simulated',
  ],
  properties: {
    id: string,
    at: { type: 'integer', description: 'UTC milliseconds' },
    outcome: string,
    status: { type: 'integer' },
    asked: string,
    deployment: { type: ['string', 'null'] },
    cloud: { type: ['string', 'null'] },
    model: { type: ['string', 'null'] },
    region: { type: ['string', 'null'], description: 'as configured' },
    region_reported: { type: ['string', 'null'], description: 'as the response wrote it; null: it did not say' },
    tier: { type: ['string', 'null'] },
    team: { type: ['string', 'null'] },
    key: { type: ['string', 'null'] },
    input_tokens: { type: ['integer', 'null'] },
    output_tokens: { type: ['integer', 'null'] },
    ms: { type: 'number' },
    ttft_ms: { type: ['number', 'null'] },
    cost: money,
    currency: string,
    cost_status: { enum: ['exact', 'unpriced', 'estimated'] },
    fallback: { type: 'boolean' },
    made: { enum: ['hedged', 'escalated', 'mirror', null], description: 'more than one leg on purpose, or a copy' },
    simulated: { type: 'boolean' },
    error: { type: ['string', 'null'] },
  },
};

const INVOICED: JsonSchema = {
  type: ['object', 'null'],
  description: "the cost in the unit of the seller's invoice, such as CCU; null: it invoices in currency",
  properties: { unit: string, quantity: string },
};

export const WATCH_COMMANDS: readonly Command[] = [
  {
    name: 'calls',
    group: 'watch',
    summary: 'list calls, newest first, or follow them as they pass',
    more: 'It reads what the log has sealed, which a call is about a second after its end.',
    examples: [
      { line: 'calls', says: 'the last 20' },
      { line: 'calls --tail', says: 'as they pass, until Ctrl-C', exit: 130 },
      { line: 'calls --team platform --since 6h --outcome completed', says: 'filtered' },
      { line: 'calls --json --limit 5', says: 'for a program' },
    ],
    arguments: [],
    options: [
      { name: 'tail', type: 'boolean', summary: 'follow new calls until interrupted' },
      { name: 'limit', type: 'string', value: 'N', summary: 'how many at most (default 20)' },
      ...PERIOD,
      { name: 'team', type: 'string', value: 'NAME', summary: 'only this team' },
      { name: 'key', type: 'string', value: 'ID', summary: 'only this key' },
      { name: 'model', type: 'string', value: 'TEXT', summary: 'only models whose name contains this' },
      { name: 'cloud', type: 'string', value: 'NAME', summary: 'only this cloud' },
      { name: 'deployment', type: 'string', value: 'NAME', summary: 'only this deployment' },
      {
        name: 'outcome',
        type: 'string',
        choices: ['completed', 'error', 'refused', 'cut', 'client_gone', 'interrupted'],
        summary: 'only this outcome',
      },
      SUPERSEDED,
    ],
    output: { schema: { anyOf: [{ type: 'array', items: CALL }, CALL] } },
    run: async () => (await import('../run/calls.ts')).run,
  },
  {
    name: 'explain',
    group: 'watch',
    summary:
      'say why a call got this model, cloud and region, what was rejected and why, and what else it would have cost',
    examples: [
      { line: 'explain ID', says: 'for a person' },
      { line: 'explain ID --json', says: 'for a program' },
    ],
    arguments: [{ name: 'ID', summary: 'id of the call, as in the header weighbridge-receipt', required: true }],
    options: [SUPERSEDED],
    output: {
      schema: {
        type: 'object',
        required: ['id', 'asked', 'decision', 'attempts', 'served', 'alternatives', 'simulated'],
        properties: {
          id: string,
          asked: { type: 'object' },
          decision: { type: ['object', 'null'] },
          attempts: { type: 'array' },
          served: { type: ['object', 'null'] },
          alternatives: {
            type: 'array',
            items: {
              type: 'object',
              required: ['deployment', 'seller', 'price_list', 'cost', 'difference'],
              properties: {
                deployment: string,
                seller: { type: 'string', description: 'who would sell the call, as in the receipt' },
                price_list: { type: ['string', 'null'], description: 'whose list prices it; null: none does' },
                cost: money,
                invoiced: INVOICED,
                difference: money,
              },
            },
          },
          simulated: { type: 'boolean' },
        },
      },
    },
    run: async () => (await import('../run/explain.ts')).run,
  },
  {
    name: 'spend',
    group: 'watch',
    summary: 'add up what was spent, by team, model, cloud or any combination; unpriced calls apart',
    more: 'It reads what the log has sealed, which a call is about a second after its end.',
    examples: [
      { line: 'spend', says: 'by model, today (UTC)' },
      { line: 'spend --by team,cloud --since 7d', says: 'two dimensions, a week' },
      { line: 'spend --by key --json', says: 'for a program' },
    ],
    arguments: [],
    options: [
      {
        name: 'by',
        type: 'string',
        value: 'LIST',
        summary: `any of ${SPLITS.join(', ')} (default model)`,
      },
      ...PERIOD,
      SUPERSEDED,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['by', 'since', 'until', 'rows', 'total', 'simulated'],
        properties: {
          by: { type: 'array', items: string },
          since: { type: 'integer' },
          until: { type: 'integer' },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['calls', 'cost', 'currency', 'unpriced_calls', 'estimated_calls'],
              properties: {
                calls: { type: 'integer' },
                cost: {
                  type: ['string', 'null'],
                  description: 'exact decimal, the least it can be where calls are unpriced; null: unpriced',
                },
                currency: string,
                unpriced_calls: { type: 'integer' },
                estimated_calls: { type: 'integer' },
                invoiced: {
                  type: 'array',
                  description: "what of the cost stands on sellers' invoices in a unit of their own",
                  items: INVOICED,
                },
              },
            },
          },
          total: { type: 'array' },
          simulated: { type: 'boolean' },
        },
      },
    },
    run: async () => (await import('../run/spend.ts')).run,
  },
];
