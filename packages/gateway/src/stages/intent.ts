// Writes down that a call is about to be made, before it is. If the process dies meanwhile, recovery finds the intent
// without its receipt and says so; whatever a hard budget holds for the call stands in it, and then counts as spent. A
// journal that cannot take the entry stops the call here.
import { AppError, moneyToDecimal, toAppError } from '@weighbridge/kernel';
import { countedText } from '../limits/limited.ts';
import type { Call } from '../pipeline/call.ts';
import type { Stage } from '../pipeline/stage.ts';
import { askedText, isSimulated, whoGroup } from './receipt-groups.ts';
import { leaveLimits, reserveAhead } from './reserve.ts';

export const intent: Stage = (next) => (call, reply) => {
  const { lane } = call;
  if (!lane.sealer.available) return reply.fail(journalUnavailable());
  const refuse = (error: unknown): void => {
    leaveLimits(call);
    reply.fail(toAppError(error));
  };
  reserveAhead(call);
  let written: Promise<unknown>;
  try {
    const decided = writeDecision(call);
    const appended = appendIntent(call);
    written = decided === null ? appended : Promise.all([decided, appended]);
  } catch (error) {
    return refuse(error);
  }
  written.then(() => {
    call.intended = true;
    try {
      next(call, reply);
    } catch (error) {
      refuse(error);
    }
  }, refuse);
};

/**
 * Says once more that the call is in flight, now with what is held for a further leg: of two intents of one call
 * recovery goes by the newer. Resolves when it is durable.
 */
export const renewIntent = (call: Call): Promise<void> => appendIntent(call);

function appendIntent(call: Call): Promise<void> {
  const { lane } = call;
  return lane.sealer.append({
    kind: 'intent',
    id: call.id,
    at: Math.round(lane.clock.wall()),
    public: intentPublic(call),
    commercial: intentCommercial(call),
    personal: whoGroup(call),
    subject: call.subject,
  });
}

export const intentPublic = (call: Call): string => `{"asked":${askedText(call)},"simulated":${isSimulated(call)}}`;

/** `settled`: what the call has cost if nothing more is heard of it. Keys in sorted order. */
export function intentCommercial(call: Call): string {
  const { limited } = call;
  const decided = call.decision?.digest ?? '';
  if (limited === null) return JSON.stringify({ decided });
  const counted = countedText(limited, call.plan?.route.id ?? '');
  const rest = `${counted === '' ? '' : `"counted":${counted},`}"decided":"${decided}"}`;
  if (!call.budgeted) return `{${rest}`;
  const reserved = moneyToDecimal(call.reservedTotal);
  const whole = call.settledTotal + limited.held;
  // The usual call has one leg: what stands for it is what was reserved.
  const settled = whole === call.reservedTotal ? reserved : moneyToDecimal(whole);
  call.reservedText = reserved;
  return `{"budget":{"currency":"USD","reserved":"${reserved}","settled":"${settled}"},${rest}`;
}

export const journalUnavailable = (): AppError =>
  new AppError('JOURNAL_UNAVAILABLE', 'the journal takes no entries now, and no call is made without a receipt');

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
