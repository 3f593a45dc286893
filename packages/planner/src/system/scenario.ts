// The form of a scenario file: who takes part, what ties them, what stands where by when, what is sold at what price, and
// the organisation that buys. Every number is a `Quantity`, so each says its unit, grade and source. What a shape cannot say
// (names that exist, dates in order, one currency) is checked in meaning.ts.
import { z } from 'zod';
import { EACH_MOST, id, month, named } from './names.ts';
import { marketSchema } from './market.ts';
import { quantity } from './quantity.ts';
import { seedsSchema } from './seeds.ts';

const text = z.string().min(1).max(400);
const MONTHS_MOST = 240;
const LEAD_MONTHS_MOST = 60;

const listed = <Value extends z.ZodType>(value: Value) => z.array(value).max(EACH_MOST);

const share = quantity(['share'], { most: 1 });
const months = quantity(['months'], { most: LEAD_MONTHS_MOST });
const amount = quantity(['CUR', 'CUR m', 'CUR bn']);
const monthly = quantity(['CUR m/month', 'CUR bn/month']);

const actor = z.strictObject({
  name: text,
  kind: z.enum(['developer', 'cloud', 'maker', 'energy', 'investor']),
  parent: id.optional(),
  cash: amount,
  income: monthly.describe('money from outside what is modelled: other business, other investors'),
  costs: monthly.describe('spent outside what is modelled'),
  supply: quantity(['racks/month']).optional().describe('of a maker: racks it can deliver a month'),
  components: share.optional().describe("of a maker: part of a rack's price that its own suppliers get"),
  leaves: month.optional().describe('takes no part from then on'),
});

export const LINK_KINDS = ['invests_in', 'supplies', 'hosts', 'distributes', 'buys_from', 'co_engineers_with'] as const;
const link = z.strictObject({
  from: id,
  to: id,
  kind: z.enum(LINK_KINDS),
  bound: z.enum(['firm', 'up_to']).optional(),
  amount: quantity(['CUR', 'CUR m', 'CUR bn', 'MW', 'GW']).optional(),
  since: month.optional(),
  until: month.optional(),
  source: z.string(),
});

const generation = z.strictObject({
  maker: id,
  from: month.describe('first deliveries'),
  gpus: quantity(['GPUs'], { least: 1 }),
  rack_power: quantity(['kW'], { least: 1 }),
  price: amount.describe('of one rack'),
  lead: months.describe('from order to delivery'),
  slip: months.describe('how much later than planned first deliveries and lead times are'),
  idle_power: share.describe('of a rack that serves nothing, the part of its power that it draws'),
  failure: quantity(['share/month'], { most: 1 }).describe('of installed racks lost a month, wear included'),
});

const site = z.strictObject({
  operator: id,
  channel: id,
  energy: id,
  licence: z.boolean().default(false).describe('its accelerators need an export licence'),
  delay: months.describe('of the grid or the building, on top of the dates below'),
  overhead: quantity(['ratio'], { least: 1, most: 3 }).describe('all IT power ÷ power of the racks'),
  pue_design: quantity(['ratio'], { least: 1, most: 3 }).describe('at peak: what sizing uses'),
  pue_year: quantity(['ratio'], { least: 1, most: 3 }).describe('over a year: what energy uses'),
  install: quantity(['racks/month'], { least: 1 }),
  operations: quantity(['CUR/MW-month']).describe('staff, repairs and shell, per energised megawatt'),
  power_price: quantity(['CUR/MWh']),
  power_growth: quantity(['share/year'], { least: -0.5, most: 1 }),
  energisation: listed(z.strictObject({ month, power: quantity(['kW', 'MW', 'GW']) })).min(1),
});

const order = z.strictObject({
  site: id,
  generation: id,
  from: month,
  to: month,
  racks: quantity(['racks/month']),
});

const release = z.strictObject({
  developer: id,
  from: month,
  until: month.optional(),
  efficiency: z.record(id, quantity(['tokens/s/kW'])).describe('per kW of the rack, by generation'),
});

