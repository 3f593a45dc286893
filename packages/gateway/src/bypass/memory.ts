// What the lanes of a node count a bypass in: since when its window is open, and what went through it. Plain words in
// shared memory, so that the bounds of a window hold for all lanes together; each change is one atomic operation.
import type { BypassConfig } from '@weighbridge/protocol';

/** By name of the bypass. */
export type BypassMemory = Readonly<Record<string, SharedArrayBuffer>>;

/** When the window opened and how many calls it let in, as one word: no call can enter a window that closes meanwhile. */
const WINDOW = 0;
const ENDED = 1;
const BYTES = 2;
const REFUSED = 3;
/** The opening of a window that lasted too long by a clock that does not step. */
const EXPIRED = 4;
const WORDS = 5;
/** Of a million calls at most. */
const BEGUN_BITS = 22n;
const BEGUN_MASK = (1n << BEGUN_BITS) - 1n;

/** A bypass that goes on keeps what was counted of it. */
export const bypassMemory = (names: readonly string[], before: BypassMemory = {}): BypassMemory =>
  Object.fromEntries(
    names.map((name) => [name, before[name] ?? new SharedArrayBuffer(WORDS * BigInt64Array.BYTES_PER_ELEMENT)]),
  );

export interface BypassState {
  /** UTC milliseconds; 0: no window is open. */
  readonly opened: number;
  readonly begun: number;
  readonly ended: number;
  readonly bytes: number;
  readonly refused: number;
}

export type BypassBounds = Pick<BypassConfig, 'longest_minutes' | 'calls' | 'bytes'>;

export class BypassMeter {
  readonly #words: BigUint64Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new BigUint64Array(memory);
  }

  state(): BypassState {
    const window = Atomics.load(this.#words, WINDOW);
    const [ended, bytes, refused] = [ENDED, BYTES, REFUSED].map((word) => Number(Atomics.load(this.#words, word)));
    return {
      opened: Number(window >> BEGUN_BITS),
      begun: Number(window & BEGUN_MASK),
      ended: ended ?? 0,
      bytes: bytes ?? 0,
      refused: refused ?? 0,
    };
  }

  /** Takes one call of what the window has left, opening it if there is none; or says why not. */
  enter(bounds: BypassBounds, bytes: number, now: number): { readonly opened: number } | { readonly full: string } {
    const words = this.#words;
    for (;;) {
      const window = Atomics.load(words, WINDOW);
      const opened = window === 0n ? BigInt(Math.round(now)) : window >> BEGUN_BITS;
      const full = this.#full(bounds, window & BEGUN_MASK, opened, now) ?? this.#takeBytes(bounds, bytes);
      if (full !== null) {
        Atomics.add(words, REFUSED, 1n);
        return { full };
      }
      const next = (opened << BEGUN_BITS) | ((window & BEGUN_MASK) + 1n);
      if (Atomics.compareExchange(words, WINDOW, window, next) === window) return { opened: Number(opened) };
      // Another lane was quicker, or the window has closed: from the beginning.
      Atomics.sub(words, BYTES, BigInt(bytes));
    }
  }

  #full({ longest_minutes: minutes, calls }: BypassBounds, begun: bigint, opened: bigint, now: number): string | null {
    const expired = Atomics.load(this.#words, EXPIRED) === opened;
    if (expired || now - Number(opened) > minutes * MINUTE_MS)
      return `its window is open for longer than ${minutes} minutes`;
    return begun >= BigInt(calls) ? `${calls} calls have gone through it` : null;
  }

  #takeBytes({ bytes: most }: BypassBounds, bytes: number): string | null {
    const words = this.#words;
    if (Atomics.add(words, BYTES, BigInt(bytes)) + BigInt(bytes) <= BigInt(most)) return null;
    Atomics.sub(words, BYTES, BigInt(bytes));
    return `${most} bytes have gone through it`;
  }

  /** A call that entered is over; so many bytes were answered. */
  leave(bytes: number): void {
    Atomics.add(this.#words, BYTES, BigInt(bytes));
    Atomics.add(this.#words, ENDED, 1n);
  }

  /** Calls that will never be heard of again: their lane has ended. */
  forget(calls: number): void {
    Atomics.add(this.#words, ENDED, BigInt(calls));
  }

  /** The window that opened then has lasted as long as it may, whatever the clock on the wall has done since. */
  expire(opened: number): void {
    Atomics.store(this.#words, EXPIRED, BigInt(opened));
  }

  /** Closes the window, if nobody has entered or left it beside what `state` says. */
  close({ opened, begun, ended, bytes, refused }: BypassState): boolean {
    const words = this.#words;
    if (opened === 0 || begun !== ended) return false;
    const window = (BigInt(opened) << BEGUN_BITS) | BigInt(begun);
    if (Atomics.compareExchange(words, WINDOW, window, 0n) !== window) return false;
    // Taken away, not set: the next window may have begun.
    Atomics.sub(words, ENDED, BigInt(ended));
    Atomics.sub(words, BYTES, BigInt(bytes));
    Atomics.sub(words, REFUSED, BigInt(refused));
    return true;
  }
}

const MINUTE_MS = 60_000;
