// Writes down that a call is about to be made, before it is. If the process dies meanwhile, recovery finds the intent
// without its receipt and says so; whatever a hard budget holds for the call stands in it, and then counts as spent. A
// journal that cannot take the entry stops the call here, unless its route has a bypass.
import { toAppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Stage } from '../pipeline/stage.ts';
import { decidedDraft, intentDraft } from './intent-draft.ts';
import { leaveLimits, reserveAhead } from './reserve.ts';
import { goesOnUnsealed, goUnsealed } from './unsealed.ts';

export const intent: Stage = (next) => (call, reply) => {
  const { lane } = call;
  const refuse = (error: unknown): void => {
    leaveLimits(call);
    reply.fail(toAppError(error));
  };
  const send = (): void => {
    try {
      next(call, reply);
    } catch (error) {
      refuse(error);
    }
  };
  if (!lane.sealer.available) return passUnsealed(call, send, refuse);
  reserveAhead(call);
  let written: Promise<unknown>;
  try {
    const decided = writeDecision(call);
    const appended = appendIntent(call);
    written = decided === null ? appended : Promise.all([decided, appended]);
  } catch (error) {
    return refuse(error);
  }
  written.then(
    () => {
      call.intended = true;
      send();
    },
    (error: unknown) => ((call.plan?.bypass ?? null) === null ? refuse(error) : passUnsealed(call, send, refuse)),
  );
};

function passUnsealed(call: Call, send: () => void, refuse: (error: unknown) => void): void {
  try {
    goUnsealed(call);
    if (call.ahead === null) reserveAhead(call);
  } catch (error) {
    return refuse(error);
  }
  send();
}

/**
 * Says once more that the call is in flight, now with what is held for a further leg: of two intents of one call
 * recovery goes by the newer. Resolves when it is durable.
 */
export const renewIntent = async (call: Call): Promise<void> => {
  if (call.bypassed !== null) return;
  try {
    await appendIntent(call);
  } catch (error) {
    if (!goesOnUnsealed(call, error)) throw error;
  }
};

const appendIntent = (call: Call): Promise<void> => call.lane.sealer.append(intentDraft(call));

/**
 * The `decided` entry of the call's decision, the first time this lane refers to it; null when it is already written.
 * It goes before the entry that refers to it, since the order of appends is the order of entries.
 */
export function writeDecision(call: Call): Promise<void> | null {
  const { decision, lane } = call;
  if (decision === null || decision.written) return null;
  decision.written = true;
  return lane.sealer.append(decidedDraft(call, decision)).catch((error: unknown) => {
    decision.written = false;
    throw error;
  });
}
