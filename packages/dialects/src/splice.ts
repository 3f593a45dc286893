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
  // One character per byte: positions are the body's own, and searching a string is twice as fast as a buffer.
  const text = body.toString('latin1');
  const open = skipSpace(text, 0);
  if (text.charCodeAt(open) !== OPEN) throw notAnObject();
  const { members, close } = readMembers(body, text, open);
  if (skipSpace(text, close + 1) !== text.length) throw notAnObject();
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

/** The members of a body as they are written, one character per byte. Throws `BODY_NOT_JSON`. */
export function membersOf(body: Buffer): readonly { readonly name: string; readonly value: string }[] {
  const text = body.toString('latin1');
  const open = skipSpace(text, 0);
  if (text.charCodeAt(open) !== OPEN) throw notAnObject();
  return readMembers(body, text, open).members.map(({ name, valueAt, end }) => ({
    name,
    value: text.slice(valueAt, end),
  }));
}

function readMembers(body: Buffer, text: string, open: number): { members: Member[]; close: number } {
  const members: Member[] = [];
  let at = skipSpace(text, open + 1);
  if (text.charCodeAt(at) === CLOSE) return { members, close: at };
  for (;;) {
    if (text.charCodeAt(at) !== QUOTE) throw notAnObject();
    const keyEnd = skipString(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) throw notAnObject();
    const valueAt = skipSpace(text, colon + 1);
    const end = skipValue(text, valueAt);
    const next = skipSpace(text, end);
    const comma = text.charCodeAt(next) === COMMA ? next : -1;
    members.push({ name: keyName(body.toString('utf8', at, keyEnd)), start: at, valueAt, end, comma });
    if (comma === -1) {
      if (text.charCodeAt(next) !== CLOSE) throw notAnObject();
      return { members, close: next };
    }
    at = skipSpace(text, comma + 1);
  }
}

/** The key's text, escapes resolved: `"mod\u0065l"` is `model`. */
function keyName(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw notAnObject();
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

/** So much of a string is walked before it is searched natively, which pays off only over some length. */
const WALKED_BYTES = 12;

/** Index after the string that starts at `from`. */
export function skipString(text: string, from: number): number {
  let at = from + 1;
  const walked = Math.min(at + WALKED_BYTES, text.length);
  while (at < walked) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw notAnObject();
    let slashes = 0;
    while (quote - 1 - slashes >= at && text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return skipString(text, from);
  if ((first | 32) !== OPEN) return skipScalar(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    // `[` and `]` are `{` and `}` without the bit of value 32.
    const bracket = code | 32;
    if (bracket === OPEN) depth += 1;
    else if (bracket === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  throw notAnObject();
}

/** A number, `true`, `false` or `null`; NaN, the code after the end, is no part of one. */
function skipScalar(text: string, from: number): number {
  let at = from;
  while (isScalarPart(text.charCodeAt(at))) at += 1;
  if (at === from) throw notAnObject();
  return at;
}

const isScalarPart = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code === 43 || code === 45 || code === 46 || code === 69;

const notAnObject = (): AppError => new AppError('BODY_NOT_JSON', 'the request body is not one JSON object');
