// Reserved capacity against a seller that enforces it, on a clock that is only a number: lanes that share a reservation send what it
// has room for, the lab's bucket answers or refuses at its true limit, everything else goes on demand. The two sides were written
// apart, count prompts differently (bytes here, tokens there) and are half a round trip from each other.
import { capacityMemory, reservationsOf, type Reservation } from '@weighbridge/gateway';
import { Provisioned } from '@weighbridge/lab';
import type { Drawn, LoadForm } from './load.ts';

export interface Bought {
  readonly units: number;
  readonly input_tpm_per_unit: number;
  readonly output_weight: number;
  readonly burst_seconds: number;
}

export interface Scene {
  readonly lanes: number;
  /** What the seller enforces, and what the configuration says of it. */
  readonly true: Bought;
  readonly configured: Bought;
  /** Half of it each way. */
  readonly roundTripMs: number;
  /** Weighted tokens a minute that somebody takes who does not cross here. */
  readonly otherPerMinute: number;
  /** Sends everything there and asks nothing first: what a gateway does that only reacts. */
  readonly reactive: boolean;
  /** Calls before are not judged. */
  readonly warmUpMs: number;
}

export interface Judged {
  readonly calls: number;
  readonly reserved: number;
  readonly spilled: number;
  /** Calls that met the seller's 429, and as a share of all. */
  readonly refused: number;
  readonly refusedShare: number;
  /** Share of the time in which the seller's bucket had something to do. */
  readonly busyShare: number;
  /** Weighted tokens that were served within it, as a share of what it is worth in that time. */
  readonly usedShare: number;
}

type Event = readonly [at: number, order: number, run: (now: number) => void];

/** A heap by time, then by order of making: the same scene runs the same way. */
class Agenda {
  readonly #events: Event[] = [];
  #made = 0;

  add(at: number, run: (now: number) => void): void {
    const event: Event = [at, (this.#made += 1), run];
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (later(this.#events[middle], event)) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
  }

  run(until: number): void {
    for (let next = this.#events.pop(); next !== undefined && next[0] <= until; next = this.#events.pop())
      next[2](next[0]);
  }
}

/** The soonest stand last. */
const later = (a: Event | undefined, b: Event): boolean =>
  a !== undefined && (a[0] === b[0] ? a[1] > b[1] : a[0] > b[0]);

const START = Date.UTC(2026, 10, 30, 12);

class Run {
  readonly #scene: Scene;
  readonly #agenda = new Agenda();
  readonly #seller: Provisioned;
  readonly #lanes: readonly Reservation[];
  readonly counts = { calls: 0, reserved: 0, spilled: 0, refused: 0, tokens: 0 };
  idleBefore = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#seller = new Provisioned(scene.true, START);
    const capacity = { kind: 'ptu', margin: 0.01, ...scene.configured } as const;
    const deployments = [{ id: 'ptu', model: 'any', capacity }];
    const memory = capacityMemory(deployments, START);
    this.#lanes = Array.from({ length: scene.lanes }, () => {
      const reservation = reservationsOf(deployments, memory, START).get('ptu');
      if (reservation === undefined) throw new TypeError('the reservation is configured');
      return reservation;
    });
  }

  play(calls: readonly Drawn[], ms: number): Judged {
    const { warmUpMs, otherPerMinute, true: bought } = this.#scene;
    for (const [index, call] of calls.entries())
      this.#agenda.add(START + call.at, (now) => this.#arrive(call, index % this.#lanes.length, now));
    if (otherPerMinute > 0)
      for (let at = 0; at < ms; at += 500)
        this.#agenda.add(START + at, (now) => this.#seller.add(otherPerMinute / 120, now));
    this.#agenda.add(START + warmUpMs, (now) => {
      this.#seller.utilisation(now);
      this.idleBefore = this.#seller.idleMs;
    });
    this.#agenda.run(START + ms);
    this.#seller.utilisation(START + ms);
    const { counts } = this;
    const judgedMs = ms - warmUpMs;
    const worth = ((bought.units * bought.input_tpm_per_unit - otherPerMinute) * judgedMs) / 60_000;
    return {
      calls: counts.calls,
      reserved: counts.reserved,
      spilled: counts.spilled,
      refused: counts.refused,
      refusedShare: counts.refused / counts.calls,
      busyShare: 1 - (this.#seller.idleMs - this.idleBefore) / judgedMs,
      usedShare: counts.tokens / worth,
    };
  }

  #judged(now: number): boolean {
    return now >= START + this.#scene.warmUpMs;
  }

