// The counters of one rule in shared memory: one for all, or one for each member (a team, an end user) up to a bound.
// Every method is called under the lock. Beyond the bound members share counter 0 until it is empty again: together they
// get what one of them would, so a limit is never overrun for want of memory, and memory never grows with the names that
// callers make up.
import { invariant } from '@weighbridge/kernel';
import { LABEL_BYTES, type Member } from './member.ts';
import type { WindowClock } from './window.ts';

/** Counter 0, of all members together or of those beyond the bound. */
export const SHARED = 0;
const ABSENT = -1;

/** In units of 8 bytes: how many members have a counter, the step in which empty ones are taken out, and up to where they were. */
const HEADER = 3;
const FILLED = 0;
const SWEPT = 1;
const CURSOR = 2;
/** Places that are looked at in one go for members who are out, and how many of these are enough. */
const PIECE = 4_096;
const ROOM = 256;
/** Of one counter: digest (2), the step it stands at, what calls in flight hold of it, then cells, then the label. */
const STEP = 2;
const HELD = 3;
const CELLS = 4;
const LABEL = (LABEL_BYTES + 1) / 8;

/** Places of the table: a power of two, of which at most two thirds are ever taken. */
const placesFor = (members: number): number => 2 ** Math.ceil(Math.log2(members * 1.5 + 1));

const strideOf = (cells: number): number => CELLS + cells + LABEL;

/** Zeroed memory for a rule. `members`: 0 for a rule with one counter for all. */
export const counterMemory = (cells: number, members: number): SharedArrayBuffer =>
  new SharedArrayBuffer((HEADER + strideOf(cells) * (1 + (members === 0 ? 0 : placesFor(members)))) * 8);

export class Counters {
  readonly #floats: Float64Array;
  readonly #units: BigInt64Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #cells: number;
  readonly #stride: number;
  readonly #members: number;
  readonly #places: number;
  readonly #clock: WindowClock;

  constructor(memory: SharedArrayBuffer, members: number, clock: WindowClock) {
    this.#cells = clock.cells;
    this.#stride = strideOf(clock.cells);
    this.#members = members;
    this.#places = members === 0 ? 0 : placesFor(members);
    invariant(memory.byteLength === counterMemory(clock.cells, members).byteLength, 'the memory is of this rule');
    this.#floats = new Float64Array(memory);
    this.#units = new BigInt64Array(memory);
    this.#words = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#clock = clock;
  }

