// Quantiles of errors, as intervals need them: the smallest bound that holds its share of new rows, if rows are alike (conformal).

const HELD = 0.8;

/** Bounds between which eight of ten new errors fall; with few rows the outermost ones. */
export function conformalBounds(errors: readonly number[]): { low: number; high: number; rows: number } {
  const sorted = [...errors].sort((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return { low: -1, high: 1, rows: 0 };
  const tail = ((1 - HELD) / 2) * (count + 1);
  const low = sorted[Math.max(0, Math.floor(tail) - 1)]!;
  const high = sorted[Math.min(count - 1, Math.ceil(count + 1 - tail) - 1)]!;
  return { low: Math.min(low, 0), high: Math.max(high, 0), rows: count };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** By place: median size of its errors over that of all, drawn towards 1 by how few there are. */
export function scalesOf(places: readonly string[], errors: readonly number[]): Map<string, number> {
  const all = median(errors.map(Math.abs));
  const scales = new Map<string, number>();
  for (const [place, rows] of Map.groupBy(places.keys(), (at) => places[at]!)) {
    const own = median(rows.map((at) => Math.abs(errors[at]!)));
    const scale = Math.exp((Math.log(Math.max(own, all / 8) / all) * rows.length) / (rows.length + WEIGHT));
    scales.set(place, Math.min(4, Math.max(0.25, scale)));
  }
  return scales;
}

/** Rows that the prior scale counts for. */
const WEIGHT = 8;
