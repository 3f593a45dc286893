// Server-sent events, read incrementally and without touching a byte: the concatenation of every event's `raw` is the
// input, so that same-dialect answers can be forwarded as they came. Event ends are found on bytes (LF, CR and CRLF
// alike), which survives any split, inside a UTF-8 character included; names and data are decoded only when asked for.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { SseEvent } from './types.ts';

const LF = 10;
const CR = 13;
const BOM = '\uFEFF';

/**
 * One event. `event` and `data` are decoded on first use and kept. Where the event lies within a chunk, `text` is that
 * chunk with one character per byte and the event is at `[from, to)`: a tap looks there without decoding anything.
 */
export class SseFrame implements SseEvent {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** True for what was left when the stream ended inside an event. */
  readonly incomplete: boolean;
  readonly #chunk: Buffer;
  #raw: Buffer | undefined;
  #event: string | undefined;
  #data: string | undefined;

  constructor(chunk: Buffer, text: string, from: number, to: number, incomplete = false) {
    this.#chunk = chunk;
    this.text = text;
    this.from = from;
    this.to = to;
    this.incomplete = incomplete;
  }

  get raw(): Buffer {
    this.#raw ??= this.#chunk.subarray(this.from, this.to);
    return this.#raw;
  }

  get event(): string {
    if (this.#event === undefined) this.#read();
    return this.#event ?? '';
  }

  get data(): string {
    if (this.#data === undefined) this.#read();
    return this.#data ?? '';
  }

  #read(): void {
    const fields = readFields(this.raw);
    this.#event = fields.event;
    this.#data = fields.data;
  }
}

/** An event that was made elsewhere (an unwrapped event-stream message), with its bytes as text. */
export function frameOf(event: SseEvent): SseFrame {
  if (event instanceof SseFrame) return event;
  const raw = event.raw;
  return new SseFrame(raw, raw.toString('latin1'), 0, raw.length);
}

/** `event:` and joined `data:` of one event's bytes; comments, `id:`, `retry:` and unknown fields have no say here. */
function readFields(raw: Buffer): { event: string; data: string } {
  const text = raw.toString('utf8');
  let event = '';
  let data: string | undefined;
  let at = 0;
  // Line ends before the first line belong to the event before, or to nothing: which of the two depends on the split.
  while (text.charCodeAt(at) === LF || text.charCodeAt(at) === CR) at += 1;
  if (text.startsWith(BOM, at)) at += 1;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    at = end + (text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? 2 : 1);
    if (line.startsWith('data')) {
      const value = fieldValue(line, 4);
      if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
    } else if (line.startsWith('event')) {
      event = fieldValue(line, 5) ?? event;
    }
  }
  return { event, data: data ?? '' };
}

function lineEnd(text: string, from: number): number {
  const lf = text.indexOf('\n', from);
  const end = lf === -1 ? text.length : lf;
  const cr = text.indexOf('\r', from);
  return cr === -1 || cr > end ? end : cr;
}

/** Value of a field whose name ends at `at`; undefined when the line is another field that merely starts alike. */
function fieldValue(line: string, at: number): string | undefined {
  if (line.length === at) return '';
  if (line.charCodeAt(at) !== 58) return undefined;
  return line.charCodeAt(at + 1) === 32 ? line.slice(at + 2) : line.slice(at + 1);
}

/**
 * Reads a stream chunk by chunk. An event lying within one chunk is a view of it (no copy): keep chunks unchanged.
 * Throws `UPSTREAM_MALFORMED` when an event exceeds `limit` bytes (`LIMITS.frame_bytes`).
 *
 * When a chunk ends between the CR and the LF of a closing blank line, the event is given out at once and the LF leads
 * the next event's `raw` (or comes out of `end()` alone): waiting for it would hold back the last event of a stream.
 */
export class SseReader {
  readonly #limit: number;
  #held: Buffer | undefined;
  #heldBytes = 0;
  // Where the scan stands between chunks: at the start of a line, just after a CR, and whether a line has begun.
  #atLineStart = true;
  #afterCr = false;
  #begun = false;

