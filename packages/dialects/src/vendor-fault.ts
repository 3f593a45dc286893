// A cloud's own error in the caller's dialect. Of the same dialect it is delivered as the cloud said it, type, code,
// param and whatever else it holds; of another, type and code are mapped and the rest rides along by its own name. What
// comes in here is bounded and safe to show already. Ours stands beside it under `weighbridge`, never in its place.
import type { DialectId } from '@weighbridge/protocol';
import { anthropicErrorType, chatErrorType } from './form/error-types.ts';
import { stringOf, type JsonRecord } from './json-value.ts';

export interface VendorFault {
  /** Dialect whose form the error has; null for one in a form of the cloud's own. */
  readonly dialect: DialectId | null;
  /** The cloud's type, code or exception name. */
  readonly type: string;
  readonly message: string;
  /** Members of its error object but for the message. */
  readonly members: JsonRecord;
  /** What stood beside the error object. */
  readonly beside: JsonRecord;
  /** What it means, where a dialect has a code or a phrase for that. */
  readonly means?: 'window_exceeded' | 'filtered' | 'model_missing';
  readonly deployment: string;
  readonly requestId: string | null;
}

/** Codes of the OpenAI dialects that their clients test for. */
const CHAT_CODES = {
  window_exceeded: 'context_length_exceeded',
  filtered: 'content_filter',
  model_missing: 'model_not_found',
} as const;
/** In the Messages dialect this is a phrase: its clients shorten a conversation when they read it. */
const MESSAGES_WINDOW = 'prompt is too long';

/** Error type by status, per dialect: what a failure of this status is called. */
export interface StatusTypes {
  readonly types: Readonly<Record<number, string>>;
  readonly status: number;
}

export function messagesFault(fault: VendorFault, { types, status }: StatusTypes): JsonRecord {
  const { type: _type, ...members } = fault.members;
  if (fault.dialect === 'anthropic-messages') return { ...members, type: fault.type, message: fault.message };
  const type = (status < 500 ? types[status] : undefined) ?? anthropicErrorType(fault.type);
  const phrase = fault.means === 'window_exceeded' && !fault.message.toLowerCase().includes(MESSAGES_WINDOW);
  return { ...withoutNulls(members), type, message: phrase ? `${MESSAGES_WINDOW}: ${fault.message}` : fault.message };
}

export function chatFault(fault: VendorFault, { types, status }: StatusTypes, code: string | null): JsonRecord {
  const { type: said, param = null, code: own, ...members } = fault.members;
  if (fault.dialect !== null && fault.dialect !== 'anthropic-messages') {
    const type = stringOf(said) ?? (said === null ? null : (types[status] ?? null));
    return { ...members, message: fault.message, type, param, code: own ?? null };
  }
  return {
    ...members,
    message: fault.message,
    type: (status < 500 ? types[status] : undefined) ?? chatErrorType(fault.type),
    param,
    code: (fault.means === undefined ? code : CHAT_CODES[fault.means]) ?? stringOf(own) ?? fault.type,
  };
}

/** A member that says nothing has no place in a dialect that does not know it. */
const withoutNulls = (members: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
