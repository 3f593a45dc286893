// Capacity that was bought, counted by all lanes of a node in one piece of shared memory: whether a call has room in it, what calls
// in flight hold, what the seller said of it. A call that has none goes elsewhere before the seller has to refuse it. It is only
// ever as right as what crosses here; what does not is learnt from the seller's own figures and refusals.
import { lock, unlock } from '../limits/lock.ts';
import { correct, heard, levelOf, METER_NUMBERS, put, putSoFar, waitFor, type MeterAt } from './meter.ts';
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
/** Tokens that the seller takes for granted of an answer which the request does not bound. */
const GRANTED = IN_FLIGHT + 9;
const RING = IN_FLIGHT + 10;

export const reservationMemory = (now: number): SharedArrayBuffer => {
  const memory = new SharedArrayBuffer((RING + RING_NUMBERS) * 8);
  const cells = new Float64Array(memory);
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
/** What one answer of the seller changes of what we think it takes for granted, in tokens. */
const GRANTED_STEP = 200;
const GRANTED_MOST = 8_192;
const ON_ITS_WAY_MS = 250;
/** A refusal without a time. */
const PAUSE_MS = 1_000;
const PAUSE_MOST_MS = 60_000;
/** A refusal while there was room halves what we take for all of it at most; it grows back by this share of itself a minute. */
const SHARE_LEAST = 0.02;
const SHARE_A_MINUTE = 0.1;
const MINUTE_MS = 60_000;

/** What one call holds until it is over. */
export interface CapacityHold {
  readonly reservation: Reservation;
  readonly bytes: number;
  /** The request bounds its answer. */
  readonly bounded: boolean;
  /** Weighted tokens put in for it, by meter, and the window they stand in. */
  readonly units: number[];
  readonly windows: readonly number[];
  /** All that had ever been put in when it was. */
  readonly after: readonly number[];
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
      const windows = this.#meters.map((meter, index) => put(meter, units[index] ?? 0));
      this.#add(IN_FLIGHT, 1);
      mostIn(this.#cells, RING, now, 'most', this.#cells[IN_FLIGHT] ?? 0);
      const after = this.#meters.map(putSoFar);
      return { reservation: this, bytes: guess.bytes, bounded: guess.output !== null, units, windows, after, full };
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
      if (tokens !== null) this.#learn(hold, tokens);
    });
  }

  /** The seller said how full it is, by meter, in an answer to this call. */
  heard(hold: CapacityHold, said: readonly (number | null)[], now: number): void {
    this.#locked(() => {
      for (const [index, meter] of this.#meters.entries()) {
        const full = said[index] ?? null;
        if (full === null) continue;
        const size = meter.rule.size * this.#share(now);
        const more = heard(meter, full * size, hold.after[index] ?? 0, this.rule.margin * size, now);
        if (!hold.bounded) this.#grant(hold, index, more);
      }
      this.#cells[SAID] = said[0] ?? this.#cells[SAID] ?? 0;
      this.#cells[SAID_AT] = now;
    });
  }

  /** The seller refused a call that we thought had room: what we take for room was too much. */
  refused(hold: CapacityHold, retryAfterMs: number | undefined, now: number): void {
    this.#locked(() => {
      this.#end(hold, null, now);
      this.#count('refused', 1, now);
      const pause = Math.min(retryAfterMs ?? PAUSE_MS, PAUSE_MOST_MS);
      this.#cells[FULL_UNTIL] = Math.max(this.#cells[FULL_UNTIL] ?? 0, now + pause);
      const share = this.#share(now);
      if (this.#meters.length === 0 || hold.full >= share) return;
      this.#cells[SHARE] = Math.max(SHARE_LEAST, hold.full, share / 2);
      this.#cells[SHARE_AT] = now;
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
        full: this.#meters.map((meter) => levelOf(meter, now) / meter.rule.size),
        share: this.#share(now),
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

  /** What the seller holds beyond our guess for an answer that nothing bounds is given back with it. */
  #grant({ units }: CapacityHold, index: number, more: number): void {
    const weight = this.rule.meters[index]?.weights.output ?? 0;
    if (weight === 0) return;
    if (more > 0) units[index] = (units[index] ?? 0) + Math.min(more, GRANTED_MOST * weight);
    const step = Math.max(-GRANTED_STEP, Math.min(GRANTED_STEP, more / weight)) / 4;
    this.#cells[GRANTED] = Math.max(0, Math.min(GRANTED_MOST, (this.#cells[GRANTED] ?? 0) + step));
  }

  #unitsOf({ bytes, output, choices }: Guess): number[] {
    const input = bytes * (this.#cells[PER_BYTE] ?? PER_BYTE_FIRST);
    const unbounded = Math.max(this.#cells[ANSWER] ?? 0, this.#cells[GRANTED] ?? 0);
    const answer = (output ?? unbounded) * choices;
    return this.#meters.map(({ rule }) => weighGuess(rule, input, answer));
  }

  #wait(units: readonly number[], now: number): number {
    let wait = Math.max(0, (this.#cells[FULL_UNTIL] ?? 0) - now);
    // Who holds it is not known to end at any time.
    if ((this.#cells[IN_FLIGHT] ?? 0) >= this.rule.concurrent) wait = Math.max(wait, PAUSE_MS);
    const share = this.#share(now);
    for (const [index, meter] of this.#meters.entries()) {
      const size = meter.rule.size * share;
      wait = Math.max(wait, waitFor(meter, units[index] ?? 0, size - this.#slack(meter, size), now));
    }
    return wait;
  }

  /** What is left free: of a small bucket at least what drains while a call is on its way. */
  #slack({ rule }: MeterAt, size: number): number {
    const { margin } = this.rule;
    if (margin === 0 || rule.windowMs !== null) return size * margin;
    return Math.min(size / 2, Math.max(size * margin, rule.perMs * ON_ITS_WAY_MS));
  }

  #share(now: number): number {
    const share = this.#cells[SHARE] ?? 1;
    const minutes = (now - (this.#cells[SHARE_AT] ?? now)) / MINUTE_MS;
    return share >= 1 ? 1 : Math.min(1, share * (1 + SHARE_A_MINUTE) ** minutes);
  }

  #full(now: number): number {
    const [first] = this.#meters;
    if (first === undefined) return (this.#cells[IN_FLIGHT] ?? 0) / this.rule.concurrent;
    return Math.max(...this.#meters.map((meter) => levelOf(meter, now) / meter.rule.size));
  }

  #end({ units, windows }: CapacityHold, took: readonly number[] | null, now: number): void {
    this.#add(IN_FLIGHT, -1);
    for (const [index, meter] of this.#meters.entries())
      correct(meter, windows[index] ?? 0, (took?.[index] ?? 0) - (units[index] ?? 0), now);
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
