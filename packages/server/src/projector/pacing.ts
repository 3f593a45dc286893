// How the projector waits: for its turn, for the next look at the log, for the next try. It waits in no other way but for
// its database, so whoever hands in another pacing decides what happens when, as the fault simulator does.
import { setImmediate, setTimeout } from 'node:timers/promises';

export interface Pacing {
  /** Lets whoever else waits on this thread have its turn. */
  turn(): Promise<void>;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `look` again and again, every `ms`, until the returned function is called. */
  every(ms: number, look: () => void): () => void;
}

export const systemPacing: Pacing = {
  turn: () => setImmediate(),
  pause: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined),
  every: (ms, look) => {
    const timer = setInterval(look, ms);
    return () => clearInterval(timer);
  },
};
