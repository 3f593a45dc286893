// What is measured in every month of every path: one row per output, with its unit and how it comes about. All simulated.
import type { Groups } from './groups.ts';
import type { Inputs } from './inputs.ts';
import { exitCost, pricePaid, unservedOf, type OrganisationInput } from './organisation.ts';
import type { State } from './state.ts';
import { measured } from './step.ts';

/** What a month of a path shows. */
export interface View {
  readonly inputs: Inputs;
  readonly own: OrganisationInput;
  readonly groups: Groups;
  /** Of each channel, those whose racks serve it. */
  readonly makers: readonly (readonly number[])[];
  /** Channels that the scenario's options are about; all of them where it has none. */
  readonly focus: readonly number[];
  readonly state: State;
  /** Of the month that `state` ends. */
  readonly month: number;
}

export interface Output {
  readonly title: string;
  readonly unit: string;
  readonly method: string;
  /** NaN where there is nothing to measure. */
  readonly of: (view: View) => number;
}

const get = (values: Float64Array, index: number): number => values[index] ?? 0;
const over = (channels: readonly number[], of: (channel: number) => number): number => {
  let sum = 0;
  for (const channel of channels) sum += of(channel);
  return sum;
};
const total = (values: Float64Array): number => {
  let sum = 0;
  for (const each of values) sum += each;
  return sum;
};

const CENTS = 100;
const energised = { measure: 'energised' } as const;
const installed = { measure: 'installed' } as const;

export const OUTPUTS = {
  energised_mw: {
    title: 'Energised',
    unit: 'MW',
    method: 'racks with power × their need at peak, everything at the site included; channels in focus',
    of: ({ inputs, state, focus }) => over(focus, (of) => measured(inputs, state, { ...energised, of })) / 1e6,
  },
  installed_racks: {
    title: 'Racks installed',
    unit: 'racks',
    method: 'delivered − lost to wear − not installed yet; channels in focus',
    of: ({ inputs, state, focus }) => over(focus, (of) => measured(inputs, state, { ...installed, of })),
  },
  licensed_racks: {
    title: 'Racks that need a licence',
    unit: 'racks',
    method: 'installed at sites whose accelerators need an export licence, of all channels',
    of: licensedRacks,
  },
  capacity_mtok: {
    title: 'Capacity',
    unit: 'Mtok/month',
    method: 'energised racks × kW × tokens/s per kW of the release served × hours; channels in focus',
    of: ({ state, focus }) => over(focus, (of) => get(state.capacity, of)),
  },
  demand_mtok: {
    title: 'Demand',
    unit: 'Mtok/month',
    method: 'demand at the start × fading growth × (price ÷ price at the start)^−elasticity; channels in focus',
    of: ({ state, focus }) => over(focus, (of) => get(state.demand, of)),
  },
  consumed_mtok: {
    title: 'Consumed',
    unit: 'Mtok/month',
    method: 'the least of demand, capacity and what the developer can pay for, with what spills in; channels in focus',
    of: ({ state, focus }) => over(focus, (of) => get(state.served, of) + get(state.spilledIn, of)),
  },
  drawn: {
    title: 'Drawn of commitments',
    unit: 'CUR',
    method: 'cumulative compute paid that counts towards the commitments, each up to its amount; options are in no sum',
    of: ({ state }) => total(state.drawn) / CENTS,
  },
  invested: {
    title: 'Investments paid in',
    unit: 'CUR',
    method: 'cumulative tranches whose month had come and whose condition held',
    of: ({ state }) => total(state.paidIn) / CENTS,
  },
  circular_share: {
    title: 'Circular share',
    unit: 'share',
    // Σ_c Σ_t F(d,t)/C(d,t) × compute(c,t) ÷ Σ_c Σ_t compute(c,t), where C is the developer's cash before it pays and F what is
    // left in it of money that the sellers, or the makers who supply them, had invested in it; F falls in proportion to every payment.
    method:
      "of all that developers have paid for compute so far, the part that came out of money which the seller, or a maker that supplies it, had invested in them (an invested dollar is spent in proportion with the developer's other cash)",
    of: ({ state }) => total(state.circularPaid) / total(state.computePaid),
  },
  compute_cost: {
    title: 'Compute per million tokens',
    unit: 'CUR/Mtok',
    method: 'GPU-hours that were there × price per GPU-hour ÷ capacity; channels in focus',
    of: ({ inputs, state, focus }) =>
      over(focus, (of) => get(state.gpuHours, of) * (inputs.channels[of]?.computePrice ?? 0)) /
      over(focus, (of) => get(state.capacity, of)) /
      CENTS,
  },
  power_cost: {
    title: 'Power',
    unit: 'CUR/month',
    method: 'average power × hours × price of power, all sites',
    of: ({ inputs, state }) => powerPaid(inputs, state) / CENTS,
  },
  price_paid: {
    title: 'Price the organisation pays',
    unit: 'CUR/Mtok',
    method: 'price of its channels (fixed while the contract fixes it) less discount, by its shares',
    of: (view) => ownSum(view, (channel) => pricePaid(view.inputs, view.own, view.state, view.month, channel)) / CENTS,
  },
  unserved_share: {
    title: "Organisation's demand not served",
    unit: 'share',
    method: 'unserved share of its channels, less what it has reserved on those that are open, by its shares',
    of: (view) => ownSum(view, (channel) => unservedOf(view.inputs, view.own, view.state, view.month, channel)),
  },
  dependence: {
    title: 'Dependence on the linked group',
    unit: 'share',
    method: 'of its demand, what goes through a channel whose developer, seller or maker stands in the linked group',
    of: (view) => ownSum(view, (channel) => (touchesLinked(view, channel) ? 1 : 0)),
  },
  concentration: {
    title: 'Concentration, linked as one',
    unit: 'HHI',
    method: "Herfindahl index over groups: each channel's share goes in thirds to its developer, seller and makers",
    of: concentration,
  },
  exit_cost: {
    title: 'Cost of leaving',
    unit: 'CUR',
    method: "notice and fee on the rest of the term at this month's spend, and migration, over the channels in focus",
    of: (view) =>
      over(view.focus, (channel) =>
        get(view.own.shares, channel) === 0 ? 0 : exitCost(view.own, view.month, spend(view, channel)),
      ) / CENTS,
  },
  forced_migration: {
    title: 'Forced migrations',
    unit: 'CUR',
    method: 'cumulative: one migration for every release that ends and every party that leaves, on its channels',
    of: ({ own, month }) => get(own.forcedMigration, month) / CENTS,
  },
} satisfies Record<string, Output>;

