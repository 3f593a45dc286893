// Sites and channels of one path as plain numbers: megawatts by month, what a rack yields, what is asked for and at what price.
import type { Picker } from './draws.ts';
import type { Edges } from './edges.ts';
import { at, type ChannelInput, type GenerationInput, type Names, type SiteInput } from './inputs.ts';
import { monthIndex, type Scenario } from './scenario.ts';

export function siteInputs(
  scenario: Scenario,
  names: Names,
  pick: Picker,
  edges: Edges,
  generations: readonly GenerationInput[],
): SiteInput[] {
  const shocks = shockFactors(scenario, pick);
  return Object.values(scenario.sites).map((site) => {
    const operator = at(names.actors, site.operator);
    const overhead = pick(site.overhead);
    const [design, year] = [pick(site.pue_design), pick(site.pue_year)];
    const [price, growth] = [pick(site.power_price), pick(site.power_growth)];
    return {
      channel: at(names.channels, site.channel),
      operator,
      licence: site.licence,
      gridWatts: gridWatts(scenario, site, pick),
      peakWatts: Float64Array.from(generations, (each) => Math.ceil(each.rackKilowatts * 1000 * overhead * design)),
      // Ranges may overlap; what is drawn never exceeds what was sized for.
      yearWatts: Float64Array.from(
        generations,
        (each) => each.rackKilowatts * 1000 * overhead * Math.min(year, design),
      ),
      install: Math.round(pick(site.install)),
      operationsPerWatt: pick(site.operations),
      powerPrice: compounded(price, growth, shocks),
      powerEdge: edges.between(operator, at(names.actors, site.energy), 'power'),
      operationsEdge: edges.to(operator, 'other spending', 'operations'),
    };
  });
}

/** Grows by `growth` a year, month by month, times a factor of each month. */
function compounded(start: number, growth: number, factors: Float64Array): Float64Array {
  const monthly = (1 + growth) ** (1 / 12);
  const series = new Float64Array(factors.length);
  for (let [month, held] = [0, start]; month < series.length; month += 1, held *= monthly)
    series[month] = held * (factors[month] ?? 1);
  return series;
}

function gridWatts(scenario: Scenario, site: Scenario['sites'][string], pick: Picker): Float64Array {
  const delay = Math.round(pick(site.delay));
  const watts = new Float64Array(scenario.months);
  let held = 0;
  for (const step of site.energisation) {
    // Power that is there stays there, also where two ranges overlap.
    held = Math.max(held, Math.floor(pick(step.power)));
    watts.fill(held, Math.max(0, monthIndex(scenario, step.month) + delay));
  }
  return watts;
}

function shockFactors(scenario: Scenario, pick: Picker): Float64Array {
  const factors = new Float64Array(scenario.months).fill(1);
  for (const shock of scenario.power_shocks) {
    const from = monthIndex(scenario, shock.from);
    const to = Math.min(scenario.months, from + Math.round(pick(shock.months)));
    const factor = pick(shock.factor);
    for (let month = Math.max(0, from); month < to; month += 1) factors[month] = (factors[month] ?? 1) * factor;
  }
  return factors;
}

export function channelInputs(
  scenario: Scenario,
  names: Names,
  pick: Picker,
  edges: Edges,
  { sites, generations }: { readonly sites: readonly SiteInput[]; readonly generations: readonly GenerationInput[] },
): ChannelInput[] {
  const yields = new Map<string, Float64Array>();
  return Object.values(scenario.channels).map((channel, index) => {
    const served = yields.get(channel.developer) ?? yieldByMonth(scenario, channel.developer, pick, generations);
    yields.set(channel.developer, served);
    const developer = at(names.actors, channel.developer);
    const seller = at(names.actors, channel.seller);
    const own = sites.filter((site) => site.channel === index);
    return {
      developer,
      seller,
      demand: demandByMonth(scenario.months, pick(channel.demand), pick(channel.growth), pick(channel.growth_fades)),
      elasticity: pick(channel.elasticity),
      substitution: pick(channel.substitution),
      price: priceByMonth(scenario, channel, pick, own),
      scarcity: pick(channel.scarcity),
      computePrice: pick(channel.compute_price),
      commission: pick(channel.commission),
      yield: served,
      revenueEdge: edges.from('customers', developer, 'tokens'),
      commissionEdge: edges.between(developer, seller, 'commission'),
      computeEdge: edges.between(developer, seller, 'compute'),
    };
  });
}

/** Grows by a rate that fades: after y years the rate is `growth` × (1 − fades)^y. */
export function demandByMonth(months: number, start: number, growth: number, fades: number): Float64Array {
  const demand = new Float64Array(months);
  const kept = (1 - fades) ** (1 / 12);
  let [held, rate] = [start, Math.log1p(growth) / 12];
  for (let month = 0; month < months; month += 1) {
    demand[month] = held;
    held *= Math.exp(rate);
    rate *= kept;
  }
  return demand;
}

function priceByMonth(
  scenario: Scenario,
  channel: Scenario['channels'][string],
  pick: Picker,
  sites: readonly SiteInput[],
): Float64Array {
  const [start, change, through] = [
    pick(channel.token_price),
    pick(channel.price_change),
    pick(channel.energy_pass_through),
  ];
  const steps = channel.price_steps.map((step) => ({
    month: monthIndex(scenario, step.month),
    factor: pick(step.factor),
  }));
  const factors = new Float64Array(scenario.months).fill(1);
  for (const step of steps)
    for (let month = Math.max(0, step.month); month < scenario.months; month += 1)
      factors[month] = (factors[month] ?? 1) * step.factor;
  for (let month = 0; month < scenario.months && sites.length > 0; month += 1) {
    let power = 0;
    for (const site of sites) power += (site.powerPrice[month] ?? 0) / Math.max(1e-12, site.powerPrice[0] ?? 0);
    factors[month] = (factors[month] ?? 1) * (1 + through * (power / sites.length - 1));
  }
  return compounded(start, change, factors);
}

/** The newest release that is there is what is served. */
function yieldByMonth(
  scenario: Scenario,
  developer: string,
  pick: Picker,
  generations: readonly GenerationInput[],
): Float64Array {
  const table = new Float64Array(generations.length * scenario.months);
  const scale = pick(scenario.efficiency_scale);
  const own = Object.values(scenario.releases)
    .filter((release) => release.developer === developer)
    .toSorted((a, b) => monthIndex(scenario, a.from) - monthIndex(scenario, b.from));
  Object.keys(scenario.generations).forEach((name, generation) => {
    const rack = generations[generation]?.rackKilowatts ?? 0;
    for (const release of own) {
      const efficiency = release.efficiency[name];
      const perHour = efficiency === undefined ? 0 : (pick(efficiency) * scale * rack * 3600) / 1e6;
      const from = Math.max(0, monthIndex(scenario, release.from));
      const to =
        release.until === undefined ? scenario.months : Math.min(scenario.months, monthIndex(scenario, release.until));
      if (from < to) table.fill(perHour, generation * scenario.months + from, generation * scenario.months + to);
    }
  });
  return table;
}
