// All chance of a simulated run comes from here, and all of it from one seed: the same seed tells the same story. Each
// part of the run draws from a stream of its own, so that a change in one does not reshuffle the others.

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  /** `stream`: names an independent sequence of the same seed. */
  constructor(seed: number, stream = '') {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    for (const character of stream) this.#c = Math.imul(this.#c ^ character.charCodeAt(0), 0x01000193) >>> 0;
    for (let i = 0; i < 12; i += 1) this.#step();
  }

  /** In [0, 1). */
  next(): number {
    return this.#step() / 2 ** 32;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** One of the names, by their weights. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.next() * names.reduce((sum, name) => sum + weights[name], 0);
    return names.find((name) => (left -= weights[name]) < 0) ?? (names.at(-1) as Name);
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i += 1) bytes[i] = this.#step() & 0xff;
    return bytes;
  }

  /** sfc32, a small fast counting generator (Chris Doty-Humphrey's). */
  #step(): number {
    const result = (((this.#a + this.#b) >>> 0) + this.#count) >>> 0;
    this.#count = (this.#count + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) >>> 0;
    return result;
  }
}
