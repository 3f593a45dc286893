// Adds amounts of money exactly and fast: whole 10^-12 of a currency. Most are small enough for a double to hold them
// without loss; those are added as such, and moved to a bigint before the sum could lose a unit.
import { moneyFromDecimal } from '@weighbridge/kernel';

const PLACES = 12;
const SCALE = 1e12;
/** Whole units up to which an amount is below 2^52 pico-units. */
const SMALL_WHOLE = 4_000;
const FLUSH_AT = 2 ** 52;
const ZEROS = '000000000000';

export class ExactSum {
  #big = 0n;
  #small = 0;

  /** Decimal text as receipts have it. Throws BAD_REQUEST when it is none. */
  add(text: string): void {
    const small = smallPico(text);
    if (small === null) {
      this.#big += moneyFromDecimal(text);
      return;
    }
    this.#small += small;
    if (this.#small >= FLUSH_AT) this.#flush();
  }

  addPico(pico: bigint): void {
    this.#big += pico;
  }

  addSum(other: ExactSum): void {
    other.#flush();
    this.#big += other.#big;
  }

  /** Whole 10^-12. */
  get pico(): bigint {
    this.#flush();
    return this.#big;
  }

  #flush(): void {
    if (this.#small === 0) return;
    this.#big += BigInt(this.#small);
    this.#small = 0;
  }
}

/** Null for what is large, negative, or in another form: the exact reader decides on those. */
function smallPico(text: string): number | null {
  const dot = text.indexOf('.');
  const places = dot === -1 ? 0 : text.length - dot - 1;
  if (dot === 0 || places > PLACES || (dot !== -1 && places === 0)) return null;
  const whole = wholeOf(text, 0, dot === -1 ? text.length : dot);
  const part = places === 0 ? 0 : wholeOf(text.slice(dot + 1) + ZEROS.slice(places), 0, PLACES);
  if (whole === null || part === null || whole > SMALL_WHOLE) return null;
  return whole * SCALE + part;
}

/** Digits as a number; null when anything else stands there. */
function wholeOf(text: string, from: number, to: number): number | null {
  if (to - from > PLACES || to === from) return null;
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return null;
    value = value * 10 + digit;
  }
  return value;
}
