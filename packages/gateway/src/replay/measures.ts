// What calls came to, with how sure that is: a value for all of them, and the range that nine of ten redrawn samples fall
// in. Samples are drawn by sessions, not calls, since the calls of a session hang together; and over several seeds, since
// some of what they meet is drawn. The interval is of the sample and the draws, not of the model.
import { mix, unit } from '../routing/hash.ts';
import type { Outcome } from './simulate.ts';

export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Measures {
  /** Of calls that have a price, in units of 10^-12; null where none has. */
  readonly cost: Ranged | null;
  /** Calls without a price: they are in no sum. */
  readonly unpriced: number;
  readonly cacheShare: Ranged | null;
  readonly waitMs: { readonly mean: Ranged; readonly p50: Ranged; readonly p95: Ranged } | null;
  /** Calls whose wait nobody knows. */
  readonly waitUnknown: number;
  readonly spilled: Ranged | null;
  /** Beside the candidates. */
  readonly shares: readonly Ranged[];
}

const SAMPLES = 60;
const LOW = 0.05;
const HIGH = 0.95;

/** Plain values of one sample: each null where nothing can be said. */
interface Point {
  readonly cost: number | null;
  readonly cacheShare: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly spilled: number | null;
  readonly shares: readonly number[];
}

/** `runs`: outcomes of the same calls, one list for each seed. */
export function measure(
  runs: readonly (readonly Outcome[])[],
  sessions: readonly string[],
  candidates: number,
): Measures {
  const { of, count } = numbered(sessions);
  const whole = runs.map((run) => pointOf(run, sorted(run), of, new Float64Array(count).fill(1), candidates));
  const samples = runs.flatMap((run, at) => {
    const order = sorted(run);
    return Array.from({ length: SAMPLES }, (_, sample) =>
      pointOf(run, order, of, drawn(count, at * SAMPLES + sample + 1), candidates),
    );
  });
  const ranged = (pick: (point: Point) => number | null): Ranged | null => rangeOf(whole.map(pick), samples.map(pick));
  const mean = ranged((point) => point.mean);
  const p50 = ranged((point) => point.p50);
  const p95 = ranged((point) => point.p95);
  const counts = (fits: (one: Outcome) => boolean): number =>
    Math.round(runs.reduce((sum, run) => sum + run.filter(fits).length, 0) / Math.max(1, runs.length));
  return {
    cost: ranged((point) => point.cost),
    unpriced: counts(({ cost }) => cost === null),
    cacheShare: ranged((point) => point.cacheShare),
    waitMs: mean === null || p50 === null || p95 === null ? null : { mean, p50, p95 },
    waitUnknown: counts(({ waitMs }) => waitMs === null),
    spilled: ranged((point) => point.spilled),
    shares: Array.from(
      { length: candidates },
      (_, index) => ranged((point) => point.shares[index] ?? null) ?? { value: 0, low: 0, high: 0 },
    ),
  };
}

function rangeOf(whole: readonly (number | null)[], samples: readonly (number | null)[]): Ranged | null {
  const values = whole.filter((value) => value !== null);
  if (values.length === 0) return null;
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const drawnValues = samples.filter((one) => one !== null).toSorted((a, b) => a - b);
  const at = (share: number): number => drawnValues[Math.floor(share * (drawnValues.length - 1))] ?? value;
  return { value, low: Math.min(value, at(LOW)), high: Math.max(value, at(HIGH)) };
}

function numbered(sessions: readonly string[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<string, number>();
  const of = sessions.map((session) => {
    const known = numbers.get(session);
    if (known !== undefined) return known;
    numbers.set(session, numbers.size);
    return numbers.size - 1;
  });
  return { of, count: numbers.size };
}

/** How often each session is in a sample that is drawn with replacement. */
function drawn(count: number, seed: number): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const at = Math.floor(unit(mix(mix(seed) ^ i)) * count);
    times[at] = (times[at] ?? 0) + 1;
  }
  return times;
}

/** Indexes of the calls whose wait is known, the shortest first. */
function sorted(run: readonly Outcome[]): readonly number[] {
  const known = run.flatMap(({ waitMs }, index) => (waitMs === null ? [] : [index]));
  return known.toSorted((a, b) => (run[a]?.waitMs ?? 0) - (run[b]?.waitMs ?? 0));
}

function pointOf(
  run: readonly Outcome[],
  byWait: readonly number[],
  sessionOf: readonly number[],
  times: Float64Array,
  candidates: number,
): Point {
  const sum = { calls: 0, cost: 0, priced: 0, prompt: 0, read: 0, spilled: 0, waits: 0, waited: 0 };
  const served = Array.from({ length: candidates }, () => 0);
  for (const [index, one] of run.entries()) {
    const weight = times[sessionOf[index] ?? 0] ?? 0;
    if (weight === 0) continue;
    sum.calls += weight;
    if (one.candidate >= 0) served[one.candidate] = (served[one.candidate] ?? 0) + weight;
    if (one.spilled) sum.spilled += weight;
    if (one.cost !== null) {
      sum.cost += weight * Number(one.cost);
      sum.priced += weight;
    }
    if (one.waitMs !== null) {
      sum.waits += weight;
      sum.waited += weight * one.waitMs;
    }
    sum.prompt += weight * one.promptTokens;
    sum.read += weight * one.cacheRead;
  }
  const quantile = (share: number): number | null => quantileOf(run, byWait, sessionOf, times, share * sum.waits);
  return {
    cost: sum.priced === 0 ? null : sum.cost,
    cacheShare: sum.prompt === 0 ? null : sum.read / sum.prompt,
    mean: sum.waits === 0 ? null : sum.waited / sum.waits,
    p50: quantile(0.5),
    p95: quantile(0.95),
    spilled: sum.calls === 0 ? null : sum.spilled / sum.calls,
    shares: served.map((count) => (sum.calls === 0 ? 0 : count / sum.calls)),
  };
}

function quantileOf(
  run: readonly Outcome[],
  byWait: readonly number[],
  sessionOf: readonly number[],
  times: Float64Array,
  mark: number,
): number | null {
  let passed = 0;
  let last: number | null = null;
  for (const index of byWait) {
    const weight = times[sessionOf[index] ?? 0] ?? 0;
    if (weight === 0) continue;
    passed += weight;
    last = run[index]?.waitMs ?? null;
    if (passed >= mark) return last;
  }
  return last;
}
