// From a scenario and a way to pick values to the plain numbers of one path.
import type { Picker } from './draws.ts';
import { createEdges, OUTSIDE, type Edges } from './edges.ts';
import {
  at,
  namesIn,
  type ActorInput,
  type ChannelInput,
  type CommitmentInput,
  type ConditionInput,
  type GenerationInput,
  type Inputs,
  type InvestmentInput,
  type LineInput,
  type Names,
  type SiteInput,
  type TrancheInput,
} from './inputs.ts';
import { channelInputs, siteInputs } from './market-inputs.ts';
import { monthIndex, monthNumber, type Condition, type Scenario } from './scenario.ts';

export function resolveInputs(scenario: Scenario, pick: Picker): Inputs {
  const names = namesIn(scenario);
  const edges = createEdges(names.actors.size);
  const actors = actorInputs(scenario, pick, edges);
  const generations = generationInputs(scenario, names, pick, edges);
  const sites = siteInputs(scenario, names, pick, edges, generations);
  const { lines, transitSize } = lineInputs(scenario, names, pick, edges, { sites, generations });
  const channels = channelInputs(scenario, names, pick, edges, { sites, generations });
  const deal = dealInputs(scenario, names, pick, edges, channels);
  const opening = new Float64Array(names.actors.size + OUTSIDE.length);
  Object.values(scenario.actors).forEach((actor, index) => (opening[index] = Math.round(pick(actor.cash))));
  const from = Object.values(scenario.generations).map((each) => monthNumber(each.from));
  return {
    months: scenario.months,
    hours: hoursOf(scenario),
    accounts: [...names.actors.keys(), ...OUTSIDE],
    opening,
    edges: edges.all,
    actors,
    leaves: Float64Array.from(Object.values(scenario.actors).map(({ leaves }) => optional(scenario, leaves))),
    supply: Float64Array.from(
      Object.values(scenario.actors).map(({ supply }) => (supply === undefined ? 0 : whole(pick(supply)))),
    ),
    generations,
    newestFirst: from.map((_, index) => index).toSorted((a, b) => (from[b] ?? 0) - (from[a] ?? 0) || b - a),
    sites,
    lines,
    transitSize,
    channels,
    ...deal,
    halted: haltedMonths(scenario, pick),
  };
}

/** Of the calendar: a month has 672 to 744 hours. */
function hoursOf(scenario: Scenario): Float64Array {
  const start = monthNumber(scenario.start);
  return Float64Array.from({ length: scenario.months }, (_, index) => {
    const month = start + index;
    return new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate() * 24;
  });
}

const whole = (number: number): number => Math.round(number);
const optional = (scenario: Scenario, month: string | undefined): number =>
  month === undefined ? Infinity : monthIndex(scenario, month);

function actorInputs(scenario: Scenario, pick: Picker, edges: Edges): ActorInput[] {
  return Object.values(scenario.actors).map((actor, index) => ({
    income: whole(pick(actor.income)),
    costs: whole(pick(actor.costs)),
    incomeEdge: edges.from('other business', index, 'other business'),
    costsEdge: edges.to(index, 'other spending', 'other spending'),
    creditEdge: edges.from('lenders', index, 'credit'),
  }));
}

function generationInputs(scenario: Scenario, names: Names, pick: Picker, edges: Edges): GenerationInput[] {
  return Object.values(scenario.generations).map((each) => {
    const maker = at(names.actors, each.maker);
    const price = whole(pick(each.price));
    const components = scenario.actors[each.maker]?.components;
    const slip = whole(pick(each.slip));
    return {
      maker,
      gpus: whole(pick(each.gpus)),
      rackKilowatts: pick(each.rack_power) / 1000,
      price,
      componentsPrice: Math.floor(price * (components === undefined ? 0 : pick(components))),
      componentsEdge: edges.to(maker, 'other spending', 'components'),
      idlePower: pick(each.idle_power),
      failure: pick(each.failure),
      lead: whole(pick(each.lead)) + slip,
      first: monthIndex(scenario, each.from) + slip,
    };
  });
}