const channel = z.strictObject({
  developer: id,
  seller: id,
  demand: quantity(['Mtok/month']).describe('at the start'),
  growth: quantity(['share/year'], { least: -0.9, most: 20 }),
  growth_fades: quantity(['share/year'], { most: 1 }).describe('part of the growth rate that is lost each year'),
  elasticity: quantity(['ratio'], { most: 4 }).describe('demand × (price ÷ price at the start)^−elasticity'),
  substitution: share.describe('part of unserved demand that can go to another channel'),
  token_price: quantity(['CUR/Mtok']),
  price_change: quantity(['share/year'], { least: -0.9, most: 2 }),
  scarcity: quantity(['share'], { most: 3 }).describe('price rises by this × the share unserved the month before'),
  energy_pass_through: share.describe('part of the price that follows the price of power'),
  compute_price: quantity(['CUR/GPU-hour']).describe('what the developer pays the seller'),
  commission: share.describe("of the token price, the seller's"),
  price_steps: listed(z.strictObject({ month, factor: quantity(['ratio'], { most: 10 }) })).default([]),
});

const condition = z.strictObject({
  measure: z.enum(['energised', 'drawn', 'installed']),
  of: id.describe('a channel; of `drawn`, a commitment'),
  at_least: quantity(['kW', 'MW', 'GW', 'CUR', 'CUR m', 'CUR bn', 'racks']),
});

const commitment = z.strictObject({
  kind: z.literal('commitment'),
  from: id,
  to: id,
  amount,
  shortfall: share.describe('of what is missing at a milestone, the part that is due'),
  milestones: listed(z.strictObject({ month, amount: amount.describe('cumulative') })).min(1),
});
const option = z.strictObject({
  kind: z.literal('option'),
  from: id.describe('who may'),
  to: id.describe('who must then'),
  of: id.describe('the channel'),
  capacity: quantity(['kW', 'MW', 'GW']),
});
const investment = z.strictObject({
  kind: z.literal('investment'),
  from: id,
  to: id,
  cap: amount,
  payout: quantity(['share'], { most: 1 }).describe("of a month's surplus of the receiver, what goes back"),
  ends: month.optional().describe('nothing more is paid from then on'),
  tranches: listed(z.strictObject({ month, amount, when: condition.optional() })).min(1),
});

const promise = z.strictObject({ says: text, month, condition });

const organisation = z.strictObject({
  name: text,
  demand: quantity(['Mtok/month']),
  growth: quantity(['share/year'], { least: -0.9, most: 20 }),
  shares: z.record(id, share).describe('of its demand, by channel'),
  reserved: share.describe('of its demand that is served before others'),
  discount: share.describe('off the price of the channel'),
  price_fixed_until: month.optional(),
  term_ends: month,
  notice: months,
  exit_fee: share.describe('of the spend over the remaining term'),
  migration: amount.describe('to leave one channel: tests, prompts, tuning, rights'),
  served_when: quantity(['share'], { most: 1 }).describe('a month counts as served from this share on'),
});

const halt = z.strictObject({ licence_only: z.boolean(), from: month, months: quantity(['months']) });
const shock = z.strictObject({ from: month, months: quantity(['months']), factor: quantity(['ratio'], { most: 20 }) });

export const scenarioSchema = z.strictObject({
  version: z.literal(1),
  name: id,
  title: text,
  note: z.string().max(2000).optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'write three capitals: USD'),
  start: month,
  months: z.int().min(1).max(MONTHS_MOST),
  sources: z.record(z.string(), text),
  actors: named(actor),
  links: listed(link).default([]),
  generations: named(generation),
  sites: named(site),
  orders: listed(order),
  efficiency_scale: quantity(['ratio'], { most: 100 }).describe('of all releases together, one draw for all'),
  releases: named(release),
  channels: named(channel),
  instruments: named(z.discriminatedUnion('kind', [commitment, option, investment])).default({}),
  promises: named(promise).default({}),
  halts: listed(halt).default([]).describe('months in which no rack is delivered'),
  power_shocks: listed(shock).default([]),
  organisation,
  market: marketSchema.optional().describe('what the simulated clouds of a running instance offer'),
  sample: seedsSchema.optional().describe('what the sample organisation knows of its deal'),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type Condition = z.infer<typeof condition>;

/** Months from year 0, to subtract. */
export const monthNumber = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;

/** `2026-04` of a month counted from the start of `scenario`. */
export function monthText(scenario: Pick<Scenario, 'start'>, index: number): string {
  const at = monthNumber(scenario.start) + index;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/** Counted from the scenario's start; negative before it. */
export const monthIndex = (scenario: Pick<Scenario, 'start'>, text: string): number =>
  monthNumber(text) - monthNumber(scenario.start);
