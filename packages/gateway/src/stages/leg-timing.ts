// When a leg is overdue, and what is said of it then. Pure reckoning over a route's timers and the state of a leg: the
// crossing asks for its next deadline whenever something moved.
import { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Route } from '../deployment.ts';
import type { Leg } from './leg.ts';
import { ownFinding, type LegFailure } from './leg-failure.ts';

/**
 * Monotonic instant at which this leg has to be looked at again, whatever else bounds the call. `holdUntil`: no keep-alive
 * is let go before.
 */
export function deadlineOf(call: Call, { timers }: Route, leg: Leg, now: number, holdUntil: number): number {
  let at = Infinity;
  if (leg.phase === 'connect') at = now + timers.connect_ms;
  else if (leg.phase === 'between_tokens' && !leg.paused) at = heardAt(leg, now) + timers.between_tokens_ms;
  else if (leg.phase === 'first_token' && leg.prepared.context.facts.stream) {
    at = call.startedMono + leg.draft.started_ms + timers.first_token_ms;
  }
  return Math.min(at, releaseAt(leg, holdUntil));
}

/** A ping of ours is no word from the cloud: its silence goes on. */
const heardAt = ({ relay }: Leg, now: number): number =>
  relay === null || relay.silentSince === -1 ? now : relay.silentSince;

/** When a keep-alive that the leg holds has to go; Infinity while it holds none. */
export const releaseAt = ({ relay }: Leg, holdUntil: number): number =>
  relay === null ? Infinity : Math.max(relay.heldUntil, holdUntil);

/** The whole call has had its time. `leg`: the one that was awaited, if any was. */
export const outOfTime = (route: Route, leg: Leg | null): AppError => timedOut(route, leg, 'total');

/** A leg whose phase took too long: another deployment may be quicker. */
export function tooSlow(route: Route, leg: Leg, phase: Exclude<Leg['phase'], 'over'>): LegFailure {
  const error = timedOut(route, leg, phase);
  return { ...ownFinding('UPSTREAM_TIMEOUT', error.message, phase === 'connect' ? 'network' : 'deployment'), error };
}

function timedOut({ timers }: Route, leg: Leg | null, phase: 'total' | Exclude<Leg['phase'], 'over'>): AppError {
  const where = leg === null ? 'the call' : `"${leg.target.deployment.id}"`;
  const name = `${phase}_ms` as const;
  return new AppError('UPSTREAM_TIMEOUT', `${where} was given up: the timer ${name} of ${timers[name]} ms ran out`);
}
