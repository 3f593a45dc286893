// A made-up brief with something in every section, and more of some than the sheet has room for.
import type { Brief, ControlAsked } from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const projected = {
  drawn: { p10: '180000', p50: '220000', p90: '260000' },
  missing: { p10: '140000', p50: '180000', p90: '220000' },
  shortfall: { p10: '140000', p50: '180000', p90: '220000' },
  complete_on: { p10: null, p50: null, p90: null },
  paths_complete: 12,
  paths: 400,
};

const STANDING: Omit<Brief, 'at' | 'day' | 'organisation' | 'log' | 'simulated' | 'period' | 'decisions'> = {
  contracts: [
    { id: 'northwind-models-2027', title: 'Northwind buys models', standing: 'signed' },
    { id: 'alliance-compute', title: 'Compute, as reported', standing: 'reported' },
  ],
  unreadable: [],
  money: [
    {
      currency: 'EUR',
      owed: [
        {
          standing: 'signed',
          by: 'Northwind Logistics Ltd',
          to: 'Contoso Cloud Ireland Ltd',
          ahead: '1700000',
          this_year: '500000.5',
          next_due: '2027-12-31',
          contracts: ['northwind-models-2027'],
        },
      ],
      shortfalls: [{ standing: 'signed', at_most: '1700000' }],
    },
  ],
  unpriced: [
    {
      standing: 'signed',
      contract: 'northwind-models-2027',
      instrument: 'spare-units',
      by: 'Northwind',
      to: 'Contoso',
      until: '2028-12-31',
      why: 'price not stated',
    },
  ],
  capacity: [
    {
      standing: 'signed',
      contract: 'northwind-models-2027',
      by: 'Contoso',
      to: 'Northwind',
      quantity: '1500',
      unit: 'PTU',
      from: '2027-09-01',
    },
  ],
  possible: Array.from({ length: 5 }, (_, index) => ({
    standing: 'reported' as const,
    contract: 'alliance-compute',
    what: 'option' as const,
    holder: `Holder ${index}`,
    other: 'Grantor',
    unit: 'MW',
    is_money: false,
    up_to: '1000',
    until: null,
  })),
  draw_down: {
    rows: [
      {
        standing: 'signed',
        contract: 'northwind-models-2027',
        instrument: 'spend',
        title: 'Northwind buys models',
        kind: 'spend',
        currency: 'EUR',
        committed: '2100000',
        drawn: '400000.123456789012',
        stated: '120000',
        unknown_days: null,
        next: { milestone: 'h2-2027', until: '2027-12-31', forecast: { verdict: 'projected', days: 60, projected } },
      },
    ],
    unknown: null,
    earlier: null,
  },
  sellers: {
    basis: 'charges',
    standing: null,
    rows: [
      { currency: 'USD', seller: 'Anthropic', biller: 'Anthropic', amount: '25218.75', permille: 612 },
      { currency: 'USD', seller: 'AWS', biller: 'AWS', amount: '11867.65', permille: 288 },
      { currency: 'USD', seller: null, biller: null, amount: '4120.72', permille: 100 },
    ],
  },
  questions: {
    total: 9,
    serious: 2,
    rows: Array.from({ length: 9 }, (_, index) => ({
      contract: 'northwind-models-2027',
      standing: 'signed' as const,
      rule: `rule-${index}`,
      at: 'contract',
      to: 'Contoso Cloud Ireland Ltd',
      question: `By which day must we say that we do not renew, and will you remind us? (${index})`,
      why: 'the next term begins before anybody has been asked',
      serious: index < 2,
      currency: 'EUR',
      at_stake: '1700000',
    })),
  },
  claims: {
    total: 6,
    states: [
      { state: 'contradicted', count: 1 },
      { state: 'reported', count: 5 },
    ],
    conflicts: 1,
    open: Array.from({ length: 6 }, (_, index) => ({
      id: `claim-${index}`,
      text: `up to one gigawatt, said in another way ${index}`,
      state: index === 0 ? ('contradicted' as const) : ('reported' as const),
      why: 'a measurement of our own that covers the claim says otherwise',
      materiality: 'high' as const,
    })),
  },
  concentration: {
    unknown: null,
    calls: 600,
    unpriced: 3,
    rows: [
      {
        currency: 'USD',
        spend: '41207.12',
        axes: [
          {
            axis: 'ultimate_parent',
            shares: [
              { name: 'Anthropic', permille: 612 },
              { name: 'AWS', permille: 288 },
            ],
            unplaced_permille: 100,
            hhi: { low: '4,575', high: '5,899' },
            n_eff: { low: '1.7', high: '2.2' },
            bands: ['high'],
          },
        ],
      },
    ],
    bands: {
      source: 'Merger Guidelines of 2023',
      note: 'made for markets',
      moderate_above: '1,000',
      high_above: '1,800',
    },
  },
  milestones: [
    {
      standing: 'signed',
      contract: 'northwind-models-2027',
      instrument: 'reserved-units',
      milestone: 'ramp 2027-02',
      kind: 'capacity',
      on: '2027-02-01',
      unit: 'PTU',
      promised: '100',
      delivered: null,
      stated: '0',
      why: 'not measured: no load test of this capacity is in the log',
    },
  ],
  playbook: { total: 25, done: 4, partly: 2, open: 3, cannot_tell: 16, done_permille: { low: 160, high: 880 } },
};

export function briefOf({ at: asked }: ControlAsked<'brief'>): Brief {
  const at = asked === undefined ? NOW : Date.parse(`${asked}T00:00:00Z`) + DAY_MS - 1;
  return {
    at,
    day: dayOf(at),
    organisation: 'Northwind Mutual',
    log: 'sample',
    simulated: true,
    period: { since: at - 90 * DAY_MS, until: at },
    ...STANDING,
    decisions: {
      rows: [
        {
          kind: 'incident',
          id: 'i1',
          on: dayOf(at - DAY_MS),
          days_left: -1,
          what: 'Incident: latency of sonnet-direct: acknowledged',
          why: 'due yesterday by the clause "support"',
          who: 'platform engineer',
          page: '/duties',
          command: 'weighbridge deal duties',
        },
        {
          kind: 'notice',
          id: 'n1',
          on: dayOf(at + 47 * DAY_MS),
          days_left: 47,
          what: 'Leave Northwind buys models, or stay: last day for notice (leave-at-half-time)',
          why: 'leaving takes effect by 2028-03-31; it costs 90,000.00 EUR',
          who: 'Northwind Logistics Ltd',
          page: '/contracts',
          command: 'weighbridge deal show northwind-models-2027',
        },
      ],
      more: 4,
    },
  };
}
