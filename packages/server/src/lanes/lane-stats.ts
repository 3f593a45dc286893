// What several lanes have counted, as one.
import type { LaneStats } from '@weighbridge/gateway';

export function sumStats(all: readonly LaneStats[]): LaneStats {
  const total = (pick: (one: LaneStats) => number): number => all.reduce((so, one) => so + pick(one), 0);
  return {
    inFlight: total((one) => one.inFlight),
    calls: total((one) => one.calls),
    unauthenticated: total((one) => one.unauthenticated),
    receipts: total((one) => one.receipts),
    unsealed: total((one) => one.unsealed ?? 0),
    bypassed: total((one) => one.bypassed ?? 0),
    sealing: all.every((one) => one.sealing !== false),
    malformedTraces: total((one) => one.malformedTraces ?? 0),
    draining: all.some((one) => one.draining),
  };
}
