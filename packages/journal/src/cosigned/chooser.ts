// Which checkpoint a witness is asked for next. Each witness goes at its own pace, so that a slow one holds up nobody; but
// cosignatures of several only make a quorum when they are on the same checkpoint. So one checkpoint at a time is the
// anchor: every witness takes it before anything newer, and it stays until all that answer have it, or its time is over.
// In between, a fast witness cosigns whatever is newest; a slow one would only come late to the next anchor, and waits.
import { systemClock, type Clock } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';

/** An anchor that some witness does not get done in this time is given up, and the newest checkpoint takes its place. */
export const ANCHOR_MS = 15_000;
/** A witness that took longer than this for its last answer is a slow one. */
export const SLOW_MS = 1_000;
/** A cosignature of this age is renewed, so that a quiet log shows that its witnesses still stand by it. */
export const RENEW_MS = 300_000;

/** What is known of a witness's progress. */
export interface Progress {
  /** Entries of the newest checkpoint it has cosigned; 0 for none. */
  readonly size: number;
  /** When it did, UTC milliseconds; 0 for never. */
  readonly at: number;
  /** Whether it answers: one that does not holds up no anchor. */
  readonly live: boolean;
  /** How long it took for its last answer. */
  readonly tookMs: number;
}

export class Chooser {
  readonly #clock: Clock;
  #anchor: { readonly checkpoint: Checkpoint; readonly since: number } | null = null;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Entries of the anchor: checkpoints from there on are still being gathered for. */
  get anchorSize(): number {
    return this.#anchor?.checkpoint.size ?? 0;
  }

  /** The checkpoint to ask this witness for, or null when it has nothing to do. */
  next(witness: Progress, all: readonly Progress[], newest: Checkpoint): Checkpoint | null {
    const anchor = this.#currentAnchor(all, newest);
    if (witness.size < anchor.size) return anchor;
    if (witness.at === 0) return newest;
    if (witness.size < newest.size) return witness.tookMs > SLOW_MS ? null : newest;
    const old = this.#clock.wall() - witness.at >= RENEW_MS;
    return old && witness.size === newest.size ? newest : null;
  }

  #currentAnchor(all: readonly Progress[], newest: Checkpoint): Checkpoint {
    const anchor = this.#anchor;
    const now = this.#clock.monotonic();
    if (anchor !== null) {
      const done = all.every(({ live, size }) => !live || size >= anchor.checkpoint.size);
      if (!done && now - anchor.since < ANCHOR_MS) return anchor.checkpoint;
      if (anchor.checkpoint.size === newest.size) return anchor.checkpoint;
    }
    this.#anchor = { checkpoint: newest, since: now };
    return newest;
  }
}
