// What reserved capacity has to do with a leg: room that is taken before it goes and corrected when it is over, what the seller
// says of it meanwhile, and what the receipt says of where the call was served: within the reservation, spilled from it, or on
// demand. Calls of a deployment that nothing was bought of cost one null check.
import { AppError } from '@weighbridge/kernel';
import type { Charge, Served, Usage } from '@weighbridge/protocol';
import type { CapacityHold, Guess } from '../capacity/reservation.ts';
import type { CloudEvidence } from '../clouds/cloud.ts';
import { retryAfterMs } from '../clouds/retry-after.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import type { Reason } from '../routing/reason.ts';
import type { Leg } from './leg.ts';
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

/** The head of an answer is there: what the seller says in it of how full it is. */
export function hearCapacity({ call, target, headers }: Leg, hold: CapacityHold): void {
  const { full } = target.cloud.evidence(target.deployment, headers, NO_FACTS);
  if (full !== undefined) hold.reservation.heard(hold, full, call.lane.clock.wall());
}

/** The leg is over. */
export function settleCapacity(call: Call, leg: Leg, hold: CapacityHold, usage: Usage | null): void {
  const now = call.lane.clock.wall();
  const { reservation } = hold;
  if (leg.status === RATE_LIMITED) return reservation.refused(hold, retryAfterMs(leg.headers), now);
  if (!leg.started || leg.status > 299) return reservation.release(hold, now);
  if (call.served?.capacity === 'spilled') return reservation.release(hold, now);
  return reservation.settle(hold, usage?.source === 'reported' ? usage.tokens : null, now);
}

const RATE_LIMITED = 429;

// --- what the receipt says

export type CapacityServed = Pick<Served, 'capacity'> & Partial<Pick<Served, 'spilled_from' | 'reservation'>>;

const ON_DEMAND: CapacityServed = { capacity: 'on_demand' };
const RESERVED: CapacityServed = { capacity: 'reserved' };

export function capacityServed(
  call: Call,
  target: Target,
  evidence: CloudEvidence,
  hold: CapacityHold | null,
): CapacityServed {
  const { reservation, deployment } = target;
  if (reservation !== null) {
    const from = evidence.spilledFrom ?? (overflowed(target, evidence) ? deployment.id : undefined);
    const view = viewOf(hold, from === undefined ? 'within' : 'seller_spilled', deployment.id, evidence);
    return from === undefined
      ? { capacity: 'reserved', reservation: view }
      : { capacity: 'spilled', reservation: view, spilled_from: from };
  }
  if (evidence.spilledFrom !== undefined) return { capacity: 'spilled', spilled_from: evidence.spilledFrom };
  const spill = spillOf(call, target);
  if (spill === null) return deployment.tier === 'reserved' ? RESERVED : ON_DEMAND;
  return {
    capacity: 'spilled',
    reservation: { of: spill.from.deployment.id, why: spill.why },
    spilled_from: spill.from.deployment.id,
  };
}

/** The seller names another tier than the one that was bought. */
function overflowed({ reservation, deployment }: Target, { tier }: CloudEvidence): boolean {
  const overflow = reservation?.rule.overflowTier ?? null;
  return overflow !== null && tier === overflow && deployment.tier !== overflow;
}

type View = NonNullable<Served['reservation']>;

function viewOf(hold: CapacityHold | null, why: View['why'], of: string, { full }: CloudEvidence): View {
  const said = full?.[0];
  return {
    ...(hold === null ? {} : { full: thousandths(hold.full) }),
    of,
    ...(said === undefined || said === null ? {} : { said: thousandths(said) }),
    why,
  };
}

const thousandths = (share: number): number => Math.round(share * 1000) / 1000;

interface Spill {
  readonly from: Target;
  readonly why: View['why'];
}

/** The reservation that the call came by before it was served here, and why it went on. */
export function spillOf({ plan, judged }: Pick<Call, 'plan' | 'judged'>, target: Target): Spill | null {
  if (plan === null || !plan.reserves) return null;
  for (let i = 0; i < plan.targets.length; i += 1) {
    const from = plan.targets[i];
    // What stands behind in a fixed order was never its turn.
    if (from === target && plan.route.strategy === 'priority') return null;
    if (from === undefined || from.reservation === null) continue;
    const why = whySpilled(judged.reasons[i] ?? null);
    if (why !== null) return { from, why };
  }
  return null;
}

function whySpilled(reason: Reason | null): View['why'] | null {
  if (reason === null) return null;
  if (reason.kind === 'reserved_full') return 'full';
  if (reason.kind === 'unsent') return reason.code === 'CAPACITY_FULL' ? 'full' : null;
  if (reason.kind === 'paused') return 'seller_refused';
  return reason.kind === 'failed' && reason.code === 'UPSTREAM_RATE_LIMITED' ? 'seller_refused' : null;
}

/** For who looks at the reservation: a call goes to pay for what it had no room for. */
export function countSpill(call: Call, target: Target): void {
  if (target.reservation !== null) return;
  spillOf(call, target)?.from.reservation?.count('spilled', call.lane.clock.wall());
}

/** What each charge says of how the call was served; null where nothing was bought. */
export function chargeNote({ served }: Pick<Call, 'served'>): string | null {
  if (served?.reservation === undefined) return null;
  const { of } = served.reservation;
  if (served.capacity === 'reserved') return `paid ahead: reserved capacity of ${of}`;
  return `on demand: spilled from ${of}, ${WHY[served.reservation.why]}`;
}

export const WHY: Readonly<Record<View['why'], string>> = {
  within: 'within the reservation',
  full: 'reserved full',
  seller_refused: 'the seller refused it',
  seller_spilled: 'the seller served it on demand',
};

export function noted(charges: readonly Charge[], note: string): readonly Charge[] {
  return charges.map((charge) => {
    const before = charge.note;
    return { ...charge, note: before === undefined ? note : `${note}; ${before}` };
  });
}
