// Whether a fold hangs, judged by the processor time of its thread and not by the clock on the wall: a thread that is
// starved on a full machine has come no further either, and to end it would only begin its catching-up anew. What had the
// processor for long enough within one turn, and did not come back, never will; what did not have it (a read that the
// system never answers) is given up only after a time in which any living thread gets some.
import type { Clock, Milliseconds } from '@weighbridge/kernel';
import type { Watched } from './watch.ts';

export interface HungWatchOptions {
  readonly clock: Clock;
  /** A turn takes some ten milliseconds of processor time; with so much of it, and after so long, it hangs. */
  readonly hungMs: Milliseconds;
  /** However little of the processor it had. */
  readonly stuckMs: Milliseconds;
}

interface Turn {
  readonly turn: number;
  readonly since: Milliseconds;
  /** Processor time of the thread as it was first told within this turn; null: not told yet. */
  before: Milliseconds | null;
}

/** Of the time in which nothing else was wanted of it, so much must have been spent computing. */
const SHARE = 0.5;

export class HungWatch {
  readonly #options: HungWatchOptions;
  #turn: Turn | null = null;

  constructor(options: HungWatchOptions) {
    this.#options = options;
  }

  /**
   * What hangs, and why it is thought to; null: nothing does. `processorMs` of the thread, null where it cannot be told now.
   * To be called again and again, with what was read of the thread's cells before its processor time was asked for.
   */
  look({ working, turn }: Watched, processorMs: Milliseconds | null): string | null {
    const now = this.#options.clock.monotonic();
    if (working === null) {
      this.#turn = null;
      return null;
    }
    if (this.#turn?.turn !== turn) this.#turn = { turn, since: now, before: null };
    const { since, before } = this.#turn;
    this.#turn.before ??= processorMs;
    const { hungMs, stuckMs } = this.#options;
    const had = processorMs === null || before === null ? 0 : processorMs - before;
    if (now - since >= hungMs && had >= hungMs * SHARE)
      return `"${working}" did not come back within ${seconds(had)} of processor time`;
    if (now - since >= stuckMs) return `"${working}" did not come back within ${seconds(now - since)}`;
    return null;
  }
}

const seconds = (ms: Milliseconds): string => `${Math.round(ms / 1000)} s`;
