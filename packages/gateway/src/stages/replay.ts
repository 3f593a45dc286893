// What a client and a receipt are told of an answer that was given before: everything that the first head said of who
// served it, and in place of ids, prices and limits of that call those of this one.
import { REQUEST_ID_HEADERS } from '@weighbridge/dialects';
import { moneyToDecimal } from '@weighbridge/kernel';
import type { AnswerFacts } from '../cache/answer.ts';
import type { Call } from '../pipeline/call.ts';
import type { RawHeaders } from '../pipeline/stage.ts';
import { decisionOf, UNJUDGED } from '../routing/decision.ts';

/** Of the answer itself; whatever else stood in the head was of the call that it was first given to. */
const KEPT = new Set([
  'content-type',
  'content-length',
  'cache-control',
  'x-accel-buffering',
  'x-amzn-bedrock-content-type',
  'weighbridge-deployment',
  'weighbridge-cloud',
  'weighbridge-region',
  'weighbridge-fallback',
  'weighbridge-model',
  'weighbridge-simulated',
  'weighbridge-lost',
  'weighbridge-withheld',
  'weighbridge-max-output-tokens',
]);

export function keptHead(head: RawHeaders): RawHeaders {
  const kept: RawHeaders = [];
  for (let at = 0; at + 1 < head.length; at += 2) {
    const name = head[at] ?? '';
    if (KEPT.has(name)) kept.push(name, head[at + 1] ?? '');
  }
  return kept;
}

/** Head of an answer that was first given to another call. */
export function replayHead(call: Call, kept: RawHeaders): RawHeaders {
  const { cached, avoided } = call;
  const head = [...kept, REQUEST_ID_HEADERS[call.errors], call.id, 'weighbridge-receipt', call.id];
  const parts: string[] = [cached?.status ?? 'hit'];
  if (cached?.receipt !== undefined) parts.push(`receipt=${cached.receipt}`);
  if (cached?.age_ms !== undefined) parts.push(`age=${Math.floor(cached.age_ms / 1000)}`);
  if (cached?.answer !== undefined) parts.push(`answer=${cached.answer.slice(0, 128).replace(UNSAFE, '?')}`);
  head.push('weighbridge-cache', parts.join('; '), 'weighbridge-cost', `${moneyToDecimal(0n)} USD`);
  if (avoided?.list !== undefined && avoided.list !== null)
    head.push('weighbridge-avoided', `${avoided.list} ${avoided.currency}`);
  return head;
}

const UNSAFE = /[^\u0021-\u003a\u003c-\u007e]/g;

/** Sets what the receipt says of the answer. Usage, timing of tokens and energy stay unset: no cloud worked for this call. */
export function answeredBefore(call: Call, { served, stopReason, lost }: AnswerFacts): void {
  call.served = served;
  call.target = call.compiled.targets.get(served.deployment) ?? null;
  call.lost = lost;
  call.stopReason = stopReason;
  call.parsed = null;
}

/** Sets the decision: whom policy allows, and that none of them was asked. */
export function notAsked(call: Call): void {
  const { plan } = call;
  if (plan === null) return;
  const config = call.compiled.snapshot.digest;
  call.decision = call.lane.decisions.intern(`${plan.name}|cached`, () => {
    const verdicts = plan.denials.map((denial) => (denial === null ? ('eligible' as const) : ('rejected' as const)));
    const reasons = plan.denials.map((denial) => denial ?? ({ kind: 'cached' } as const));
    return decisionOf(config, plan, { ...UNJUDGED, verdicts, reasons });
  });
}
