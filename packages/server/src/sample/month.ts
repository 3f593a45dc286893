// The calendar of the sample: a month that ends at a whole hour, how many calls each team makes in each of its hours, and
// when the events of the scenario happen. All of it follows from the end of the month, so a sample made again for the
// same hour is the same.
import { invariant } from '@weighbridge/kernel';
import type { Rhythm, Scenario, TeamDemand } from './scenario.ts';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

/** Both UTC milliseconds; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Month extends Span {
  readonly spike: Span;
  readonly outage: Span;
  readonly swap: Span;
  readonly region: Span;
  readonly unpriced: Span;
}

export const endOfMonth = (now: number): number => now - (now % HOUR_MS);

export function monthOf(scenario: Scenario, to: number): Month {
  invariant(to % HOUR_MS === 0, 'a sample month ends at a whole hour');
  const { spike, outage, swap, region, unpriced } = scenario.events;
  const begin = (event: { readonly days: number; readonly from?: string }): number =>
    workingDay(to, event.days) + timeOfDay(event.from ?? '00:00');
  const lasting = (event: { readonly days: number; readonly from: string; readonly minutes: number }): Span => ({
    from: begin(event),
    to: begin(event) + event.minutes * MINUTE_MS,
  });
  return {
    from: to - scenario.days * DAY_MS,
    to,
    spike: lasting(spike),
    outage: lasting(outage),
    swap: { from: begin(swap), to },
    region: lasting(region),
    unpriced: { from: begin(unpriced), to },
  };
}

/** Beginning of the working day so many before the last whole one. */
function workingDay(to: number, before: number): number {
  let day = to - (to % DAY_MS) - DAY_MS;
  for (let left = before; ; day -= DAY_MS) {
    if (isWeekend(day)) continue;
    if (left === 0) return day;
    left -= 1;
  }
}

const isWeekend = (at: number): boolean => {
  const day = new Date(at).getUTCDay();
  return day === 0 || day === 6;
};

function timeOfDay(text: string): number {
  const [hours = '', minutes = ''] = text.split(':');
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
}

/** Share of a team's day in each hour of its own clock (whatever they add up to), and how much of it a weekend has. */
const RHYTHMS: Readonly<Record<Rhythm, { readonly hours: readonly number[]; readonly weekend: number }>> = {
  office: { hours: [0, 0, 0, 0, 0, 0, 1, 4, 9, 11, 11, 9, 6, 9, 11, 10, 8, 5, 2, 1, 1, 0.5, 0, 0], weekend: 0.06 },
  customers: {
    hours: [1, 0.5, 0.3, 0.3, 0.4, 1, 3, 6, 8, 9, 8, 8, 9, 7, 7, 7, 8, 9, 11, 12, 10, 7, 4, 2],
    weekend: 0.7,
  },
  developers: {
    hours: [1, 0.5, 0.5, 0, 0, 0, 0.5, 2, 5, 9, 10, 9, 5, 8, 10, 11, 10, 7, 4, 3, 3, 3, 2, 1],
    weekend: 0.18,
  },
  night: { hours: [4, 14, 18, 16, 9, 3, 1, 0, 0, 1, 1, 1, 0.5, 0.5, 1, 1, 1, 0.5, 0, 0, 0, 0, 1, 2], weekend: 0.45 },
  steady: { hours: [4, 4, 4, 4, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 4, 4, 4, 4], weekend: 0.92 },
};

/** How much of its demand a team has in the hour that begins at `at`, beside its other hours. */
function weightOf(team: TeamDemand, at: number): number {
  const { hours, weekend } = RHYTHMS[team.rhythm];
  const local = at + team.zone * HOUR_MS;
  return (hours[new Date(local).getUTCHours()] ?? 0) * (isWeekend(local) ? weekend : 1);
}

/** Expected calls of each team in the hour that begins at `at`; over the month they add up to `calls`. */
export function demandByHour(scenario: Scenario, month: Span, calls: number): (at: number) => readonly number[] {
  const shares = scenario.teams.reduce((sum, team) => sum + team.share, 0);
  const scales = scenario.teams.map((team) => {
    let weights = 0;
    for (let at = month.from; at < month.to; at += HOUR_MS) weights += weightOf(team, at);
    return (calls * team.share) / shares / weights;
  });
  return (at) => scenario.teams.map((team, index) => weightOf(team, at) * (scales[index] ?? 0));
}
