// A clock that only moves when told, and timers that fire when it passes them. Between timers the event loop is given
// its turns, so that what a timer started has finished before the next one fires.
import type { Clock } from '@weighbridge/kernel';
import type { Schedule } from '../../src/credentials/store.ts';

export class FakeTime {
  now: number;
  #timers: { at: number; run: () => void }[] = [];

  constructor(now = Date.UTC(2026, 10, 22, 12)) {
    this.now = now;
  }

  readonly clock: Clock = { wall: () => this.now, monotonic: () => this.now };

  readonly schedule: Schedule = (ms, run) => {
    const timer = { at: this.now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  get waiting(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    this.now = end;
  }
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
