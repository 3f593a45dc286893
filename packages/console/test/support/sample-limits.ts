// Limits of the made-up organisation: a soft one that a team has used beyond its amount, a hard one that runs out today, one
// of many end users, and one that nobody has used; and what was told of them.
import type { ControlAnswer, ControlAsked, LimitCounter, LimitRow } from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';

const HOUR = 3_600_000;
const counter = (names: string[], used: string, left: string, more: Partial<LimitCounter> = {}): LimitCounter => ({
  of: 'member',
  names,
  used,
  held: '0',
  left,
  room_at: null,
  forecast: null,
  alerted: [],
  ...more,
});
const row = (id: string, more: Partial<LimitRow>): LimitRow => ({
  id,
  measure: 'requests',
  amount: '60',
  kind: 'hard',
  alert_at: [],
  window: { seconds: 60 },
  turns_at: null,
  per: [],
  where: {},
  real_only: false,
  counters: [],
  more: 0,
  ...more,
});

const users = Array.from({ length: 45 }, (_, index) =>
  counter([`customer-${index + 1}`], String(60 - index), String(index), index === 0 ? { room_at: NOW + 21_000 } : {}),
);

export const LIMIT_ROWS: readonly LimitRow[] = [
  row('each-team-month', {
    measure: 'money',
    amount: '1000',
    kind: 'soft',
    alert_at: [80, 100],
    window: { calendar: 'month', zone: 'Europe/Berlin' },
    turns_at: NOW + 200 * HOUR,
    per: ['team'],
    counters: [
      counter(['claims'], '1240.5', '0', { alerted: [80, 100] }),
      counter(['coding'], '612.25', '387.75', {
        held: '1.5',
        forecast: { basis: 'recent', over_ms: HOUR, per_hour: '4.2', runs_out: NOW + 92 * HOUR },
      }),
      counter([''], '12', '988', {
        forecast: { basis: 'window', over_ms: 500 * HOUR, per_hour: '0.024', runs_out: null },
      }),
    ],
  }),
  row('each-customer-minute', { per: ['end_user'], alert_at: [100], counters: users.slice(0, 20), more: 25 }),
  row('budget.daily', {
    measure: 'money',
    amount: '500',
    window: { calendar: 'day', zone: 'UTC' },
    turns_at: NOW + 10 * HOUR,
    real_only: true,
    counters: [
      counter([], '410', '90', {
        of: 'all',
        forecast: { basis: 'recent', over_ms: HOUR, per_hour: '30', runs_out: NOW + 3 * HOUR },
      }),
    ],
  }),
  row('opus-at-once', { measure: 'concurrency', amount: '20', window: null, where: { deployment: ['opus-direct'] } }),
];

const facts = { at: NOW, source: 'running', simulated: true, currency: 'USD' } as const;

export const limitsOf = (): ControlAnswer<'limits'> => ({ ...facts, rows: [...LIMIT_ROWS] });

export function limitMembersOf({ id, skip, limit }: ControlAsked<'limitMembers'>): ControlAnswer<'limitMembers'> {
  const found = LIMIT_ROWS.find((one) => one.id === id) ?? row(id, {});
  const all = id === 'each-customer-minute' ? users : found.counters;
  const counters = all.slice(skip, skip + limit);
  const next = skip + counters.length < all.length ? skip + counters.length : null;
  return { ...facts, row: { ...found, counters }, members: all.length, next };
}

export const alertsOf = (): ControlAnswer<'alerts'> => ({
  next: null,
  rows: [100, 80].map((share, index) => ({
    entry: 900 - index,
    at: NOW - (index + 1) * HOUR,
    alert: 'limit',
    about: 'each-team-month',
    message: `limit "each-team-month": "claims" has reached ${share} %`,
    limit: { rule: 'each-team-month', share, names: ['claims'], until: NOW + 200 * HOUR },
  })),
});