  #arrive(call: Drawn, lane: number, now: number): void {
    if (this.#judged(now)) this.counts.calls += 1;
    const reservation = this.#lanes[lane];
    const guess = { bytes: call.bytes, output: call.maxTokens, choices: 1 };
    const hold = reservation?.take(guess, now) ?? null;
    if (reservation === undefined || (hold === null && !this.#scene.reactive)) return this.#spill(now);
    const half = this.#scene.roundTripMs / 2;
    this.#agenda.add(now + half, (there) => {
      const wait = this.#seller.refusal(there);
      if (wait !== null) {
        this.#agenda.add(there + half, (back) => {
          if (this.#judged(back)) this.counts.refused += 1;
          if (hold !== null) reservation.refused(hold, wait, back);
          this.#spill(back);
        });
        return;
      }
      const estimate = this.#seller.estimate({ inputTokens: call.inputTokens, maxTokens: call.maxTokens, choices: 1 });
      this.#seller.add(estimate, there);
      const full = Math.round(this.#seller.utilisation(there) * 1000) / 1000;
      const tokens = { input: call.inputTokens - call.cached, cache_read: call.cached, output: call.output };
      const actual = tokens.input + call.output * this.#scene.true.output_weight;
      if (hold !== null) this.#agenda.add(there + call.ttftMs + half, (back) => reservation.heard(hold, [full], back));
      this.#agenda.add(there + call.totalMs, (done) => {
        this.#seller.add(actual - estimate, done);
        if (this.#judged(done)) this.counts.tokens += actual;
      });
      this.#agenda.add(there + call.totalMs + half, (back) => {
        if (this.#judged(back)) this.counts.reserved += 1;
        if (hold !== null) reservation.settle(hold, tokens, back);
      });
    });
  }

  #spill(now: number): void {
    if (this.#judged(now)) this.counts.spilled += 1;
  }
}

export const SIMULATED_MS = 20 * 60_000;
const BOUGHT: Bought = { units: 200, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 60 };
const PLAIN: Scene = {
  lanes: 4,
  true: BOUGHT,
  configured: BOUGHT,
  roundTripMs: 40,
  otherPerMinute: 0,
  reactive: false,
  warmUpMs: 120_000,
};

/** What is judged, and what a configuration may have wrong. */
export const SCENES = {
  plain: PLAIN,
  'a smaller bucket': { ...PLAIN, true: { ...BOUGHT, burst_seconds: 10 } },
  'a rate too high': { ...PLAIN, configured: { ...BOUGHT, input_tpm_per_unit: 3_300 } },
  'a weight too low': { ...PLAIN, configured: { ...BOUGHT, output_weight: 3 } },
  'a neighbour': { ...PLAIN, otherPerMinute: 100_000 },
} as const satisfies Record<string, Scene>;

/** A load of 1.4 times what was bought, more than half of it in bursts of three seconds. */
export const sceneOf = (seed: number): LoadForm => ({
  seed,
  ms: SIMULATED_MS,
  perMinute: BOUGHT.units * BOUGHT.input_tpm_per_unit * 1.4,
  outputWeight: BOUGHT.output_weight,
  burstEveryMs: 30_000,
  burstShare: 0.6,
});

export const simulate = (scene: Scene, calls: readonly Drawn[], ms: number): Judged => new Run(scene).play(calls, ms);
