// Row: past calls of a route under another strategy.
import { STRATEGY_CHOICES } from '../read/name-choices.ts';
import type { Command, JsonSchema } from '../frame/command.ts';

const integer: JsonSchema = { type: 'integer' };
const ranged = (type: string, description: string): JsonSchema => ({
  type: ['object', 'null'],
  description,
  required: ['value', 'low', 'high'],
  properties: { value: { type }, low: { type }, high: { type } },
});
const measures: JsonSchema = {
  type: 'object',
  required: ['cost', 'currency', 'unpriced', 'cache_share', 'wait_ms', 'wait_unknown', 'spilled', 'shares'],
  properties: {
    cost: ranged('string', 'of calls that have a price; exact decimal'),
    currency: { type: 'string' },
    unpriced: integer,
    cache_share: ranged('number', 'share of prompt tokens that caches read'),
    wait_ms: { type: ['object', 'null'], description: 'mean, p50 and p95, each with its range' },
    wait_unknown: { ...integer, description: 'calls whose wait nobody knows' },
    spilled: ranged('number', 'calls that another than the first choice took'),
    shares: { type: 'array', description: 'of calls, by candidate: deployment, value, low, high' },
  },
};

export const ROUTE_COMMANDS: readonly Command[] = [
  {
    name: 'route simulate',
    group: 'watch',
    summary: 'replay the past calls of a route under another strategy: cost, waits, cache reads, shares, spill',
    more: 'Receipts of the log are routed again by the very functions that route, at the prices in force; what another deployment would have done with a call is a model, and is called simulated. Every figure has the range that nine of ten redrawn samples of sessions fall in; what cannot be known is said in sentences. The 10,000 newest calls of the period are taken. Through the instance that runs, else from the log as it lies. docs/routing.md says how it is reckoned.',
    examples: [
      { line: 'route simulate gpt-4.1 --strategy sticky', says: 'of the last seven days' },
      { line: 'route simulate gpt-4.1 --strategy cheapest --since 24h --json', says: 'for a program' },
    ],
    arguments: [{ name: 'ROUTE', summary: 'name of a route', required: true }],
    options: [
      { name: 'strategy', type: 'string', value: 'NAME', choices: STRATEGY_CHOICES, summary: 'to be tried (required)' },
      {
        name: 'since',
        type: 'string',
        value: 'TIME',
        summary: 'from: 2026-11-22, 2026-11-22T12:00:00Z, or 90m, 6h, 7d ago (UTC; default 7d)',
      },
      { name: 'until', type: 'string', value: 'TIME', summary: 'up to, not included; same forms (default: now)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['simulated', 'lab', 'route', 'strategy', 'calls', 'was', 'would', 'unknown'],
        properties: {
          simulated: { const: true },
          lab: { type: 'boolean', description: 'the calls themselves were of simulated clouds' },
          route: { type: 'string' },
          strategy: { enum: [...STRATEGY_CHOICES] },
          strategy_now: { enum: [...STRATEGY_CHOICES] },
          since: integer,
          until: integer,
          calls: integer,
          sessions: integer,
          left_out: { ...integer, description: 'calls that nothing served, or whose usage nobody knows' },
          cut: { type: 'boolean', description: 'older calls of the period were not looked at' },
          was: measures,
          modelled_cache_share: ranged('number', 'the model of caches about the calls as they were'),
          would: measures,
          unknown: { type: 'array', items: { type: 'string' } },
        },
      },
    },
    run: async () => (await import('../run/route.ts')).simulate,
  },
];
