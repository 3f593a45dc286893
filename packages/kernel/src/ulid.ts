// ULIDs: 48 bits of milliseconds, 80 bits of randomness, Crockford base 32. Sortable by time, and monotonic within one
// generator. The clock and the source of randomness are handed in. https://github.com/ulid/spec
import { invariant } from './invariant.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const MAX_TIME = 2 ** 48 - 1;
const SHAPE = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Fills the array with random bytes. `crypto.getRandomValues` or a seeded stand-in. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => unknown;

/** A generator of ULIDs that never repeats nor goes back, even when the clock does. */
export function createUlid(now: () => number, fillRandom: FillRandom): () => string {
  const pool = new Uint8Array(new ArrayBuffer(4096));
  const digits = new Uint8Array(RANDOM_CHARS);
  let used = pool.length;
  let lastTime = -1;
  let timeText = '';
  /** All characters but the last, which alone changes from one id to the next of a millisecond; null: to be made. */
  let head: string | null = null;

  function draw(): void {
    if (used + RANDOM_CHARS > pool.length) {
      fillRandom(pool);
      used = 0;
    }
    for (let i = 0; i < RANDOM_CHARS; i += 1) digits[i] = (pool[used + i] ?? 0) & 31;
    used += RANDOM_CHARS;
    head = null;
  }

  function increment(): void {
    for (let i = RANDOM_CHARS - 1; i >= 0; i -= 1) {
      const digit = digits[i] ?? 0;
      if (digit < 31) {
        digits[i] = digit + 1;
        return;
      }
      digits[i] = 0;
      head = null;
    }
    // 2^80 ids within one millisecond: not reachable, but never repeated either.
    lastTime += 1;
    timeText = encodeTime(lastTime);
  }

  return () => {
    const time = Math.floor(now());
    invariant(time >= 0 && time <= MAX_TIME, 'a ULID holds 48 bits of milliseconds');
    if (time > lastTime) {
      lastTime = time;
      timeText = encodeTime(time);
      draw();
    } else {
      increment();
    }
    head ??= timeText + lettersOf(digits);
    return head + ALPHABET.charAt(digits[RANDOM_CHARS - 1] ?? 0);
  };
}

/** Those of all digits but the last. */
function lettersOf(digits: Uint8Array): string {
  let text = '';
  for (let i = 0; i < RANDOM_CHARS - 1; i += 1) text += ALPHABET.charAt(digits[i] ?? 0);
  return text;
}

export const isUlid = (text: string): boolean => SHAPE.test(text);

/** Milliseconds since the epoch that a ULID carries. */
export function ulidTime(id: string): number {
  invariant(isUlid(id), `"${id.slice(0, 40)}" is not a ULID`);
  let time = 0;
  for (const char of id.slice(0, TIME_CHARS)) time = time * 32 + ALPHABET.indexOf(char);
  return time;
}

function encodeTime(time: number): string {
  let rest = time;
  let text = '';
  for (let i = 0; i < TIME_CHARS; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
