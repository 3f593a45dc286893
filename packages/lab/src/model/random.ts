// Seeded randomness. A draw is keyed by (seed, text), never by how many draws came before, so that an answer depends
// on its prompt alone and stays the same when requests arrive in another order.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** 32-bit FNV-1a over UTF-16 units: fast and stable, for seeding only. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function fnv1a(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's finaliser: near keys get far seeds. https://github.com/aappleby/smhasher */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** A stream of numbers under a seed and a key. */
export class Draw {
  readonly #generator: { next(): number };

  constructor(seed: number, key: string) {
    this.#generator = xoroshiro128plus(mix(fnv1a(key, (0x811c9dc5 ^ seed) >>> 0)));
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return (this.#generator.next() >>> 0) / 0x1_0000_0000;
  }

  /** Whole number from 0 to `bound` − 1. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** Log-normal with this median; `sigma` is the standard deviation of the logarithm (Box-Muller). */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.unit()));
  }

  /** `length` characters of the alphabet. */
  text(length: number, alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz'): string {
    let out = '';
    for (let i = 0; i < length; i += 1) out += alphabet.charAt(this.below(alphabet.length));
    return out;
  }
}
