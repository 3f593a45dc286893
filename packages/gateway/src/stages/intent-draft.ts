// What stands in the entries before a call is sent, its intent and the decision that it refers to, and what is said where
// they cannot be written. Keys in sorted order: it is canonical JSON as it stands.
import { AppError, moneyToDecimal } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import { countedText } from '../limits/limited.ts';
import type { Call } from '../pipeline/call.ts';
import type { Interned } from '../routing/decision.ts';
import { askedText, isSimulated, whoGroup } from './receipt-groups.ts';

export const intentDraft = (call: Call): EntryDraft => ({
  kind: 'intent',
  id: call.id,
  at: Math.round(call.lane.clock.wall()),
  public: intentPublic(call),
  commercial: intentCommercial(call),
  personal: whoGroup(call),
  subject: call.subject,
});

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

export const decidedDraft = ({ lane }: Call, { text }: Interned): EntryDraft => ({
  kind: 'decided',
  id: lane.newId(),
  at: Math.round(lane.clock.wall()),
  commercial: text,
});

export const journalUnavailable = (): AppError =>
  new AppError('JOURNAL_UNAVAILABLE', 'the journal takes no entries now, and no call is made without a receipt');
