// Calls that leave their batches to go by themselves. A batch that is cancelled lets up to a thousand of them go in one turn,
// and a seller meets them as one burst, which its rate limit turns away; so on a lane only so many are under way at once,
// and the others follow as those end. Time goes first: before the last moment of any, what still waits is let go evenly.
import type { Clock, Milliseconds } from '@weighbridge/kernel';
import type { Watch, Watched } from '../pipeline/watch.ts';

/** One that goes as soon as there is room. */
export interface Leaver {
  /** It goes by then whatever else is under way; by the lane's monotonic clock. */
  readonly latestAt: Milliseconds;
  /** Goes; to be told by `Leaving.ended` when it is over. */
  go(): void;
}

export interface LeavingLane {
  readonly clock: Clock;
  readonly watch: Watch;
}

/** At a time, of one lane. */
const TOGETHER = 64;
/** So long before the latest moment of any, those that wait are let go one after the other. */
const SPREAD_MS = 60_000;

/** The last quarter of its margin is for the answer. */
export function latestFor(
  { until, leaveAt }: { readonly until: number; readonly leaveAt: number },
  clock: Clock,
): Milliseconds {
  return clock.monotonic() + until - (until - leaveAt) / 4 - clock.wall();
}

export class Leaving implements Watched {
  readonly #waiting = new Set<Leaver>();
  #lane: LeavingLane | null = null;
  #going = 0;
  #busy = false;
  #looked = 0;
  deadline = 0;
  slot = -1;

  join(lane: LeavingLane, leaver: Leaver): void {
    this.#waiting.add(leaver);
    this.#letGo();
    if (this.#waiting.size === 0 || this.#lane !== null) return;
    this.#lane = lane;
    this.#looked = lane.clock.monotonic();
    lane.watch.add(this);
  }

  /** It goes no more; false where it went already. */
  leave(leaver: Leaver): boolean {
    return this.#waiting.delete(leaver);
  }

  /** It goes now, though there is no room. */
  hurry(leaver: Leaver): void {
    if (!this.#waiting.delete(leaver)) return;
    this.#going += 1;
    leaver.go();
  }

  ended(): void {
    this.#going -= 1;
    this.#letGo();
  }

  overdue(now: Milliseconds): void {
    const passed = now - this.#looked;
    this.#looked = now;
    let latest = Infinity;
    for (const { latestAt } of this.#waiting) latest = Math.min(latest, latestAt);
    const left = latest - now;
    if (left < SPREAD_MS) {
      const share = left <= 0 ? 1 : Math.min(1, passed / left);
      const [...waiting] = this.#waiting;
      for (const [at, leaver] of waiting.entries())
        if (at < waiting.length * share || leaver.latestAt <= now) this.hurry(leaver);
    }
    if (this.#waiting.size > 0) return;
    this.#lane?.watch.delete(this);
    this.#lane = null;
  }

  /** One that is over at once lets nobody go from within: a thousand of them would stand in each other. */
  #letGo(): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const leaver of this.#waiting) {
        if (this.#going >= TOGETHER) return;
        this.hurry(leaver);
      }
    } finally {
      this.#busy = false;
    }
  }
}
