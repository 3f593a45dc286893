// One message of Bedrock's event stream as the SSE event inside it. The `bytes` member is base64 of the very JSON that
// the model server wrote; it goes into `data:` byte for byte. Exceptions become classified failures.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
import type { EventStreamMessage, SseEvent } from '@weighbridge/dialects';
import type { Classified } from './cloud.ts';
import { asClassified, classifyFailure, type TypeRules } from './verdict.ts';

/** `event:` is the payload's own `type`; a payload that spans lines takes one `data:` line each, as SSE requires. */
export function unwrapChunk(message: EventStreamMessage, types: TypeRules): SseEvent | Classified | null {
  const kind = message.headers[':message-type'] ?? 'event';
  if (kind === 'exception') return inStream(message.headers[':exception-type'] ?? 'unknown', message.payload, types);
  if (kind === 'error') {
    const text = JSON.stringify({ message: message.headers[':error-message'] ?? '' });
    return inStream(message.headers[':error-code'] ?? 'unknown', Buffer.from(text), types);
  }
  if (message.headers[':event-type'] !== 'chunk') return null;
  const payload = chunkBytes(message.payload);
  if (payload === null) return malformed('a chunk without readable `bytes`');
  const data = payload.toString('utf8');
  const type = payloadType(data);
  if (type === null) return malformed('a chunk whose bytes are not a JSON object with a `type`');
  return { raw: frame(type, payload, data), event: type, data };
}

function chunkBytes(payload: Buffer): Buffer | null {
  const parsed = parseObject(payload.toString('utf8'));
  const bytes = parsed?.['bytes'];
  if (typeof bytes !== 'string' || bytes === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(bytes)) return null;
  return Buffer.from(bytes, 'base64');
}

const LEADING_TYPE = /^\{"type":"([a-z_]{1,40})"[,}]/;

/** The fast path reads the first member; anything unusual is parsed whole. */
function payloadType(data: string): string | null {
  const leading = LEADING_TYPE.exec(data);
  if (leading !== null && data.endsWith('}')) return leading[1] ?? null;
  const type = parseObject(data)?.['type'];
  return typeof type === 'string' && /^[\w.-]{1,64}$/.test(type) ? type : null;
}

function frame(type: string, payload: Buffer, data: string): Buffer {
  if (!/[\r\n]/.test(data)) return Buffer.concat([Buffer.from(`event: ${type}\ndata: `), payload, Buffer.from('\n\n')]);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return Buffer.from(`event: ${type}\n${lines.join('')}\n`);
}

export function inStream(name: string, payload: Buffer, types: TypeRules): Classified {
  const type = /^\w{1,80}$/.test(name) ? name : 'unknown';
  // Streams spell exceptions with a small first letter (`throttlingException`), responses with a capital.
  const exception = type.charAt(0).toUpperCase() + type.slice(1);
  const failure = { status: 0, headers: { 'x-amzn-errortype': exception }, body: payload.toString('utf8') };
  return classifyFailure(failure, types, 'x-amzn-errortype');
}

function malformed(what: string): Classified {
  return asClassified(
    'malformed',
    { type: 'malformed_chunk', code: '', message: `the stream held ${what}` },
    { status: 0, headers: {}, body: '' },
  );
}

/** Parsed JSON object; null for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
