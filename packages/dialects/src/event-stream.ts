// AWS event streams (`application/vnd.amazon.eventstream`), read incrementally and encoded. A message is given out only
// after both of its checksums hold, and nothing is sized from a length that has not been checked first.
// https://smithy.io/2.0/aws/amazon-eventstream.html
import { crc32 } from 'node:zlib';
import { AppError, LIMITS, toAppError } from '@weighbridge/kernel';
import type { EventStreamMessage } from './types.ts';

/** Total length, headers length, prelude checksum: 4 bytes each. The message checksum closes it. */
const PRELUDE_BYTES = 12;
const CLOSING_BYTES = 4;
/** The format's own bound on headers. */
const HEADERS_LIMIT_BYTES = 128 * 1024;

const malformed = (what: string): AppError => new AppError('UPSTREAM_MALFORMED', `the upstream event stream ${what}`);

/**
 * Reads a stream chunk by chunk. Throws `UPSTREAM_MALFORMED` on a wrong checksum, a length out of bounds
 * (`LIMITS.frame_bytes`), a header that does not parse, or an end inside a message; what stood whole before it in the same
 * chunk is given out first, and the next call throws.
 */
export class EventStreamReader {
  readonly #limit: number;
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;
  #lastBytes: Buffer = Buffer.alloc(0);
  #lastHeaders: Readonly<Record<string, string>> = Object.freeze({});
  #broken: AppError | null = null;

  constructor(limit: number = LIMITS.frame_bytes) {
    this.#limit = limit;
  }

