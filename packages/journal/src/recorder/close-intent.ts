// An interrupted call: the gateway died with it in flight, so nobody knows what the cloud served or will bill. The
// default keeps everything the intent said (`asked`, `who`, `decided`) and adds that there is no answer, no usage and no
// price; a caller that knows more hands in its own `closeIntent`.
import { canonicalJson, type JsonObject } from '@weighbridge/kernel';
import type { EntryDraft, EntryKind } from '@weighbridge/protocol';
import type { RawDraft } from '../record/record.ts';

/** The default `CloseIntent`. `at`: UTC milliseconds of the recovery. */
export function interruptedCall(intent: EntryDraft, at: number): EntryDraft {
  const open = parse(intent.public);
  const commercial = parse(intent.commercial);
  const cost = { billed: null, contracted: null, currency: 'USD', list: null, status: 'unpriced' };
  return {
    kind: 'call',
    id: intent.id,
    at,
    public: canonicalJson({
      attempts: [],
      simulated: false,
      ...open,
      outcome: 'interrupted',
      served: null,
      status: 0,
      timing: { ended: at, gateway_ms: 0, started: intent.at },
      usage: null,
    }),
    commercial: canonicalJson({ charges: [], cost, ...commercial }),
    ...(intent.personal === undefined ? {} : { personal: intent.personal }),
    ...(intent.subject === undefined ? {} : { subject: intent.subject }),
  };
}

const parse = (text: string | undefined): JsonObject => (text === undefined ? {} : (JSON.parse(text) as JsonObject));

export function toEntryDraft(raw: RawDraft): EntryDraft {
  return {
    kind: raw.kind as EntryKind,
    id: raw.id,
    at: raw.at,
    ...(raw.public === null ? {} : { public: raw.public.toString('utf8') }),
    ...(raw.commercial === null ? {} : { commercial: raw.commercial.toString('utf8') }),
    ...(raw.personal === null ? {} : { personal: raw.personal.toString('utf8') }),
    ...(raw.subject === '' ? {} : { subject: raw.subject }),
  };
}

export function toRawDraft(draft: EntryDraft): RawDraft {
  const bytes = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return {
    kind: draft.kind,
    id: draft.id,
    at: draft.at,
    subject: draft.subject ?? '',
    public: bytes(draft.public),
    commercial: bytes(draft.commercial),
    personal: bytes(draft.personal),
  };
}
