// What the calls of a part of the log came to, as far as any table keeps it: by hour and group the sums of the roll-ups and
// which calls they are of, by hour and series the histograms of latency. Calls are added one by one, or read back from
// what closing entries say; either way the same figures come to the same lines.
import { HOUR_MS, LATENCY_DIMENSIONS, LATENCY_METRICS } from '@weighbridge/protocol';
import { dimensionsOf, type Dimensions } from '../projections/groups.ts';
import { ByHour } from '../projections/by-dimensions.ts';
import { eachLatency } from '../projections/call-latency.ts';
import { Sums } from '../projections/sums.ts';
import type { CallFact } from '../projector/call-fact.ts';

/** One group of calls in one hour. */
export interface FigureRow {
  readonly hour: number;
  /** As `dimensionsOf` lays them out. */
  readonly dimensions: Dimensions;
  readonly sums: Sums;
  /** Indexes of the calls, in order. */
  readonly entries: number[];
}

/** One series of served calls in one hour: bucket → calls, by metric. */
export interface FigureHistogram {
  readonly hour: number;
  /** As LATENCY_DIMENSIONS names them. */
  readonly dimensions: readonly (string | null)[];
  readonly counts: readonly Map<number, number>[];
}

export class Figures {
  readonly #rows = new ByHour<FigureRow>();
  readonly #histograms = new ByHour<FigureHistogram>();
  #calls = 0;

  get calls(): number {
    return this.#calls;
  }

  get rows(): readonly FigureRow[] {
    return this.#rows.values();
  }

  get histograms(): readonly FigureHistogram[] {
    return this.#histograms.values();
  }

  /** Calls in the order of the log. */
  addCall(fact: CallFact): void {
    const hour = Math.floor(fact.at / HOUR_MS);
    const row = this.#row(hour, dimensionsOf(fact));
    row.sums.add(fact);
    row.entries.push(fact.entry);
    this.#calls += 1;
    if (fact.outcome !== 'completed') return;
    const { counts } = this.#histogram(
      hour,
      LATENCY_DIMENSIONS.map((name) => fact[name]),
    );
    eachLatency(fact, (metric, bucket) => count(counts, metric, bucket, 1));
  }

  addRow({ hour, dimensions, sums, entries }: FigureRow): void {
    const row = this.#row(hour, dimensions);
    row.sums.addSums(sums);
    row.entries.push(...entries);
    // Groups of several persons who were erased since are one.
    row.entries.sort((a, b) => a - b);
    this.#calls += entries.length;
  }

  addHistogram({ hour, dimensions, counts }: FigureHistogram): void {
    const held = this.#histogram(hour, dimensions);
    for (const [metric, buckets] of counts.entries())
      for (const [bucket, calls] of buckets) count(held.counts, metric, bucket, calls);
  }

  /** Everything, a line each, in an order of its own: equal where the figures are. */
  lines(): string[] {
    const rows = this.rows.map(({ hour, dimensions, sums, entries }) =>
      JSON.stringify([hour, dimensions, sums.named(), entries]),
    );
    const histograms = this.histograms.map(({ hour, dimensions, counts }) =>
      JSON.stringify([hour, dimensions, counts.map((buckets) => [...buckets].sort(([a], [b]) => a - b))]),
    );
    return [...rows, ...histograms].sort();
  }

  #row(hour: number, dimensions: Dimensions): FigureRow {
    return this.#rows.at(hour, dimensions, () => ({ hour, dimensions, sums: new Sums(), entries: [] }));
  }

  #histogram(hour: number, dimensions: readonly (string | null)[]): FigureHistogram {
    return this.#histograms.at(hour, dimensions, () => ({
      hour,
      dimensions,
      counts: LATENCY_METRICS.map(() => new Map<number, number>()),
    }));
  }
}

function count(counts: FigureHistogram['counts'], metric: number, bucket: number, calls: number): void {
  const held = counts[metric];
  held?.set(bucket, (held.get(bucket) ?? 0) + calls);
}
