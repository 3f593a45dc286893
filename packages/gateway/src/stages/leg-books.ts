// The books of a leg that is over: health, evidence, usage and money. A leg that did not serve is not taken for nothing:
// what it may have been billed is kept beside the call, and what nobody knows counts as all that was held for it.
import type { Call } from '../pipeline/call.ts';
import { evidenceOf, servedBy } from './answer-head.ts';
import type { Leg } from './leg.ts';
import type { LegFailure } from './leg-failure.ts';
import { NO_FACTS, UNKNOWN_USAGE, usageOf } from './meter.ts';
import type { Relay } from './relay-contract.ts';
import { settleAnswered } from './reserve.ts';

/** `serves`: it is the leg whose answer the client has. `failure`: null for success, undefined for no verdict. */
export function closeLeg(call: Call, leg: Leg, failure: LegFailure | null | undefined, serves: boolean): void {
  // Whether a cloud counts says nothing of whether it serves.
  const verdict = failure?.unsent === true || call.endpoint !== 'generate' ? undefined : failure;
  call.lane.health.ended(leg.target.deployment, verdict, call.lane.clock.monotonic());
  if (serves && leg.relay !== null) describe(call, leg, leg.relay);
  else noteUnserved(call, leg, failure);
  const { held } = leg;
  leg.held = null;
  if (held !== null) settleAnswered(call, leg, held, serves);
}

/** What the answer has said of itself so far. */
export function describe(call: Call, leg: Leg, relay: Relay): void {
  const facts = relay.facts();
  const evidence = evidenceOf(leg, facts);
  call.answer = facts;
  call.served = servedBy(call, leg.target, evidence, leg.held?.capacity ?? null);
  const lost = relay.lost();
  call.lost = lost.length === 0 ? leg.prepared.lost : [...new Set([...leg.prepared.lost, ...lost])];
  if (evidence.requestId !== null) leg.draft.vendor_request_id = evidence.requestId;
}

/** A leg that did not serve: what it may have been billed is kept, and what is not known is not taken for nothing. */
function noteUnserved(call: Call, leg: Leg, failure: LegFailure | null | undefined): void {
  if (leg.status === 0 && (!leg.started || failure?.reset === true)) return;
  const facts = leg.relay?.facts() ?? NO_FACTS;
  if (leg.status > 0) {
    const { requestId } = evidenceOf(leg, facts);
    if (requestId !== null) leg.draft.vendor_request_id = requestId;
  }
  if (leg.status > 299) return;
  // A leg that we gave up ourselves had its request in hand: what it may be billed for that is estimated.
  const unknown = leg.relay === null && leg.draft.dropped === undefined;
  leg.draft.usage = unknown ? UNKNOWN_USAGE : usageOf(facts, leg.prepared.request.body.length);
  call.billed.push({ target: leg.target, attempt: call.attempts.indexOf(leg.draft), usage: leg.draft.usage });
}
