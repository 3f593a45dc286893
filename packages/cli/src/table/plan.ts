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
const strings: JsonSchema = { type: 'array', items: string };
const range = object({ low: number, likely: number, high: number });

const REPORT_PROPERTIES = {
  simulated: { const: true },
  kind: string,
  plan: string,
  title: string,
  note: { type: ['string', 'null'] },
  seed: whole,
  draws: whole,
  interval: string,
  says: string,
  figures: list({ id: string, title: string, unit: string, centre: number, band, formula: string, of: strings }),
  about: string,
  swings: list({
    control: string,
    title: string,
    unit: string,
    from: number,
    to: number,
    atFrom: number,
    atTo: number,
  }),
  charts: list({ id: string, title: string, unit: string, axis: { type: 'object' }, lines: { type: 'array' } }),
  tables: list({ id: string, title: string, columns: strings, rows: { type: 'array' } }),
  controls: list({ id: string, title: string, unit: string, range, stated: range, shape: string, least: number }),
  choices: list({ id: string, title: string, value: string, stated: string, options: { type: 'array' } }),
  cautions: strings,
  documents: list({ id: string, title: string, as_of: string, sections: { type: 'array' }, text: string }),
} as const satisfies Readonly<Record<string, JsonSchema>>;
const REPORT: JsonSchema = {
  ...object(REPORT_PROPERTIES),
  required: Object.keys(REPORT_PROPERTIES).filter((name) => name !== 'documents'),
};

const OWN: Option = {
  name: 'catalogue',
  type: 'string',
  many: true,
  value: 'FILE',
  summary: "a catalogue file of one's own, over those that ship; may be given more than once",
};

const DRAWS: readonly Option[] = [
  { name: 'seed', type: 'string', value: 'N', summary: 'of the draws (default 1)' },
  { name: 'draws', type: 'string', value: 'N', summary: 'how many are made (default 10000, at most 100000)' },
];

const ABOUT: Option = {
  name: 'about',
  type: 'string',
  value: 'FIGURE',
  summary: 'of which figure to say what decides it: its name as --json has it, `capital` or of a tranche `first.whole`',
};

const CHANGES: readonly Option[] = [
  {
    name: 'set',
    type: 'string',
    many: true,
    value: 'NAME=RANGE',
    summary: 'another value for an assumption, as 1.2 or as low,likely,high; may be given more than once',
  },
  {
    name: 'choose',
    type: 'string',
    many: true,
    value: 'NAME=VALUE',
    summary:
      'another rack, site, grid, owner, meaning of power, term, or seller of a shock; may be given more than once',
  },
];

const SHIPPED = 'one-gigawatt, own-or-buy, serve-open-model, two-makers or reserve-or-on-demand';
const PLAN_WORDS = `${SHIPPED}, or a file (default one-gigawatt)`;

