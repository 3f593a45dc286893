// Of many numbers the tenth, the middle and the ninetieth per cent: what every simulated figure is shown with.

export interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Of what is a number; null when nothing is. Infinity is one: "never". */
export function bandOf(values: ArrayLike<number>): Band | null {
  // Sorted, whatever is no number stands last.
  const sorted = new Float64Array(values).sort();
  const held = sorted.subarray(0, numbersOf(sorted));
  if (held.length === 0) return null;
  return { p10: at(held, 0.1), p50: at(held, 0.5), p90: at(held, 0.9) };
}

function numbersOf(sorted: Float64Array): number {
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count -= 1;
  return count;
}

/** Between neighbours by distance, as most tables of percentiles do. */
function at(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low === high ? low : low + (high - low) * (place - below);
}
