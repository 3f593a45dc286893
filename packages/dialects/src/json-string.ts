// Cheap looks into JSON text for the hot path, where parsing every delta of a stream would cost more than sending it.

const BACKSLASH = 92;

/** Index of the quote that closes the string whose first character is at `from`; -1 when there is none. */
export function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1) {
    let slashes = 0;
    while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return -1;
}

/** Index of the first character at or after `from` that is not a space. */
export function afterSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
}

/**
 * UTF-8 bytes of the string between two quotes of JSON text, escapes resolved. `text` holds one character per byte
 * (latin-1), so only escapes change the count.
 */
export function stringBytes(text: string, from: number, to: number): number {
  let bytes = to - from;
  let at = text.indexOf('\\', from);
  while (at !== -1 && at < to) {
    const isUnicode = text.charCodeAt(at + 1) === 117;
    const length = isUnicode ? 6 : 2;
    bytes += (isUnicode ? codeUnitBytes(Number.parseInt(text.slice(at + 2, at + 6), 16)) : 1) - length;
    at = text.indexOf('\\', at + length);
  }
  return bytes;
}

/** Each half of a surrogate pair is half of the four bytes. */
const codeUnitBytes = (unit: number): number =>
  unit < 0x80 ? 1 : unit < 0x8_00 || (unit >= 0xd8_00 && unit <= 0xdf_ff) ? 2 : 3;