  constructor(limit: number = LIMITS.frame_bytes) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): SseEvent[] {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const text = buffer.toString('latin1');
    const events: SseEvent[] = [];
    const plain = !this.#afterCr && !text.includes('\r');
    let from = 0;
    while (from < text.length) {
      const end = plain ? this.#plainEnd(text, from) : this.#anyEnd(text, from);
      if (end === -1) {
        this.#hold(buffer, from);
        return events;
      }
      events.push(this.#take(buffer, text, from, end));
      from = end;
    }
    return events;
  }

  /** What is left when the stream ends: an event without its blank line is given out with `incomplete`. */
  end(): SseEvent[] {
    if (this.#heldBytes === 0) return [];
    const incomplete = this.#begun;
    const raw = this.#held!.subarray(0, this.#heldBytes);
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#reset();
    return [new SseFrame(raw, raw.toString('latin1'), 0, raw.length, incomplete)];
  }

  /** Index after the event's blank line in a chunk that has no CR; -1 when it is not there yet. */
  #plainEnd(text: string, from: number): number {
    let at = from;
    if (this.#atLineStart) {
      if (this.#begun && text.charCodeAt(at) === LF) return at + 1;
      if (!this.#begun) while (text.charCodeAt(at) === LF) at += 1;
      if (at >= text.length) return -1;
    }
    this.#begun = true;
    const found = text.indexOf('\n\n', at);
    if (found !== -1) return found + 2;
    this.#atLineStart = text.charCodeAt(text.length - 1) === LF;
    return -1;
  }

  /** The same for any line ends, byte by byte. */
  #anyEnd(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false;
        continue;
      }
      this.#afterCr = byte === CR;
      if (byte !== LF && byte !== CR) {
        this.#atLineStart = false;
        this.#begun = true;
        continue;
      }
      const blank = this.#atLineStart && this.#begun;
      this.#atLineStart = true;
      if (!blank) continue;
      if (byte === CR && text.charCodeAt(at + 1) === LF) {
        this.#afterCr = false;
        return at + 2;
      }
      return at + 1;
    }
    return -1;
  }

  #hold(buffer: Buffer, from: number): void {
    const needed = this.#heldBytes + buffer.length - from;
    this.#check(needed);
    if (this.#held === undefined || this.#held.length < needed) {
      const grown = Buffer.allocUnsafe(Math.max(needed * 2, 512));
      this.#held?.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    buffer.copy(this.#held, this.#heldBytes, from);
    this.#heldBytes = needed;
  }

  #take(buffer: Buffer, text: string, from: number, end: number): SseEvent {
    this.#check(this.#heldBytes + end - from);
    this.#reset();
    if (this.#heldBytes === 0) return new SseFrame(buffer, text, from, end);
    const head = this.#held!.subarray(0, this.#heldBytes);
    this.#held = undefined;
    this.#heldBytes = 0;
    const raw = Buffer.concat([head, buffer.subarray(from, end)]);
    return new SseFrame(raw, raw.toString('latin1'), 0, raw.length);
  }

  #reset(): void {
    this.#atLineStart = true;
    this.#begun = false;
  }

  #check(bytes: number): void {
    if (bytes <= this.#limit) return;
    throw new AppError('UPSTREAM_MALFORMED', `one event of the upstream stream is larger than ${this.#limit} bytes`, {
      details: { limit_bytes: this.#limit },
    });
  }
}

/** One event as bytes. `event` empty: no `event:` line. A `data` of several lines becomes several `data:` lines. */
export function encodeSse(event: string, data: string): Buffer {
  const name = event === '' ? '' : `event: ${event}\n`;
  const lines = data.includes('\n') || data.includes('\r') ? data.split(/\r\n|\r|\n/).join('\ndata: ') : data;
  return Buffer.from(`${name}data: ${lines}\n\n`, 'utf8');
}
