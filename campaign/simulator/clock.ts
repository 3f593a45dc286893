// Time in a simulated run: it moves when told to. The wall hand may be set forwards and backwards; the monotonic one only
// goes on.
import type { Clock } from '@weighbridge/kernel';

const START = Date.UTC(2026, 10, 22, 12, 0, 0);

export class SimClock implements Clock {
  #monotonic = 0;
  #offset = START;

  wall(): number {
    return this.#monotonic + this.#offset;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  advance(ms: number): void {
    this.#monotonic += ms;
  }

  /** Somebody sets the clock. */
  step(ms: number): void {
    this.#offset = Math.max(START - 3_600_000, this.#offset + ms);
  }
}
