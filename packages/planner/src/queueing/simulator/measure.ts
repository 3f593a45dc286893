// What a run shows: times of each request, and figures over those that count. The beginning is left out, by MSER-5 (White 1997) where
// nothing is said; intervals are from means of 20 batches in the order of arrival, since neighbours wait together and a plain standard
// error would be far too small (Law and Kelton, Simulation Modeling and Analysis, ch. 9).
import { whole } from '../../numbers/refuse.ts';
import { mean, quantileOf, studentQuantile, variance } from '../../numbers/statistics.ts';
import type { Request } from './request.ts';

export interface Measuring {
  /** Requests at the beginning that do not count; absent: found by MSER-5. */
  readonly warm_up_requests?: number;
  /** At the end, where an open load runs dry. */
  readonly cool_down_requests?: number;
}

/** Mean and quantiles of a time, in milliseconds. */
export interface Times {
  readonly mean: Interval;
  readonly p50: Interval;
  readonly p90: Interval;
  readonly p99: Interval;
}

/** Ends are null where there are too few requests to tell. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Simulated, all of it. */
export interface Measured {
  readonly arrived: number;
  readonly finished: number;
  readonly refused: number;
  readonly in_flight: number;
  readonly ended_ms: number;
  /** Requests that the figures are over, and those at the beginning that they leave out. */
  readonly counted: number;
  readonly warm_up: number;
  /** From arrival until it is let in; to the first token; between tokens; to the last token. */
  readonly wait_ms: Times;
  readonly ttft_ms: Times;
  readonly tpot_ms: Times;
  readonly whole_ms: Times;
  /** Share of counted requests that waited at all. */
  readonly waited: number;
  readonly output_tokens_per_s: number;
  /** Of all replicas, over the whole run. */
  readonly busy_share: number;
  /** Sequences that decode on a replica, over the time in which it computes. */
  readonly mean_batch: number;
  readonly steps: number;
}

interface Counts {
  readonly arrived: number;
  readonly finished: number;
  readonly refused: number;
  readonly in_flight: number;
  readonly ended_ms: number;
  readonly replicas: number;
}

const BATCHES = 20;
/** Below, a batch's quantile says little of the whole. */
const BATCH_LEAST = 100;

/** Numbers by request, in the order of arrival. */
class Column {
  #values = new Float64Array(1024);
  length = 0;

  set(at: number, value: number): void {
    if (at >= this.#values.length) {
      const wider = new Float64Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[at] = value;
    this.length = Math.max(this.length, at + 1);
  }

  part(from: number, to: number): Float64Array {
    const out = new Float64Array(Math.max(0, to - from));
    let count = 0;
    for (let at = from; at < to; at += 1) {
      const value = this.#values[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      out[count] = value;
      count += 1;
    }
    return out.subarray(0, count);
  }
}

export interface Record {
  arrived(request: Request): void;
  finished(request: Request, now_ms: number): void;
  step(batch: number, takes_ms: number): void;
  measured(counts: Counts): Measured;
}

export function createRecord(measuring: Measuring): Record {
  const [wait, ttft, tpot, whole_] = [new Column(), new Column(), new Column(), new Column()];
  const columns = [wait, ttft, tpot, whole_];
  let [steps, busy_ms, batch_ms, tokens] = [0, 0, 0, 0];
  return {
    arrived: ({ id }) => {
      for (const column of columns) column.set(id, Number.NaN);
    },
    finished: ({ id, at_ms, started_ms, first_ms, output }, now_ms) => {
      wait.set(id, started_ms - at_ms);
      ttft.set(id, first_ms - at_ms);
      if (output > 1) tpot.set(id, (now_ms - first_ms) / (output - 1));
      whole_.set(id, now_ms - at_ms);
      tokens += output;
    },
    step: (batch, takes_ms) => {
      steps += 1;
      busy_ms += takes_ms;
      batch_ms += batch * takes_ms;
    },
    measured: ({ replicas, ...counts }) => {
      const from = measuring.warm_up_requests ?? warmUp(whole_.part(0, whole_.length));
      whole('warm_up_requests', from, 0, counts.arrived);
      const to = counts.arrived - whole('cool_down_requests', measuring.cool_down_requests ?? 0, 0, counts.arrived);
      const waits = wait.part(from, to);
      // Sorting a million times thrice is most of the work of a run, and seldom is all of it looked at.
      const [waited, first, between, all] = [wait, ttft, tpot, whole_].map((column) => {
        let times: Times | undefined;
        return (): Times => (times ??= timesOf(column.part(from, to)));
      }) as [() => Times, () => Times, () => Times, () => Times];
      return {
        ...counts,
        counted: waits.length,
        warm_up: from,
        get wait_ms() {
          return waited();
        },
        get ttft_ms() {
          return first();
        },
        get tpot_ms() {
          return between();
        },
        get whole_ms() {
          return all();
        },
        waited: above(waits, 0) / waits.length,
        output_tokens_per_s: (tokens / counts.ended_ms) * 1000,
        busy_share: busy_ms / counts.ended_ms / replicas,
        mean_batch: batch_ms / busy_ms,
        steps,
      };
    },
  };
}

function above(values: Float64Array, least: number): number {
  let count = 0;
  for (const value of values) if (value > least) count += 1;
  return count;
}

/** How many to leave out so that the mean of the rest is told best: of means of five, at most half of them. */
export function warmUp(values: Float64Array): number {
  const fives = Math.floor(values.length / 5);
  if (fives < 10) return 0;
  let [sum, squares, count, best, least] = [0, 0, 0, 0, Number.POSITIVE_INFINITY];
  for (let at = fives - 1; at >= 0; at -= 1) {
    let five = 0;
    for (let one = 0; one < 5; one += 1) five += (values[at * 5 + one] ?? 0) / 5;
    sum += five;
    squares += five * five;
    count += 1;
    if (at > fives / 2) continue;
    const score = (squares - (sum * sum) / count) / (count * count);
    if (score <= least) [best, least] = [at, score];
  }
  return best * 5;
}

function timesOf(values: Float64Array): Times {
  const sorted = values.toSorted();
  const size = Math.floor(values.length / BATCHES);
  const batches =
    size < BATCH_LEAST
      ? []
      : Array.from({ length: BATCHES }, (_, at) => values.subarray(at * size, (at + 1) * size).toSorted());
  const at = (q: number): Interval =>
    interval(
      quantileOf(sorted, q),
      batches.map((batch) => quantileOf(batch, q)),
    );
  return { mean: interval(mean(values), batches.map(mean)), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function interval(value: number, batches: readonly number[]): Interval {
  if (batches.length === 0) return { value, low: null, high: null };
  const half = studentQuantile(0.975, batches.length - 1) * Math.sqrt(variance(batches) / batches.length);
  return { value, low: value - half, high: value + half };
}
