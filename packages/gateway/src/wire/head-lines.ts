// The head of an answer as Node itself lays it out, without testing each name and value by a pattern: for our dozen headers that
// costs as much as all else that a response does. Held byte for byte against Node's own by its tests.

export interface FieldLines {
  readonly lines: string;
  readonly hasLength: boolean;
}

/** The lines of a raw list; null where it holds a header that decides on the connection, or a value that Node should see. */
export function fieldLines(headers: unknown): FieldLines | null {
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

/** What follows the fields of an answer whose connection goes on. `keptMs`: how long it is kept idle. */
export const connectionLines = (keptMs: number, hasLength: boolean): string =>
  `Date: ${dateText(Date.now())}\r\nConnection: keep-alive\r\n` +
  `${keepAliveText(keptMs)}${hasLength ? '' : 'Transfer-Encoding: chunked\r\n'}\r\n`;

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
export function dateText(now: number): string {
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
