// What reserved capacity has to do with a leg: room that is taken before it goes and corrected when it is over, and what the seller
// says of it meanwhile. A leg at a deployment that nothing was bought of costs one null check.
import { AppError } from '@weighbridge/kernel';
import type { Usage } from '@weighbridge/protocol';
import type { CapacityHold, Guess } from '../capacity/reservation.ts';
import type { Headers } from '../clouds/cloud.ts';
import { retryAfterMs } from '../clouds/retry-after.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import { spillOf } from './capacity-served.ts';
import { NO_FACTS } from './meter.ts';

type Guessed = Pick<Call, 'plan'> & {
  readonly facts: { readonly bodyBytes?: number; readonly maxOutputTokens?: number; readonly choices?: number } | null;
};

/** What a call may bring and take, before anything of it is known for sure. */
export function guessOf({ facts, plan }: Guessed, { deployment }: Target): Guess {
  const asked = facts?.maxOutputTokens ?? plan?.route.max_output_tokens ?? null;
  const cap = deployment.max_output_tokens;
  return {
    bytes: facts?.bodyBytes ?? 0,
    output: asked === null || cap === undefined ? asked : Math.min(asked, cap),
    choices: facts?.choices ?? 1,
  };
}

/** Null where nothing was bought. Throws CAPACITY_FULL. */
export function takeCapacity(call: Call, target: Target): CapacityHold | null {
  const { reservation } = target;
  if (reservation === null || call.endpoint !== 'generate') return null;
  const guess = guessOf(call, target);
  const now = call.lane.clock.wall();
  const hold = reservation.take(guess, now);
  if (hold === null) throw fullNow(target.deployment.id, reservation.wait(guess, now));
  return hold;
}

function fullNow(deployment: string, wait: number): AppError {
  const what = `the reserved capacity of "${deployment}" has no room for the call`;
  return new AppError('CAPACITY_FULL', what, { details: wait === Infinity ? {} : { retryAfterMs: wait } });
}

/** The leg never went. */
export const dropCapacity = (call: Call, hold: CapacityHold): void =>
  hold.reservation.release(hold, call.lane.clock.wall());

/** A leg, as far as it concerns what was bought. */
interface Answering {
  readonly call: Call;
  readonly target: Target;
  readonly headers: Headers;
  readonly status: number;
  readonly started: boolean;
}

/** The head of an answer is there: what the seller says in it of how full it is. What a refusal says goes with it. */
export function hearCapacity(leg: Answering, hold: CapacityHold): void {
  const full = leg.status === RATE_LIMITED ? undefined : saidOf(leg);
  if (full !== undefined) hold.reservation.heard(hold, full, leg.call.lane.clock.wall());
}

const saidOf = ({ target, headers }: Answering): ReturnType<Target['cloud']['evidence']>['full'] =>
  target.cloud.evidence(target.deployment, headers, NO_FACTS).full;

/** The leg is over. */
export function settleCapacity(leg: Answering, hold: CapacityHold, usage: Usage | null): void {
  const { call } = leg;
  const now = call.lane.clock.wall();
  const { reservation } = hold;
  if (leg.status === RATE_LIMITED)
    return reservation.refused(hold, { retryAfterMs: retryAfterMs(leg.headers), full: saidOf(leg) }, now);
  if (!leg.started || leg.status > 299) return reservation.release(hold, now);
  if (call.served?.capacity === 'spilled') return reservation.overflowed(hold, now);
  return reservation.settle(hold, usage?.source === 'reported' ? usage.tokens : null, now);
}

const RATE_LIMITED = 429;

/** For who looks at the reservation: a call goes to pay for what it had no room for. */
export function countSpill(call: Call, target: Target): void {
  if (target.reservation !== null) return;
  spillOf(call, target)?.from.reservation?.count('spilled', call.lane.clock.wall());
}
