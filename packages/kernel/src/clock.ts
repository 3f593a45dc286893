// Time is a parameter. Durations come from the monotonic hand, instants (UTC) from the wall hand; they are never mixed.

export type Milliseconds = number;

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. May step. */
  wall(): Milliseconds;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): Milliseconds;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
