// How far predictions lie from what was measured: median and mean of the size of the relative error, rank correlation, bias, and the
// share of actual values inside the stated interval. One definition, for the score, the bench and the tests.

export interface Judged {
  readonly actual: number;
  readonly mid: number;
  readonly low: number;
  readonly high: number;
}

export interface Measures {
  readonly rows: number;
  /** Sizes of relative errors, as shares of the actual value. */
  readonly median: number | null;
  readonly mean: number | null;
  /** Of ranks; null with fewer than three rows. */
  readonly spearman: number | null;
  /** Median of log(predicted ÷ actual): above 0, predictions are too high. */
  readonly bias: number | null;
  /** Of actual values, inside the interval. */
  readonly inside: number | null;
}

export function measuresOf(rows: readonly Judged[]): Measures {
  if (rows.length === 0) return { rows: 0, median: null, mean: null, spearman: null, bias: null, inside: null };
  const errors = rows.map(({ actual, mid }) => Math.abs(mid / actual - 1));
  return {
    rows: rows.length,
    median: medianOf(errors),
    mean: errors.reduce((sum, each) => sum + each, 0) / errors.length,
    spearman: spearmanOf(
      rows.map(({ actual }) => actual),
      rows.map(({ mid }) => mid),
    ),
    bias: medianOf(rows.map(({ actual, mid }) => Math.log(mid / actual))),
    inside: rows.filter(({ actual, low, high }) => low <= actual && actual <= high).length / rows.length,
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Equal values share the mean of their ranks. */
export function spearmanOf(first: readonly number[], second: readonly number[]): number | null {
  if (first.length < 3) return null;
  const [a, b] = [ranksOf(first), ranksOf(second)];
  const mean = (first.length + 1) / 2;
  let [top, left, right] = [0, 0, 0];
  for (const [at, rank] of a.entries()) {
    const [x, y] = [rank - mean, b[at]! - mean];
    top += x * y;
    left += x * x;
    right += y * y;
  }
  return left === 0 || right === 0 ? null : top / Math.sqrt(left * right);
}

function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = values.map(() => 0);
  for (let at = 0; at < order.length;) {
    let end = at;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[at]!]) end += 1;
    for (let each = at; each <= end; each += 1) ranks[order[each]!] = (at + end) / 2 + 1;
    at = end + 1;
  }
  return ranks;
}