function lineInputs(
  scenario: Scenario,
  names: Names,
  pick: Picker,
  edges: Edges,
  { sites, generations }: Supply,
): { lines: LineInput[]; transitSize: number } {
  let transitSize = 0;
  const lines = scenario.orders.map((order): LineInput => {
    const site = at(names.sites, order.site);
    const generation = at(names.generations, order.generation);
    const operator = sites[site]?.operator ?? -1;
    const { lead = 0, first = 0, maker = -1 } = generations[generation] ?? {};
    const from = monthIndex(scenario, order.from);
    const to = monthIndex(scenario, order.to);
    const offset = transitSize;
    const size = Math.max(lead, first - Math.max(0, from)) + 1;
    transitSize += size;
    return {
      site,
      generation,
      operator,
      purchaseEdge: edges.between(operator, maker, 'racks'),
      planned: plannedRacks(scenario.months, pick(order.racks), from, to),
      offset,
      size,
    };
  });
  return { lines, transitSize };
}

/** A fractional rate in whole racks: what is left over is ordered later. */
function plannedRacks(months: number, rate: number, from: number, to: number): Float64Array {
  const planned = new Float64Array(months);
  for (let month = Math.max(0, from); month <= to && month < months; month += 1)
    planned[month] = Math.floor(rate * (month - from + 1)) - Math.floor(rate * (month - from));
  return planned;
}

interface Supply {
  readonly sites: readonly SiteInput[];
  readonly generations: readonly GenerationInput[];
}

function dealInputs(
  scenario: Scenario,
  names: Names,
  pick: Picker,
  edges: Edges,
  channels: readonly ChannelInput[],
): Deal {
  const commitments: CommitmentInput[] = [];
  const investments: InvestmentInput[] = [];
  const tranches: TrancheInput[] = [];
  for (const each of Object.values(scenario.instruments)) {
    const [from, to] = [at(names.actors, each.from), at(names.actors, each.to)];
    if (each.kind === 'commitment') {
      const milestones = new Float64Array(scenario.months).fill(-1);
      for (const { month, amount } of each.milestones) {
        const index = monthIndex(scenario, month);
        if (index >= 0 && index < scenario.months)
          milestones[index] = Math.min(whole(pick(amount)), whole(pick(each.amount)));
      }
      const shortfallEdge = edges.between(from, to, 'shortfall');
      commitments.push({
        from,
        to,
        amount: whole(pick(each.amount)),
        shortfall: pick(each.shortfall),
        shortfallEdge,
        milestones,
      });
    } else if (each.kind === 'investment') {
      const own = channels.filter((channel) => channel.developer === to);
      for (const tranche of each.tranches)
        tranches.push({
          investment: investments.length,
          month: monthIndex(scenario, tranche.month),
          ends: optional(scenario, each.ends),
          amount: whole(pick(tranche.amount)),
          when: tranche.when === undefined ? null : conditionInput(names, tranche.when, pick),
        });
      investments.push({
        from,
        to,
        payout: pick(each.payout),
        earns: [...new Set(own.map((channel) => channel.revenueEdge))],
        spends: [...new Set(own.flatMap((channel) => [channel.commissionEdge, channel.computeEdge]))],
        investEdge: edges.between(from, to, 'investment'),
        payoutEdge: edges.between(to, from, 'payout'),
        circular: sellsTo(scenario, each.from, each.to),
      });
    }
  }
  return { commitments, investments, tranches };
}

interface Deal {
  readonly commitments: readonly CommitmentInput[];
  readonly investments: readonly InvestmentInput[];
  readonly tranches: readonly TrancheInput[];
}

/** Whether money of `receiver` can come back to `investor` as revenue: it sells to it, or supplies who does. */
function sellsTo(scenario: Scenario, investor: string, receiver: string): boolean {
  const channels = Object.entries(scenario.channels).filter(([, each]) => each.developer === receiver);
  if (channels.some(([, each]) => each.seller === investor)) return true;
  const served = new Set(channels.map(([name]) => name));
  return scenario.orders.some(
    (order) =>
      scenario.generations[order.generation]?.maker === investor &&
      served.has(scenario.sites[order.site]?.channel ?? ''),
  );
}

export function conditionInput(names: Names, condition: Condition, pick: Picker): ConditionInput {
  const { measure, of, at_least: least } = condition;
  return { measure, of: at(measure === 'drawn' ? names.commitments : names.channels, of), atLeast: pick(least) };
}

function haltedMonths(scenario: Scenario, pick: Picker): Uint8Array {
  const halted = new Uint8Array(scenario.months);
  for (const halt of scenario.halts) {
    const from = monthIndex(scenario, halt.from);
    const to = Math.min(scenario.months, from + whole(pick(halt.months)));
    const grade = halt.licence_only ? 1 : 2;
    for (let month = Math.max(0, from); month < to; month += 1) halted[month] = Math.max(halted[month] ?? 0, grade);
  }
  return halted;
}
