// How much structure a JSON body holds, before it is parsed. Parsing ten million empty lists takes many seconds, and a
// lane is one thread: so brackets, values and member names are counted in one pass against named bounds. The pass
// judges nothing else; whether it is JSON at all is for the parser to say. Small bodies are not looked at.
import { LIMITS } from '@weighbridge/kernel';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** 1 for the bytes that shape a body; most of the others are passed in one look. */
const MARKS = new Uint8Array(256);
for (const mark of [QUOTE, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) MARKS[mark] = 1;
/** A string is stepped through this far; beyond, searching for its end pays for the call. */
const STEP_BYTES = 48;

export type ShapeBounds = Readonly<
  Record<'json_depth' | 'json_values' | 'json_members' | 'json_top_members' | 'json_unseen_bytes', number>
>;

/**
 * What the body has too much of, naming the bound (`json_values` …); null when it is within all of them. Linear, and
 * right for well-formed JSON; for anything else the parser gives up soon.
 */
export function excessOfShape(body: Buffer, bounds: ShapeBounds = LIMITS): string | null {
  if (body.length <= bounds.json_unseen_bytes) return null;
  let depth = 0;
  let values = 1;
  let members = 0;
  let top = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (MARKS[byte] === 0) continue;
    if (byte === QUOTE) {
      at = stringEnd(body, at + 1);
    } else if (byte === COLON) {
      members += 1;
      if (depth === 1) top += 1;
      if (members > bounds.json_members) return over('members', bounds.json_members, 'json_members');
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    } else {
      values += 1;
      if (byte !== COMMA) depth += 1;
      if (depth > bounds.json_depth) return over('levels', bounds.json_depth, 'json_depth');
      if (values > bounds.json_values) return over('values', bounds.json_values, 'json_values');
    }
  }
  return top > bounds.json_top_members ? over('members at the top', bounds.json_top_members, 'json_top_members') : null;
}

const over = (what: string, limit: number, name: string): string => `has more than ${limit} ${what} (${name})`;

/** Position of the quote that ends a string whose text begins at `from`; the body's length when none does. */
function stringEnd(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length) {
    const near = Math.min(at + STEP_BYTES, body.length);
    while (at < near) {
      const byte = body[at];
      if (byte === QUOTE) return at;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = body.indexOf(QUOTE, at);
    if (quote === -1) return body.length;
    if (!escaped(body, at, quote)) return quote;
    at = quote + 1;
  }
  return body.length;
}

/** Whether the quote stands behind an odd number of backslashes; `from` is no escaped character. */
function escaped(body: Buffer, from: number, quote: number): boolean {
  let at = quote;
  while (at > from && body[at - 1] === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 1;
}
