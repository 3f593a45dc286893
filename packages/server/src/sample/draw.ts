// Seeded randomness of the sample. A stream is keyed by (seed, name), so that an hour of the month comes out the same
// whatever was drawn for the hours before it. sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, fast, no
// dependency; it decides no secret.

export class Draw {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, name: string) {
    const next = spread(seed, name);
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let i = 0; i < WARM_UP; i += 1) this.word();
  }

  /** 32 random bits, as an unsigned number. */
  word(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.word() / 0x1_0000_0000;
  }

  chance(share: number): boolean {
    return this.unit() < share;
  }

  /** Log-normal with this median; `sigma` is the standard deviation of the logarithm (Box-Muller). */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.#normal());
  }

  /** Whole arrivals of a Poisson process with this mean; beyond 50 by the normal approximation. */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()));
    const floor = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > floor; product *= this.unit()) count += 1;
    return count;
  }

  /** One of the list, by weight. */
  pick<Item extends { readonly weight: number }>(list: readonly [Item, ...Item[]]): Item {
    let total = 0;
    for (const { weight } of list) total += weight;
    let mark = this.unit() * total;
    for (const item of list) {
      mark -= item.weight;
      if (mark < 0) return item;
    }
    return list[0];
  }

  /** `length` characters of an id. */
  text(length: number): string {
    let out = '';
    for (let i = 0; i < length; i += 1) out += LETTERS.charAt(this.word() % LETTERS.length);
    return out;
  }

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = this.word() & 0xff;
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz';
const WARM_UP = 12;

/** State words from seed and name: FNV-1a over the name, then MurmurHash3's finaliser, so that near names lie far apart. */
function spread(seed: number, name: string): () => number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return () => {
    hash = (hash + 0x9e3779b9) | 0;
    let word = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  };
}
