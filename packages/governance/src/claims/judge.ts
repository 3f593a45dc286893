// The state of a claim, as a function of the evidence and the moment alone: not of the order in which it came, nor of the state
// before. Two things follow and are tested for every set of evidence: no number of vendor's words verifies, and time by itself only
// ever lowers a state. A contradiction does not lapse by time; only later evidence lifts it.
import { AppError, canonicalJson } from '@weighbridge/kernel';
import { dayOf, endOf } from '../numbers/calendar.ts';
import type { Register } from '../register/register.ts';
import type { Claim, ClaimState } from './claim.ts';
import { authorOf, type Evidence } from './evidence.ts';
import { independence } from './independence.ts';
import { RULES, type RuleId } from './rules.ts';
import { cellsOf, coverOf, coverOfCell } from './scope.ts';
import { weigh, type Finding } from './weigh.ts';

export interface Judgement {
  readonly state: ClaimState;
  readonly rule: RuleId;
  /** The rule, and what was set aside because of who wrote it. */
  readonly says: string;
  /** Digests of the evidence that the rule rests on, sorted; empty only for `opening`. */
  readonly evidence: readonly string[];
  /** What each piece weighs, by digest. */
  readonly findings: readonly Finding[];
}

/** More than a claim may be brought today, so that a log of before is judged still. */
const EVIDENCE_MOST = 1_000;

/** `at`: milliseconds since the epoch; `register`: as it stood then. Throws `BAD_REQUEST` when one digest stands for two different pieces of evidence. */
export function judge(claim: Claim, evidence: readonly Evidence[], at: number, register: Register): Judgement {
  const standingOf = independence(claim, register, dayOf(at));
  const pieces = distinct(evidence).map((piece) => ({ piece, finding: weigh(claim, piece, standingOf(piece)) }));
  const supporting = pieces.filter(({ finding }) => finding.weight === 'for').map(({ piece }) => piece);
  const opposing = pieces.filter(({ finding }) => finding.weight === 'against').map(({ piece }) => piece);
  const denying = pieces.filter(({ finding }) => finding.weight === 'doubt').map(({ piece }) => piece);
  const standing = opposing.filter((piece) => !supporting.some((later) => lifts(later, piece)));
  const findings = pieces.map(({ piece, finding }) =>
    finding.weight === 'against' && !standing.includes(piece)
      ? { ...finding, weight: 'nothing' as const, rule: 'lifted' as const }
      : finding,
  );
  const [state, rule, basis] = decide(claim, { supporting, standing, denying }, at);
  return { state, rule, says: saysOf(rule, findings), evidence: basis.map(({ digest }) => digest), findings };
}

/** Rules by which a piece does not count because of who wrote it. */
const SET_ASIDE: ReadonlySet<RuleId> = new Set(['party-word', 'tied-word', 'author-unknown', 'party-denies']);

/** Why what came does not count, said where it would have been looked for. */
function saysOf(rule: RuleId, findings: readonly Finding[]): string {
  const reasons = new Set(findings.flatMap(({ rule: own, why }) => (why !== null && SET_ASIDE.has(own) ? [why] : [])));
  const [first] = reasons;
  if (first === undefined || rule === 'covers-all') return RULES[rule];
  const more = reasons.size === 1 ? '' : `, and ${reasons.size - 1} more like it`;
  return `${RULES[rule]} (not independent: ${first}${more})`;
}

interface Weighed {
  readonly supporting: readonly Evidence[];
  /** What contradicts, and nothing lifts. */
  readonly standing: readonly Evidence[];
  readonly denying: readonly Evidence[];
}

function decide(
  claim: Claim,
  { supporting, standing, denying }: Weighed,
  at: number,
): readonly [ClaimState, RuleId, readonly Evidence[]] {
  if (standing.length > 0) {
    const disputed = standing.map((piece) => disputing(piece, supporting));
    if (disputed.every((others) => others.length > 0))
      return ['unverified', 'sources-differ', distinct([...standing, ...disputed.flat()])];
    return ['contradicted', 'contradiction', standing];
  }
  const valid = supporting.filter((piece) => at < endOf(piece.valid_until));
  if (valid.length === 0) {
    if (supporting.length > 0) return ['expired', 'all-expired', supporting];
    return denying.length > 0 ? ['unverified', 'denied', denying] : [claim.opening.state, 'opening', []];
  }
  const whole = cellsOf(claim.scope).every((cell) => valid.some(({ scope }) => coverOfCell(cell, scope) === 'full'));
  return whole ? ['verified', 'covers-all', valid] : ['partially', 'covers-part', valid];
}

/** Later, over all of it, and of the same kind or seen by ourselves. */
const lifts = (later: Evidence, piece: Evidence): boolean =>
  later.period.from > piece.period.until &&
  (later.kind === piece.kind || later.kind === 'own_measurement') &&
  coverOf(piece.scope, later.scope) === 'full';

/** What supports the claim where a report contradicts it. A contract or a measurement that contradicts is not outweighed. */
const disputing = (piece: Evidence, supporting: readonly Evidence[]): readonly Evidence[] =>
  piece.kind === 'independent_report' ? supporting.filter(({ scope }) => coverOf(piece.scope, scope) !== 'none') : [];

/** Each piece once, by digest; of one that came without its author and again with it, the one that names it. */
function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  const byDigest = new Map<string, Evidence>();
  for (const piece of evidence) {
    const known = byDigest.get(piece.digest);
    if (known !== undefined && !samePiece(known, piece))
      throw new AppError('BAD_REQUEST', `two different pieces of evidence have the digest ${piece.digest}`);
    if (known === undefined || authorOf(known) === undefined) byDigest.set(piece.digest, piece);
  }
  if (byDigest.size > EVIDENCE_MOST)
    throw new AppError('BAD_REQUEST', `a claim is judged over ${EVIDENCE_MOST} pieces of evidence at most`);
  return [...byDigest.values()].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** The same in all but that one of the two may lack its author, as those do that came before authors were asked for. */
export function samePiece(one: Evidence, other: Evidence): boolean {
  const [a, b] = [authorOf(one), authorOf(other)];
  const author = a ?? b;
  if (a !== undefined && b !== undefined && canonicalJson(a) !== canonicalJson(b)) return false;
  return canonicalJson({ ...one, author }) === canonicalJson({ ...other, author });
}
