// Reserved capacity against a seller that enforces it, on a clock that is only a number: lanes that share a reservation send what it
// has room for, the lab's bucket answers or refuses at its true limit, everything else goes on demand. The two sides were written
// apart, count prompts differently (bytes here, tokens there) and are a way from each other that is not always as long.
import { capacityMemory, reservationsOf, type Reservation } from '@weighbridge/gateway';
import type { CapacityConfig } from '@weighbridge/protocol';
import { randomOf, type Drawn, type LoadForm } from './load.ts';
import { byMinute, provisioned, windowed, type Bought, type Seller } from './sellers.ts';

export interface Scene {
  readonly lanes: number;
  /** What the seller enforces, from that moment on; and what the configuration says of it. */
  readonly seller: (start: number) => Seller;
  readonly configured: CapacityConfig;
  /** Half of it each way; and on top of each way as much again as is drawn, up to so much: what is sent first may arrive last. */
  readonly roundTripMs: number;
  readonly jitterMs: number;
  /** The seller says how full it is when it lets a call in, or when the answer ends, or never. */
  readonly says: 'then' | 'at_end' | 'never';
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
  /** Calls that met the seller's limit, by its 429 or by being paid for on demand; and as a share of all. */
  readonly refused: number;
  readonly refusedShare: number;
  /** Weighted tokens that were served within it, as a share of what it is worth in that time. */
  readonly usedShare: number;
}

type CapacityHold = NonNullable<ReturnType<Reservation['take']>>;

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
  readonly #seller: Seller;
  readonly #lanes: readonly Reservation[];
  readonly #random = randomOf(7);
  readonly counts = { calls: 0, reserved: 0, spilled: 0, refused: 0, tokens: 0 };

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#seller = scene.seller(START);
    const deployments = [{ id: 'bought', model: 'any', capacity: scene.configured }];
    const memory = capacityMemory(deployments, START);
    this.#lanes = Array.from({ length: scene.lanes }, () => {
      const reservation = reservationsOf(deployments, memory, START).get('bought');
      if (reservation === undefined) throw new TypeError('the reservation is configured');
      return reservation;
    });
  }

  play(calls: readonly Drawn[], ms: number): Judged {
    const { warmUpMs, otherPerMinute } = this.#scene;
    for (const [index, call] of calls.entries())
      this.#agenda.add(START + call.at, (now) => this.#arrive(call, index % this.#lanes.length, now));
    if (otherPerMinute > 0)
      for (let at = 0; at < ms; at += 500)
        this.#agenda.add(START + at, (now) => this.#seller.use(otherPerMinute / 120, now));
    this.#agenda.run(START + ms);
    const { counts } = this;
    const worth = ((this.#seller.perMinute - otherPerMinute) * (ms - warmUpMs)) / 60_000;
    return {
      calls: counts.calls,
      reserved: counts.reserved,
      spilled: counts.spilled,
      refused: counts.refused,
      refusedShare: counts.refused / counts.calls,
      usedShare: counts.tokens / worth,
    };
  }

  #judged(now: number): boolean {
    return now >= START + this.#scene.warmUpMs;
  }

  /** One way, this time. */
  #way(): number {
    return this.#scene.roundTripMs / 2 + this.#random() ** 2 * this.#scene.jitterMs;
  }

  #arrive(call: Drawn, lane: number, now: number): void {
    if (this.#judged(now)) this.counts.calls += 1;
    const reservation = this.#lanes[lane];
    const guess = { bytes: call.bytes, output: call.maxTokens, choices: 1 };
    const hold = reservation?.take(guess, now) ?? null;
    if (reservation === undefined || (hold === null && !this.#scene.reactive)) return this.#spill(now);
    this.#agenda.add(now + this.#way(), (there) => {
      const asked = this.#seller.ask(call, there);
      if (asked.taken) return this.#serve(call, hold, there, asked.finish);
      const full = this.#said(there);
      this.#agenda.add(there + this.#way(), (back) => {
        if (this.#judged(back)) this.counts.refused += 1;
        if (asked.waitMs !== null) hold?.reservation.refused(hold, { retryAfterMs: asked.waitMs, full }, back);
        else hold?.reservation.overflowed(hold, back);
        this.#spill(back);
      });
    });
  }

  #serve(call: Drawn, hold: CapacityHold | null, there: number, finish: (now: number) => void): void {
    const { says } = this.#scene;
    const full = this.#said(there);
    const tokens = { input: call.inputTokens - call.cached, cache_read: call.cached, output: call.output };
    const hear = (said: readonly number[] | undefined, back: number): void => {
      if (said !== undefined) hold?.reservation.heard(hold, said, back);
    };
    if (says === 'then') this.#agenda.add(there + call.ttftMs + this.#way(), (back) => hear(full, back));
    this.#agenda.add(there + call.totalMs, (done) => {
      finish(done);
      if (this.#judged(done)) this.counts.tokens += this.#seller.worth(call);
      const atEnd = says === 'at_end' ? this.#said(done) : undefined;
      this.#agenda.add(done + this.#way(), (back) => {
        if (this.#judged(back)) this.counts.reserved += 1;
        hear(atEnd, back);
        hold?.reservation.settle(hold, tokens, back);
      });
    });
  }

  /** As the seller writes it: to a tenth of a percent. */
  #said(now: number): readonly number[] | undefined {
    const full = this.#scene.says === 'never' ? null : this.#seller.full(now);
    return full === null ? undefined : [Math.round(full * 1000) / 1000];
  }

  #spill(now: number): void {
    if (this.#judged(now)) this.counts.spilled += 1;
  }
}

