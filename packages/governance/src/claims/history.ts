// How a claim came to its state: each change with its moment, its rule and its evidence. The moments are those at which evidence
// came, those at which it passed its date, and those at which the register said something else of an author, so a state that
// lapsed in the night has an entry of its own.
import { AppError, canonicalJson, type Json } from '@weighbridge/kernel';
import { dayOf, endOf, startOf } from '../numbers/calendar.ts';
import type { Register } from '../register/register.ts';
import type { Claim, ClaimState } from './claim.ts';
import type { Evidence } from './evidence.ts';
import { independence } from './independence.ts';
import { judge, type Judgement } from './judge.ts';

export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly evidence: Evidence;
}

export interface Transition extends Pick<Judgement, 'rule' | 'says' | 'evidence'> {
  readonly at: number;
  /** `null` for the state in which the claim was entered. */
  readonly from: ClaimState | null;
  readonly to: ClaimState;
}

/** The register through time. */
export interface Registers {
  /** As it stood at that moment, UTC milliseconds. */
  at(moment: number): Register;
  /** When another came to stand. */
  changes(): readonly number[];
}

/** From `entered` until `until`, both included. Throws `BAD_REQUEST` for evidence of a time that is not over when it comes. */
export function history(
  claim: Claim,
  arrivals: readonly Arrival[],
  { entered, until, registers }: { readonly entered: number; readonly until: number; readonly registers: Registers },
): Transition[] {
  for (const { at, evidence } of arrivals) mustBeOver(at, evidence);
  const within = (at: number): boolean => at >= entered && at <= until;
  const own = new Set(
    [entered, ...arrivals.flatMap(({ at, evidence }) => [at, endOf(evidence.valid_until)])].filter(within),
  );
  const others = new Set(turnsOf(registers, Math.min(...arrivals.map(({ at }) => at)), until).filter(within));
  const transitions: Transition[] = [];
  let before = '';
  for (const at of [...own.union(others)].toSorted((a, b) => a - b)) {
    const known = arrivals.filter((arrival) => arrival.at <= at).map(({ evidence }) => evidence);
    if (others.size > 0) {
      const standingOf = independence(claim, registers.at(at), dayOf(at));
      const standings = JSON.stringify(known.map((piece) => standingOf(piece)));
      if (!own.has(at) && standings === before) continue;
      before = standings;
    }
    const { state, rule, says, evidence } = judge(claim, known, at, registers.at(at));
    const from = transitions.at(-1)?.to ?? null;
    if (state !== from) transitions.push({ at, from, to: state, rule, says, evidence });
  }
  return transitions;
}

/** When the register may have begun to say something else of evidence that was there: another version, or a link that begins or is over. */
function turnsOf(registers: Registers, first: number, until: number): readonly number[] {
  if (first > until) return [];
  const changes = registers.changes().filter((at) => at > first && at <= until);
  const links = [...new Set([first, ...changes].map((at) => registers.at(at)))].flatMap(({ links: held }) =>
    Object.values(held),
  );
  return [
    ...changes,
    ...links.flatMap(({ starts, ends }) => [
      ...(starts === undefined ? [] : [startOf(starts)]),
      ...(ends === undefined ? [] : [endOf(ends)]),
    ]),
  ];
}

/** Throws `BAD_REQUEST` for evidence of a time that is not over at `at`. */
export function mustBeOver(at: number, { digest, period }: Evidence): void {
  if (startOf(period.until) > at)
    throw new AppError('BAD_REQUEST', `evidence ${digest} is of a period that ends on ${period.until}, after it came`);
}

/** Of a claim, what a statement repeats. */
const STATED = [
  'subject',
  'text',
  'kind',
  'metric',
  'value',
  'range',
  'sense',
  'currency',
  'unit',
  'up_to',
  'approximate',
  'conditions',
  'scope',
  'source',
  'parties',
] as const satisfies readonly (keyof Claim)[];

/**
 * What is published of a state: the canonical text of a journal entry's public part. It holds the claim word for word, since a
 * reader of the entry has no register at hand.
 */
export function claimStatement(id: string, claim: Claim, judgement: Judgement, at: number): string {
  const { state, rule, says, evidence, findings } = judgement;
  return canonicalJson({
    kind: 'claim_statement',
    // 2: each finding names the author of the piece, and why it is no independent word.
    v: 2,
    at: new Date(at).toISOString(),
    claim: { id, ...Object.fromEntries(STATED.map((name) => [name, claim[name]])) },
    state,
    rule,
    says,
    evidence,
    findings: findings.map(({ digest, weight, rule, author, relation, why }) => ({
      digest,
      weight,
      rule,
      author,
      relation,
      why,
    })),
  } satisfies Json);
}
