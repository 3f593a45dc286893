// The moment for which the deal is asked: now, or the end of a day (UTC). Of a day that has passed only what had been written by then
// is known, and of one before the log began nothing: that is said, since an empty list would read as a fact.
import { AppError } from '@weighbridge/kernel';
import { dayText, startOf } from '@weighbridge/ledger';
import { DAY_MS } from '@weighbridge/protocol';
import type { DealDesk, DealKnown } from './deal-desk.ts';

export interface Moment {
  /** UTC milliseconds: now, or the last one of the day. */
  readonly at: number;
  /** Whether that day has passed: only what was known then counts. */
  readonly past: boolean;
  readonly known: DealKnown;
}

/** What is asked can be foretold for a day to come; or it cannot, and why. */
export type Ahead = 'foretold' | { readonly why: string };

/** Throws DAY_BEFORE_LOG, and BAD_REQUEST for a day to come of which nothing can be foretold. */
export function momentOf(desk: DealDesk, day: string | undefined, now: number, ahead: Ahead = 'foretold'): Moment {
  if (day === undefined) return { at: now, past: false, known: desk };
  const at = startOf(day) + DAY_MS - 1;
  if (at < now) {
    mustHaveBegun(desk.begins(), day, at);
    return { at, past: true, known: desk.asOf(at) };
  }
  if (ahead !== 'foretold' && startOf(day) > now)
    throw new AppError('BAD_REQUEST', `${day} (UTC) has not come yet: ${ahead.why}`, {
      next: 'ask for a day up to today, or leave the day out',
    });
  return { at, past: false, known: desk };
}

function mustHaveBegun(begins: number | null, day: string, at: number): void {
  if (begins === null)
    throw new AppError('DAY_BEFORE_LOG', `what was known on ${day} cannot be told: the log holds no entry yet`, {
      next: 'ask as of now: leave the day out',
    });
  if (at < begins)
    throw new AppError(
      'DAY_BEFORE_LOG',
      `what was known on ${day} cannot be told: the log begins on ${dayText(begins)} (UTC)`,
      { next: `ask as of ${dayText(begins)} or a later day` },
    );
}
