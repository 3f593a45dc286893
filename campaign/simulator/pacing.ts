// How the projector waits in a simulated run: until the run's next step, or until the simulated clock has come so far.
import type { Pacing } from '@weighbridge/server';
import type { SimClock } from './clock.ts';

interface Look {
  readonly ms: number;
  due: number;
  readonly look: () => void;
}

interface Pause {
  readonly due: number;
  readonly signal: AbortSignal;
  readonly go: () => void;
}

export class SimPacing implements Pacing {
  readonly #clock: SimClock;
  #turns: (() => void)[] = [];
  #pauses: Pause[] = [];
  readonly #looks: Set<Look> = new Set();

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  turn(): Promise<void> {
    return new Promise((resolve) => void this.#turns.push(resolve));
  }

  pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((go) => void this.#pauses.push({ due: this.#clock.monotonic() + ms, signal, go }));
  }

  every(ms: number, look: () => void): () => void {
    const each = { ms, due: this.#clock.monotonic() + ms, look };
    this.#looks.add(each);
    return () => void this.#looks.delete(each);
  }

  step(): void {
    const now = this.#clock.monotonic();
    for (const each of this.#looks) {
      if (each.due > now) continue;
      each.due = now + each.ms;
      each.look();
    }
    const pauses = this.#pauses;
    this.#pauses = pauses.filter(({ due, signal }) => due > now && !signal.aborted);
    for (const { due, signal, go } of pauses) if (due <= now || signal.aborted) go();
    const turns = this.#turns;
    this.#turns = [];
    for (const go of turns) go();
  }
}
