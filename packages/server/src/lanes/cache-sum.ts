// The caches of several lanes as one. What was counted adds up; what is kept does not: the lanes share its bytes, and the
// one that knows of most says best what there is.
import type { CacheStats, Purged } from '@weighbridge/gateway';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';

export function cacheOfAll(lanes: readonly (readonly CacheStats[])[]): readonly CacheStats[] {
  const [first = [], ...others] = lanes;
  return first.map((row) =>
    others.reduce((so, lane) => {
      const other = lane.find(({ route }) => route === row.route);
      return other === undefined ? so : both(so, other);
    }, row),
  );
}

const both = (one: CacheStats, other: CacheStats): CacheStats => ({
  ...one,
  entries: Math.max(one.entries, other.entries),
  bytes: Math.max(one.bytes, other.bytes),
  evicted: Math.max(one.evicted, other.evicted),
  hits: one.hits + other.hits,
  joined: one.joined + other.joined,
  misses: one.misses + other.misses,
  bypassed: one.bypassed + other.bypassed,
  kept: one.kept + other.kept,
  unpriced: one.unpriced + other.unpriced,
  avoided: addedUp(one.avoided, other.avoided),
});

function addedUp(one: CacheStats['avoided'], other: CacheStats['avoided']): CacheStats['avoided'] {
  const sums: Record<string, string> = { ...one };
  for (const [currency, amount] of Object.entries(other))
    sums[currency] = moneyToDecimal(moneyFromDecimal(sums[currency] ?? '0') + moneyFromDecimal(amount));
  return sums;
}

export const purgedOfAll = (lanes: readonly Purged[]): Purged => ({
  entries: Math.max(0, ...lanes.map(({ entries }) => entries)),
  bytes: Math.max(0, ...lanes.map(({ bytes }) => bytes)),
});
