// When a limit would run out, as a forecast: what was spent of late, gone on with. In a window of a duration the parts say
// what was spent when, and what comes back meanwhile; of a calendar's window it is what an earlier look saw, else the pace
// since it began. An estimate by floats; nothing is admitted by it.
import type { LimitForecast } from '@weighbridge/protocol';

/** What is known of one counter. Amounts in units of its limit. */
export interface Spending {
  readonly now: number;
  readonly amount: number;
  /** Without what calls in flight hold. */
  readonly spent: number;
}

/** An earlier look at the same window of the same counter. */
export interface Seen {
  readonly at: number;
  readonly spent: number;
}

export interface Pace {
  readonly basis: LimitForecast['basis'];
  readonly overMs: number;
  /** Units in a millisecond. */
  readonly rate: number;
  /** Null: it lasts. */
  readonly runsOut: number | null;
}

/** Less is too little to say anything by. */
const LEAST_MS = 60_000;

/** Of a window of the calendar. `earlier`: null where nobody looked. */
export function calendarPace(
  { now, amount, spent }: Spending,
  window: { readonly begin: number; readonly end: number },
  earlier: Seen | null,
): Pace | null {
  const recent = earlier !== null && earlier.at >= window.begin && now - earlier.at >= LEAST_MS ? earlier : null;
  const from = recent ?? { at: window.begin, spent: 0 };
  const overMs = now - from.at;
  if (spent >= amount || overMs < LEAST_MS) return null;
  const rate = Math.max(0, spent - from.spent) / overMs;
  const at = rate === 0 ? Infinity : now + (amount - spent) / rate;
  return {
    basis: recent === null ? 'window' : 'recent',
    overMs,
    rate,
    runsOut: at < window.end ? Math.ceil(at) : null,
  };
}

/** Parts of a window of a duration that say what the pace is of late: a quarter of it. */
const RECENT_PARTS = 5;

/** Of a window of a duration; `parts`: what was spent in each, the oldest first, the last one still running. */
export function rollingPace({ now, amount, spent }: Spending, parts: readonly number[], partMs: number): Pace | null {
  const running = now % partMs;
  const recent = parts.slice(-(RECENT_PARTS + 1));
  const overMs = RECENT_PARTS * partMs + running;
  if (spent >= amount || overMs < LEAST_MS || recent.length <= RECENT_PARTS) return null;
  const rate = recent.reduce((sum, part) => sum + part, 0) / overMs;
  return { basis: 'recent', overMs, rate, runsOut: runsOut({ now, amount, spent }, parts, partMs, rate) };
}

function runsOut(
  { now, amount, spent }: Spending,
  parts: readonly number[],
  partMs: number,
  rate: number,
): number | null {
  if (rate === 0) return null;
  let used = spent;
  let at = now;
  let turns = now - (now % partMs) + partMs;
  for (const part of parts) {
    const full = at + (amount - used) / rate;
    if (full < turns) return Math.ceil(full);
    used += rate * (turns - at) - part;
    at = turns;
    turns += partMs;
  }
  // From here on as much comes back as is spent.
  return used >= amount ? Math.ceil(at) : null;
}
