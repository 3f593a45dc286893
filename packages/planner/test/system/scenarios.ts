// A scenario whose numbers a person can follow.
import type { Quantity } from '../../src/system/quantity.ts';
import type { Scenario } from '../../src/system/scenario.ts';

export const q = (value: number, unit: string): Quantity => ({ value, unit, grade: 'assumed', source: 'test' });

const SMALL: Scenario = {
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

/** One of each, with round numbers: a rack of 10 kW and 10 GPUs that yields 3.6 Mtok an hour (100 tokens/s/kW × 10 kW × 3,600 s). */
export const smallScenario = (): Scenario => structuredClone(SMALL);
