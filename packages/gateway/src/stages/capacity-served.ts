// What a receipt says of reserved capacity: that the call was served within it, spilled from it (by us before the seller would
// have refused, or by the seller), or had nothing to do with any; how full it was by our count and by the seller's own; and
// what the price of each charge follows from.
import type { Charge, Served } from '@weighbridge/protocol';
import type { CapacityHold } from '../capacity/reservation.ts';
import type { CloudEvidence } from '../clouds/cloud.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import type { Reason } from '../routing/reason.ts';

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
