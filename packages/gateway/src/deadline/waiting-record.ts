// What of a call that waits is written down, so that the next start can make the same call of it again. `revive.ts` reads what
// is written here: a field that is added to a call, and that its legs depend on, has to be in both.
import type { Call } from '../pipeline/call.ts';
import type { Deferral } from './deadline.ts';
import type { WaitingRecord } from './waiting-store.ts';

/** `batch`: the seller's name of it; '' before it is handed in. `sent`: when that was, UTC milliseconds. */
export const recordOf = (
  call: Call,
  { until, leaveAt, target, later }: Deferral,
  batch: string,
  sent: number,
): WaitingRecord => ({
  id: call.id,
  started: call.startedAt,
  until,
  leave: leaveAt,
  deployment: target?.deployment.id ?? '',
  key: call.key?.id ?? '',
  who: call.who ?? { organisation: call.compiled.snapshot.organisation },
  subject: call.subject,
  surface: call.surface,
  alias: call.alias,
  fidelity: call.fidelity,
  priority: call.priority,
  digest: call.requestDigest,
  pass: call.headers.pass,
  body: call.body.toString('base64'),
  batch,
  sent,
  later,
});
