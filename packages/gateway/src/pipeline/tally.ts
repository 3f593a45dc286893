// Counts what happens by its facts, in little memory whatever happens: only so many different ones are kept apart, the rest
// is counted together. Whoever takes what was counted begins anew.

export interface Tallied<Facts> {
  /** Null: of the rest. */
  readonly facts: Facts | null;
  readonly times: number;
  /** UTC milliseconds, of the first and the last. */
  readonly from: number;
  readonly to: number;
}

const DIFFERENT_MOST = 256;

export class Tally<Facts> {
  #held = new Map<string, Tallied<Facts>>();

  add(key: string, facts: Facts, now: number): void {
    const known = this.#held.has(key) || this.#held.size < DIFFERENT_MOST;
    const at = known ? key : '';
    const before = this.#held.get(at);
    const times = (before?.times ?? 0) + 1;
    this.#held.set(at, { facts: known ? facts : null, times, from: before?.from ?? now, to: now });
  }

  take(): readonly Tallied<Facts>[] {
    if (this.#held.size === 0) return [];
    const all = [...this.#held.values()];
    this.#held = new Map();
    return all;
  }
}
