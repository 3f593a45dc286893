// Finds message borders in raw HTTP/1.1 bytes, for both ends of the bench. It does only what measuring needs (fixed and
// chunked bodies, any split of the input), because a full HTTP stack at the ends would cost more than what is measured.
import assert from 'node:assert/strict';

/** Gets the parts of each message in order. `head` is the start line and headers without the blank line. */
export interface MessageSink {
  head(head: string): void;
  body(bytes: Buffer): void;
  end(): void;
}

const HEAD_LIMIT = 65_536;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const EMPTY = Buffer.alloc(0);

type State = 'head' | 'fixed' | 'size' | 'chunk' | 'gap' | 'trailer';

export class MessageScanner {
  readonly #sink: MessageSink;
  #state: State = 'head';
  #left: Buffer = EMPTY;
  #remaining = 0;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at: Buffer = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    this.#left = EMPTY;
    while (at.length > 0) {
      const rest = this.#step(at);
      if (rest === null) {
        assert.ok(at.length <= HEAD_LIMIT, 'an HTTP head or chunk line over 64 KiB');
        this.#left = at;
        return;
      }
      at = rest;
    }
  }

  /** Consumes what it can of `at`; null when more bytes are needed. */
  #step(at: Buffer): Buffer | null {
    if (this.#state === 'head') return this.#head(at);
    if (this.#state === 'fixed' || this.#state === 'chunk') return this.#bytes(at);
    return this.#line(at);
  }

  #head(at: Buffer): Buffer | null {
    const end = at.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const head = at.toString('latin1', 0, end);
    this.#sink.head(head);
    const length = CONTENT_LENGTH.exec(head);
    if (length !== null) {
      this.#remaining = Number(length[1]);
      this.#state = 'fixed';
      if (this.#remaining === 0) this.#finish();
    } else if (CHUNKED.test(head)) this.#state = 'size';
    else this.#finish();
    return at.subarray(end + 4);
  }

  #bytes(at: Buffer): Buffer {
    const take = Math.min(at.length, this.#remaining);
    this.#sink.body(take === at.length ? at : at.subarray(0, take));
    this.#remaining -= take;
    if (this.#remaining === 0) {
      if (this.#state === 'fixed') this.#finish();
      else this.#state = 'gap';
    }
    return at.subarray(take);
  }

  /** A chunk's size, the line break after a chunk, or a trailer line. */
  #line(at: Buffer): Buffer | null {
    const end = at.indexOf('\r\n');
    if (end < 0) return null;
    if (this.#state === 'gap') this.#state = 'size';
    else if (this.#state === 'size') {
      this.#remaining = Number.parseInt(at.toString('latin1', 0, end), 16);
      assert.ok(Number.isSafeInteger(this.#remaining), 'a chunk size that is not a number');
      this.#state = this.#remaining === 0 ? 'trailer' : 'chunk';
    } else if (end === 0) this.#finish();
    return at.subarray(end + 2);
  }

  #finish(): void {
    this.#state = 'head';
    this.#sink.end();
  }
}

/** Microseconds of the machine's monotonic clock: the same in every process of one machine. */
export const monotonicMicros = (): number => {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + nanos / 1e3;
};
