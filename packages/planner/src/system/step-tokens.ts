// Power and tokens within a month: sites energise as many racks as their power allows, the newest first; channels serve what is
// asked for up to capacity and to what the developer can pay; what is left over is offered to other channels' unserved demand.
import type { ChannelInput, Inputs } from './inputs.ts';
import { isIn } from './money.ts';
import type { State } from './state.ts';

/** What the month's later parts need of its earlier ones. */
export interface Market {
  /** Of each site, whole watts that its energised racks need at peak, and take at full load on average. */
  readonly peakWatts: Float64Array;
  readonly yearWatts: Float64Array;
  readonly idleWatts: Float64Array;
}

export function energise(inputs: Inputs, state: State, month: number): Market {
  const sites = inputs.sites.length;
  const market: Market = {
    peakWatts: new Float64Array(sites),
    yearWatts: new Float64Array(sites),
    idleWatts: new Float64Array(sites),
  };
  const count = inputs.generations.length;
  const exact = state.carry.slice();
  for (let index = 0; index < inputs.sites.length; index += 1) {
    const site = inputs.sites[index]!;
    const channel = inputs.channels[site.channel];
    if (channel === undefined || !isIn(inputs, site.operator, month) || !isOpen(inputs, channel, month)) continue;
    let watts = site.gridWatts[month] ?? 0;
    for (const generation of inputs.newestFirst) {
      const each = inputs.generations[generation];
      const cell = index * count + generation;
      const peak = site.peakWatts[generation] ?? 0;
      const racks = Math.min(state.installed[cell] ?? 0, Math.floor(watts / peak));
      if (racks === 0 || each === undefined) continue;
      watts -= racks * peak;
      const year = racks * (site.yearWatts[generation] ?? 0);
      state.energised[cell] = racks;
      market.peakWatts[index] = (market.peakWatts[index] ?? 0) + racks * peak;
      market.yearWatts[index] = (market.yearWatts[index] ?? 0) + year;
      market.idleWatts[index] = (market.idleWatts[index] ?? 0) + year * each.idlePower;
      const hours = inputs.hours[month] ?? 0;
      const tokens = racks * hours * (channel.yield[generation * inputs.months + month] ?? 0);
      exact[site.channel] = (exact[site.channel] ?? 0) + tokens;
      state.gpuHours[site.channel] = (state.gpuHours[site.channel] ?? 0) + racks * each.gpus * hours;
    }
  }
  for (let index = 0; index < exact.length; index += 1) {
    const capacity = Math.floor(exact[index] ?? 0);
    state.capacity[index] = capacity;
    state.carry[index] = (exact[index] ?? 0) - capacity;
  }
  return market;
}

const isOpen = (inputs: Inputs, channel: ChannelInput, month: number): boolean =>
  isIn(inputs, channel.developer, month) && isIn(inputs, channel.seller, month);

export function serveTokens(inputs: Inputs, before: State, state: State, month: number, market: Market): void {
  // What a developer can pay for compute this month, out of what it has at its beginning.
  const budget = state.cash.slice(0, inputs.actors.length);
  for (let index = 0; index < inputs.channels.length; index += 1) {
    const channel = inputs.channels[index]!;
    const start = channel.price[0] ?? 0;
    const price = (channel.price[month] ?? 0) * (1 + channel.scarcity * (before.unserved[index] ?? 0));
    state.price[index] = price;
    const factor = start > 0 && price > 0 ? (price / start) ** -channel.elasticity : 1;
    state.demand[index] = Math.round((channel.demand[month] ?? 0) * factor);
    state.idle[index] = state.capacity[index] ?? 0;
    state.served[index] = take(state, index, channel, budget, state.demand[index] ?? 0);
  }
  spill(inputs, state, budget);
  for (let index = 0; index < inputs.channels.length; index += 1) {
    const demand = state.demand[index] ?? 0;
    const left = demand - (state.served[index] ?? 0) - (state.spilledOut[index] ?? 0);
    state.unserved[index] = demand > 0 ? left / demand : 0;
  }
  for (let index = 0; index < inputs.sites.length; index += 1) {
    const site = inputs.sites[index]!;
    const capacity = state.capacity[site.channel] ?? 0;
    const load = capacity > 0 ? 1 - (state.idle[site.channel] ?? 0) / capacity : 0;
    const idle = market.idleWatts[index] ?? 0;
    state.drawnWatts[index] = Math.floor(idle + ((market.yearWatts[index] ?? 0) - idle) * load);
    state.energy[index] = (state.drawnWatts[index] ?? 0) * (inputs.hours[month] ?? 0);
  }
}

/** Takes whole Mtok of a channel's idle capacity, as far as the developer can pay for them; returns how many. */
function take(state: State, index: number, channel: ChannelInput, budget: Float64Array, wanted: number): number {
  const capacity = state.capacity[index] ?? 0;
  const idle = state.idle[index] ?? 0;
  if (capacity === 0 || wanted <= 0 || idle === 0) return 0;
  const each = ((state.gpuHours[index] ?? 0) * channel.computePrice) / capacity;
  const affordable = each > 0 ? Math.floor((budget[channel.developer] ?? 0) / each) : Infinity;
  const taken = Math.min(wanted, idle, affordable);
  // Rounded up, so that what is paid later (rounded down) is there.
  budget[channel.developer] = Math.max(0, (budget[channel.developer] ?? 0) - Math.ceil(taken * each));
  state.idle[index] = idle - taken;
  return taken;
}

function spill(inputs: Inputs, state: State, budget: Float64Array): void {
  for (let from = 0; from < inputs.channels.length; from += 1) {
    const channel = inputs.channels[from]!;
    let pool = Math.floor(((state.demand[from] ?? 0) - (state.served[from] ?? 0)) * channel.substitution);
    for (let to = 0; to < inputs.channels.length && pool > 0; to += 1) {
      const other = inputs.channels[to]!;
      if (to === from) continue;
      const taken = take(state, to, other, budget, pool);
      state.spilledIn[to] = (state.spilledIn[to] ?? 0) + taken;
      state.spilledOut[from] = (state.spilledOut[from] ?? 0) + taken;
      pool -= taken;
    }
  }
}
