// Reserved capacity of the made-up organisation, an hour of it by minute, and what sellers' records say of its month: one seller
// compared request by request, one by sums, one whose record counts requests alone, one of which nothing is known.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MINUTES = 60;

export function capacityOf(): ControlAnswer<'capacity'> {
  const since = NOW - MINUTES * MINUTE;
  const minutes = Array.from({ length: MINUTES }, (_, at) => {
    const used = 0.62 + 0.36 * Math.sin(at / 9) ** 2;
    return { at: since + at * MINUTE, used, calls: 40 + (at % 7), spilled: used > 0.95 ? 3 : 0, refused: 0, queued: 0 };
  });
  const used = minutes.reduce((sum, minute) => sum + minute.used, 0) / MINUTES;
  const sum = (of: (minute: (typeof minutes)[number]) => number): number =>
    minutes.reduce((total, minute) => total + of(minute), 0);
  const row: ControlAnswer<'capacity'>['rows'][number] = {
    deployment: 'gpt-swedencentral',
    kind: 'ptu',
    worth: [250_000],
    concurrent: null,
    in_flight: 4,
    full: 0.81,
    said: { full: 0.84, at: NOW - 20_000 },
    learnt: 0.99,
    full_until: null,
    since,
    minutes,
    used,
    idle: 1 - used,
    calls: sum(({ calls }) => calls),
    spilled: sum(({ spilled }) => spilled),
    refused: 0,
    queued: 0,
    cost: {
      contract: 'cloud-2026',
      instrument: 'ptu-100',
      currency: 'USD',
      paid: '100.00',
      idle: '19.25',
      reckoned: '100 units at $1 an hour, by time',
    },
    unknown: null,
  };
  const unpriced = { deployment: 'own-gpu', kind: 'slots' as const, worth: [], concurrent: 32, cost: null };
  const unknown = 'no contract names this deployment: enter one that has its capacity price';
  return { at: NOW, source: 'running', simulated: true, rows: [row, { ...row, ...unpriced, said: null, unknown }] };
}

const side = (theirs: number, crossed: number, [low, high]: readonly [number, number]) => ({
  theirs,
  crossed,
  uncovered: theirs - crossed,
  over: 0,
  share: (Math.floor((crossed / theirs) * 10_000) / 10_000).toFixed(4),
  low: low.toFixed(4),
  high: high.toFixed(4),
});

export function coverageOf({ since, until }: ControlAsked<'coverage'>): ControlAnswer<'coverage'> {
  const first = Math.ceil(since / DAY) * DAY;
  const days = Array.from({ length: Math.min(30, Math.floor((until - first) / DAY)) }, (_, at) => ({
    day: first + at * DAY,
    ...side(1_000_000, 900_000 - at * 9_000, [0.6, 0.95]),
  }));
  const anthropic = { seller: 'anthropic', unit: 'tokens', how: 'sums' } as const;
  const bedrock = { seller: 'aws', unit: 'tokens', how: 'ids' } as const;
  const copilot = { seller: 'github', unit: 'requests', how: 'sums' } as const;
  const whole = side(30_000_000, 24_600_000, [0.81, 0.83]);
  return {
    period: { since, until },
    simulated: true,
    total: whole,
    sellers: [
      { ...anthropic, name: 'anthropic', ...side(20_000_000, 15_000_000, [0.74, 0.76]) },
      { ...bedrock, name: 'aws', ...side(10_000_000, 9_600_000, [0.96, 0.96]) },
      { ...copilot, name: 'github', ...side(4_200, 0, [0, 0]) },
    ],
    models: [
      { ...anthropic, name: 'claude-sonnet-4-5', ...side(18_000_000, 14_000_000, [0.76, 0.79]) },
      { ...anthropic, name: null, ...side(2_000_000, 1_000_000, [0.5, 0.5]) },
      { ...bedrock, name: 'claude-haiku-4-5', ...side(10_000_000, 9_600_000, [0.96, 0.96]) },
    ],
    teams: [{ ...anthropic, name: 'search', ...side(20_000_000, 15_000_000, [0.74, 0.76]) }],
    days,
    gaps: [
      {
        of: 'model',
        seller: 'anthropic',
        name: 'claude-sonnet-4-5',
        uncovered: 4_000_000,
        unit: 'tokens',
        share: '0.7777',
      },
      { of: 'team', seller: 'anthropic', name: 'search', uncovered: 5_000_000, unit: 'tokens', share: '0.7500' },
    ],
    exact: [{ seller: 'aws', matched: 9_412, only_theirs: 377, only_ours: 4 }],
    unknown: [{ seller: 'google', calls: 1_204, tokens: 3_000_000, days: 30, record: 'none' }],
    records: [
      {
        source: 'anthropic-usage',
        title: 'Anthropic usage report',
        seller: 'anthropic',
        scope: 'org-1',
        since,
        until,
        skew_minutes: 5,
      },
    ],
    users: [{ seller: 'github', users: 211 }],
    owners: [{ seller: 'anthropic', owner: 'wrkspc_research', used: 2_000_000, unit: 'tokens' }],
    notes: ['Records of aws name requests: they are compared one by one.'],
  };
}
