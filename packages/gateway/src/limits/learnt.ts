// What calls of late took of one limit, so that a soft one need not hold the most that a call could take: counts in buckets
// that are a fourth apart, the old ones fading. Of one lane and one rule; 2 kB at most, and no clock.

/** Four buckets for each doubling, up to 2^60 units. */
const PER_DOUBLING = 4;
const BUCKETS = 60 * PER_DOUBLING + 1;
/** When so many are counted, all counts are halved: what is old weighs less and less. */
const KEPT = 2_048;
/** Before so many calls were seen nothing is said. */
const LEAST = 20;

export class Learnt {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  add(units: bigint): void {
    const bucket = bucketOf(units);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (this.#total < KEPT) return;
    this.#total = 0;
    for (let i = 0; i < BUCKETS; i += 1) this.#total += this.#counts[i] = (this.#counts[i] ?? 0) / 2;
  }

  /** So many per cent of them took no more; null while too few were seen. Rounded up to the end of its bucket. */
  upper(percent: number): bigint | null {
    if (this.#total < LEAST) return null;
    const wanted = (this.#total * percent) / 100;
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      sum += this.#counts[bucket] ?? 0;
      if (sum >= wanted) return endOf(bucket);
    }
    return endOf(BUCKETS - 1);
  }
}

function bucketOf(units: bigint): number {
  if (units <= 1n) return units <= 0n ? 0 : 1;
  return Math.min(BUCKETS - 1, 1 + Math.ceil(Math.log2(Number(units)) * PER_DOUBLING));
}

const endOf = (bucket: number): bigint => (bucket === 0 ? 0n : BigInt(Math.ceil(2 ** ((bucket - 1) / PER_DOUBLING))));
