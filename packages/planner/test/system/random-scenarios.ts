// Random scenarios from a seed: two clouds, two makers, two developers; sizes, dates, prices and deals of any kind.
import type { Quantity } from '../../src/system/quantity.ts';
import { monthText, type Scenario } from '../../src/system/scenario.ts';
import { q, smallScenario } from './scenarios.ts';

/** A generator of its own: what is tested brings no chance into the test. */
function chance(seed: number): (least: number, most: number) => number {
  let held = BigInt(seed) + 0x9e3779b97f4a7c15n;
  return (least, most) => {
    held = (held * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return least + (Number(held >> 11n) / 2 ** 53) * (most - least);
  };
}

interface Dice {
  readonly next: (least: number, most: number) => number;
  readonly int: (least: number, most: number) => number;
  readonly some: <Value>(values: readonly Value[]) => Value;
  /** A range within bounds. */
  readonly about: (low: number, high: number, unit: string) => Quantity;
  readonly month: (least: number, most: number) => string;
}

function diceOf(seed: number): Dice {
  const next = chance(seed);
  const int = (least: number, most: number): number => Math.floor(next(least, most + 1));
  return {
    next,
    int,
    some: (values) => values[int(0, values.length - 1)]!,
    about: (low, high, unit) => {
      const [a, b, c] = [next(low, high), next(low, high), next(low, high)].toSorted((x, y) => x - y);
      return { low: a, likely: b, high: c, unit, grade: 'assumed', source: 'test' };
    },
    month: (least, most) => monthText({ start: '2026-01' }, int(least, most)),
  };
}

const SMALL = smallScenario();

function actor(
  { next, about, month }: Dice,
  kind: Scenario['actors'][string]['kind'],
  cash: number,
  months: number,
): Scenario['actors'][string] {
  return {
    name: kind,
    kind,
    cash: about(0, cash, 'USD m'),
    income: about(0, cash / 20, 'USD m/month'),
    costs: about(0, cash / 40, 'USD m/month'),
    ...(kind === 'maker' ? { supply: about(0, 60, 'racks/month'), components: about(0, 1, 'share') } : {}),
    ...(next(0, 1) < 0.1 ? { leaves: month(3, months) } : {}),
  };
}

function channel({ some, about }: Dice): Scenario['channels'][string] {
  return {
    ...SMALL.channels['sale']!,
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
  };
}

function site({ next, some, about, month }: Dice, channels: readonly string[]): Scenario['sites'][string] {
  return {
    ...SMALL.sites['hall']!,
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
  };
}

function generation({ some, about }: Dice, from: string): Scenario['generations'][string] {
  return {
    ...SMALL.generations['one']!,
    maker: some(['maker', 'forge']),
    from,
    gpus: about(8, 144, 'GPUs'),
    rack_power: about(20, 200, 'kW'),
    price: about(0, 5, 'USD m'),
    lead: about(0, 8, 'months'),
    slip: about(0, 4, 'months'),
    idle_power: about(0, 1, 'share'),
    failure: about(0, 0.05, 'share/month'),
  };
}

/** A later release yields more. */
function release({ about }: Dice, developer: string, from: string, better = 1): Scenario['releases'][string] {
  return {
    developer,
    from,
    efficiency: {
      one: about(100 * better, 200 * better, 'tokens/s/kW'),
      two: about(300 * better, 600 * better, 'tokens/s/kW'),
    },
  };
}

function instruments({ some, about }: Dice, channels: readonly string[]): Scenario['instruments'] {
  return {
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
  };
}

function supply(
  dice: Dice,
  channels: readonly string[],
): Pick<Scenario, 'generations' | 'sites' | 'orders' | 'releases'> {
  const { month, about, some } = dice;
  return {
    generations: { one: generation(dice, '2025-12'), two: generation(dice, month(3, 12)) },
    sites: { east: site(dice, channels), west: site(dice, channels), north: site(dice, channels) },
    orders: Array.from({ length: 5 }, () => ({
      site: some(['east', 'west', 'north']),
      generation: some(['one', 'two']),
      from: month(0, 6),
      to: month(7, 30),
      racks: about(0, 20, 'racks/month'),
    })),
    releases: {
      first: release(dice, 'lab', '2025-12'),
      second: release(dice, 'lab', month(6, 18), 2),
      other: release(dice, 'studio', '2025-12'),
    },
  };
}

export function randomScenario(seed: number): Scenario {
  const dice = diceOf(seed);
  const months = dice.int(12, 48);
  const channels = ['a', 'b', 'c'].slice(0, dice.int(2, 3));
  return {
    ...SMALL,
    name: `random-${seed}`,
    months,
    actors: {
      lab: actor(dice, 'developer', 3000, months),
      studio: actor(dice, 'developer', 3000, months),
      cloud: actor(dice, 'cloud', 4000, months),
      sky: actor(dice, 'cloud', 4000, months),
      maker: actor(dice, 'maker', 5000, months),
      forge: actor(dice, 'maker', 5000, months),
      grid: SMALL.actors['grid']!,
    },
    links: [
      { from: 'maker', to: 'lab', kind: 'invests_in', source: 'test' },
      { from: 'cloud', to: 'lab', kind: 'invests_in', source: 'test' },
    ],
    ...supply(dice, channels),
    efficiency_scale: dice.about(0.5, 2, 'ratio'),
    channels: Object.fromEntries(channels.map((name) => [name, channel(dice)])),
    instruments: instruments(dice, channels),
    promises: {},
    organisation: {
      ...SMALL.organisation,
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
