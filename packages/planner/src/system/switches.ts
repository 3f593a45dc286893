// What may happen, each as a pure change of a scenario, and which outputs it moves in which direction, and why. A claim holds for
// the mean over paths and months against the same scenario without the switch, drawn alike; the tests hold each against random
// scenarios. What theory leaves open is not claimed.
import type { OutputName } from './outputs.ts';
import type { Quantity } from './quantity.ts';
import { monthText, type Scenario } from './scenario.ts';

/** Outputs by month, and those that a path has one of. */
export type Moved = OutputName | 'lead_time' | 'capacity_risk';

export interface Move {
  readonly output: Moved;
  readonly direction: 'up' | 'down';
  readonly because: string;
}

export interface Switch {
  readonly title: string;
  readonly what: string;
  readonly moves: readonly [Move, ...Move[]];
  readonly apply: (scenario: Scenario) => Scenario;
}

/** What happens once happens a year after the start; parties leave, and remedies bite, after two. */
const SOON = 12;
const LATER = 24;

const down = (output: Moved, because: string): Move => ({ output, direction: 'down', because });
const up = (output: Moved, because: string): Move => ({ output, direction: 'up', because });

/** The same quantity with every number changed. */
function changed(quantity: Quantity, by: (number: number) => number): Quantity {
  const next: { -readonly [Key in keyof Quantity]: Quantity[Key] } = { ...quantity };
  for (const name of ['value', 'low', 'likely', 'high'] as const) {
    const held = quantity[name];
    if (held !== undefined) next[name] = by(held);
  }
  return next;
}
const times = (quantity: Quantity, factor: number): Quantity => changed(quantity, (number) => number * factor);
const plus = (quantity: Quantity, more: number, most = Infinity): Quantity =>
  changed(quantity, (number) => Math.min(most, number + more));

const MONTHS_MOST = 60;
const assumed = (value: number, unit: string, scenario: Scenario): Quantity => ({
  value,
  unit,
  grade: 'assumed',
  source: Object.keys(scenario.sources)[0] ?? '',
});

const each = <Value>(held: Readonly<Record<string, Value>>, change: (value: Value) => Value): Record<string, Value> =>
  Object.fromEntries(Object.entries(held).map(([name, value]) => [name, change(value)]));