  /** What is whole by now. After it, `broken` says whether the stream can be read on. */
  push(chunk: Uint8Array): EventStreamMessage[] {
    if (this.#broken !== null) throw this.#broken;
    const fresh = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const buffer = this.#heldBytes === 0 ? fresh : this.#join(fresh);
    const messages: EventStreamMessage[] = [];
    let from = 0;
    try {
      while (buffer.length - from >= PRELUDE_BYTES) {
        const total = this.#totalBytes(buffer, from);
        if (buffer.length - from < total) break;
        messages.push(this.#read(buffer.subarray(from, from + total)));
        from += total;
      }
    } catch (error) {
      this.#broken = toAppError(error);
      if (messages.length === 0) throw error;
      return messages;
    }
    this.#keep(buffer, from);
    return messages;
  }

  /** Why nothing more can be read, once what came before was given out; null while all is well. */
  get broken(): AppError | null {
    return this.#broken;
  }

  /** Must be called when the stream ends: half a message is an error, not a silence. */
  end(): void {
    if (this.#broken !== null) throw this.#broken;
    if (this.#heldBytes > 0) throw malformed(`ended inside a message (${this.#heldBytes} bytes of it had arrived)`);
  }

  #join(fresh: Buffer): Buffer {
    const needed = this.#heldBytes + fresh.length;
    if (this.#held.length < needed) {
      const grown = Buffer.allocUnsafe(needed * 2);
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    fresh.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
    return this.#held.subarray(0, needed);
  }

  #keep(buffer: Buffer, from: number): void {
    const rest = buffer.length - from;
    if (this.#heldBytes > 0 && from === 0) return;
    // Messages given out are views of the old buffer, so what is left moves to a new one.
    this.#held = rest === 0 ? Buffer.alloc(0) : Buffer.from(buffer.subarray(from));
    this.#heldBytes = rest;
  }

  #totalBytes(buffer: Buffer, from: number): number {
    if (crc32(buffer.subarray(from, from + 8)) !== buffer.readUInt32BE(from + 8)) {
      throw malformed('has a message whose prelude checksum is wrong');
    }
    const total = buffer.readUInt32BE(from);
    const headers = buffer.readUInt32BE(from + 4);
    if (total > this.#limit) throw malformed(`has a message of ${total} bytes; the limit is ${this.#limit}`);
    if (headers > HEADERS_LIMIT_BYTES || total < PRELUDE_BYTES + headers + CLOSING_BYTES) {
      throw malformed(`has a message whose lengths do not fit (${total} in all, ${headers} of headers)`);
    }
    return total;
  }

  #read(message: Buffer): EventStreamMessage {
    const closing = message.length - CLOSING_BYTES;
    if (crc32(message.subarray(0, closing)) !== message.readUInt32BE(closing)) {
      throw malformed('has a message whose checksum is wrong');
    }
    const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
    return {
      raw: message,
      headers: this.#headersOf(message.subarray(PRELUDE_BYTES, headersEnd)),
      payload: message.subarray(headersEnd, closing),
    };
  }

  /** Nearly all messages of a stream carry the same headers: they are read once. */
  #headersOf(bytes: Buffer): Readonly<Record<string, string>> {
    if (bytes.equals(this.#lastBytes)) return this.#lastHeaders;
    this.#lastHeaders = Object.freeze(readHeaders(bytes));
    this.#lastBytes = Buffer.from(bytes);
    return this.#lastHeaders;
  }
}

function readHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < bytes.length) {
    const nameBytes = bytes[at] ?? 0;
    const typeAt = at + 1 + nameBytes;
    if (nameBytes === 0 || typeAt >= bytes.length) throw malformed('has a header whose name does not fit');
    const name = bytes.toString('utf8', at + 1, typeAt);
    const [value, next] = readHeaderValue(bytes, typeAt);
    Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
    at = next;
  }
  return headers;
}

/** Fixed sizes by type; types 6 and 7 carry their own 16-bit length. */
const FIXED_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

/** Every type as text: booleans `true`/`false`, integers decimal, bytes base64, time ISO 8601, UUID in its usual form. */
function readHeaderValue(bytes: Buffer, typeAt: number): [string, number] {
  const type = bytes[typeAt] ?? -1;
  let start = typeAt + 1;
  let size = FIXED_BYTES[type];
  if (type === 6 || type === 7) {
    if (start + 2 > bytes.length) throw malformed('has a header value cut short');
    size = bytes.readUInt16BE(start);
    start += 2;
  }
  if (size === undefined) throw malformed(`has a header of unknown type ${type}`);
  const end = start + size;
  if (end > bytes.length) throw malformed('has a header value cut short');
  return [headerText(bytes, type, start, end), end];
}

function headerText(bytes: Buffer, type: number, start: number, end: number): string {
  switch (type) {
    case 0:
      return 'true';
    case 1:
      return 'false';
    case 2:
      return String(bytes.readInt8(start));
    case 3:
      return String(bytes.readInt16BE(start));
    case 4:
      return String(bytes.readInt32BE(start));
    case 5:
      return String(bytes.readBigInt64BE(start));
    case 6:
      return bytes.toString('base64', start, end);
    case 7:
      return bytes.toString('utf8', start, end);
    case 8:
      return timeText(bytes.readBigInt64BE(start));
    default:
      return bytes.toString('hex', start, end).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

/** Milliseconds since the epoch as ISO 8601; beyond what a date can say, the number itself. */
function timeText(milliseconds: bigint): string {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

/** A header value to encode. A plain string is type 7, a boolean 0 or 1; the rest name their type. */
export type EventStreamHeaderValue =
  | string
  | boolean
  | { readonly byte: number }
  | { readonly short: number }
  | { readonly int: number }
  | { readonly long: bigint }
  | { readonly bytes: Uint8Array }
  | { readonly time: Date }
  | { readonly uuid: string };

/** One message as bytes, both checksums included. Throws `BAD_REQUEST` when a header or the whole exceeds the format. */
export function encodeEventStreamMessage(
  headers: Readonly<Record<string, EventStreamHeaderValue>>,
  payload: Uint8Array,
): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name, 'utf8');
    if (nameBytes.length === 0 || nameBytes.length > 255) {
      throw new AppError(
        'BAD_REQUEST',
        `the event-stream header name "${name.slice(0, 40)}" is not 1 to 255 bytes long`,
      );
    }
    parts.push(Buffer.of(nameBytes.length), nameBytes, encodeHeaderValue(value));
  }
  const headerBytes = Buffer.concat(parts);
  if (headerBytes.length > HEADERS_LIMIT_BYTES) {
    throw new AppError('BAD_REQUEST', `event-stream headers are at most ${HEADERS_LIMIT_BYTES} bytes`);
  }
  const total = PRELUDE_BYTES + headerBytes.length + payload.length + CLOSING_BYTES;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headerBytes.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headerBytes.copy(message, PRELUDE_BYTES);
  message.set(payload, PRELUDE_BYTES + headerBytes.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - CLOSING_BYTES)), total - CLOSING_BYTES);
  return message;
}

function encodeHeaderValue(value: EventStreamHeaderValue): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 0 : 1);
  if (typeof value === 'string') return sized(7, Buffer.from(value, 'utf8'));
  if ('bytes' in value) return sized(6, value.bytes);
  if ('uuid' in value) return Buffer.concat([Buffer.of(9), Buffer.from(value.uuid.replaceAll('-', ''), 'hex')]);
  const buffer = Buffer.alloc(9);
  if ('byte' in value) return buffer.subarray(0, buffer.writeInt8(value.byte, buffer.writeUInt8(2, 0)));
  if ('short' in value) return buffer.subarray(0, buffer.writeInt16BE(value.short, buffer.writeUInt8(3, 0)));
  if ('int' in value) return buffer.subarray(0, buffer.writeInt32BE(value.int, buffer.writeUInt8(4, 0)));
  if ('long' in value) return buffer.subarray(0, buffer.writeBigInt64BE(value.long, buffer.writeUInt8(5, 0)));
  return buffer.subarray(0, buffer.writeBigInt64BE(BigInt(value.time.getTime()), buffer.writeUInt8(8, 0)));
}

function sized(type: number, bytes: Uint8Array): Buffer {
  if (bytes.length > 65_535) throw new AppError('BAD_REQUEST', 'an event-stream header value is at most 65,535 bytes');
  const head = Buffer.alloc(3);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
