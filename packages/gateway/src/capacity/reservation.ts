// Capacity that was bought, counted by all lanes of a node in one piece of shared memory: whether a call has room in it, what calls
// in flight hold, what the seller said of it. A call that has none goes elsewhere before the seller has to refuse it. It is only
// ever as right as what crosses here; what does not is learnt from the seller's own figures and refusals.
import { lock, unlock } from '../limits/lock.ts';
import { apart, grantedOf, hear, learnFirst, METER_NUMBERS, sizeOf } from './learnt.ts';
import { correct, levelOf, put, slow, waitFor, type MeterAt, type Stood } from './meter.ts';
import { countIn, minutesIn, mostIn, RING_NUMBERS, type MinuteCount, type MinuteRow } from './ring.ts';
import { weigh, weighGuess, type CapacityRule } from './rule.ts';
import type { Usage } from '@weighbridge/protocol';

const METERS = 2;
/** After the meters, one number each. */
const IN_FLIGHT = METERS * METER_NUMBERS;
/** UTC milliseconds until which the seller said to stay away. */
const FULL_UNTIL = IN_FLIGHT + 1;
/** Tokens of a byte of request, and tokens of an answer, as calls had them lately. */
const PER_BYTE = IN_FLIGHT + 2;
const ANSWER = IN_FLIGHT + 3;
/** Share of the configured size that refusals have left, and since when it grows again. */
const SHARE = IN_FLIGHT + 4;
const SHARE_AT = IN_FLIGHT + 5;
/** What the seller said last of how full it is, and when. */
const SAID = IN_FLIGHT + 6;
const SAID_AT = IN_FLIGHT + 7;
const SINCE = IN_FLIGHT + 8;
/** Answers in flight that their requests do not bound. */
const OPEN = IN_FLIGHT + 9;
const RING = IN_FLIGHT + 10;

export const reservationMemory = ({ meters }: CapacityRule, now: number): SharedArrayBuffer => {
  const memory = new SharedArrayBuffer((RING + RING_NUMBERS) * 8);
  const cells = new Float64Array(memory);
  for (const [index, rule] of meters.entries()) learnFirst({ rule, cells, from: index * METER_NUMBERS });
  cells[PER_BYTE] = PER_BYTE_FIRST;
  cells[ANSWER] = ANSWER_FIRST;
  cells[SHARE] = 1;
  cells[SINCE] = now;
  return memory;
};

/** Before anything was seen: few bytes a token, so that the first calls are guessed too large. */
const PER_BYTE_FIRST = 0.3;
const ANSWER_FIRST = 500;
/** Weight of the newest call in what is learnt of them. */
const NEWEST = 0.05;
/** A refusal without a time. */
const PAUSE_MS = 1_000;
const PAUSE_MOST_MS = 60_000;
/** A refusal while there was room halves what we take for all of it at most; of what is missing then half is back after so long. */
const SHARE_LEAST = 0.02;
const SHARE_HALF_MS = 600_000;
const SHARE_WHOLE = 0.001;
/** What it drains slower by is tried anew: a call that was served gives back this part of what a refusal took. */
const QUIET = 0.0015;

/** What one call holds until it is over. */
export interface CapacityHold {
  readonly reservation: Reservation;
  readonly bytes: number;
  /** Weighted tokens put in for it, by meter, and how each stood then. */
  readonly units: readonly number[];
  readonly stood: readonly Stood[];
  /** Its own answers without a bound, and all that were in flight with it. */
  readonly unbounded: number;
  readonly open: number;
  /** Share that was full just before. */
  readonly full: number;
}

export interface Guess {
  readonly bytes: number;
  /** Null: the request does not say, and what answers took lately stands for it. */
  readonly output: number | null;
  readonly choices: number;
}

/** How it stands, for who looks. */
export interface ReservationView {
  readonly deployment: string;
  readonly rule: CapacityRule;
  readonly in_flight: number;
  /** By meter, 0 to 1 and above while it drains. */
  readonly full: readonly number[];
  readonly share: number;
  readonly said: { readonly full: number; readonly at: number } | null;
  readonly full_until: number;
  readonly since: number;
  readonly minutes: readonly MinuteRow[];
}

/** By meter, 0 to 1 and above; null where the seller says nothing of it. */
type Full = readonly (number | null)[];

export interface Refused {
  readonly retryAfterMs: number | undefined;
  /** Undefined: the seller does not say. */
  readonly full: Full | undefined;
}

/** How it stood without the call itself, which the seller did not let in. */
const without = ({ stood, units, open, unbounded }: CapacityHold): Pick<CapacityHold, 'stood' | 'open'> => ({
  stood: stood.map((one, index) => {
    const own = units[index] ?? 0;
    return { ...one, level: one.level - own, book: one.book - own };
  }),
  open: open - unbounded,
});