export type OutputName = keyof typeof OUTPUTS;
export const OUTPUT_NAMES = Object.keys(OUTPUTS) as readonly OutputName[];

function licensedRacks({ inputs, state }: View): number {
  const count = inputs.generations.length;
  let sum = 0;
  for (let site = 0; site < inputs.sites.length; site += 1) {
    if (inputs.sites[site]?.licence !== true) continue;
    for (let cell = site * count; cell < (site + 1) * count; cell += 1) sum += get(state.installed, cell);
  }
  return sum;
}

/** Sites of one operator and supplier share an edge, so it is added once. */
function powerPaid(inputs: Inputs, state: State): number {
  let sum = 0;
  for (let edge = 0; edge < inputs.edges.length; edge += 1)
    if (inputs.edges[edge]?.why === 'power') sum += get(state.flows, edge);
  return sum;
}

function ownSum({ own }: View, of: (channel: number) => number): number {
  let sum = 0;
  for (let channel = 0; channel < own.shares.length; channel += 1) {
    const share = get(own.shares, channel);
    if (share > 0) sum += share * of(channel);
  }
  return sum;
}

function spend({ inputs, own, state, month }: View, channel: number): number {
  return get(own.demand, month) * get(own.shares, channel) * pricePaid(inputs, own, state, month, channel);
}

const groupOf = ({ groups, month }: View, actor: number): number => groups.of[month * groups.actors + actor] ?? -1;

function touchesLinked(view: View, channel: number): boolean {
  const linked = view.groups.linked[view.month] ?? -1;
  const way = view.inputs.channels[channel];
  if (linked === -1 || way === undefined) return false;
  if (groupOf(view, way.developer) === linked || groupOf(view, way.seller) === linked) return true;
  return (view.makers[channel] ?? []).some((maker) => groupOf(view, maker) === linked);
}

function concentration(view: View): number {
  const weights = new Float64Array(view.groups.actors);
  const add = (actor: number, weight: number): void => {
    const group = groupOf(view, actor);
    weights[group] = get(weights, group) + weight;
  };
  for (let channel = 0; channel < view.own.shares.length; channel += 1) {
    const third = get(view.own.shares, channel) / 3;
    const way = view.inputs.channels[channel];
    if (third === 0 || way === undefined) continue;
    const makers = view.makers[channel] ?? [];
    add(way.developer, third);
    add(way.seller, third);
    if (makers.length === 0) add(way.seller, third);
    for (const maker of makers) add(maker, third / makers.length);
  }
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return sum;
}
