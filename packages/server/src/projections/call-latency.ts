// Which bucket of which histogram a call counts in.
import { bucketOf, LATENCY_METRICS } from '@weighbridge/protocol';
import type { CallFact } from '../projector/call-fact.ts';

const [TOTAL, TTFT, TPOT, GATEWAY] = (['total', 'ttft', 'tpot', 'gateway'] as const).map((metric) =>
  LATENCY_METRICS.indexOf(metric),
) as [number, number, number, number];

/** Metric (its place in LATENCY_METRICS) and bucket of each latency that a completed call has. */
export function eachLatency(call: CallFact, visit: (metric: number, bucket: number) => void): void {
  visit(TOTAL, bucketOf(call.totalUs));
  if (call.ttftUs !== null) visit(TTFT, bucketOf(call.ttftUs));
  if (call.tpotUs !== null) visit(TPOT, bucketOf(call.tpotUs));
  visit(GATEWAY, bucketOf(call.gatewayUs));
}
