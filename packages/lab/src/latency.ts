// How long things take, drawn from distributions under the seed. The medians are those of a mid-size hosted model
// (TTFT about half a second, 70 tokens a second); spreads are log-normal, as measured latencies are.
import type { LabLatency } from './endpoints.ts';
import { Draw } from './model/random.ts';

/** Waits of one answer, ms. */
export interface Pace {
  readonly first: number;
  next(): number;
}

const TTFT_MEDIAN_MS = 450;
const TTFT_SIGMA = 0.35;
const GAP_MEDIAN_MS = 14;
const GAP_SIGMA = 0.5;

/** The pace of request number `n`. Null stands for "never wait", so that the caller can write all at once. */
export function paceOf(latency: LabLatency, seed: number, n: number): Pace | null {
  if (latency.mode === 'zero') return null;
  const scale = latency.scale ?? 1;
  const ttft = (latency.ttft_ms ?? TTFT_MEDIAN_MS) * scale;
  const gap = (latency.gap_ms ?? GAP_MEDIAN_MS) * scale;
  if (latency.mode === 'fixed') return { first: ttft, next: () => gap };
  const draw = new Draw(seed, `pace ${n}`);
  return { first: draw.logNormal(ttft, TTFT_SIGMA), next: () => draw.logNormal(gap, GAP_SIGMA) };
}