export class Reservation {
  readonly deployment: string;
  readonly rule: CapacityRule;
  readonly #cells: Float64Array;
  readonly #lock: Int32Array<SharedArrayBuffer>;
  readonly #meters: readonly MeterAt[];

  constructor(deployment: string, rule: CapacityRule, memory: SharedArrayBuffer, lockMemory: SharedArrayBuffer) {
    this.deployment = deployment;
    this.rule = rule;
    this.#cells = new Float64Array(memory);
    this.#lock = new Int32Array(lockMemory);
    this.#meters = rule.meters.map((meter, index) => ({
      rule: meter,
      cells: this.#cells,
      from: index * METER_NUMBERS,
    }));
  }

  /** Milliseconds until there is room for such a call; 0: now. Infinity: it is larger than all that was bought. */
  wait(guess: Guess, now: number): number {
    return this.#locked(() => this.#wait(this.#unitsOf(guess), now));
  }

  /** Takes room for a call; null where there is none. */
  take(guess: Guess, now: number): CapacityHold | null {
    return this.#locked(() => {
      const units = this.#unitsOf(guess);
      if (this.#wait(units, now) > 0) return null;
      const full = this.#full(now);
      const stood = this.#meters.map((meter, index) => put(meter, units[index] ?? 0, now));
      const unbounded = guess.output === null ? guess.choices : 0;
      this.#add(IN_FLIGHT, 1);
      this.#add(OPEN, unbounded);
      mostIn(this.#cells, RING, now, 'most', this.#cells[IN_FLIGHT] ?? 0);
      return { reservation: this, bytes: guess.bytes, units, stood, unbounded, open: this.#cells[OPEN] ?? 0, full };
    });
  }

  /** Gives back what was held for a call that never went, or that the seller refused. */
  release(hold: CapacityHold, now: number): void {
    this.#locked(() => this.#end(hold, null, now));
  }

  /** The call is over. `tokens` null: nobody knows what it took, and what was held counts. */
  settle(hold: CapacityHold, tokens: Usage['tokens'] | null, now: number): void {
    this.#locked(() => {
      const took = tokens === null ? hold.units : this.#meters.map(({ rule }) => weigh(rule, tokens));
      this.#end(hold, took, now);
      this.#count('calls', 1, now);
      this.#count('used', took[0] ?? 0, now);
      this.#count('used_second', took[1] ?? 0, now);
      for (const meter of this.#meters) slow(meter, -QUIET);
      if (tokens !== null) this.#learn(hold, tokens);
    });
  }

  /** The seller said how full it was when it let this call in, by meter. */
  heard(hold: CapacityHold, full: Full, now: number): void {
    this.#locked(() => this.#hear(hold, full, now));
  }

  /** The seller refused a call that we thought had room: what we take for room was too much. */
  refused(hold: CapacityHold, { retryAfterMs, full }: Refused, now: number): void {
    this.#locked(() => {
      this.#end(hold, null, now);
      this.#count('refused', 1, now);
      const pause = Math.min(retryAfterMs ?? PAUSE_MS, PAUSE_MOST_MS);
      this.#cells[FULL_UNTIL] = Math.max(this.#cells[FULL_UNTIL] ?? 0, now + pause);
      if (full === undefined) this.#shrink(hold.full, now);
      else this.#hear(without(hold), full, now);
    });
  }

  /**
   * The seller served on demand what we thought had room. Where it says how full it is that is enough; where it counts by windows nothing is learnt of it: when they begin is not
   * published, and its price on demand is the one that the call has if it goes elsewhere.
   */
  overflowed(hold: CapacityHold, now: number): void {
    this.#locked(() => {
      this.#end(hold, null, now);
      if (this.#cells[SAID_AT] === 0 && this.#meters.every(({ rule }) => rule.windowMs === null))
        this.#shrink(Math.max(...this.#meters.map((meter, at) => (hold.stood[at]?.level ?? 0) / sizeOf(meter))), now);
    });
  }

  /** A call that it had no room for was served on demand; or it waited. For who looks. */
  count(name: MinuteCount, now: number): void {
    this.#locked(() => this.#count(name, 1, now));
  }

  /** Share that is full now. */
  full(now: number): number {
    return this.#locked(() => this.#full(now));
  }

  view(now: number): ReservationView {
    return this.#locked(() => {
      const cells = this.#cells;
      const saidAt = cells[SAID_AT] ?? 0;
      return {
        deployment: this.deployment,
        rule: this.rule,
        in_flight: cells[IN_FLIGHT] ?? 0,
        full: this.#meters.map((meter) => levelOf(meter, now) / sizeOf(meter)),
        share: this.#share(now) * Math.min(1, ...this.#meters.map((meter) => sizeOf(meter) / meter.rule.size)),
        said: saidAt === 0 ? null : { full: cells[SAID] ?? 0, at: saidAt },
        full_until: cells[FULL_UNTIL] ?? 0,
        since: cells[SINCE] ?? 0,
        minutes: minutesIn(cells, RING, cells[SINCE] ?? 0, now),
      };
    });
  }

  #locked<Value>(work: () => Value): Value {
    lock(this.#lock);
    try {
      return work();
    } finally {
      unlock(this.#lock);
    }
  }

  #hear({ stood, open }: Pick<CapacityHold, 'stood' | 'open'>, said: Full, now: number): void {
    for (const [index, meter] of this.#meters.entries()) {
      const [full = null, then] = [said[index], stood[index]];
      if (full !== null && then !== undefined) hear(meter, { full, stood: then, open }, now);
    }
    this.#cells[SAID] = said[0] ?? this.#cells[SAID] ?? 0;
    this.#cells[SAID_AT] = now;
  }

  /** It was full, by our count, at so much. */
  #shrink(full: number, now: number): void {
    const share = this.#share(now);
    if (this.#meters.length === 0 || full >= share) return;
    this.#cells[SHARE] = Math.max(SHARE_LEAST, full, share / 2);
    this.#cells[SHARE_AT] = now;
    for (const meter of this.#meters) slow(meter, 1);
  }

  #unitsOf({ bytes, output, choices }: Guess): number[] {
    const input = bytes * (this.#cells[PER_BYTE] ?? PER_BYTE_FIRST);
    const answer = (output ?? this.#cells[ANSWER] ?? 0) * choices;
    return this.#meters.map((meter) => {
      const units = weighGuess(meter.rule, input, answer);
      return output === null ? Math.max(units, weighGuess(meter.rule, input, 0) + grantedOf(meter) * choices) : units;
    });
  }

  #wait(units: readonly number[], now: number): number {
    let wait = Math.max(0, (this.#cells[FULL_UNTIL] ?? 0) - now);
    // Who holds it is not known to end at any time.
    if ((this.#cells[IN_FLIGHT] ?? 0) >= this.rule.concurrent) wait = Math.max(wait, PAUSE_MS);
    const share = this.#share(now);
    for (const [index, meter] of this.#meters.entries()) {
      const size = sizeOf(meter) * share;
      const free = Math.max(size * this.rule.margin, apart(meter));
      wait = Math.max(wait, waitFor(meter, units[index] ?? 0, size - free, now));
    }
    return wait;
  }

  #share(now: number): number {
    const missing = 1 - (this.#cells[SHARE] ?? 1);
    if (missing === 0) return 1;
    const left = missing * 0.5 ** ((now - (this.#cells[SHARE_AT] ?? now)) / SHARE_HALF_MS);
    return left < SHARE_WHOLE ? 1 : 1 - left;
  }

  #full(now: number): number {
    const [first] = this.#meters;
    if (first === undefined) return (this.#cells[IN_FLIGHT] ?? 0) / this.rule.concurrent;
    return Math.max(...this.#meters.map((meter) => levelOf(meter, now) / sizeOf(meter)));
  }

  #end({ units, stood, unbounded }: CapacityHold, took: readonly number[] | null, now: number): void {
    this.#add(IN_FLIGHT, -1);
    this.#add(OPEN, -unbounded);
    for (const [index, meter] of this.#meters.entries())
      correct(meter, stood[index]?.window ?? 0, (took?.[index] ?? 0) - (units[index] ?? 0), now);
  }

  #learn({ bytes }: CapacityHold, tokens: Usage['tokens']): void {
    let [input, output] = [0, 0];
    for (const name in tokens) {
      const count = tokens[name as keyof typeof tokens] ?? 0;
      if (name.startsWith('output') || name === 'reasoning') output += count;
      else input += count;
    }
    const blend = (at: number, value: number): void => {
      this.#cells[at] = (1 - NEWEST) * (this.#cells[at] ?? value) + NEWEST * value;
    };
    if (bytes > 0) blend(PER_BYTE, input / bytes);
    blend(ANSWER, output);
  }

  #add(at: number, amount: number): void {
    this.#cells[at] = Math.max(0, (this.#cells[at] ?? 0) + amount);
  }

  #count(name: MinuteCount, amount: number, now: number): void {
    countIn(this.#cells, RING, now, name, amount);
  }
}
