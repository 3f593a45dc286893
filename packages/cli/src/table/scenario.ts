// Rows: the alliance, or any scenario, as a system that runs. Everything these print is simulated and says so.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: ['number', 'null'], description: 'null: never, or nothing there to measure' };
const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const band: JsonSchema = {
  type: ['object', 'null'],
  description: 'over paths; null: nothing there to measure',
  properties: { p10: number, p50: number, p90: number },
};
const list = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), properties },
});

const HEAD: Readonly<Record<string, JsonSchema>> = {
  simulated: { const: true },
  currency: string,
  seed: { type: 'integer' },
  paths: { type: 'integer' },
  interval: string,
  months: { type: 'array', items: string },
};

const RUN: JsonSchema = {
  type: 'object',
  required: [...Object.keys(HEAD), 'scenario', 'outputs', 'deliveries', 'organisation', 'flows', 'switches'],
  properties: {
    ...HEAD,
    scenario: string,
    title: string,
    outputs: list({ name: string, title: string, unit: string, method: string, bands: { type: 'array', items: band } }),
    deliveries: list({
      id: string,
      kind: { enum: ['promise', 'milestone', 'commitment', 'option'] },
      says: string,
      promised: { type: 'number' },
      unit: string,
      grade: { enum: ['reported', 'assumed', 'verified'] },
      source: string,
      month: string,
      dated: { type: 'boolean' },
      delivered: band,
      chance: share,
      met: { type: 'object' },
    }),
    shortfall: band,
    organisation: {
      type: 'object',
      required: ['name', 'years', 'price', 'capacity_risk', 'lead_time', 'exit_cost'],
      properties: { years: list({ year: string, price: band, capacity_risk: share, exit_cost: band }) },
    },
    flows: list({ from: string, to: string, why: string, year: string, amount: { type: 'number' }, band }),
    switches: { type: 'array', items: string },
  },
};

const COMPARE: JsonSchema = {
  type: 'object',
  required: [...Object.keys(HEAD), 'first', 'second', 'outputs', 'deliveries', 'moves'],
  properties: {
    ...HEAD,
    first: string,
    second: string,
    outputs: list({
      name: string,
      title: string,
      unit: string,
      first: band,
      second: band,
      difference: band,
      by_month: { type: 'array', items: band },
    }),
    deliveries: list({ id: string, says: string, month: string, first: share, second: share }),
    moves: list({
      of: string,
      output: string,
      direction: { enum: ['up', 'down'] },
      because: string,
      mean: number,
      seen: { enum: ['as claimed', 'no change', 'against the claim'] },
    }),
  },
};

export const SCENARIO_COMMANDS: readonly Command[] = [
  {
    name: 'deal scenario',
    group: 'deal',
    summary: 'run the system behind the deal, or set two runs of it side by side (everything simulated)',
    more: "A scenario is `alliance`, `mid-size`, or a file of one's own. `run` gives capacity, draw-down, the circular share, promised against delivered, and price, capacity risk, lead time and exit cost for the organisation, month by month with P10, P50 and P90. `compare` sets two scenarios side by side, or with --with one as it is written and with switches. The same seed gives the same numbers to the bit. docs/system.md says what is modelled and what is not.",
    examples: [
      { line: 'deal scenario run', says: 'the alliance, a thousand paths of ten years' },
      {
        line: 'deal scenario run mid-size --seed 7 --paths 200 --json',
        says: 'a buyer without a large deal, for a program',
      },
      {
        line: 'deal scenario run alliance --with grid-delay,energy-shock --paths 200',
        says: 'when two things go wrong',
      },
      {
        line: 'deal scenario compare alliance --with grid-delay --paths 200',
        says: 'what a grid delay moves, and why',
      },
      { line: 'deal scenario compare alliance mid-size --paths 100', says: 'two scenarios, path against path' },
    ],
    arguments: [
      { name: 'ACTION', summary: 'run or compare', required: true, choices: ['run', 'compare'] },
      { name: 'SCENARIO', summary: 'alliance, mid-size or a file (default alliance)', required: false },
      { name: 'OTHER', summary: 'of compare: the scenario to set beside it', required: false },
    ],
    options: [
      { name: 'seed', type: 'string', value: 'N', summary: 'of the draws (default 1)' },
      { name: 'paths', type: 'string', value: 'N', summary: 'how many are run (default 1000, at most 10000)' },
      {
        name: 'with',
        type: 'string',
        value: 'LIST',
        summary:
          'switches, by name: grid-delay, energy-shock, accelerator-slip, price-war and others in docs/system.md',
      },
    ],
    output: { schema: { anyOf: [RUN, COMPARE] } },
    run: async () => (await import('../run/scenario.ts')).run,
  },
];
