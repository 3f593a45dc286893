// All deadlines of a lane. Instead of a timer per call and phase, each call holds one deadline (a number that is free to
// move with every chunk) and a single interval looks at them. Resolution: BOUNDS.watch_ms. Time is the lane's clock, so
// a test that moves the clock moves the deadlines.
import type { Clock } from '@weighbridge/kernel';
import { BOUNDS } from './bounds.ts';
import { SlotList, type Slotted } from './slot-list.ts';

export interface Watched extends Slotted {
  /** Monotonic milliseconds; Infinity while nothing is awaited. */
  deadline: number;
  /** The deadline has passed. Called once per look until it is moved or the watch ends. */
  overdue(now: number): void;
}

export class Watch {
  readonly #clock: Clock;
  readonly #watched = new SlotList<Watched>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#look(), BOUNDS.watch_ms);
    this.#timer.unref();
  }

  delete(watched: Watched): void {
    this.#watched.delete(watched);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#watched.each((watched) => {
      if (now >= watched.deadline) watched.overdue(now);
    });
    // The interval stops on the first look that finds nothing: a busy lane does not start and stop it per call.
    if (this.#watched.size === 0) this.stop();
  }
}
