// Scenarios for tests: a small one whose numbers a person can follow, and random ones from a seed.
import type { Quantity } from '../../src/system/quantity.ts';
import { monthText, type Scenario } from '../../src/system/scenario.ts';

export const q = (value: number, unit: string): Quantity => ({ value, unit, grade: 'assumed', source: 'test' });

/** One of each, with round numbers: a rack of 10 kW and 10 GPUs, 1 Mtok an hour at 1,000 tokens/s/kW less rounding. */
export function smallScenario(): Scenario {
  return {
    version: 1,
    name: 'small',
    title: 'Small',
    currency: 'USD',
    start: '2026-01',
    months: 6,
    sources: { test: 'made up' },
    actors: {
      lab: {
        name: 'Lab',
        kind: 'developer',
        cash: q(1, 'USD m'),
        income: q(0, 'USD m/month'),
        costs: q(0, 'USD m/month'),
      },
      cloud: {
        name: 'Cloud',
        kind: 'cloud',
        cash: q(10, 'USD m'),
        income: q(1, 'USD m/month'),
        costs: q(0, 'USD m/month'),
      },
      maker: {
        name: 'Maker',
        kind: 'maker',
        cash: q(5, 'USD m'),
        income: q(0, 'USD m/month'),
        costs: q(0, 'USD m/month'),
        supply: q(3, 'racks/month'),
        components: q(0.25, 'share'),
      },
      grid: {
        name: 'Grid',
        kind: 'energy',
        cash: q(0, 'USD'),
        income: q(0, 'USD m/month'),
        costs: q(0, 'USD m/month'),
      },
    },
    links: [
      { from: 'cloud', to: 'lab', kind: 'invests_in', bound: 'up_to', amount: q(2, 'USD m'), source: 'test' },
      { from: 'maker', to: 'cloud', kind: 'supplies', source: 'test' },
    ],
    generations: {
      one: {
        maker: 'maker',
        from: '2026-01',
        gpus: q(10, 'GPUs'),
        rack_power: q(10, 'kW'),
        price: q(1, 'USD m'),
        lead: q(1, 'months'),
        slip: q(0, 'months'),
        idle_power: q(0.5, 'share'),
        failure: q(0, 'share/month'),
      },
    },
    sites: {
      hall: {
        operator: 'cloud',
        channel: 'sale',
        energy: 'grid',
        licence: false,
        delay: q(0, 'months'),
        overhead: q(1, 'ratio'),
        pue_design: q(1.5, 'ratio'),
        pue_year: q(1.2, 'ratio'),
        install: q(4, 'racks/month'),
        operations: q(1000, 'USD/MW-month'),
        power_price: q(100, 'USD/MWh'),
        power_growth: q(0, 'share/year'),
        energisation: [
          { month: '2026-01', power: q(40, 'kW') },
          { month: '2026-05', power: q(100, 'kW') },
        ],
      },
    },
    orders: [{ site: 'hall', generation: 'one', from: '2026-01', to: '2026-02', racks: q(2, 'racks/month') }],
    efficiency_scale: q(1, 'ratio'),
    releases: { first: { developer: 'lab', from: '2026-01', efficiency: { one: q(100, 'tokens/s/kW') } } },
    channels: {
      sale: {
        developer: 'lab',
        seller: 'cloud',
        demand: q(4000, 'Mtok/month'),
        growth: q(0, 'share/year'),
        growth_fades: q(0, 'share/year'),
        elasticity: q(0, 'ratio'),
        substitution: q(0, 'share'),
        token_price: q(10, 'USD/Mtok'),
        price_change: q(0, 'share/year'),
        scarcity: q(0.5, 'share'),
        energy_pass_through: q(0, 'share'),
        compute_price: q(2, 'USD/GPU-hour'),
        commission: q(0.1, 'share'),
        price_steps: [],
      },
    },
    instruments: {
      reserve: {
        kind: 'commitment',
        from: 'lab',
        to: 'cloud',
        amount: q(100000, 'USD'),
        shortfall: q(0.5, 'share'),
        milestones: [
          { month: '2026-03', amount: q(20000, 'USD') },
          { month: '2026-04', amount: q(60000, 'USD') },
        ],
      },
      stake: {
        kind: 'investment',
        from: 'cloud',
        to: 'lab',
        cap: q(2, 'USD m'),
        payout: q(0, 'share'),
        tranches: [
          { month: '2026-02', amount: q(1, 'USD m') },
          {
            month: '2026-02',
            amount: q(1, 'USD m'),
            when: { measure: 'energised', of: 'sale', at_least: q(15, 'kW') },
          },
        ],
      },
    },
    promises: {
      start: {
        says: '30 kW by April',
        month: '2026-04',
        condition: { measure: 'energised', of: 'sale', at_least: q(30, 'kW') },
      },
    },
    halts: [],
    power_shocks: [],
    organisation: {
      name: 'Buyer',
      demand: q(100, 'Mtok/month'),
      growth: q(0, 'share/year'),
      shares: { sale: q(1, 'share') },
      reserved: q(0, 'share'),
      discount: q(0.1, 'share'),
      price_fixed_until: '2026-03',
      term_ends: '2026-06',
      notice: q(2, 'months'),
      exit_fee: q(0.5, 'share'),
      migration: q(500, 'USD'),
      served_when: q(0.99, 'share'),
    },
  };
}

