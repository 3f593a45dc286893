// Where limits stand, for people and programs: read from the counters that lanes admit by, or from the same counters filled
// from the log where nobody runs. Only looks: what is told is bounded, and no call waits for it.
import { inForceAt } from './in-force.ts';
import type { Blobs } from './blobs.ts';
import { readSeen } from './limits-seen.ts';
import { Limits, limitMemory, rollingPartMs, type LimitRule, type Listed, type Ruled } from '@weighbridge/gateway';
import { AppError, didYouMean, moneyToDecimal } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import {
  LIMIT_COUNTERS_MOST,
  type ControlAnswer,
  type ControlAsked,
  type LimitCounter,
  type LimitForecast,
  type LimitRow,
} from '@weighbridge/protocol';
import { calendarPace, rollingPace, type Pace, type Seen, type Spending } from '../alerts/forecast.ts';
import { namesOf } from '../alerts/limit-watch.ts';

type Answer = ControlAnswer<'limits'>;
const PICO_PER_NANO = 1000n;
const CURRENCY = 'USD';

/** What is known beside the counters where an instance runs. */
export interface Watched {
  /** Per cent of the amount that were told of in the window that is current. */
  shares(ruled: Ruled, row: Pick<Listed, 'digest'>, now: number): number[];
  /** An earlier look at the window that began then. */
  earlier(ruled: Ruled, row: Pick<Listed, 'digest'>, begin: number): Seen | null;
}

type Facts = Pick<Answer, 'at' | 'source' | 'simulated'>;

export function limitsView(limits: Limits, facts: Facts, watched: Watched | null = null): Answer {
  const ordered = limits.rules.toSorted((a, b) => (a.rule.id < b.rule.id ? -1 : 1));
  const rows = ordered.map((ruled): LimitRow => {
    const { rows: listed, members } = limits.list(ruled, facts.at, LIMIT_COUNTERS_MOST);
    return rowOf(ruled, { listed, more: members - listed.length, now: facts.at, watched });
  });
  return { ...facts, currency: CURRENCY, rows };
}

/** A page of the members of one limit. Throws LIMIT_UNKNOWN. */
export function limitMembersView(
  limits: Limits,
  facts: Facts,
  { id, skip, limit }: ControlAsked<'limitMembers'>,
  watched: Watched | null = null,
): ControlAnswer<'limitMembers'> {
  const ruled = limits.rules.find(({ rule }) => rule.id === id);
  if (ruled === undefined) {
    const near = didYouMean(
      id,
      limits.rules.map(({ rule }) => rule.id),
    );
    throw new AppError(
      'LIMIT_UNKNOWN',
      `there is no limit "${id}"`,
      near === undefined ? {} : { next: `did you mean "${near}"?` },
    );
  }
  const { rows: listed, members } = limits.list(ruled, facts.at, limit, skip);
  const next = skip + listed.length < members ? skip + listed.length : null;
  const more = Math.max(0, members - skip - listed.length);
  return { ...facts, currency: CURRENCY, row: rowOf(ruled, { listed, more, now: facts.at, watched }), members, next };
}

interface Shown {
  readonly listed: readonly Listed[];
  readonly more: number;
  readonly now: number;
  readonly watched: Watched | null;
}

function rowOf(ruled: Ruled, { listed, more, now, watched }: Shown): LimitRow {
  const { rule, amount, clock } = ruled;
  // The one for all stands there before anything is counted.
  const empty = rule.per.length === 0 && listed.length === 0;
  const told = empty ? [{ ...NOTHING, roomAt: amount > 0n ? now : Infinity }] : listed;
  return {
    id: rule.id,
    measure: rule.measure,
    amount: decimalOf(rule, amount),
    kind: rule.soft === true ? 'soft' : 'hard',
    alert_at: [...(rule.alertAt ?? [])],
    window: windowOf(rule),
    turns_at: rule.window?.kind === 'calendar' ? clock.end(clock.step(now)) : null,
    per: [...rule.per],
    where: Object.fromEntries(Object.entries(rule.where).map(([name, values]) => [name, [...values]])),
    real_only: rule.real === true,
    counters: told.map((one) => counterOf(ruled, one, now, watched)),
    more,
  };
}

const NOTHING: Listed = { digest: '', label: '', shared: false, used: 0n, held: 0n, parts: [], roomAt: Infinity };

function counterOf(ruled: Ruled, one: Listed, now: number, watched: Watched | null): LimitCounter {
  const { rule, amount } = ruled;
  const { shared, used, held, roomAt } = one;
  return {
    of: rule.per.length === 0 ? 'all' : shared ? 'shared' : 'member',
    names: namesOf(ruled, one),
    used: decimalOf(rule, used),
    held: decimalOf(rule, held),
    left: decimalOf(rule, used < amount ? amount - used : 0n),
    room_at: used < amount || roomAt === Infinity ? null : Math.ceil(roomAt),
    forecast: forecastOf(ruled, one, now, watched),
    alerted: watched === null ? null : watched.shares(ruled, one, now),
  };
}

function forecastOf(ruled: Ruled, one: Listed, now: number, watched: Watched | null): LimitForecast | null {
  const { rule, amount } = ruled;
  const { window } = rule;
  if (window === null) return null;
  const spending = { now, amount: Number(amount), spent: Number(one.used - one.held) };
  const pace =
    window.kind === 'rolling'
      ? rollingPace(spending, one.parts.map(Number), rollingPartMs(window.seconds))
      : calendarForecast(ruled, one, spending, watched);
  if (pace === null) return null;
  const perHour = BigInt(Math.round(pace.rate * HOUR_MS));
  return {
    basis: pace.basis,
    over_ms: Math.round(pace.overMs),
    per_hour: decimalOf(rule, perHour),
    runs_out: pace.runsOut,
  };
}

function calendarForecast(ruled: Ruled, one: Listed, spending: Spending, watched: Watched | null): Pace | null {
  const { clock } = ruled;
  const begin = clock.step(spending.now);
  return calendarPace(spending, { begin, end: clock.end(begin) }, watched?.earlier(ruled, one, begin) ?? null);
}

const HOUR_MS = 3_600_000;

const decimalOf = ({ measure }: LimitRule, units: bigint): string =>
  measure === 'money' ? moneyToDecimal(units * PICO_PER_NANO) : String(units);

function windowOf({ window }: LimitRule): LimitRow['window'] {
  if (window === null) return null;
  return window.kind === 'calendar' ? { calendar: window.unit, zone: window.zone } : { seconds: window.seconds };
}

/**
 * As the log has it while nobody runs: by the configuration that was in force last, and what is sealed. Calls that a killed
 * run left open are counted, with all they held, when the next one starts. Throws JOURNAL_CORRUPT.
 */
export function limitsAtRest(
  journal: Pick<Journal, 'entries' | 'groups' | 'checkpoint' | 'records'>,
  blobs: Blobs,
  file: string,
  now: number,
): Limits {
  const snapshot = inForceAt(journal, blobs, Infinity)?.snapshot;
  const rules = snapshot?.limits ?? [];
  const memory = limitMemory(rules);
  if (snapshot !== undefined) readSeen(journal, snapshot, memory, file, now);
  return new Limits(rules, memory);
}
