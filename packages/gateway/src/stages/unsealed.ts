// A call that the journal takes no entry of, on a route that lets it go through all the same: it is counted against the
// bounds of its bypass before it is sent, and what would have been its entries is handed to whoever seals them afterwards.
import { isAppError, toAppError } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import { bypassUsedUp } from '../bypass/bypass.ts';
import { undefer } from '../deadline/defer.ts';
import type { Call } from '../pipeline/call.ts';
import type { Plan } from '../routing/compiled.ts';
import { decidedDraft, intentDraft, journalUnavailable } from './intent-draft.ts';
import { releaseAhead } from './reserve.ts';
import { decide } from './route.ts';

/** Lets a call go unsealed that is about to be sent. Throws JOURNAL_UNAVAILABLE where it may not. */
export function goUnsealed(call: Call): void {
  const bypass = call.plan?.bypass ?? null;
  if (bypass === null || call.plan === null) throw journalUnavailable();
  atOnce(call, call.plan);
  const { targets } = call.plan;
  const order = call.order.filter((index) => bypass.allows(targets[index]));
  if (order.length === 0) throw bypassUsedUp(bypass, 'none of its deployments may serve this call');
  enter(call);
  // What was held for another leg than the one that goes first now is not for this one.
  if (order[0] !== call.order[0]) releaseAhead(call);
  call.order = order;
}

/** What waits for hours in a batch would hold the window open for as long. */
function atOnce(call: Call, plan: Plan): void {
  const { deferral } = call;
  if (deferral === null || deferral.target === null) return;
  if (undefer(call, deferral)) decide(call, plan);
  deferral.target = null;
  deferral.as = 'at_once';
  deferral.why = 'unsealed';
}

/** Lets a call go on that was sealed when it was sent; false where it may not. */
export function goesOnUnsealed(call: Call, failure: unknown): boolean {
  if (call.bypassed !== null) return true;
  const { code } = toAppError(failure);
  if (code !== 'JOURNAL_UNAVAILABLE' || (call.plan?.bypass ?? null) === null) return false;
  try {
    enter(call);
    return true;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

function enter(call: Call): void {
  const bypass = call.plan?.bypass ?? null;
  if (bypass === null) throw journalUnavailable();
  const { lane } = call;
  const entered = bypass.meter.enter(bypass, call.body.length, lane.clock.wall());
  if ('full' in entered) throw bypassUsedUp(bypass, entered.full);
  call.bypassed = { bypass, opened: entered.opened };
  lane.counters.bypassed += 1;
  lane.bypassBook.began(call.bypassed, () => intentDraft(call));
}

/** The call is over: `receipt` is what the journal would have been given. */
export function noteUnsealed(call: Call, receipt: EntryDraft, answeredBytes: number): void {
  const { bypassed, decision, lane } = call;
  if (bypassed === null) return;
  const { bypass, opened } = bypassed;
  bypass.meter.leave(answeredBytes);
  const decided = decision === null || decision.written ? [] : [decidedDraft(call, decision)];
  lane.bypassBook.noted({ bypass: bypass.id, opened, drafts: [...decided, receipt] }, bypass);
}
