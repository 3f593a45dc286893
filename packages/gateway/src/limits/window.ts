// Where in time a counter stands, as one number that all lanes work out alike: the beginning of the calendar window, or
// the number of a rolling window's part. The boundaries of the window that is current are remembered, since finding
// them in a time zone costs far more than comparing with them.
import type { LimitCalendar } from '@weighbridge/protocol';
import { ROLLING_PARTS, type LimitWindow } from './rule.ts';

export interface WindowClock {
  /** Cells of a counter: one, or the parts of a rolling window and the one that is running out. */
  readonly cells: number;
  /** UTC milliseconds → the step that they fall in. */
  step(at: number): number;
  /** UTC milliseconds at which what was counted in this step counts no more; Infinity without a window. */
  end(step: number): number;
  /** Whether what was counted in `step` still counts when the counter stands at `now`. */
  counts(step: number, now: number): boolean;
}

export function windowClock(window: LimitWindow | null): WindowClock {
  if (window === null) return NO_WINDOW;
  return window.kind === 'rolling' ? rolling(window.seconds * 1000) : calendar(window.unit, window.zone);
}

const NO_WINDOW: WindowClock = { cells: 1, step: () => 0, end: () => Infinity, counts: () => true };

/** How long a part of a rolling window is. */
export const rollingPartMs = (seconds: number): number => (seconds * 1000) / ROLLING_PARTS;

/** A part more than the window has: what is older than the window is gone for certain, what is younger never. */
function rolling(ms: number): WindowClock {
  const part = rollingPartMs(ms / 1000);
  const cells = ROLLING_PARTS + 1;
  return {
    cells,
    step: (at) => Math.floor(at / part),
    end: (step) => (step + cells) * part,
    counts: (step, now) => step > now - cells,
  };
}

/** Since when calls count in the window that is current at `now`, UTC milliseconds. */
export const windowBegin = (window: LimitWindow | null, now: number): number =>
  window === null
    ? now
    : window.kind === 'rolling'
      ? now - window.seconds * 1000 * (1 + 1 / ROLLING_PARTS)
      : calendarWindow(window.unit, window.zone, now).begin;

function calendar(unit: LimitCalendar, zone: string): WindowClock {
  let begin = Infinity;
  let end = -Infinity;
  const find = (at: number): void => {
    ({ begin, end } = calendarWindow(unit, zone, at));
  };
  return {
    cells: 1,
    step: (at) => {
      if (at < begin || at >= end) find(at);
      return begin;
    },
    end: (step) => (step === begin ? end : calendarWindow(unit, zone, step).end),
    counts: (step, now) => step === now,
  };
}

/** The calendar window that an instant falls in, UTC milliseconds. Weeks begin on Monday. */
export function calendarWindow(unit: LimitCalendar, zone: string, at: number): { begin: number; end: number } {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  const begin = beginning(unit, local);
  return { begin: begin.epochMilliseconds, end: begin.add(LENGTH[unit]).epochMilliseconds };
}

const LENGTH: Readonly<Record<LimitCalendar, Temporal.DurationLike>> = {
  minute: { minutes: 1 },
  hour: { hours: 1 },
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
};

function beginning(unit: LimitCalendar, local: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  if (unit === 'minute' || unit === 'hour') return local.round({ smallestUnit: unit, roundingMode: 'floor' });
  const day = local.startOfDay();
  if (unit === 'day') return day;
  const back = unit === 'week' ? day.dayOfWeek - 1 : day.day - 1;
  return day.subtract({ days: back }).startOfDay();
}
