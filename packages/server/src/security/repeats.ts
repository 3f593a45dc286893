// A bound on what repeats: of events that are told together, the first goes out at once and those that follow within the
// window go out once, at its end, as one with their count. So whoever tries keys, or runs into a limit, a million times
// fills no disk and wakes nobody a million times, and the number still stands there.
import type { SecurityEvent } from './event.ts';

const WINDOW_MS = 60_000;
/** Different ones within a window; further ones of an event are told together, whatever they are about. */
const OPEN_MOST = 512;

interface Open {
  readonly last: SecurityEvent;
  readonly ends: number;
  readonly times: number;
  readonly from: number;
  /** Where the first that is not told yet stands in the log; null: it is in no log. */
  readonly index: number | null;
}

export class Repeats {
  readonly #open = new Map<string, Open>();
  readonly #windowMs: number;
  readonly #most: number;

  constructor(windowMs = WINDOW_MS, most = OPEN_MOST) {
    this.#windowMs = windowMs;
    this.#most = most;
  }

  /** What is to be told of it now; null: later. `now`: UTC milliseconds. `index`: its entry, where it has one. */
  take(event: SecurityEvent, now: number, index: number | null): SecurityEvent | null {
    if (event.repeats === undefined) return event;
    const key = this.#keyOf(event);
    const open = this.#open.get(key);
    if (open === undefined) {
      this.#open.set(key, { last: event, ends: now + this.#windowMs, times: 0, from: event.at, index: null });
      return event;
    }
    const times = open.times + (event.count?.times ?? 1);
    const first =
      open.times === 0 ? { from: event.count?.from ?? event.at, index } : { from: open.from, index: open.index };
    this.#open.set(key, { ...open, ...first, last: event, times });
    return null;
  }

  /** What became of windows that are over, each as one event; `all`: of the others too. */
  due(now: number, all = false): readonly SecurityEvent[] {
    const told: SecurityEvent[] = [];
    for (const [key, { last, ends, times, from }] of this.#open) {
      if (!all && now < ends) continue;
      this.#open.delete(key);
      if (times > 0)
        told.push({
          ...last,
          message: times === 1 ? last.message : `${last.message} (${times} times)`,
          count: { times, from, to: last.count?.to ?? last.at },
        });
    }
    return told;
  }

  /** The first entry of the log that was taken and not told; null: there is none. */
  heldFrom(): number | null {
    let first: number | null = null;
    for (const { index, times } of this.#open.values())
      if (times > 0 && index !== null && (first === null || index < first)) first = index;
    return first;
  }

  #keyOf({ event, repeats = '' }: SecurityEvent): string {
    const key = `${event} ${repeats}`;
    return this.#open.size < this.#most || this.#open.has(key) ? key : `${event} and others`;
  }
}
