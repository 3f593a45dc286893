// The shape of a week: by hour (UTC), how much more or less than the mean. Read from what was seen, or drawn from four numbers. A year of
// demand is a level × a week × growth; sizes follow the high hours of it, prices the mean.
import { refuse, share, whole, within } from '../numbers/refuse.ts';
import { drawLength, lengthMoments, type TokenLengths } from './lengths.ts';
import { Chance } from '../numbers/chance.ts';
import type { Load } from '../queueing/simulator/request.ts';
import type { DemandSeries } from './series.ts';

/** 168 factors from Monday 00:00 UTC on; their mean is 1. */
export type Week = readonly number[];

export const HOURS = 168;
const HOUR_MS = 3_600_000;
/** The first of January 1970 was a Thursday. */
const MONDAY_MS = 4 * 24 * HOUR_MS;

/** Every hour alike. */
export const FLAT_WEEK: Week = Array.from({ length: HOURS }, () => 1);

export interface WeekForm {
  /** UTC, of a working day. */
  readonly peak_hour: number;
  /** The quietest hour of a day as a share of its busiest. */
  readonly night: number;
  /** A day of the weekend as a share of a working day. */
  readonly weekend: number;
}

/** A cosine over the day, from its quietest hour to its busiest and back; working days alike. */
export function weekOf({ peak_hour, night, weekend }: WeekForm): Week {
  whole('peak_hour', peak_hour, 0, 23);
  share('night', night);
  share('weekend', weekend);
  return normal(
    Array.from({ length: HOURS }, (_, at) => {
      const day = night + ((1 - night) * (1 + Math.cos((2 * Math.PI * ((at % 24) - peak_hour)) / 24))) / 2;
      return day * (at >= 120 ? weekend : 1);
    }),
  );
}

/** From what was seen by the hour, each hour of the week as its mean. Throws PLAN_INVALID for less than a week. */
export function weekSeen(series: DemandSeries, of: (window: DemandSeries['windows'][number]) => number): Week {
  const { windows, window_s } = series;
  if (3600 % window_s !== 0 || windows.length * window_s < HOURS * 3600)
    refuse(
      `${windows.length} windows of ${window_s} s do not show a week by the hour`,
      'give a week at least, in windows that make up an hour',
    );
  const sums = Array.from({ length: HOURS }, () => 0);
  const counts = Array.from({ length: HOURS }, () => 0);
  for (const window of windows) {
    const hour = Math.floor((window.from_ms - MONDAY_MS) / HOUR_MS) % HOURS;
    const at = (hour + HOURS) % HOURS;
    sums[at] = (sums[at] ?? 0) + of(window);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return normal(sums.map((sum, at) => sum / (counts[at] ?? 1)));
}

function normal(factors: readonly number[]): Week {
  const mean = factors.reduce((sum, each) => sum + each, 0) / factors.length;
  if (!(mean > 0)) return refuse('a week without any demand has no shape', 'give demand above zero');
  return factors.map((each) => each / mean);
}

/** Demand that is typed in: a level, a week, lengths. */
export interface TypedDemand {
  /** Mean over the week. */
  readonly requests_per_hour: number;
  readonly week: Week;
  readonly input: TokenLengths;
  readonly output: TokenLengths;
  /** Share of prompt tokens that are read from a cache. */
  readonly cached?: number;
}

/** A typical week of it, by the hour, as what may be expected: not a draw. */
export function demandTyped({ requests_per_hour, week, input, output, cached = 0 }: TypedDemand): DemandSeries {
  within('requests_per_hour', requests_per_hour);
  share('cached', cached);
  checkWeek(week);
  const [prompt, answer] = [lengthMoments(input).mean, lengthMoments(output).mean];
  const windows = week.map((factor, at) => {
    const requests = requests_per_hour * factor;
    const tokens = {
      input: requests * prompt * (1 - cached),
      ...(cached > 0 ? { cache_read: requests * prompt * cached } : {}),
      output: requests * answer,
    };
    return { from_ms: MONDAY_MS + at * HOUR_MS, requests, tokens };
  });
  return { source: 'typed', window_s: 3600, windows };
}

/** Requests of it one by one, for the simulator: Poisson within each hour, from Monday's first hour on. */
export function drawTyped(demand: TypedDemand, requests: number, seed: number): Load {
  const { requests_per_hour, week, input, output, cached = 0 } = demand;
  within('requests_per_hour', requests_per_hour, { above: true });
  whole('requests', requests, 1, 20_000_000);
  checkWeek(week);
  const [arrivals, prompts, answers] = [
    new Chance(seed, 'arrivals'),
    new Chance(seed, 'prompts'),
    new Chance(seed, 'answers'),
  ];
  let [at_ms, left] = [0, requests];
  const next = (): ReturnType<Extract<Load, { kind: 'open' }>['next']> => {
    if (left === 0) return undefined;
    left -= 1;
    // Time passes as much as the hour is busy: a unit of work through as many hours as it takes.
    let work = arrivals.exponential(1 / requests_per_hour);
    for (;;) {
      const factor = week[Math.floor(at_ms / HOUR_MS) % HOURS] ?? 0;
      const rest = HOUR_MS - (at_ms % HOUR_MS);
      const can = (factor * rest) / HOUR_MS;
      if (work < can) break;
      work -= can;
      at_ms += rest;
    }
    at_ms += (work * HOUR_MS) / (week[Math.floor(at_ms / HOUR_MS) % HOURS] ?? 1);
    const prompt = drawLength(input, prompts);
    return { at_ms, input: prompt, output: drawLength(output, answers), cached: Math.floor(prompt * cached) };
  };
  return { kind: 'open', next };
}

function checkWeek(week: Week): void {
  if (week.length !== HOURS) refuse(`a week of ${week.length} hours is given`, `give it ${HOURS} factors`);
  for (const [at, factor] of week.entries()) within(`week[${at}]`, factor, { most: HOURS });
  if (!week.some((factor) => factor > 0)) refuse('a week without any demand is given', 'give an hour above zero');
}
