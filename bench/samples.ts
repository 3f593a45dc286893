// Latency samples, all kept: percentiles are exact, and no bucket hides a tail.

/** Percentiles in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Past this many, further samples are not kept (and `count` shows it). */
const MAX_SAMPLES = 4_000_000;

export class Samples {
  #values = new Float64Array(65_536);
  #count = 0;

  add(value: number): void {
    if (this.#count === MAX_SAMPLES) return;
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = value;
  }

  /** `scale` turns the sample's unit into milliseconds. */
  spread(scale = 1): Spread {
    const sorted = this.#values.slice(0, this.#count).sort();
    const at = (quantile: number): number => {
      if (sorted.length === 0) return Number.NaN;
      const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1));
      return Math.round((sorted[rank] ?? Number.NaN) * scale * 1e4) / 1e4;
    };
    return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}
