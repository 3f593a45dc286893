// The response to a request that came whole, written straight to its connection: no stream between the two, one write for a head
// and what comes with it, one for each piece of a stream. What it writes is what Node's own response writes, byte for byte.
import { EventEmitter } from 'node:events';
import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { CallResponse, RawHeaders } from '../pipeline/call-exchange.ts';
import type { InFlight } from '../pipeline/in-flight.ts';
import { withChunk } from './chunk.ts';
import { connectionLines, dateText, fieldLines } from './head-lines.ts';

/** Whose response it is. */
export interface ResponseOwner {
  readonly socket: Socket;
  /** The response is complete. `closes`: it said that the connection ends with it. */
  answered(closes: boolean): void;
}

export class WholeResponse extends EventEmitter implements CallResponse {
  call: InFlight | null = null;
  chunkedEncoding = false;
  /** Null once it has ended, and where nobody is answered. */
  #owner: ResponseOwner | null;
  /** Waits for the first byte of the body. */
  #head = '';
  #closes = false;

  /** `owner`: null for a call that nobody waits for; what is written then goes nowhere. */
  constructor(owner: ResponseOwner | null) {
    super();
    this.#owner = owner;
  }

  get socket(): Socket | null {
    return this.#owner?.socket ?? null;
  }

  get writableLength(): number {
    return this.#owner?.socket.writableLength ?? 0;
  }

  /** Throws what Node throws for a header that is none. */
  writeHead(status: number, headers: RawHeaders): void {
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    const list = fieldLines(headers);
    if (list === null) return this.#writeUnusual(line, headers);
    this.chunkedEncoding = !list.hasLength;
    this.#head = `${line}${list.lines}${connectionLines(BOUNDS.client_keep_alive_ms, list.hasLength)}`;
  }

  writeContinue(): void {
    // The body is here.
  }

  write(bytes: Buffer): void {
    const socket = this.#owner?.socket;
    if (socket === undefined) return;
    const head = this.#takeHead();
    const chunked = this.chunkedEncoding && bytes.length > 0;
    if (chunked && bytes.length <= BOUNDS.one_write_bytes) {
      socket.write(withChunk(head, bytes));
      return;
    }
    socket.cork();
    socket.write(chunked ? `${head}${bytes.length.toString(16)}\r\n` : head, 'latin1');
    socket.write(bytes);
    if (chunked) socket.write('\r\n', 'latin1');
    socket.uncork();
  }

  end(last: Buffer | string = '', _encoding?: 'latin1'): void {
    const owner = this.#owner;
    if (owner === null) return;
    if (typeof last === 'string') {
      const head = this.#takeHead();
      owner.socket.write(this.chunkedEncoding ? `${head}${lastChunks(last)}` : `${head}${last}`, 'latin1');
    } else {
      owner.socket.cork();
      this.write(last);
      if (this.chunkedEncoding) owner.socket.write(END_OF_CHUNKS, 'latin1');
      owner.socket.uncork();
    }
    this.#owner = null;
    owner.answered(this.#closes);
  }

  override once(event: 'close' | 'drain', listener: () => void): this {
    if (event === 'close') return super.once(event, listener);
    this.#owner?.socket.once('drain', listener);
    return this;
  }

  /** Its connection has closed before it was complete. */
  cut(): void {
    this.#owner = null;
    this.emit('close');
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  /** A head with a header that decides on the connection, or with a value beyond ASCII. */
  #writeUnusual(line: string, headers: RawHeaders): void {
    const named = new Set<string>();
    let lines = line;
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const [name = '', value = ''] = [headers[at], headers[at + 1]];
      validateHeaderName(name);
      validateHeaderValue(name, value);
      named.add(name.toLowerCase());
      if (name.toLowerCase() === 'connection') this.#closes = /\bclose\b/i.test(value);
      lines += `${name}: ${value}\r\n`;
    }
    const hasLength = named.has('content-length');
    this.chunkedEncoding = !hasLength;
    const own = named.has('connection')
      ? `${named.has('date') ? '' : `Date: ${dateText(Date.now())}\r\n`}${hasLength ? '' : 'Transfer-Encoding: chunked\r\n'}\r\n`
      : connectionLines(BOUNDS.client_keep_alive_ms, hasLength);
    this.#head = `${lines}${own}`;
  }
}

const END_OF_CHUNKS = '0\r\n\r\n';

/** RFC 9112, section 7.1. */
const lastChunks = (last: string): string =>
  last === '' ? END_OF_CHUNKS : `${last.length.toString(16)}\r\n${last}\r\n${END_OF_CHUNKS}`;
