// What one piece of evidence weighs for one claim: for it, against it, or nothing, and by which rule. Whose word it is comes first:
// of a party to the claim, of whoever is tied to one, or of nobody known, nothing is asked but whether it takes the claim back. A measurement is not asked
// for its opinion: its interval is held against the claimed figure, and where the interval lies across it, it weighs nothing.
import { apart, contains, interval, intervalFrom, type Interval } from '../numbers/interval.ts';
import { compare, fromDecimal } from '../numbers/rational.ts';
import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';
import type { AuthorStanding } from './independence.ts';
import { SHOWN_BY, type RuleId } from './rules.ts';
import { coverOf } from './scope.ts';

/** `doubt`: it proves nothing, and is a reason not to take the claim's own word either. */
export type Weight = 'for' | 'against' | 'doubt' | 'nothing';

export interface Finding extends AuthorStanding {
  readonly digest: string;
  readonly weight: Weight;
  readonly rule: RuleId;
}

export function weigh(claim: Claim, evidence: Evidence, standing: AuthorStanding): Finding {
  const [weight, rule] = decide(claim, evidence, standing);
  return { digest: evidence.digest, weight, rule, ...standing };
}

type Decision = readonly [Weight, RuleId];
const FOR: Decision = ['for', 'supports'];
const AGAINST: Decision = ['against', 'contradicts'];
const nothing = (rule: RuleId): Decision => ['nothing', rule];

function decide(claim: Claim, evidence: Evidence, { relation }: AuthorStanding): Decision {
  if (relation === 'party' && denies(claim, evidence)) return ['doubt', 'party-denies'];
  if (evidence.kind === 'vendor_assertion') return nothing('vendor-word');
  if (evidence.repeats_vendor) return nothing('repeats-vendor');
  if (relation === 'party') return nothing('party-word');
  if (relation === 'tied') return nothing('tied-word');
  if (relation === 'unknown') return nothing('author-unknown');
  if (!SHOWN_BY[claim.kind].includes(evidence.kind)) return nothing('kind-unfit');
  if (coverOf(claim.scope, evidence.scope) === 'none') return nothing('out-of-scope');
  if (evidence.kind === 'own_measurement') return measured(claim, evidence);
  if (evidence.result === 'inconclusive') return nothing('inconclusive');
  return evidence.result === 'supports' ? FOR : AGAINST;
}

const denies = (claim: Claim, { result, scope }: Evidence): boolean =>
  result === 'contradicts' && coverOf(claim.scope, scope) !== 'none';

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
