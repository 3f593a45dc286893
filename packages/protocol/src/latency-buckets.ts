// Latency histograms as (bucket, count). Buckets are log-linear: each power of two of microseconds is cut into 32 equal
// parts, and below 64 µs each microsecond has its own. Counts of any calls can be added, over hours, deployments or
// nodes, and a quantile read from the sum is the middle of the bucket that holds it: off by at most 1/64 (1.6 %).
import { invariant } from '@weighbridge/kernel';

const PARTS = 32;
const EXACT_US = 2 * PARTS;
/** The last power of two that has buckets of its own, 2^40 µs, is twelve days. */
const LONGEST_US = 2 ** 40;

/** Most that a quantile read from buckets is off, as a share of the true value. */
export const LATENCY_RELATIVE_ERROR = 1 / (2 * PARTS);

/** The bucket of a duration in whole microseconds. */
export function bucketOf(us: number): number {
  const value = Math.min(Math.max(us, 0), LONGEST_US);
  if (value < EXACT_US) return value;
  // Up to 2^31 by bits; beyond, after taking 2^16 away.
  const large = value >= 2 ** 31;
  const power = large ? 47 - Math.clz32(Math.floor(value / 65_536)) : 31 - Math.clz32(value);
  const step = power - 5;
  return EXACT_US + (step - 1) * PARTS + Math.floor(value / 2 ** step) - PARTS;
}

/** Least duration of a bucket, and that of the next, in microseconds. */
export function bucketBounds(bucket: number): { readonly from: number; readonly to: number } {
  invariant(Number.isInteger(bucket) && bucket >= 0, 'a bucket is a whole number from 0');
  if (bucket < EXACT_US) return { from: bucket, to: bucket + 1 };
  const step = Math.floor((bucket - EXACT_US) / PARTS) + 1;
  const part = ((bucket - EXACT_US) % PARTS) + PARTS;
  return { from: part * 2 ** step, to: (part + 1) * 2 ** step };
}

export interface BucketCount {
  readonly bucket: number;
  readonly calls: number;
}

/**
 * The duration below or at which a share `quantile` (0 to 1) of the calls lies, in milliseconds; null when there are none.
 * `counts` in any order.
 */
export function quantileOf(counts: readonly BucketCount[], quantile: number): number | null {
  const inOrder = counts.every(({ bucket }, i) => i === 0 || (counts[i - 1]?.bucket ?? 0) <= bucket);
  const sorted = inOrder ? counts : counts.toSorted((a, b) => a.bucket - b.bucket);
  const all = sorted.reduce((sum, { calls }) => sum + calls, 0);
  if (all === 0) return null;
  const rank = Math.max(1, Math.ceil(quantile * all));
  let seen = 0;
  for (const { bucket, calls } of sorted) {
    seen += calls;
    if (seen < rank) continue;
    const { from, to } = bucketBounds(bucket);
    // A bucket of one microsecond is that microsecond.
    return (to - from === 1 ? from : (from + to) / 2) / 1000;
  }
  return null;
}
