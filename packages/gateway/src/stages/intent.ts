// Writes down that a call is about to be made, before it is. If the process dies meanwhile, recovery finds the intent
// without its receipt and says so. A journal that cannot take the entry stops the call here.
import { AppError, toAppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Stage } from '../pipeline/stage.ts';
import type { Sealer } from '../ports.ts';
import { askedGroup, decidedGroup, whoGroup } from './receipt-groups.ts';

export const intent: Stage = (next) => (call, reply) => {
  const { lane } = call;
  if (!lane.sealer.available) return reply.fail(journalUnavailable());
  const decided = writeDecision(call);
  const appended = lane.sealer.append({
    kind: 'intent',
    id: call.id,
    at: Math.round(lane.clock.wall()),
    public: askedGroup(call),
    commercial: decidedGroup(call),
    personal: whoGroup(call),
    subject: call.subject,
  });
  const written = decided === null ? appended : Promise.all([decided, appended]);
  written.then(
    () => {
      call.intended = true;
      try {
        next(call, reply);
      } catch (error) {
        reply.fail(toAppError(error));
      }
    },
    (error: unknown) => reply.fail(toAppError(error)),
  );
};

export const journalUnavailable = (): AppError =>
  new AppError('JOURNAL_UNAVAILABLE', 'the journal takes no entries now, and no call is made without a receipt');

/** Salted digest of a body that is there whole. */
export function bodyDigest(sealer: Sealer, call: Call, label: 'request' | 'response', body: Buffer): string {
  if (sealer.digest !== undefined) return sealer.digest(call.subject, call.id, label, body);
  const hasher = sealer.hasher(call.subject, call.id, label);
  hasher.update(body);
  return hasher.digest();
}

/**
 * The `decided` entry of the call's decision, the first time this lane refers to it; null when it is already written.
 * It goes before the entry that refers to it, since the order of appends is the order of entries.
 */
export function writeDecision(call: Call): Promise<void> | null {
  const { decision, lane } = call;
  if (decision === null || decision.written) return null;
  decision.written = true;
  const appended = lane.sealer.append({
    kind: 'decided',
    id: lane.newId(),
    at: Math.round(lane.clock.wall()),
    commercial: decision.text,
  });
  return appended.catch((error: unknown) => {
    decision.written = false;
    throw error;
  });
}