/** A generator of its own: what is tested brings no chance into the test. */
export function chance(seed: number): (least: number, most: number) => number {
  let held = BigInt(seed) + 0x9e3779b97f4a7c15n;
  return (least, most) => {
    held = (held * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return least + (Number(held >> 11n) / 2 ** 53) * (most - least);
  };
}

/** Two clouds, two makers, two developers; sizes, dates, prices and deals of any kind. */
export function randomScenario(seed: number): Scenario {
  const next = chance(seed);
  const int = (least: number, most: number): number => Math.floor(next(least, most + 1));
  const some = <Value>(values: readonly Value[]): Value => values[int(0, values.length - 1)]!;
  const about = (low: number, high: number, unit: string): Quantity => {
    const [a, b, c] = [next(low, high), next(low, high), next(low, high)].toSorted((x, y) => x - y) as [
      number,
      number,
      number,
    ];
    return { low: a, likely: b, high: c, unit, grade: 'assumed', source: 'test' };
  };
  const small = smallScenario();
  const months = int(12, 48);
  const month = (least: number, most: number): string => monthText({ start: '2026-01' }, int(least, most));
  const actor = (kind: Scenario['actors'][string]['kind'], cash: number): Scenario['actors'][string] => ({
    name: kind,
    kind,
    cash: about(0, cash, 'USD m'),
    income: about(0, cash / 20, 'USD m/month'),
    costs: about(0, cash / 40, 'USD m/month'),
    ...(kind === 'maker' ? { supply: about(0, 60, 'racks/month'), components: about(0, 1, 'share') } : {}),
    ...(next(0, 1) < 0.1 ? { leaves: month(3, months) } : {}),
  });
  const channels = ['a', 'b', 'c'].slice(0, int(2, 3));
  const channel = (): Scenario['channels'][string] => ({
    ...small.channels['sale']!,
    developer: some(['lab', 'studio']),
    seller: some(['cloud', 'sky']),
    demand: about(0, 3e5, 'Mtok/month'),
    growth: about(-0.2, 2, 'share/year'),
    growth_fades: about(0, 0.5, 'share/year'),
    elasticity: about(0, 1.5, 'ratio'),
    substitution: about(0, 1, 'share'),
    token_price: about(0.5, 10, 'USD/Mtok'),
    price_change: about(-0.4, 0.1, 'share/year'),
    scarcity: about(0, 1, 'share'),
    energy_pass_through: about(0, 0.3, 'share'),
    compute_price: about(0.5, 6, 'USD/GPU-hour'),
    commission: about(0, 0.4, 'share'),
  });
  const site = (): Scenario['sites'][string] => ({
    ...small.sites['hall']!,
    operator: some(['cloud', 'sky']),
    channel: some(channels),
    licence: next(0, 1) < 0.4,
    delay: about(0, 6, 'months'),
    overhead: about(1, 1.2, 'ratio'),
    pue_design: about(1.2, 1.5, 'ratio'),
    pue_year: about(1, 1.2, 'ratio'),
    install: about(1, 40, 'racks/month'),
    power_price: about(20, 200, 'USD/MWh'),
    power_growth: about(-0.05, 0.1, 'share/year'),
    energisation: [
      { month: month(0, 5), power: about(0, 5, 'MW') },
      { month: month(6, 20), power: about(5, 40, 'MW') },
    ],
  });
  const generation = (from: string): Scenario['generations'][string] => ({
    ...small.generations['one']!,
    maker: some(['maker', 'forge']),
    from,
    gpus: about(8, 144, 'GPUs'),
    rack_power: about(20, 200, 'kW'),
    price: about(0, 5, 'USD m'),
    lead: about(0, 8, 'months'),
    slip: about(0, 4, 'months'),
    idle_power: about(0, 1, 'share'),
    failure: about(0, 0.05, 'share/month'),
  });
  // A later release yields more.
  const release = (developer: string, from: string, better = 1): Scenario['releases'][string] => ({
    developer,
    from,
    efficiency: {
      one: about(100 * better, 200 * better, 'tokens/s/kW'),
      two: about(300 * better, 600 * better, 'tokens/s/kW'),
    },
  });
  return {
    ...small,
    name: `random-${seed}`,
    months,
    actors: {
      lab: actor('developer', 3000),
      studio: actor('developer', 3000),
      cloud: actor('cloud', 4000),
      sky: actor('cloud', 4000),
      maker: actor('maker', 5000),
      forge: actor('maker', 5000),
      grid: small.actors['grid']!,
    },
    links: [
      { from: 'maker', to: 'lab', kind: 'invests_in', source: 'test' },
      { from: 'cloud', to: 'lab', kind: 'invests_in', source: 'test' },
    ],
    generations: { one: generation('2025-12'), two: generation(month(3, 12)) },
    sites: { east: site(), west: site(), north: site() },
    orders: Array.from({ length: 5 }, () => ({
      site: some(['east', 'west', 'north']),
      generation: some(['one', 'two']),
      from: month(0, 6),
      to: month(7, 30),
      racks: about(0, 20, 'racks/month'),
    })),
    efficiency_scale: about(0.5, 2, 'ratio'),
    releases: {
      first: release('lab', '2025-12'),
      second: release('lab', month(6, 18), 2),
      other: release('studio', '2025-12'),
    },
    channels: Object.fromEntries(channels.map((name) => [name, channel()])),
    instruments: {
      reserve: {
        kind: 'commitment',
        from: some(['lab', 'studio']),
        to: some(['cloud', 'sky']),
        amount: q(2, 'USD bn'),
        shortfall: about(0, 1, 'share'),
        milestones: [
          { month: '2026-07', amount: about(0, 0.1, 'USD bn') },
          { month: '2027-01', amount: about(0.1, 1, 'USD bn') },
        ],
      },
      stake: {
        kind: 'investment',
        from: some(['maker', 'cloud']),
        to: 'lab',
        cap: q(2, 'USD bn'),
        payout: about(0, 0.5, 'share'),
        tranches: [
          { month: '2026-02', amount: about(0, 0.5, 'USD bn') },
          {
            month: '2026-04',
            amount: about(0, 1, 'USD bn'),
            when: { measure: 'energised', of: channels[0]!, at_least: about(0, 10, 'MW') },
          },
        ],
      },
    },
    promises: {},
    organisation: {
      ...small.organisation,
      shares: Object.fromEntries(channels.map((name) => [name, q(1 / channels.length, 'share')])),
    },
  };
}

/** A random one in which money is no bound: what a switch does is then the switch's doing alone. */
export function richScenario(seed: number): Scenario {
  const scenario = randomScenario(seed);
  const actors = Object.entries(scenario.actors).map(
    ([name, actor]) => [name, { ...actor, leaves: undefined, cash: q(900, 'USD bn') }] as const,
  );
  return { ...scenario, months: Math.max(36, scenario.months), actors: Object.fromEntries(actors) };
}
