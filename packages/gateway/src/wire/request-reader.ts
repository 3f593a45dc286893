// Says what stands at the beginning of some bytes of a client: a request that is whole and ordinary, the beginning of one, or
// anything else, which is left to Node's own server. Its judge is Node's own parser in its strict mode, given one head at a time:
// nothing is carried from one request to the next, so nothing of one can be taken for another.
import { LIMITS } from '@weighbridge/kernel';
import { HttpParser, type RequestReader as HeadReader } from './http-parser.ts';

export interface Whole {
  readonly as: 'whole';
  /** Path and query. */
  readonly url: string;
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Bytes of it all; what follows belongs to the next request. */
  readonly bytes: number;
}

export type Standing =
  | Whole
  /** Its head is there, and it is whole with so many bytes. */
  | { readonly as: 'part'; readonly bytes: number }
  | { readonly as: 'other' };

export class RequestReader implements HeadReader {
  readonly #takes: (url: string) => boolean;
  #parser = new HttpParser(this, LIMITS.header_bytes);
  // What the parser said of the head that it was given.
  #heads = 0;
  #complete = false;
  #ordinary = false;
  #url = '';
  #rawHeaders: readonly string[] = [];

  /** `takes`: whether a target is one that is served from here. */
  constructor(takes: (url: string) => boolean) {
    this.#takes = takes;
  }

  read(bytes: Buffer): Standing {
    const headBytes = bytes.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
    if (headBytes < END_OF_HEAD.length || !this.#isOrdinary(bytes.subarray(0, headBytes))) return OTHER;
    const length = bodyLength(this.#rawHeaders);
    if (length === null || !this.#takes(this.#url)) return OTHER;
    const whole = headBytes + length;
    if (whole > bytes.length) return { as: 'part', bytes: whole };
    const body = bytes.subarray(headBytes, whole);
    return { as: 'whole', url: this.#url, rawHeaders: this.#rawHeaders, body, bytes: whole };
  }

  /** Whether it is one head and nothing else, of a request that asks nothing of the connection. */
  #isOrdinary(head: Buffer): boolean {
    this.#heads = 0;
    this.#complete = false;
    const taken = this.#parser.execute(head);
    if (taken === head.length && this.#heads === 1 && this.#complete && this.#ordinary) return true;
    // It may have stopped within, or have seen the end of its connection.
    this.#parser.close();
    this.#parser = new HttpParser(this, LIMITS.header_bytes);
    return false;
  }

  /** Once no more is read. */
  close(): void {
    this.#parser.close();
  }

  // --- the parser

  requestHead(
    method: string,
    url: string,
    headers: string[],
    minor: number,
    upgrade: boolean,
    keepAlive: boolean,
  ): false {
    this.#heads += 1;
    this.#url = url;
    this.#rawHeaders = headers;
    this.#ordinary = minor === 1 && method === 'POST' && !upgrade && keepAlive;
    // The body is taken by its length, which is the only framing that is ordinary here.
    return false;
  }

  body(): void {
    this.#ordinary = false;
  }

  complete(): void {
    this.#complete = true;
  }
}

const OTHER: Standing = { as: 'other' };
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Headers by which a request asks for a framing or a treatment of its own. */
const UNUSUAL = new Set(['transfer-encoding', 'expect', 'upgrade', 'connection', 'trailer']);

/** How long the body is that the head announces; null where it does not say so in the ordinary way. */
function bodyLength(rawHeaders: readonly string[]): number | null {
  let length: number | null = null;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    if (name === 'content-length') {
      if (length !== null || !LENGTH.test(value)) return null;
      length = Number(value);
    } else if (UNUSUAL.has(name) && !(name === 'connection' && value.toLowerCase() === 'keep-alive')) {
      return null;
    }
  }
  return length;
}

const LENGTH = /^\d{1,9}$/;
