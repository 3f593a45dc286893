// AWS event-stream framing, written from the specification and apart from the product's reader, which it tests:
// total length, header length, CRC-32 of those, headers (one-byte name length, name, type 7, two-byte value length,
// value), payload, CRC-32 of all before. https://smithy.io/2.0/aws/amazon-eventstream.html
import { crc32 } from 'node:zlib';

const STRING_TYPE = 7;
const PRELUDE_BYTES = 12;
const TRAILER_BYTES = 4;

/** One message. Header values are strings; names and values are short. */
export function encodeEventStream(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const key = Buffer.from(name);
    const text = Buffer.from(value);
    const head = Buffer.alloc(1 + key.length + 3);
    head.writeUInt8(key.length, 0);
    key.copy(head, 1);
    head.writeUInt8(STRING_TYPE, 1 + key.length);
    head.writeUInt16BE(text.length, 2 + key.length);
    parts.push(head, text);
  }
  const head = Buffer.concat(parts);
  const total = PRELUDE_BYTES + head.length + payload.length + TRAILER_BYTES;
  const out = Buffer.allocUnsafe(total);
  out.writeUInt32BE(total, 0);
  out.writeUInt32BE(head.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  head.copy(out, PRELUDE_BYTES);
  payload.copy(out, PRELUDE_BYTES + head.length);
  out.writeUInt32BE(crc32(out.subarray(0, total - TRAILER_BYTES)), total - TRAILER_BYTES);
  return out;
}

const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const CHUNK = { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' };

/** A chunk of InvokeModelWithResponseStream: the model's payload in base64, padded so that its length tells nothing. */
export function encodeChunk(json: string, n: number): Buffer {
  const body = JSON.stringify({
    bytes: Buffer.from(json).toString('base64'),
    p: PADDING.slice(0, 1 + ((n * 17) % PADDING.length)),
  });
  return encodeEventStream(CHUNK, Buffer.from(body));
}

/** A modelled exception inside the stream, `throttlingException` and its like. */
export function encodeException(type: string, message: string): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return encodeEventStream(headers, Buffer.from(JSON.stringify({ message })));
}

/** An event of ConverseStream by its name, the payload as it is. */
export const encodeEvent = (type: string, json: string): Buffer =>
  encodeEventStream(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(json),
  );
