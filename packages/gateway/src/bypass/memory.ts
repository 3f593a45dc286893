// What the lanes of a node count a bypass in: since when its window is open, and what went through it. Plain words in
// shared memory, so that the bounds of a window hold for all lanes together; each change is one atomic operation.
import type { BypassConfig } from '@weighbridge/protocol';

/** By name of the bypass. */
export type BypassMemory = Readonly<Record<string, SharedArrayBuffer>>;

const OPENED = 0;
const BEGUN = 1;
const ENDED = 2;
const BYTES = 3;
const REFUSED = 4;
const WORDS = 5;

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
  readonly #words: BigInt64Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new BigInt64Array(memory);
  }

  state(): BypassState {
    const [opened = 0, begun = 0, ended = 0, bytes = 0, refused = 0] = Array.from({ length: WORDS }, (_, word) =>
      Number(Atomics.load(this.#words, word)),
    );
    return { opened, begun, ended, bytes, refused };
  }

  /** Takes one call of what the window has left, opening it if there is none; or says why not. */
  enter(bounds: BypassBounds, bytes: number, now: number): { readonly opened: number } | { readonly full: string } {
    const words = this.#words;
    Atomics.compareExchange(words, OPENED, 0n, BigInt(Math.round(now)));
    const opened = Number(Atomics.load(words, OPENED));
    const full = this.#full(bounds, bytes, now - opened);
    if (full !== null) {
      Atomics.add(words, REFUSED, 1n);
      return { full };
    }
    return { opened };
  }

  #full({ longest_minutes: minutes, calls, bytes: most }: BypassBounds, bytes: number, openMs: number): string | null {
    const words = this.#words;
    if (openMs > minutes * MINUTE_MS) return `its window is open for longer than ${minutes} minutes`;
    if (Atomics.add(words, BEGUN, 1n) >= BigInt(calls)) {
      Atomics.sub(words, BEGUN, 1n);
      return `${calls} calls have gone through it`;
    }
    if (Atomics.add(words, BYTES, BigInt(bytes)) + BigInt(bytes) > BigInt(most)) {
      Atomics.sub(words, BYTES, BigInt(bytes));
      Atomics.sub(words, BEGUN, 1n);
      return `${most} bytes have gone through it`;
    }
    return null;
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

  /** Closes the window, if nobody has entered or left it beside what `state` says. */
  close({ opened, begun, ended }: BypassState): boolean {
    const words = this.#words;
    if (begun !== ended) return false;
    if (Atomics.compareExchange(words, BEGUN, BigInt(begun), 0n) !== BigInt(begun)) return false;
    Atomics.sub(words, ENDED, BigInt(ended));
    Atomics.store(words, BYTES, 0n);
    Atomics.store(words, REFUSED, 0n);
    return Atomics.compareExchange(words, OPENED, BigInt(opened), 0n) === BigInt(opened);
  }
}

const MINUTE_MS = 60_000;
