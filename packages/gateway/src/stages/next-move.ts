// What to do after a failed attempt, as a pure function. In order: a connection that broke before a byte gets one more
// try at once; another candidate, without waiting; then back to one whose failure was passing, after a wait that the
// cloud named or a back-off with full jitter. Bounded by attempts, by time, and by the longest wait worth making.
import { BOUNDS } from '../pipeline/bounds.ts';
import type { LegFailure } from './leg-failure.ts';

export interface Situation {
  readonly failure: LegFailure;
  /** Where in the order the failure happened, and how many candidates the order has. */
  readonly position: number;
  readonly candidates: number;
  /** First position that was not tried yet. */
  readonly untried: number;
  readonly attemptsLeft: number;
  readonly msLeft: number;
  /** Immediate second tries, and waits, made so far. */
  readonly resets: number;
  readonly backoffs: number;
  /** Positions whose last failure was worth another try. */
  readonly retryable: readonly number[];
  /** Milliseconds for which a position is still paused. */
  readonly pausedMs: (position: number) => number;
  readonly chance: () => number;
}

export type Move =
  | { readonly kind: 'give_up' }
  | { readonly kind: 'again'; readonly position: number }
  | { readonly kind: 'next'; readonly position: number }
  | { readonly kind: 'wait'; readonly position: number; readonly ms: number };

const GIVE_UP: Move = { kind: 'give_up' };

export function nextMove(now: Situation): Move {
  const { failure, position } = now;
  if (now.attemptsLeft <= 0 || now.msLeft <= 0) return GIVE_UP;
  if (failure.reset === true && now.resets === 0) return { kind: 'again', position };
  if (failure.fallback && now.backoffs === 0 && now.untried < now.candidates)
    return { kind: 'next', position: now.untried };
  if (!failure.fallback && !failure.retryable) return GIVE_UP;
  return waitMove(now);
}

/** The retryable position that can be tried soonest; ties go to the earlier one. */
function waitMove(now: Situation): Move {
  const ceiling = Math.min(BOUNDS.backoff_ms * 2 ** now.backoffs, BOUNDS.backoff_max_ms);
  const jitter = now.chance() * ceiling;
  let best: { position: number; ms: number } | null = null;
  for (const position of now.retryable.toSorted((a, b) => a - b)) {
    const asked = position === now.position ? (now.failure.retryAfterMs ?? 0) : 0;
    const ms = Math.max(jitter, asked, now.pausedMs(position));
    if (best === null || ms < best.ms) best = { position, ms };
  }
  if (best === null || best.ms > BOUNDS.retry_after_max_ms || best.ms >= now.msLeft) return GIVE_UP;
  return { kind: 'wait', ...best };
}
