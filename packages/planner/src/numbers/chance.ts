// Seeded chance for simulators: a stream under (seed, name), so that arrivals, lengths and cache hits never share draws, and a
// change of one leaves the others as they were. The same seed gives the same numbers to the bit.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Chance {
  readonly #generator: { next(): number };

  constructor(seed: number, name: string) {
    let held = 0x811c9dc5 ^ seed;
    for (let at = 0; at < name.length; at += 1) held = Math.imul(held ^ name.charCodeAt(at), 0x01000193);
    held = Math.imul(held ^ (held >>> 16), 0x85ebca6b);
    held = Math.imul(held ^ (held >>> 13), 0xc2b2ae35);
    this.#generator = xoroshiro128plus(held ^ (held >>> 16));
  }

  /** Uniform in [0, 1), of 53 bits. */
  unit(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Exponential with this mean, by inversion. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }
}