export const SWITCHES = {
  'competitors-lock-capacity': {
    title: 'Competitors lock capacity of their own',
    what: 'makers can deliver 30 % fewer racks a month to these sites, and need three months longer',
    moves: [
      up('lead_time', 'the queue at the maker is longer'),
      down('installed_racks', 'racks come later, and no more of them'),
      down('energised_mw', 'a site cannot energise what is not installed'),
    ],
    apply: (scenario) => ({
      ...scenario,
      actors: each(scenario.actors, (actor) =>
        actor.supply === undefined ? actor : { ...actor, supply: times(actor.supply, 0.7) },
      ),
      generations: each(scenario.generations, (one) => ({ ...one, lead: plus(one.lead, 3, MONTHS_MOST) })),
    }),
  },
  'deeper-co-design': {
    title: 'Deeper co-design of model and accelerator',
    what: 'releases yield a quarter more tokens per kW, and moving away costs half as much again',
    moves: [
      up('capacity_mtok', 'the same racks yield more tokens'),
      down('compute_cost', 'a GPU-hour is spread over more tokens'),
      up('exit_cost', 'what is tuned to one accelerator has to be tuned again'),
    ],
    apply: (scenario) => ({
      ...scenario,
      releases: each(scenario.releases, (release) => ({
        ...release,
        efficiency: each(release.efficiency, (one) => times(one, 1.25)),
      })),
      organisation: { ...scenario.organisation, migration: times(scenario.organisation.migration, 1.5) },
    }),
  },
  'price-war': {
    title: 'Price war',
    what: 'token prices fall by 30 % after a year',
    moves: [
      down('price_paid', 'the list falls, and what the contract does not fix follows it'),
      up('demand_mtok', 'what is cheaper is asked for more (elasticity)'),
      up('unserved_share', 'more is asked of the same racks'),
    ],
    apply: (scenario) => ({
      ...scenario,
      channels: each(scenario.channels, (channel) => ({
        ...channel,
        price_steps: [
          ...channel.price_steps,
          { month: monthText(scenario, SOON), factor: assumed(0.7, 'ratio', scenario) },
        ].toSorted((a, b) => a.month.localeCompare(b.month)),
      })),
    }),
  },
  'grid-delay': {
    title: 'Grid delay',
    what: 'every site gets its power a year later',
    moves: [
      down('energised_mw', "a site's power is the bound, whatever stands in its halls"),
      down('capacity_mtok', 'racks without power serve nothing'),
      up('lead_time', 'an order waits for the site when the site is later than the rack'),
      up('unserved_share', 'demand does not wait for the grid'),
    ],
    apply: (scenario) => ({
      ...scenario,
      sites: each(scenario.sites, (site) => ({ ...site, delay: plus(site.delay, 12, MONTHS_MOST) })),
    }),
  },
  'energy-shock': {
    title: 'Energy shock',
    what: 'power costs two and a half times as much for a year and a half, after a year',
    moves: [
      up('price_paid', 'a part of the price follows the price of power'),
      down('demand_mtok', 'what is dearer is asked for less (elasticity)'),
    ],
    apply: (scenario) => ({
      ...scenario,
      power_shocks: [
        ...scenario.power_shocks,
        {
          from: monthText(scenario, SOON),
          months: assumed(18, 'months', scenario),
          factor: assumed(2.5, 'ratio', scenario),
        },
      ],
    }),
  },
  'accelerator-slip': {
    title: 'Accelerators slip',
    what: 'every generation, and every order, is half a year late',
    moves: [
      up('lead_time', 'racks come later'),
      down('installed_racks', 'racks come later, and no more of them'),
      down('energised_mw', 'a site cannot energise what is not installed'),
      up('unserved_share', 'demand does not wait for the racks'),
    ],
    apply: (scenario) => ({
      ...scenario,
      generations: each(scenario.generations, (one) => ({ ...one, slip: plus(one.slip, 6, MONTHS_MOST) })),
    }),
  },
  'export-control': {
    title: 'Export control',
    what: 'no rack reaches a site that needs an export licence for two years, after one',
    moves: [down('licensed_racks', 'what is not let out of the country is not installed there; it may go elsewhere')],
    apply: (scenario) => ({
      ...scenario,
      halts: [
        ...scenario.halts,
        { licence_only: true, from: monthText(scenario, SOON), months: assumed(24, 'months', scenario) },
      ],
    }),
  },
  'antitrust-remedy': {
    title: 'Antitrust remedy',
    what: 'after two years the investments between the linked parties end, and with them the ties',
    moves: [
      down('invested', 'tranches not paid by then are not paid'),
      down('concentration', 'parties that no longer hold one another count apart'),
      down('dependence', 'there is no linked group to depend on'),
    ],
    apply: (scenario) => {
      const until = monthText(scenario, LATER);
      const earlier = (held: string | undefined): string => (held !== undefined && held < until ? held : until);
      return {
        ...scenario,
        links: scenario.links.map((link) =>
          link.kind === 'invests_in' ? { ...link, until: earlier(link.until) } : link,
        ),
        instruments: each(scenario.instruments, (one) =>
          one.kind === 'investment' ? { ...one, ends: earlier(one.ends) } : one,
        ),
      };
    },
  },
  'model-retired': {
    title: 'A model is retired',
    what: 'of each developer, the newest release that is there after two years is withdrawn then, and an older one serves until the next',
    moves: [
      up('forced_migration', 'whoever built on it has to move'),
      down('capacity_mtok', 'an older release yields fewer tokens per kW, or there is none'),
    ],
    apply: (scenario) => ({ ...scenario, releases: retired(scenario, monthText(scenario, LATER)) }),
  },
  'party-exits': {
    title: 'A party leaves',
    what: 'after two years the maker with the most racks on order (without one, the first actor that invests) takes no part any more',
    moves: [
      down('installed_racks', 'what was on the way from it is cancelled, and nothing more is ordered'),
      down('energised_mw', 'racks that wear out are not replaced, and halls stay empty'),
      down('invested', 'tranches that were still to come do not come'),
    ],
    apply: (scenario) => {
      const name = whoLeaves(scenario);
      const leaver = scenario.actors[name];
      if (leaver === undefined) return scenario;
      const leaves = monthText(scenario, LATER);
      const earlier = leaver.leaves !== undefined && leaver.leaves < leaves ? leaver.leaves : leaves;
      return { ...scenario, actors: { ...scenario.actors, [name]: { ...leaver, leaves: earlier } } };
    },
  },
} satisfies Record<string, Switch>;

export type SwitchName = keyof typeof SWITCHES;
export const SWITCH_NAMES = Object.keys(SWITCHES) as readonly SwitchName[];

export const applySwitches = (scenario: Scenario, names: readonly SwitchName[]): Scenario =>
  names.reduce((held, name) => SWITCHES[name].apply(held), scenario);

function retired(scenario: Scenario, month: string): Scenario['releases'] {
  const releases = { ...scenario.releases };
  for (const developer of new Set(Object.values(releases).map((release) => release.developer))) {
    const there = Object.entries(releases).filter(
      ([, one]) => one.developer === developer && one.from < month && (one.until === undefined || one.until > month),
    );
    const newest = there.toSorted(([, a], [, b]) => b.from.localeCompare(a.from))[0];
    if (newest !== undefined) releases[newest[0]] = { ...newest[1], until: month };
  }
  return releases;
}

function whoLeaves(scenario: Scenario): string {
  const racks = new Map<string, number>();
  for (const order of scenario.orders) {
    const maker = scenario.generations[order.generation]?.maker ?? '';
    racks.set(maker, (racks.get(maker) ?? 0) + (order.racks.value ?? order.racks.likely ?? 0));
  }
  const most = [...racks].toSorted(([, a], [, b]) => b - a)[0]?.[0];
  return most ?? scenario.links.find(({ kind }) => kind === 'invests_in')?.from ?? '';
}
