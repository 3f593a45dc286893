// What a workload came to: counts and exact percentiles of everything seen. Kept as plain arrays of numbers; a workload of
// a million requests is 24 MB of them.
import type { WorkloadOutcome, WorkloadRow } from './row.ts';

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface WorkloadSummary {
  readonly requests: number;
  readonly seconds: number;
  /** Answered well, per second. */
  readonly ok_per_second: number;
  readonly by_outcome: Readonly<Partial<Record<WorkloadOutcome, number>>>;
  readonly by_status: Readonly<Record<string, number>>;
  readonly by_team: Readonly<Record<string, number>>;
  /** Time to the first byte of a good answer, ms; null when there was none. */
  readonly ttft_ms: Percentiles | null;
  /** Whole duration of good answers, ms. */
  readonly latency_ms: Percentiles | null;
  /** How late requests left, ms: large values mean that the generator, not the server, was the limit. */
  readonly lag_ms: Percentiles | null;
  readonly bytes: number;
}

/** Nearest-rank percentiles; null for an empty list. Sorts in place. */
export function percentilesOf(values: number[]): Percentiles | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? 0;
  return { count: values.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

export class Summary {
  readonly #outcomes: Partial<Record<WorkloadOutcome, number>> = {};
  readonly #statuses: Record<string, number> = {};
  readonly #teams: Record<string, number> = {};
  readonly #ttft: number[] = [];
  readonly #latency: number[] = [];
  readonly #lag: number[] = [];
  #requests = 0;
  #bytes = 0;

  add(row: WorkloadRow): void {
    this.#requests += 1;
    this.#bytes += row.bytes;
    this.#outcomes[row.outcome] = (this.#outcomes[row.outcome] ?? 0) + 1;
    this.#statuses[row.status] = (this.#statuses[row.status] ?? 0) + 1;
    this.#teams[row.team] = (this.#teams[row.team] ?? 0) + 1;
    this.#lag.push(row.lag_ms);
    if (row.outcome !== 'ok') return;
    this.#latency.push(row.ms);
    if (row.ttft_ms !== null) this.#ttft.push(row.ttft_ms);
  }

  result(ms: number): WorkloadSummary {
    return {
      requests: this.#requests,
      seconds: ms / 1000,
      ok_per_second: ms === 0 ? 0 : ((this.#outcomes.ok ?? 0) * 1000) / ms,
      by_outcome: this.#outcomes,
      by_status: this.#statuses,
      by_team: this.#teams,
      ttft_ms: percentilesOf(this.#ttft),
      latency_ms: percentilesOf(this.#latency),
      lag_ms: percentilesOf(this.#lag),
      bytes: this.#bytes,
    };
  }
}
