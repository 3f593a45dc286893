// So much a minute, refilled steadily: how the clouds say that their limits work. What is taken may exceed what is there;
// then nothing is there until the debt has been filled up.

export class Bucket {
  readonly perMinute: number;
  #level: number;
  #at: number;

  constructor(perMinute: number, now: number) {
    this.perMinute = perMinute;
    this.#level = perMinute;
    this.#at = now;
  }

  /** What is there now; below 0 after more was taken than there was. */
  level(now: number): number {
    const passed = Math.max(0, now - this.#at);
    this.#level = Math.min(this.perMinute, this.#level + (passed * this.perMinute) / MINUTE_MS);
    this.#at = Math.max(this.#at, now);
    return this.#level;
  }

  take(amount: number, now: number): void {
    this.#level = this.level(now) - amount;
  }

  /** Milliseconds until `amount` is there; Infinity where the whole minute does not hold it. */
  wait(amount: number, now: number): number {
    if (amount > this.perMinute || this.perMinute === 0) return Infinity;
    return Math.max(0, ((amount - this.level(now)) * MINUTE_MS) / this.perMinute);
  }
}

export const MINUTE_MS = 60_000;
