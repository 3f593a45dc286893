// How a claim came to its state: each change with its moment, its rule and its evidence. The moments are those at which evidence
// came and those at which it passed its date, so a state that lapsed in the night has an entry of its own.
import { AppError, canonicalJson, type Json } from '@weighbridge/kernel';
import { endOf, startOf } from '../numbers/calendar.ts';
import type { Claim, ClaimState } from './claim.ts';
import type { Evidence } from './evidence.ts';
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

/** From `entered` until `until`, both included. Throws `BAD_REQUEST` for evidence of a time that is not over when it comes. */
export function history(claim: Claim, arrivals: readonly Arrival[], entered: number, until: number): Transition[] {
  for (const { at, evidence } of arrivals) mustBeOver(at, evidence);
  const moments = [entered, ...arrivals.flatMap(({ at, evidence }) => [at, endOf(evidence.valid_until)])];
  const steps = [...new Set(moments)].filter((at) => at >= entered && at <= until).toSorted((a, b) => a - b);
  const transitions: Transition[] = [];
  for (const at of steps) {
    const known = arrivals.filter((arrival) => arrival.at <= at).map(({ evidence }) => evidence);
    const { state, rule, says, evidence } = judge(claim, known, at);
    const from = transitions.at(-1)?.to ?? null;
    if (state !== from) transitions.push({ at, from, to: state, rule, says, evidence });
  }
  return transitions;
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
] as const satisfies readonly (keyof Claim)[];

/**
 * What is published of a state: the canonical text of a journal entry's public part. It holds the claim word for word, since a
 * reader of the entry has no register at hand.
 */
export function claimStatement(id: string, claim: Claim, judgement: Judgement, at: number): string {
  const { state, rule, says, evidence, findings } = judgement;
  return canonicalJson({
    kind: 'claim_statement',
    v: 1,
    at: new Date(at).toISOString(),
    claim: { id, ...Object.fromEntries(STATED.map((name) => [name, claim[name]])) },
    state,
    rule,
    says,
    evidence,
    findings: findings.map(({ digest, weight, rule }) => ({ digest, weight, rule })),
  } satisfies Json);
}
