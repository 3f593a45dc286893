// The server's response, which knows the call it belongs to (so that one listener serves all of them) and lays out its head
// itself: Node tests each name and value by a pattern before it writes them, which for our dozen headers costs as much as all else
// that the response does. Byte for byte it is Node's own head; what is out of the ordinary is left to Node.
import { ServerResponse } from 'node:http';
import type { InFlight } from './in-flight.ts';
import type { LaneRequest } from './lane-request.ts';

/** What Node's own layout of a head reads and sets. */
interface Laid {
  _storeHeader(this: LaneResponse, line: string, headers: unknown): void;
}
interface Head {
  _header: string;
  _headerSent: boolean;
  _hasBody: boolean;
  _keepAliveTimeout: number;
  _maxRequestsPerSocket: number | null;
}

const node = ServerResponse.prototype as unknown as Laid;

export class LaneResponse extends ServerResponse<LaneRequest> {
  call: InFlight | null = null;

  /** Called by `writeHead` with the status line and the raw list. */
  _storeHeader(line: string, headers: unknown): void {
    const head = this as unknown as Head;
    const list = this.#lives(head) ? fieldLines(headers) : null;
    if (list === null) return node._storeHeader.call(this, line, headers);
    const { lines, hasLength } = list;
    this.chunkedEncoding = !hasLength;
    head._header =
      `${line}${lines}Date: ${dateText(Date.now())}\r\nConnection: keep-alive\r\n` +
      `${keepAliveText(head._keepAliveTimeout)}${hasLength ? '' : 'Transfer-Encoding: chunked\r\n'}\r\n`;
    head._headerSent = false;
  }

  /** A body follows, and the connection outlives it, as nearly always. */
  #lives({ _hasBody: body, _maxRequestsPerSocket: most }: Head): boolean {
    return body && this.shouldKeepAlive && this.useChunkedEncodingByDefault && this.sendDate && !most;
  }
}

/** The lines of a raw list; null where it holds a header that decides on the connection, or a value that Node should see. */
function fieldLines(headers: unknown): { readonly lines: string; readonly hasLength: boolean } | null {
  if (!Array.isArray(headers)) return null;
  const list: readonly unknown[] = headers;
  let lines = '';
  let hasLength = false;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const [name, value] = [list[at], list[at + 1]];
    if (typeof name !== 'string' || typeof value !== 'string' || !isPlain(value)) return null;
    if (!isName(name) || DECISIVE.has(name)) return null;
    if (name === 'content-length') hasLength = true;
    lines += `${name}: ${value}\r\n`;
  }
  return { lines, hasLength };
}

/** Headers by which Node decides on the connection, the framing or a line of its own. */
const DECISIVE = new Set(['connection', 'transfer-encoding', 'trailer', 'expect', 'date', 'content-disposition']);

/** A field name in lower case. */
function isName(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!((code >= LOWER_A && code <= LOWER_Z) || code === HYPHEN || (code >= DIGIT_0 && code <= DIGIT_9)))
      return false;
  }
  return text.length > 0;
}

/** Printable ASCII: nothing in it can end the line. */
function isPlain(text: string): boolean {
  // A pattern is faster, once it has paid for its call.
  if (text.length > PATTERN_CHARS) return !UNPRINTABLE.test(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code > TILDE) return false;
  }
  return true;
}

const PATTERN_CHARS = 32;
const UNPRINTABLE = /[^\x20-\x7e]/;

const [SPACE, HYPHEN, DIGIT_0, DIGIT_9, LOWER_A, LOWER_Z, TILDE] = [0x20, 0x2d, 0x30, 0x39, 0x61, 0x7a, 0x7e];

const date = { second: 0, text: '' };

/** RFC 9110, section 5.6.7, written once a second. */
function dateText(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== date.second) Object.assign(date, { second, text: new Date(second * 1000).toUTCString() });
  return date.text;
}

const keepAlive = { ms: 0, text: '' };

/** How long the server keeps an idle connection: one figure for as long as it runs. */
function keepAliveText(ms: number): string {
  if (ms !== keepAlive.ms)
    Object.assign(keepAlive, { ms, text: ms === 0 ? '' : `Keep-Alive: timeout=${Math.floor(ms / 1000)}\r\n` });
  return keepAlive.text;
}
