// Requests that were turned away, as lines of the instance's own log, whether or not a SIEM is told of them: the first of its
// kind at once, those of the next minute as one with their count. Whoever tries keys a million times writes some dozens of
// lines a minute, and the number still stands there.
import type { Say } from '../logging/events.ts';
import type { SecurityEvent } from './event.ts';
import { Repeats } from './repeats.ts';

/** Different ones within a minute; further ones are told together. */
const APART_MOST = 32;

export class TurnedAway {
  readonly #say: Say;
  readonly #repeats: Repeats;

  constructor(say: Say, windowMs?: number) {
    this.#say = say;
    this.#repeats = new Repeats(windowMs, APART_MOST);
  }

  take(event: SecurityEvent): void {
    const told = this.#repeats.take(event, event.at, null);
    if (told !== null) this.#tell(told);
  }

  /** What became of minutes that are over; `all`: of the others too. */
  look(now: number, all = false): void {
    for (const told of this.#repeats.due(now, all)) this.#tell(told);
  }

  #tell({ message, code, key, address, count }: SecurityEvent): void {
    this.#say(message, 'auth.failed', {
      'error.type': code,
      'client.address': address,
      key,
      count: count?.times ?? 1,
    });
  }
}
