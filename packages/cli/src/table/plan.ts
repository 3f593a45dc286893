// Rows: plans. Everything these print is an estimate or simulated, and says so.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: ['number', 'null'], description: 'null: not known' };
const band: JsonSchema = { type: ['object', 'null'], properties: { p10: number, p50: number, p90: number } };
const list = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), properties },
});
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const whole: JsonSchema = { type: 'integer' };
const tornado = object({
  output: string,
  centre: number,
  swings: list({
    variable: string,
    title: string,
    unit: string,
    from: number,
    to: number,
    atFrom: number,
    atTo: number,
  }),
});
const outputs = list({ name: string, title: string, unit: string, centre: number, band });

const POWER = object({
  simulated: { const: true },
  plan: string,
  title: string,
  seed: whole,
  draws: whole,
  power: object({ stated: number, committed: number, up_to: number, unplanned: number }),
  which: list({ rack: string, definitions: { type: 'array' }, layout: { type: 'object' } }),
  outputs,
  tranches: list({
    name: string,
    rack: string,
    bound: { enum: ['committed', 'up_to'] },
    megawatts: number,
    first: { type: 'object' },
    whole: { type: 'object' },
    due: { type: ['string', 'null'] },
    met: number,
    gates: { type: 'object' },
  }),
  months: list({ month: string, committed: band, all: band }),
  tornado,
  ranks: list({ variable: string, title: string, correlation: number }),
  anchors: list({
    id: string,
    says: string,
    unit: string,
    stated: { type: 'object' },
    ours: { type: 'object' },
    inside: { type: 'boolean' },
    explained: { type: ['string', 'null'] },
  }),
});

const COST = object({
  estimate: { const: true },
  plan: string,
  title: string,
  seed: whole,
  draws: whole,
  rack: string,
  hour: outputs,
  hour_tornado: tornado,
  should_cost: object({
    estimate: { const: true },
    lines: list({
      of: string,
      cost: { type: 'object' },
      price: number,
      margin: { type: 'object' },
      verdict: { enum: ['above cost', 'below cost', 'cannot tell'] },
    }),
    targets: list({ margin: number, price: { type: 'object' } }),
    tornado,
  }),
  ways: object({
    estimate: { const: true },
    demand: { type: 'array', items: number },
    series: list({
      way: string,
      title: string,
      month: { type: 'array', items: band },
      perMillion: { type: 'array', items: band },
    }),
    breakEvens: list({ way: string, than: string, demand: band, happens: number }),
    utilisation: object({ buy: band, rent: band }),
  }),
  energy: object({ method: string, per_million: { type: 'object' }, call: { type: 'object' } }),
});

const OWN: Option = {
  name: 'catalogue',
  type: 'string',
  many: true,
  value: 'FILE',
  summary: "a catalogue file of one's own, over those that ship; may be given more than once",
};

export const PLAN_COMMANDS: readonly Command[] = [
  {
    name: 'plan run',
    group: 'plan',
    summary:
      'run a plan: what a power holds, costs and emits and when it stands, or what tokens should cost (all estimates)',
    more: "A plan is `one-gigawatt`, `own-or-buy`, or a file. A plan for power says how many racks and chips a gigawatt is under every definition, what it costs, uses and emits, when each tranche stands and what it waits for, and what others say beside it (docs/planner-power.md). A plan for tokens says what a million tokens should cost beside the seller's price, from which demand on to rent, reserve or buy, and what a call takes (docs/planner-money.md). Every figure has its interval; the same seed gives the same figures.",
    examples: [
      { line: 'plan run one-gigawatt --draws 2000', says: '"up to one gigawatt", in tranches' },
      { line: 'plan run own-or-buy --draws 2000 --json', says: 'a model by the token or on own chips, for a program' },
      { line: 'plan run PLAN --catalogue CATALOGUE --draws 500', says: "a plan and prices of one's own" },
    ],
    arguments: [
      { name: 'PLAN', summary: 'one-gigawatt, own-or-buy or a file (default one-gigawatt)', required: false },
    ],
    options: [
      { name: 'seed', type: 'string', value: 'N', summary: 'of the draws (default 1)' },
      { name: 'draws', type: 'string', value: 'N', summary: 'how many are made (default 10000, at most 100000)' },
      OWN,
    ],
    output: { schema: { anyOf: [POWER, COST] } },
    run: async () => (await import('../run/plan.ts')).run,
  },
  {
    name: 'plan new',
    group: 'plan',
    summary: 'print a plan that ships, to be saved and changed',
    examples: [{ line: 'plan new own-or-buy', says: 'write it to a file of your own' }],
    arguments: [{ name: 'NAME', summary: 'one-gigawatt or own-or-buy (default one-gigawatt)', required: false }],
    options: [],
    output: { schema: object({ name: string, text: string }) },
    run: async () => (await import('../run/plan.ts')).create,
  },
  {
    name: 'plan catalogue',
    group: 'plan',
    summary: 'the facts that plans stand on: every value with its range, source, date and confidence',
    more: "Racks, facilities, grids, owners of capital, published figures, and classes of models. A file of one's own adds entries or takes their place.",
    examples: [
      { line: 'plan catalogue list', says: 'all entries of all catalogues' },
      { line: 'plan catalogue list racks --json', says: 'of one catalogue, for a program' },
      { line: 'plan catalogue show gb300-nvl72', says: 'one entry, value by value' },
      { line: 'plan catalogue show my-rack --catalogue CATALOGUE', says: "an entry of one's own" },
    ],
    arguments: [
      { name: 'ACTION', summary: 'list or show', required: false, choices: ['list', 'show'] },
      { name: 'ID', summary: 'of show: an entry; of list: a catalogue', required: false },
    ],
    options: [OWN],
    output: {
      schema: {
        anyOf: [
          { type: 'array', items: object({ catalogue: string, id: string, name: string }) },
          { type: 'array', items: object({ catalogue: string, id: string, entry: { type: 'object' } }) },
        ],
      },
    },
    run: async () => (await import('../run/plan.ts')).catalogue,
  },
  {
    name: 'plan energy-table',
    group: 'plan',
    summary: 'compute the table that the energy of a call is estimated from, by class of model',
    more: 'Wh per million tokens of input, cached input and output, with the tenth and ninetieth per cent. What ships is packages/planner/data/energy-table.json, and is what this prints for the catalogues that ship.',
    examples: [{ line: 'plan energy-table', says: 'as it ships' }],
    arguments: [],
    options: [OWN],
    output: {
      schema: object({
        method: string,
        interval: string,
        seed: whole,
        draws: whole,
        rows: list({ class: string, models: { type: 'array', items: string }, wh_per_mtok: { type: 'object' } }),
      }),
    },
    run: async () => (await import('../run/plan.ts')).energy,
  },
];
