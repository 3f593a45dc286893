// What the client learns about who really served it: the served part of the receipt, and the response headers made from
// it. The same for streams and whole answers, first choices and fall-backs. Upstream headers pass by list only.
import { REQUEST_ID_HEADERS, type ResponseFacts } from '@weighbridge/dialects';
import { deadlineHeader } from '../deadline/deadline.ts';
import type { Served } from '@weighbridge/protocol';
import type { CloudEvidence, Headers } from '../clouds/cloud.ts';
import { limitHeaders } from '../limits/limited.ts';
import type { CapacityHold } from '../capacity/reservation.ts';
import type { Call } from '../pipeline/call.ts';
import type { RawHeaders } from '../pipeline/stage.ts';
import type { Target } from '../routing/compiled.ts';
import { capacityServed, WHY } from './capacity-served.ts';
import type { Leg } from './leg.ts';
import { millisText } from './number-text.ts';

/** `hold`: what the leg holds of what was bought of its deployment. */
export function servedBy(
  call: Call,
  target: Target,
  evidence: CloudEvidence,
  hold: CapacityHold | null = null,
): Served {
  const { deployment } = target;
  const { roles } = deployment;
  const spilled = evidence.spilledFrom !== undefined;
  const { capacity, reservation, spilled_from } = capacityServed(call, target, evidence, hold);
  const overflowed = capacity === 'spilled' && target.reservation !== null;
  const served: { -readonly [Name in keyof Served]: Served[Name] } = {
    biller: roles.biller,
    capacity,
    cloud: deployment.cloud,
    deployment: deployment.id,
    developer: roles.developer,
    evidence: spilled ? { ...evidence.kept, spilled_from: evidence.spilledFrom ?? '' } : evidence.kept,
    fallback: call.plan?.targets[call.firstChoice] !== target,
    host: roles.host,
    model_reported: evidence.model,
    model_requested: deployment.model,
    operator: roles.operator,
    processor: roles.processor,
    region: evidence.region,
    seller: roles.seller,
    sla_provider: roles.sla_provider,
    tier: call.deferral?.as === 'batch' ? 'batch' : overflowed ? target.onDemand.tier : evidence.tier,
  };
  if (reservation !== undefined) served.reservation = reservation;
  if (spilled_from !== undefined) served.spilled_from = spilled_from;
  return served;
}

export const evidenceOf = (leg: Leg, facts: ResponseFacts): CloudEvidence =>
  leg.target.cloud.evidence(leg.target.deployment, leg.headers, facts);

/** Head of a good answer. `length` of the body, or null for a stream. */
export function answerHead(call: Call, leg: Leg, length: number | null): RawHeaders {
  const { served } = call;
  const head: RawHeaders =
    length === null
      ? (call.envelope?.form.framing?.head() ?? streamHead())
      : ['content-type', 'application/json', 'content-length', String(length)];
  pass(head, leg.target.cloud.passHeaders, leg.headers);
  head.push(REQUEST_ID_HEADERS[call.errors], call.id, 'weighbridge-receipt', call.id);
  if (served !== null) {
    const { region } = served;
    head.push(
      'weighbridge-deployment',
      served.deployment,
      'weighbridge-cloud',
      served.cloud,
      'weighbridge-region',
      `${safe(region.reported ?? region.configured)}; grade=${region.grade}`,
      'weighbridge-fallback',
      served.fallback ? 'true' : 'false',
    );
    if (served.reservation !== undefined) head.push('weighbridge-capacity', capacityWords(served));
    if (served.model_reported !== null) head.push('weighbridge-model', safe(served.model_reported));
    if (leg.target.deployment.simulated) head.push('weighbridge-simulated', 'true');
  }
  if (call.bypassed !== null) head.push('weighbridge-sealed', 'no');
  if (call.cached !== null) head.push('weighbridge-cache', call.cached.status);
  if (call.deferral !== null) head.push('weighbridge-deadline', deadlineHeader(call.deferral));
  if (call.lost.length > 0) head.push('weighbridge-lost', safe(call.lost.join(', ')));
  const { withheld } = leg.prepared.request;
  if (withheld !== undefined && withheld.length > 0) head.push('weighbridge-withheld', safe(withheld.join('; ')));
  if (leg.prepared.ceiling !== null) head.push('weighbridge-max-output-tokens', String(leg.prepared.ceiling));
  if (length !== null && call.rated !== null) addCost(head, call);
  if (call.limited?.told === true) {
    const now = call.lane.clock.wall();
    head.push(...limitHeaders(call.surface, call.limited.standings(now), now));
  }
  head.push('server-timing', serverTiming(call, leg));
  return head;
}

/** `reserved`, or `spilled; from=azure-ptu; reserved full`. */
function capacityWords({ capacity, reservation, spilled_from: from }: Served): string {
  if (from === undefined || reservation === undefined) return capacity;
  return safe(`${capacity}; from=${from}; ${WHY[reservation.why]}`);
}

const streamHead = (): RawHeaders => [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

function addCost(head: RawHeaders, call: Call): void {
  const cost = call.rated?.cost;
  if (cost === undefined || cost.billed === null || cost.status === 'unpriced') return;
  head.push('weighbridge-cost', `${cost.billed} ${cost.currency}${cost.status === 'estimated' ? '; estimated' : ''}`);
}

function serverTiming(call: Call, leg: Leg): string {
  const now = call.lane.clock.monotonic();
  const ttfb = leg.draft.ttfb_ms ?? 0;
  const before = call.dispatchedMono - call.receivedMono - call.queuedMs;
  const after = call.lastByteMono < 0 ? 0 : now - call.lastByteMono;
  return `gateway;dur=${millisText(before + after)}, upstream;dur=${millisText(ttfb)}`;
}

function pass(head: RawHeaders, names: readonly string[], headers: Headers): void {
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined && !NEVER.has(name)) head.push(name, safe(value));
  }
}

/** Not passed whatever a list says: our own id and the connection's framing stand there, and cookies are nobody's. */
const NEVER = new Set([
  'request-id',
  'x-request-id',
  'set-cookie',
  'connection',
  'transfer-encoding',
  'content-length',
  'content-type',
  'content-encoding',
  'keep-alive',
]);

/** Header values in printable ASCII, bounded: text from a cloud must not break the head. */
const safe = (value: string): string => {
  const cut = value.length > 512 ? value.slice(0, 512) : value;
  return UNSAFE.test(cut) ? cut.replace(UNSAFE_ALL, '?') : cut;
};

const UNSAFE = /[^\u0020-\u007e]/;
const UNSAFE_ALL = /[^\u0020-\u007e]/g;
