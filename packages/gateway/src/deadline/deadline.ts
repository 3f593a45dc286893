// What a caller says of how long it can wait, and what became of that. `weighbridge-deadline` is a length of time from the
// start of the call (`6h`), or an instant with its zone; it is when the caller wants the answer at the latest.
import { AppError } from '@weighbridge/kernel';
import { durationMs, type BatchWhy } from '@weighbridge/protocol';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Target } from '../routing/compiled.ts';

/** Of one call that can wait. */
export interface Deferral {
  /** When its caller wants the answer, UTC milliseconds. */
  readonly until: number;
  /** Where it waits in a batch; null while, or because, it does not. */
  target: Target | null;
  /** Order of candidates as it was routed, for when it goes by itself. */
  order: readonly number[];
  /** When it is served at once if it is still waiting, UTC milliseconds. */
  leaveAt: number;
  as: 'batch' | 'at_once';
  /** Why it is served at once; null where it is served by a batch. */
  why: BatchWhy | null;
  /** Its caller fetches the answer, and does not wait on the connection. */
  readonly later: boolean;
  /** What is kept of it outlives the process. */
  kept: boolean;
  /** It waited before this start: where, and for which batch. */
  readonly revived: { readonly deployment: string; readonly batch: string; readonly sent: number } | null;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** `now`: UTC milliseconds. `later`: the caller would fetch its answer. Throws BAD_REQUEST. */
export function deferralOf(header: string, now: number, later: boolean): Deferral {
  const until = untilOf(header.trim(), now);
  if (Number.isNaN(until) || until - now > BOUNDS.deadline_ms) {
    throw new AppError('BAD_REQUEST', `weighbridge-deadline cannot be "${header.slice(0, 40)}"`, {
      next: 'write a duration of up to 7d, such as 90m or 6h, or an instant with its zone, such as 2026-12-01T06:00:00Z',
    });
  }
  return {
    until,
    target: null,
    order: [],
    leaveAt: until,
    as: 'at_once',
    why: 'not_configured',
    later,
    kept: false,
    revived: null,
  };
}

function untilOf(text: string, now: number): number {
  const ms = durationMs(text);
  if (ms > 0) return now + ms;
  return INSTANT.test(text) && isDay(text) ? Date.parse(text) : Number.NaN;
}

/** The 31st of November would be taken for the day after the 30th. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** `batch`, or `at once; why=deadline_near`: what the client is told beside the answer. */
export const deadlineHeader = ({ as, why }: Deferral): string =>
  as === 'batch' ? 'batch' : `at once; why=${why ?? 'not_configured'}`;
