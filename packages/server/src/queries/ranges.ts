// A period as the rows that cover it: whole days from the day roll-up, and the hours at its ends from the hour roll-up.
// A long period then reads one row where it would read twenty-four.
import { AppError } from '@weighbridge/kernel';
import { DAY_MS, HOUR_MS, type Period } from '@weighbridge/protocol';

/** From inclusive, to exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Cover {
  readonly hours: readonly Range[];
  readonly days: Range | null;
}

export const HOURS_A_DAY = DAY_MS / HOUR_MS;
/** Ten years: what no roll-up holds need not be asked for. */
const HOURS_MOST = 87_840;

export interface Hours extends Range {
  /** The period in whole hours, as the answer states it. */
  readonly period: Period;
}

/** Throws BAD_REQUEST when it ends before it begins, or is longer than ten years. */
export function hoursOf({ since, until }: Period): Hours {
  const from = Math.floor(since / HOUR_MS);
  const to = Math.ceil(until / HOUR_MS);
  if (until <= since) throw new AppError('BAD_REQUEST', 'the period ends before it begins');
  if (to - from > HOURS_MOST) throw new AppError('BAD_REQUEST', 'the period is longer than ten years');
  return { from, to, period: { since: from * HOUR_MS, until: to * HOUR_MS } };
}

/** The period of the same length that ends where this one begins. */
export function before({ from, to }: Hours): Hours {
  const start = Math.max(0, from - (to - from));
  return { from: start, to: from, period: { since: start * HOUR_MS, until: from * HOUR_MS } };
}

export function coverOf({ from, to }: Range): Cover {
  const firstDay = Math.ceil(from / HOURS_A_DAY);
  const lastDay = Math.floor(to / HOURS_A_DAY);
  if (lastDay <= firstDay) return { hours: [{ from, to }], days: null };
  const ends = [
    { from, to: firstDay * HOURS_A_DAY },
    { from: lastDay * HOURS_A_DAY, to },
  ].filter((range) => range.to > range.from);
  return { hours: ends, days: { from: firstDay, to: lastDay } };
}

/**
 * A sub-select over both roll-ups of one kind. `columns` are those to take; with `every` comes `slot`, the number of the
 * hour or day since 1970. Numbers are ours, so they stand in the text.
 */
export function selectCover(
  names: { readonly hour: string; readonly day: string },
  cover: Cover,
  columns: string,
  every?: 'hour' | 'day',
): string {
  const hourSlot = { hour: 'hour AS slot, ', day: `hour / ${HOURS_A_DAY} AS slot, ` };
  const slot = every === undefined ? '' : hourSlot[every];
  const parts = cover.hours.map(
    ({ from, to }) => `SELECT ${slot}${columns} FROM ${names.hour} WHERE hour >= ${from} AND hour < ${to}`,
  );
  const { days } = cover;
  if (days !== null)
    parts.push(
      `SELECT ${every === undefined ? '' : 'day AS slot, '}${columns} FROM ${names.day} WHERE day >= ${days.from} AND day < ${days.to}`,
    );
  return parts.join('\nUNION ALL ');
}