export const PLAN_COMMANDS: readonly Command[] = [
  {
    name: 'plan run',
    group: 'plan',
    summary:
      'run a plan: what a power holds and costs, what tokens should cost, what hangs on whom, what to reserve (all estimates)',
    more: "A plan is `one-gigawatt`, `own-or-buy`, `serve-open-model`, `two-makers`, `reserve-or-on-demand`, or a file. A plan for power says how many racks and chips a gigawatt is under every definition, what it costs, uses and emits, when each tranche stands and what it waits for, and what others say beside it (docs/planner-power.md). A plan for tokens says what a million tokens should cost beside the seller's price, from which demand on to rent, reserve or buy, and what a call takes (docs/planner-money.md). A plan for serving searches how a model is split over chips, simulates the wait for the first token, and says how many chips the peak takes within the limits, how fast users are served and what a million tokens of each class cost (docs/planner-serving.md). A plan of exposure says what hangs on few, what each shock leaves without service, costs and takes, and how easily each workload could go elsewhere (docs/planner-exposure.md). A plan to reserve says how many of a seller's units to buy for which term, what the mix costs beside paying as one goes, from which use on a unit pays, and what the decision costs if demand is another; demand is typed in, a trace, hours of receipts, or this folder's own (docs/planner-demand.md). Every figure has its interval; the same seed gives the same figures.",
    examples: [
      { line: 'plan run one-gigawatt --draws 2000', says: '"up to one gigawatt", in tranches' },
      {
        line: 'plan run one-gigawatt --about second.whole --draws 2000',
        says: 'what decides when the second tranche stands',
      },
      { line: 'plan run own-or-buy --draws 2000 --json', says: 'a model by the token or on own chips, for a program' },
      {
        line: 'plan run own-or-buy --set power_price=0.12 --choose rack=gb200-nvl72 --draws 500',
        says: 'dearer power, other racks',
      },
      {
        line: 'plan run serve-open-model --set work.calls=100 --draws 500',
        says: 'how many chips serve a hundred calls a second',
      },
      {
        line: 'plan run two-makers --choose shocks.north-gone.seller=south --draws 500',
        says: 'what hangs on whom, and another seller gone',
      },
      {
        line: 'plan run reserve-or-on-demand --set chat.growth=0.04 --draws 500',
        says: 'what to reserve, if demand grows by 4 % a month',
      },
      { line: 'plan run PLAN --catalogue CATALOGUE --draws 500', says: "a plan and prices of one's own" },
    ],
    arguments: [
      {
        name: 'PLAN',
        summary: PLAN_WORDS,
        required: false,
      },
    ],
    options: [...DRAWS, ABOUT, ...CHANGES, OWN],
    output: { schema: REPORT },
    run: async () => (await import('../run/plan.ts')).run,
  },
  {
    name: 'plan compare',
    group: 'plan',
    summary: 'two plans side by side, or one beside itself with something changed (all estimates)',
    more: 'Both are drawn alike, so that the interval of a difference is narrower than the two intervals look. With one plan, --set and --choose make the second of it.',
    examples: [
      {
        line: 'plan compare one-gigawatt --choose power.of=critical_it --draws 500',
        says: 'what the word "gigawatt" is worth',
      },
      { line: 'plan compare own-or-buy --set utilisation=0.5,0.6,0.7 --draws 500', says: 'chips that are used less' },
      {
        line: 'plan compare own-or-buy PLAN --catalogue CATALOGUE --draws 500 --json',
        says: "beside a plan of one's own, for a program",
      },
    ],
    arguments: [
      {
        name: 'PLAN',
        summary: PLAN_WORDS,
        required: false,
      },
      { name: 'OTHER', summary: 'the plan to set beside it', required: false },
    ],
    options: [...DRAWS, ...CHANGES, OWN],
    output: {
      schema: object({
        first: { type: 'object' },
        second: { type: ['object', 'null'] },
        differences: list({ figure: string, title: string, unit: string, first: band, second: band, difference: band }),
      }),
    },
    run: async () => (await import('../run/plan.ts')).compare,
  },
  {
    name: 'plan report',
    group: 'plan',
    summary: 'write the report of a plan into a file of HTML or PDF, with its drawings (all estimates)',
    more: 'The answer, what to take care of, every figure with interval and formula, charts, what decides it, tables, and every assumption with its source. The HTML needs nothing beside it. With --exit, a plan of exposure writes the exit plan of that seller alone, as HTML, PDF or Markdown: every line with its reason and its source, and what is open. A file that is there is not written over without --force.',
    examples: [
      { line: 'plan report one-gigawatt --out gigawatt.pdf --draws 500 --force', says: 'to print or to send' },
      {
        line: 'plan report own-or-buy --choose rack=gb200-nvl72 --out tokens.html --draws 500 --force',
        says: 'with other racks, to read in a browser',
      },
      {
        line: 'plan report two-makers --exit north --out exit-north.md --draws 500 --force',
        says: 'of a plan of exposure, the exit plan of a seller alone',
      },
    ],
    arguments: [
      {
        name: 'PLAN',
        summary: PLAN_WORDS,
        required: false,
      },
    ],
    options: [
      {
        name: 'out',
        type: 'string',
        value: 'FILE',
        summary: 'the file to write, ending in .html or .pdf; with --exit in .md too',
      },
      {
        name: 'exit',
        type: 'string',
        value: 'SELLER',
        summary: 'of a plan of exposure: the exit plan of this seller alone',
      },
      { name: 'force', type: 'boolean', summary: 'write over a file that is there' },
      ...DRAWS,
      ABOUT,
      ...CHANGES,
      OWN,
    ],
    output: { schema: object({ plan: string, says: string, file: string }) },
    run: async () => (await import('../run/plan.ts')).report,
  },
  {
    name: 'plan new',
    group: 'plan',
    summary: 'print a plan that ships, to be saved and changed',
    examples: [{ line: 'plan new own-or-buy', says: 'write it to a file of your own' }],
    arguments: [{ name: 'NAME', summary: `${SHIPPED} (default one-gigawatt)`, required: false }],
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
