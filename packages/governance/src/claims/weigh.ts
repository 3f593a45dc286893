// What one piece of evidence weighs for one claim: for it, against it, or nothing, and by which rule. A measurement is not asked
// for its opinion: its interval is held against the claimed figure, and where the interval lies across it, it weighs nothing.
import { apart, contains, interval, intervalFrom, type Interval } from '../numbers/interval.ts';
import { compare, fromDecimal } from '../numbers/rational.ts';
import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';
import { SHOWN_BY, type RuleId } from './rules.ts';
import { coverOf } from './scope.ts';

export type Weight = 'for' | 'against' | 'nothing';

export interface Finding {
  readonly digest: string;
  readonly weight: Weight;
  readonly rule: RuleId;
}

export function weigh(claim: Claim, evidence: Evidence): Finding {
  const [weight, rule] = decide(claim, evidence);
  return { digest: evidence.digest, weight, rule };
}

type Decision = readonly [Weight, RuleId];
const FOR: Decision = ['for', 'supports'];
const AGAINST: Decision = ['against', 'contradicts'];
const nothing = (rule: RuleId): Decision => ['nothing', rule];

function decide(claim: Claim, evidence: Evidence): Decision {
  if (evidence.kind === 'vendor_assertion') return nothing('vendor-word');
  if (evidence.repeats_vendor) return nothing('repeats-vendor');
  if (!SHOWN_BY[claim.kind].includes(evidence.kind)) return nothing('kind-unfit');
  if (coverOf(claim.scope, evidence.scope) === 'none') return nothing('out-of-scope');
  if (evidence.kind === 'own_measurement') return measured(claim, evidence);
  if (evidence.result === 'inconclusive') return nothing('inconclusive');
  return evidence.result === 'supports' ? FOR : AGAINST;
}

function measured(claim: Claim, evidence: Evidence): Decision {
  if (evidence.n === undefined) return nothing('not-comparable');
  const claimed = claimedInterval(claim);
  if (claimed === undefined) {
    if (evidence.result === 'inconclusive') return nothing('inconclusive');
    return evidence.result === 'supports' ? FOR : AGAINST;
  }
  const { interval: seen } = evidence;
  if (seen === undefined || seen.unit !== (claim.currency ?? claim.unit)) return nothing('not-comparable');
  return against(claim, claimed, intervalFrom(seen.low, seen.high));
}

function against(claim: Claim, claimed: Interval, seen: Interval): Decision {
  const straddles = nothing('straddles');
  if (claim.up_to) {
    if (compare(seen.high, claimed.high) <= 0) return nothing('below-cap');
    return compare(seen.low, claimed.high) > 0 ? AGAINST : straddles;
  }
  if (claim.sense === 'at_least' && claim.range === undefined)
    return compare(seen.low, claimed.low) >= 0 ? FOR : compare(seen.high, claimed.low) < 0 ? AGAINST : straddles;
  if (claim.sense === 'at_most' && claim.range === undefined)
    return compare(seen.high, claimed.high) <= 0 ? FOR : compare(seen.low, claimed.high) > 0 ? AGAINST : straddles;
  if (contains(claimed, seen)) return FOR;
  return apart(claimed, seen) ? AGAINST : straddles;
}

/** The figures for which the claim would be true; undefined when it names none. A range is the room that the claim leaves. */
function claimedInterval({ value, range }: Claim): Interval | undefined {
  if (range !== undefined) return interval(fromDecimal(range.low), fromDecimal(range.high));
  return value === undefined ? undefined : intervalFrom(value);
}
