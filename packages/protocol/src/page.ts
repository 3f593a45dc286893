// Reads tokens of canonical JSON where they lie, without taking the text apart first: what a checker needs who sees a
// hundred thousand entries a second. Each reader moves `page.at` behind what it has read. It takes the plain forms that
// our own writers use and is `UNSURE` about everything else (white space, `\u` escapes, exponents, a sign), which is no
// verdict: whoever gets it lets JSON.parse decide.

/** The text holds one character for each byte (Latin-1), so that offsets mean the same in both. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly text: string;
  at: number;
}

/** Not read: another reader has to judge. */
export const UNSURE: unique symbol = Symbol('unsure');

/** The value at `page.at`, or UNSURE, with `page.at` anywhere. */
export type Scan = (page: Page) => unknown;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const DIGITS_MOST = 15;

const table = (has: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (has(byte) ? 1 : 0));
const tableOf = (letters: string): Uint8Array => table((byte) => letters.includes(String.fromCharCode(byte)));

/** Bytes that stand for themselves within a string. Those from 0x80 on are part of some character, or of none: text. */
const PLAIN = table((byte) => byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH);
const ASCII = table((byte) => byte < 0x80 && PLAIN[byte] === 1);
const ESCAPED = tableOf('"\\/bfnrt');
const DIGIT = tableOf('0123456789');
const BASE64URL = table((byte) => /[\w-]/.test(String.fromCharCode(byte)));

/** How many bytes from `at` on are in the table. */
function span(bytes: Uint8Array, at: number, flags: Uint8Array): number {
  let end = at;
  while (flags[bytes[end] ?? 0] === 1) end += 1;
  return end - at;
}

/** Over a string, whatever is in it. */
export const skipText: Scan = (page) => {
  const { bytes } = page;
  let { at } = page;
  if (bytes[at] !== QUOTE) return UNSURE;
  at += 1;
  for (;;) {
    at += span(bytes, at, PLAIN);
    if (bytes[at] === QUOTE) break;
    if (bytes[at] !== BACKSLASH || ESCAPED[bytes[at + 1] ?? 0] !== 1) return UNSURE;
    at += 2;
  }
  page.at = at + 1;
  return true;
};

/** A string of ASCII without escapes, or of a narrower alphabet. */
const textOf =
  (flags: Uint8Array): Scan =>
  (page) => {
    const from = page.at + 1;
    if (page.bytes[from - 1] !== QUOTE) return UNSURE;
    const to = from + span(page.bytes, from, flags);
    if (page.bytes[to] !== QUOTE) return UNSURE;
    page.at = to + 1;
    return page.text.slice(from, to);
  };

export const readText: Scan = textOf(ASCII);

/** Over a string of base64url of one of two lengths, and nothing else. */
export const skipBase64Url =
  (length: number, otherLength: number): Scan =>
  (page) => {
    const from = page.at + 1;
    const count = span(page.bytes, from, BASE64URL);
    const fits = page.bytes[from - 1] === QUOTE && page.bytes[from + count] === QUOTE;
    if (!fits || (count !== length && count !== otherLength)) return UNSURE;
    page.at = from + count + 1;
    return true;
  };

/** What `skip` goes over, without the quotes: for strings that hold no escapes. */
export const quoted =
  (skip: Scan): Scan =>
  (page) => {
    const from = page.at + 1;
    return skip(page) === UNSURE ? UNSURE : page.text.slice(from, page.at - 1);
  };

/** Digits as JSON has them: no zero in front. 0: there are none. */
function wholeDigits(bytes: Uint8Array, at: number): number {
  const count = span(bytes, at, DIGIT);
  return count > DIGITS_MOST || (count > 1 && bytes[at] === ZERO) ? 0 : count;
}

/** A whole number from 0. */
export const readCount: Scan = (page) => {
  const { bytes, at } = page;
  const count = wholeDigits(bytes, at);
  if (count === 0) return UNSURE;
  let value = 0;
  for (let i = at; i < at + count; i += 1) value = value * 10 + (bytes[i] ?? 0) - ZERO;
  page.at = at + count;
  return value;
};

/** Over a number from 0, in digits, with or without a fraction. */
export const skipDecimal: Scan = (page) => {
  const { bytes, at } = page;
  const whole = wholeDigits(bytes, at);
  if (whole === 0) return UNSURE;
  const end = at + whole;
  if (bytes[end] !== POINT) {
    page.at = end;
    return true;
  }
  const fraction = span(bytes, end + 1, DIGIT);
  page.at = end + 1 + fraction;
  return fraction === 0 ? UNSURE : true;
};

export const readDecimal: Scan = (page) => {
  const from = page.at;
  return skipDecimal(page) === UNSURE ? UNSURE : Number(page.text.slice(from, page.at));
};

/** Over a decimal amount in a string: `-?`, up to 24 digits, up to 12 behind the point. */
export const skipAmount: Scan = (page) => {
  const { bytes } = page;
  let at = page.at + 1;
  if (bytes[at - 1] !== QUOTE) return UNSURE;
  if (bytes[at] === MINUS) at += 1;
  const whole = span(bytes, at, DIGIT);
  at += whole;
  let fits = whole >= 1 && whole <= 24;
  if (bytes[at] === POINT) {
    const fraction = span(bytes, at + 1, DIGIT);
    at += 1 + fraction;
    fits &&= fraction >= 1 && fraction <= 12;
  }
  if (!fits || bytes[at] !== QUOTE) return UNSURE;
  page.at = at + 1;
  return true;
};

/** Over exactly this text. */
export function skipExactly(page: Page, token: string): boolean {
  if (page.text.slice(page.at, page.at + token.length) !== token) return false;
  page.at += token.length;
  return true;
}

export const readTruth: Scan = (page) =>
  skipExactly(page, 'true') ? true : skipExactly(page, 'false') ? false : UNSURE;

/** Over any value that is no object and no list. */
export const skipScalar: Scan = (page) => {
  if (page.bytes[page.at] === QUOTE) return skipText(page);
  if (skipExactly(page, 'null')) return true;
  return DIGIT[page.bytes[page.at] ?? 0] === 1 ? skipDecimal(page) : readTruth(page);
};