export const SIMULATED_MS = 20 * 60_000;
const BOUGHT: Bought = { units: 200, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 60 };
const SHORT: Bought = { ...BOUGHT, burst_seconds: 10 };
const LESS: Bought = { ...BOUGHT, input_tpm_per_unit: BOUGHT.input_tpm_per_unit * 0.95 };

const ptu = (bought: Bought): CapacityConfig => ({ kind: 'ptu', margin: 0.01, ...bought });
const from =
  (bought: Bought): Scene['seller'] =>
  (start) =>
    provisioned(bought, start);

const PLAIN: Scene = {
  lanes: 2,
  seller: from(BOUGHT),
  configured: ptu(BOUGHT),
  roundTripMs: 40,
  jitterMs: 60,
  says: 'then',
  otherPerMinute: 0,
  reactive: false,
  warmUpMs: 120_000,
};

const GSU = {
  kind: 'gsu',
  units: 22,
  tokens_per_second_per_unit: 650,
  output_weight: 8,
  cache_read_weight: 0.1,
  window_seconds: 30,
} as const;
const WINDOWS: Scene = {
  ...PLAIN,
  seller: () => windowed(GSU, 0),
  configured: { ...GSU, margin: 0.01 },
  says: 'never',
};
const TPM = { kind: 'tpm', input_tpm: 330_000, output_tpm: 67_000 } as const;
const MINUTES: Scene = {
  ...PLAIN,
  seller: (start) => byMinute(TPM, start),
  configured: { ...TPM, margin: 0.01 },
  says: 'never',
};

/** What is judged, and what a configuration may have wrong. */
export const SCENES = {
  plain: PLAIN,
  'one lane': { ...PLAIN, lanes: 1 },
  'a twentieth less than configured': { ...PLAIN, seller: from(LESS) },
  'a burst of ten seconds, as configured': { ...PLAIN, seller: from(SHORT), configured: ptu(SHORT) },
  'a burst of ten seconds, configured as sixty': { ...PLAIN, seller: from(SHORT) },
  'a rate a tenth too high': { ...PLAIN, configured: ptu({ ...BOUGHT, input_tpm_per_unit: 3_300 }) },
  'a weight a quarter too low': { ...PLAIN, configured: ptu({ ...BOUGHT, output_weight: 3 }) },
  'a neighbour who takes a sixth': { ...PLAIN, otherPerMinute: 100_000 },
  'told when the answer ends': { ...PLAIN, says: 'at_end' },
  'never told': { ...PLAIN, says: 'never' },
  'never told, a twentieth less': { ...PLAIN, says: 'never', seller: from(LESS) },
  'scale units by the window': WINDOWS,
  'scale units, a twentieth less': {
    ...WINDOWS,
    seller: () => windowed({ ...GSU, tokens_per_second_per_unit: 650 * 0.95 }, 0),
  },
  'scale units, windows that begin elsewhere': { ...WINDOWS, seller: () => windowed(GSU, 11_000) },
  'tokens a minute': MINUTES,
  'tokens a minute, a twentieth less': {
    ...MINUTES,
    seller: (start) => byMinute({ ...TPM, input_tpm: TPM.input_tpm * 0.95, output_tpm: TPM.output_tpm * 0.95 }, start),
  },
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
