// W3C trace context (https://www.w3.org/TR/trace-context/), in and out. What a caller sends is taken only as a whole that is
// well-formed; else it is dropped, as the specification asks, and counted. Span ids follow from a receipt's id, so that what
// a seller is sent, what a collector gets later and what stands in the log name the same spans without being kept.
import { createHash } from 'node:crypto';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The caller's own span: 16 hexadecimal digits. */
  readonly parentId: string;
  /** Two digits; 01: the caller may have recorded it. */
  readonly flags: string;
  /** What systems before us attached, verbatim; '' where nothing well-formed came. */
  readonly state: string;
}

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
/** Of a trace that begins here; whether it is recorded is settled later, so it may be. */
const FLAGS = '01';

const STATE_CHARS_MOST = 512;
const STATE_MEMBERS_MOST = 32;
const MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Null: it is malformed. Of an unknown version what the known one says of it is read. */
export function readTraceParent(header: string): Omit<TraceContext, 'state'> | null {
  const [, version, traceId, parentId, flags, more] = PARENT.exec(header) ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  return ZEROS.test(traceId) || ZEROS.test(parentId)
    ? null
    : { traceId, parentId, flags: version === '00' ? flags : FLAGS };
}

/** Null: it is malformed. Members that are empty are allowed, and left out. */
export function readTraceState(header: string): string | null {
  if (header.length > STATE_CHARS_MOST) return null;
  const members = header
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  const names = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  if (members.length > STATE_MEMBERS_MOST || names.size < members.length) return null;
  return members.every((member) => MEMBER.test(member)) ? members.join(',') : null;
}

const digest = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, bytes * 2);

/** Trace of a call that came without one: always the same for the same receipt. */
export const ownTraceId = (receipt: string): string => digest(`trace ${receipt}`, 16);

/** Span of a call, or of one of its attempts. */
export const spanIdOf = (receipt: string, attempt?: number): string => digest(`span ${receipt} ${attempt ?? ''}`, 8);

/** What a seller is sent with an attempt: names and values in turn. */
export function traceHeaders(receipt: string, attempt: number, trace: TraceContext | null): readonly string[] {
  const { traceId = ownTraceId(receipt), flags = FLAGS, state = '' } = trace ?? {};
  const parent = ['traceparent', `00-${traceId}-${spanIdOf(receipt, attempt)}-${flags}`];
  return state === '' ? parent : [...parent, 'tracestate', state];
}
