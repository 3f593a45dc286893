// Rows: what to reserve. Everything these print is an estimate, and says so.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
const whole: JsonSchema = { type: 'integer' };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const list = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  items: object(properties),
});
const band = object({ p10: number, p50: number, p90: number });
const sizing = object({
  lines: list({
    class: string,
    tokens_per_minute: number,
    weight: number,
    weighted_per_minute: number,
    source: string,
  }),
  weighted_per_minute: number,
  unit_per_minute: number,
  exact: { ...number, description: 'before it is brought to a size that is sold' },
  minimum: number,
  increment: number,
  units: number,
  utilisation: number,
});

const RESERVE = object({
  estimate: { const: true },
  plan: string,
  title: string,
  seed: whole,
  draws: whole,
  unit: object({
    id: string,
    name: string,
    seller: string,
    unit: string,
    deployment: string,
    unknown: { type: 'array', items: string, description: 'what the seller does not say of it in public' },
  }),
  demand: object({
    source: { enum: ['typed', 'trace', 'receipts'] },
    window_s: number,
    windows: whole,
    requests_per_minute: number,
    mean: { ...number, description: 'tokens a minute as the unit counts them' },
    p50: number,
    p95: { ...number, description: 'of windows' },
    p99: number,
    peak: number,
    p95_over_mean: number,
    minute_p95: {
      type: ['number', 'null'],
      description: 'null: lengths are not typed in, so windows stand for minutes',
    },
  }),
  sizing: object({ p95: sizing, mean: sizing }),
  growth: object({ low: number, likely: number, high: number, how: { enum: ['typed', 'fitted'] }, scatter: number }),
  mix: object({
    months: whole,
    purchases: list({ offer: string, month: whole, months: whole, units: number }),
    cost: number,
    reserved_cost: number,
    on_demand_cost: number,
    owed: number,
    all_on_demand_cost: number,
    periods: list({
      name: string,
      reserved_cost: number,
      on_demand_cost: number,
      carried: number,
      utilisation: number,
    }),
  }),
  break_even: list({
    offer: string,
    months: whole,
    price: { ...number, description: 'USD, of a unit an hour' },
    source: string,
    confidence: { enum: ['high', 'medium', 'low'] },
    utilisation: { ...number, description: 'above it a unit pays; above 1 it never does' },
  }),
  regret: object({ cells: list({ plan: string, came: string, cost: band, regret: band }), least_regret: string }),
});

export const PLAN_RESERVE_COMMANDS: readonly Command[] = [
  {
    name: 'plan reserve',
    group: 'plan',
    summary: "how many of a seller's reserved units a demand takes, and how many of them to buy (an estimate)",
    more: "A plan names one unit of the catalogue, a demand (typed in, a trace, or hours of receipts as CSV), prices on demand, the terms on which units are offered, and growth. Printed are the size by the seller's own formula for the 95th percentile and for the mean, the mix of reserved and on demand that costs least over the term, from which use on a unit pays, what the decision costs if demand is lower or higher, and what the seller does not say of the unit. Files that a plan names are looked for beside it. `--example` prints the plan that ships, to be saved and changed. docs/planner-demand.md says how it is computed.",
    examples: [
      { line: 'plan reserve', says: 'the plan that ships' },
      { line: 'plan reserve FILE --draws 5', says: "a plan of one's own" },
      { line: 'plan reserve FILE --draws 5 --json', says: 'for a program' },
      { line: 'plan reserve --example', says: 'a plan to begin with' },
    ],
    arguments: [{ name: 'FILE', summary: 'a plan to reserve (default: the one that ships)', required: false }],
    options: [
      { name: 'seed', type: 'string', value: 'N', summary: 'of the draws (default 1)' },
      { name: 'draws', type: 'string', value: 'N', summary: 'of likely demand (default 20, at most 200)' },
      { name: 'example', type: 'boolean', summary: 'print the plan that ships instead of running one' },
      {
        name: 'catalogue',
        type: 'string',
        many: true,
        value: 'FILE',
        summary: "a catalogue file of one's own, over those that ship; may be given more than once",
      },
    ],
    output: { schema: { anyOf: [RESERVE, object({ name: string, text: string })] } },
    run: async () => (await import('../run/plan-reserve.ts')).run,
  },
];
