// Edits of named top-level fields of a JSON body; every other byte stays as the client wrote it (spaces, escapes, key
// order, numbers beyond 2^53). A name that occurs twice is edited twice: parsers keep the last one, so editing only the
// first would let a caller smuggle a value past the gateway.
import { AppError } from '@weighbridge/kernel';
import type { Splice } from './types.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const COLON = 58;

/** One top-level member: `[start, end)` from its key's quote to the end of its value; `comma` after it, or -1. */
interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueAt: number;
  readonly end: number;
  readonly comma: number;
}

/**
 * The body with the splice applied; the same buffer when nothing changes. Linear in the body, strings are jumped.
 * `set` values must be JSON text. Throws `BODY_NOT_JSON` when the body is not one JSON object. It checks structure,
 * not every token: parse the body before trusting its contents.
 */
export function spliceJson(body: Buffer, splice: Splice): Buffer {
  const set = Object.entries(splice.set);
  if (set.length === 0 && splice.remove.length === 0) return body;
  const open = skipSpace(body, body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);
  if (body[open] !== OPEN) throw notAnObject();
  const { members, close } = readMembers(body, open);
  if (skipSpace(body, close + 1) !== body.length) throw notAnObject();
  const names = new Set(members.map((member) => member.name));
  const added = set.filter(([name]) => !names.has(name)).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const cuts = removals(members, new Set(splice.remove.filter((name) => !Object.hasOwn(splice.set, name))));
  const kept = members.length - cuts.count;
  const edits: Edit[] = [...cuts.edits];
  for (const member of members) {
    if (Object.hasOwn(splice.set, member.name)) {
      edits.push({ start: member.valueAt, end: member.end, text: splice.set[member.name] ?? 'null' });
    }
  }
  if (added.length > 0) edits.push({ start: open + 1, end: open + 1, text: added.join(',') + (kept > 0 ? ',' : '') });
  return edits.length === 0 ? body : applyEdits(body, edits);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function applyEdits(body: Buffer, edits: Edit[]): Buffer {
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: Buffer[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(body.subarray(at, edit.start), Buffer.from(edit.text, 'utf8'));
    at = edit.end;
  }
  parts.push(body.subarray(at));
  return Buffer.concat(parts);
}

/** A removed member takes the comma after it; a removed tail takes the comma before it. */
function removals(members: readonly Member[], gone: ReadonlySet<string>): { edits: Edit[]; count: number } {
  const edits: Edit[] = [];
  let count = 0;
  let lastKept = -1;
  for (const [index, member] of members.entries()) {
    if (gone.has(member.name)) count += 1;
    else lastKept = index;
  }
  for (const [index, member] of members.entries()) {
    if (index >= lastKept) break;
    if (gone.has(member.name)) edits.push({ start: member.start, end: member.comma + 1, text: '' });
  }
  const last = members.at(-1);
  if (count > 0 && last !== undefined && lastKept < members.length - 1) {
    const start = lastKept === -1 ? members[0]!.start : members[lastKept]!.comma;
    edits.push({ start, end: last.end, text: '' });
  }
  return { edits, count };
}

function readMembers(body: Buffer, open: number): { members: Member[]; close: number } {
  const members: Member[] = [];
  let at = skipSpace(body, open + 1);
  if (body[at] === CLOSE) return { members, close: at };
  for (;;) {
    if (body[at] !== QUOTE) throw notAnObject();
    const keyEnd = skipString(body, at);
    const colon = skipSpace(body, keyEnd);
    if (body[colon] !== COLON) throw notAnObject();
    const valueAt = skipSpace(body, colon + 1);
    const end = skipValue(body, valueAt);
    const next = skipSpace(body, end);
    const comma = body[next] === COMMA ? next : -1;
    members.push({ name: keyName(body, at, keyEnd), start: at, valueAt, end, comma });
    if (comma === -1) {
      if (body[next] !== CLOSE) throw notAnObject();
      return { members, close: next };
    }
    at = skipSpace(body, comma + 1);
  }
}

/** The key's text, escapes resolved: `"mod\u0065l"` is `model`. */
function keyName(body: Buffer, start: number, end: number): string {
  const text = body.toString('utf8', start + 1, end - 1);
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    throw notAnObject();
  }
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = body[at];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return at;
    at += 1;
  }
}

/** A string shorter than this is walked; a longer one is searched natively, which pays off only over some length. */
const WALKED_BYTES = 48;

/** Index after the string that starts at `from`. */
function skipString(body: Buffer, from: number): number {
  let at = from + 1;
  for (;;) {
    const walked = Math.min(at + WALKED_BYTES, body.length);
    while (at < walked) {
      const byte = body[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = body.indexOf(QUOTE, at);
    if (quote === -1) throw notAnObject();
    let slashes = 0;
    while (quote - 1 - slashes >= at && body[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipValue(body: Buffer, from: number): number {
  const first = body[from] ?? 0;
  if (first === QUOTE) return skipString(body, from);
  if ((first | 32) !== OPEN) return skipScalar(body, from);
  let depth = 0;
  let at = from;
  while (at < body.length) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) {
      at = skipString(body, at);
      continue;
    }
    // `[` and `]` are `{` and `}` without the bit of value 32.
    const bracket = byte | 32;
    if (bracket === OPEN) depth += 1;
    else if (bracket === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  throw notAnObject();
}

/** A number, `true`, `false` or `null`. */
function skipScalar(body: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = body[at] ?? 0;
    const part =
      (byte >= 48 && byte <= 57) ||
      (byte >= 97 && byte <= 122) ||
      byte === 43 ||
      byte === 45 ||
      byte === 46 ||
      byte === 69;
    if (!part) break;
    at += 1;
  }
  if (at === from) throw notAnObject();
  return at;
}

const notAnObject = (): AppError => new AppError('BODY_NOT_JSON', 'the request body is not one JSON object');