  /** The counter of a member at this step, made if it has none. Null: the one for all. */
  place(member: Member | null, step: number): number {
    if (member === null) return SHARED;
    const found = this.#find(member);
    if (found !== ABSENT) return found;
    if (this.used(SHARED, step) > 0n) return SHARED;
    if (this.#filled() >= this.#members && !this.#sweep(step)) return SHARED;
    return this.#insert(member, step);
  }

  /** Of a member that was counted; `shared`: when it was, its counter was the shared one. */
  find(member: Member | null, shared: boolean): number {
    return member === null || shared ? SHARED : this.#find(member);
  }

  /** What counts at this step. A clock that was set back counts where the counter already is: stricter, never looser. */
  used(counter: number, step: number): bigint {
    const at = this.#offset(counter);
    this.#advance(at, step);
    let sum = 0n;
    for (let i = 0; i < this.#cells; i += 1) sum += this.#units[at + CELLS + i] ?? 0n;
    return sum;
  }

  /** Adds in the step where the counter stands; returns that step. */
  add(counter: number, step: number, units: bigint): number {
    const at = this.#offset(counter);
    this.#advance(at, step);
    const stands = this.#floats[at + STEP] ?? 0;
    this.#units[this.#cell(at, stands)]! += units;
    return stands;
  }

  /** Corrects what was added in an earlier step; nothing when that counts no more. Never goes below zero. */
  correct(counter: number, step: number, units: bigint): void {
    if (counter === ABSENT) return;
    const at = this.#offset(counter);
    const stands = this.#floats[at + STEP] ?? 0;
    if (step > stands || !this.#clock.counts(step, stands)) return;
    const cell = this.#cell(at, step);
    const next = (this.#units[cell] ?? 0n) + units;
    this.#units[cell] = next < 0n ? 0n : next;
    if (next <= 0n && counter !== SHARED && this.#clock.end(step) === Infinity) this.#remove(counter);
  }

  /** For who looks: so much of what is used is held for calls in flight, and not spent yet. Nothing is admitted by it. */
  hold(counter: number, units: bigint): void {
    this.#units[this.#offset(counter) + HELD]! += units;
  }

  /** Gives back what was held in a step; what a window that is over held is forgotten with it. */
  release(counter: number, step: number, units: bigint): void {
    if (counter === ABSENT) return;
    const at = this.#offset(counter);
    if (this.#cells === 1 && this.#floats[at + STEP] !== step) return;
    const next = (this.#units[at + HELD] ?? 0n) - units;
    this.#units[at + HELD] = next < 0n ? 0n : next;
  }

  /** Of what is used at the counter's step. */
  held(counter: number, used: bigint): bigint {
    const held = this.#units[this.#offset(counter) + HELD] ?? 0n;
    return held < used ? held : used;
  }

  /** When enough of it has passed for `units` more to fit under `most`: UTC milliseconds; Infinity when never. */
  fitsAt(counter: number, most: bigint, units: bigint): number {
    const at = this.#offset(counter);
    const stands = this.#floats[at + STEP] ?? 0;
    let left = this.used(counter, stands) + units - most;
    for (let step = stands - this.#cells + 1; step <= stands; step += 1) {
      left -= this.#units[this.#cell(at, step)] ?? 0n;
      if (left <= 0n) return this.#clock.end(step);
    }
    return Infinity;
  }

  /** Counters that hold something, from place `first` on, `most` places of the table. */
  *list(
    step: number,
    first = 0,
    most = Infinity,
  ): IterableIterator<{ readonly counter: number; readonly used: bigint }> {
    for (let counter = first; counter <= this.#places && counter < first + most; counter += 1) {
      if (counter !== SHARED && !this.#taken(counter)) continue;
      if (this.#live(counter, step)) yield { counter, used: this.used(counter, step) };
    }
  }

  /** Whose it is: the beginning of the name. */
  label(counter: number): string {
    const at = (this.#offset(counter) + CELLS + this.#cells) * 8;
    // A decoder takes no shared memory.
    return Buffer.from(this.#bytes.slice(at + 1, at + 1 + (this.#bytes[at] ?? 0))).toString('utf8');
  }

  digest(counter: number): string {
    const at = this.#offset(counter) * 8;
    return Buffer.from(this.#bytes.slice(at, at + 16)).toString('hex');
  }

  /** Of a rolling window what each part holds, the oldest first; of any other nothing. */
  parts(counter: number): readonly bigint[] {
    if (this.#cells === 1) return [];
    const at = this.#offset(counter);
    const stands = this.#floats[at + STEP] ?? 0;
    return Array.from(
      { length: this.#cells },
      (_, index) => this.#units[this.#cell(at, stands - this.#cells + 1 + index)] ?? 0n,
    );
  }

  /** Places of the table, the shared counter's among them. */
  get places(): number {
    return this.#places + 1;
  }

  #offset(counter: number): number {
    return HEADER + counter * this.#stride;
  }

  #cell(at: number, step: number): number {
    if (this.#cells === 1) return at + CELLS;
    const part = step % this.#cells;
    return at + CELLS + (part < 0 ? part + this.#cells : part);
  }

  #filled(): number {
    return this.#floats[FILLED] ?? 0;
  }

  #advance(at: number, step: number): void {
    const stands = this.#floats[at + STEP] ?? 0;
    if (step <= stands) return;
    if (this.#cells === 1) {
      this.#units[at + CELLS] = 0n;
      this.#units[at + HELD] = 0n;
    } else {
      const from = Math.max(stands + 1, step - this.#cells + 1);
      for (let passed = from; passed <= step; passed += 1) this.#units[this.#cell(at, passed)] = 0n;
    }
    this.#floats[at + STEP] = step;
  }

  #taken(counter: number): boolean {
    return this.#words[this.#offset(counter) * 2] !== 0;
  }

  #is(counter: number, { digest }: Member): boolean {
    const word = this.#offset(counter) * 2;
    for (let i = 0; i < 4; i += 1) if (this.#words[word + i] !== digest[i]) return false;
    return true;
  }

  /** Places are looked at in turn from where the digest points; an empty one ends the search. */
  #next(counter: number): number {
    return counter === this.#places ? 1 : counter + 1;
  }

  /** Where the digest that begins at this word points. */
  #home(word: number, words: Int32Array): number {
    return 1 + (((words[word + 1] ?? 0) >>> 0) % this.#places);
  }

  #find(member: Member): number {
    let counter = this.#home(0, member.digest);
    while (this.#taken(counter)) {
      if (this.#is(counter, member)) return counter;
      counter = this.#next(counter);
    }
    return ABSENT;
  }

  #insert(member: Member, step: number): number {
    let counter = this.#home(0, member.digest);
    while (this.#taken(counter)) counter = this.#next(counter);
    const at = this.#offset(counter);
    this.#words.set(member.digest, at * 2);
    this.#floats[at + STEP] = step;
    const label = (at + CELLS + this.#cells) * 8;
    this.#bytes.fill(0, label, label + LABEL * 8);
    this.#bytes[label] = member.label.length;
    this.#bytes.set(member.label, label + 1);
    this.#floats[FILLED] = this.#filled() + 1;
    return counter;
  }

  /** Takes a member out; those behind it move up, so that each is still found. */
  #remove(counter: number): void {
    let hole = counter;
    for (let next = this.#next(hole); this.#taken(next); next = this.#next(next)) {
      const home = this.#home(this.#offset(next) * 2, this.#words);
      const stays = hole <= next ? hole < home && home <= next : hole < home || home <= next;
      if (stays) continue;
      this.#units.copyWithin(this.#offset(hole), this.#offset(next), this.#offset(next) + this.#stride);
      hole = next;
    }
    this.#units.fill(0n, this.#offset(hole), this.#offset(hole) + this.#stride);
    this.#floats[FILLED] = this.#filled() - 1;
  }

  /**
   * Takes out members of whom nothing counts any more, once around the table in a step and a piece of it at a time: who has to wait
   * for the lock waits for a piece. True when there is room.
   */
  #sweep(step: number): boolean {
    if (this.#clock.end(step) === Infinity) return false;
    if (this.#floats[SWEPT] !== step) this.#floats[CURSOR] = 1;
    this.#floats[SWEPT] = step;
    let counter = Math.max(1, this.#floats[CURSOR] ?? 1);
    const end = Math.min(this.#places + 1, counter + PIECE);
    const before = this.#filled();
    while (counter < end && before - this.#filled() < ROOM) {
      // Who stood behind a member that was taken out may stand in its place now.
      if (this.#taken(counter) && !this.#live(counter, step)) this.#remove(counter);
      else counter += 1;
    }
    this.#floats[CURSOR] = counter;
    return this.#filled() < this.#members;
  }

  #live(counter: number, step: number): boolean {
    const stands = this.#floats[this.#offset(counter) + STEP] ?? 0;
    return (stands >= step || this.#clock.counts(stands, step)) && this.used(counter, step) > 0n;
  }
}
