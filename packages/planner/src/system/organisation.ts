// The organisation that buys, on one path: what it asks for, what it pays, what it does not get, what leaving costs. It is an
// observer: its own demand is part of the channels' demand and moves nothing in the system.
import type { Picker } from './draws.ts';
import { at, type Inputs, type Names } from './inputs.ts';
import { demandByMonth } from './market-inputs.ts';
import { isIn } from './money.ts';
import { monthIndex, type Scenario } from './scenario.ts';
import type { State } from './state.ts';

export interface OrganisationInput {
  /** Mtok by month. */
  readonly demand: Float64Array;
  /** By channel. */
  readonly shares: Float64Array;
  readonly reserved: number;
  readonly discount: number;
  readonly fixedUntil: number;
  readonly termEnds: number;
  readonly notice: number;
  readonly exitFee: number;
  readonly migration: number;
  readonly servedWhen: number;
  /** Cents, cumulative by month: leaving releases and channels that end. */
  readonly forcedMigration: Float64Array;
  /** Months from an order today until its racks serve; Infinity where nothing is ordered. */
  readonly leadMonths: number;
}

export function organisationInput(scenario: Scenario, names: Names, pick: Picker, inputs: Inputs): OrganisationInput {
  const own = scenario.organisation;
  const shares = new Float64Array(inputs.channels.length);
  for (const [name, share] of Object.entries(own.shares)) shares[at(names.channels, name)] = pick(share);
  const sum = shares.reduce((total, each) => total + each, 0);
  for (const index of shares.keys()) shares[index] = (shares[index] ?? 0) / sum;
  const migration = pick(own.migration);
  return {
    demand: demandByMonth(scenario.months, pick(own.demand), pick(own.growth), 0),
    shares,
    reserved: pick(own.reserved),
    discount: pick(own.discount),
    fixedUntil: own.price_fixed_until === undefined ? 0 : monthIndex(scenario, own.price_fixed_until) + 1,
    termEnds: monthIndex(scenario, own.term_ends) + 1,
    notice: Math.round(pick(own.notice)),
    exitFee: pick(own.exit_fee),
    migration,
    servedWhen: pick(own.served_when),
    forcedMigration: forcedMigration(scenario, inputs, shares, migration),
    leadMonths: leadMonths(scenario, pick, inputs, shares),
  };
}

/** Each release that ends while in use, and each party that leaves, makes the organisation move off the channel once. */
function forcedMigration(scenario: Scenario, inputs: Inputs, shares: Float64Array, migration: number): Float64Array {
  const cost = new Float64Array(scenario.months);
  const add = (month: number): void => {
    for (let each = Math.max(0, month); each < scenario.months; each += 1) cost[each] = (cost[each] ?? 0) + migration;
  };
  Object.values(scenario.channels).forEach((channel, index) => {
    if ((shares[index] ?? 0) === 0) return;
    for (const release of Object.values(scenario.releases))
      if (release.developer === channel.developer && release.until !== undefined)
        add(monthIndex(scenario, release.until));
    const { developer, seller } = inputs.channels[index] ?? { developer: -1, seller: -1 };
    const leaves = Math.min(inputs.leaves[developer] ?? Infinity, inputs.leaves[seller] ?? Infinity);
    if (leaves < scenario.months) add(leaves);
  });
  return cost;
}

/**
 * Of the organisation's channels, the shortest: the later of the racks' lead (slip included) and the site's delay, and one month
 * to install. What an order of the first month meets, as the racks and sites of the file stand; halts and queues are not in it.
 */
function leadMonths(scenario: Scenario, pick: Picker, inputs: Inputs, shares: Float64Array): number {
  let least = Infinity;
  for (const [index, line] of inputs.lines.entries()) {
    const site = inputs.sites[line.site];
    const generation = inputs.generations[line.generation];
    const written = scenario.sites[scenario.orders[index]?.site ?? ''];
    if (site === undefined || generation === undefined || written === undefined) continue;
    if ((shares[site.channel] ?? 0) === 0) continue;
    const racks = Math.max(generation.lead, generation.first);
    least = Math.min(least, Math.max(racks, Math.round(pick(written.delay))) + 1);
  }
  return least;
}

/** Cents that the organisation pays per Mtok of a channel in `month`. */
export function pricePaid(
  inputs: Inputs,
  own: OrganisationInput,
  state: State,
  month: number,
  channel: number,
): number {
  const price = month < own.fixedUntil ? inputs.channels[channel]?.price[0] : state.price[channel];
  return (price ?? 0) * (1 - own.discount);
}

/** Of its demand on a channel: what is not served. What is reserved goes first, while the channel is open. */
export function unservedOf(
  inputs: Inputs,
  own: OrganisationInput,
  state: State,
  month: number,
  channel: number,
): number {
  const { developer, seller } = inputs.channels[channel] ?? { developer: -1, seller: -1 };
  const open = isIn(inputs, developer, month) && isIn(inputs, seller, month);
  return (state.unserved[channel] ?? 0) * (open ? 1 - own.reserved : 1);
}

/** Notice paid, fee on the rest of the term, and the move, at this month's spend on the channel. */
export function exitCost(own: OrganisationInput, month: number, spend: number): number {
  const rest = Math.max(0, own.termEnds - month - own.notice);
  return own.migration + spend * (own.notice + own.exitFee * rest);
}
