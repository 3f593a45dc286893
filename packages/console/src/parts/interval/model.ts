// An estimate is never shown without its interval. Symmetric ones read as `48,900 ± 1,300`, others give both ends. The
// caller formats numbers (money, milliseconds, shares), so this knows nothing of units.

export interface IntervalValue {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** 0.95: the share of such intervals that hold the true value. */
  readonly level: number;
  /** How it was made, in a few words: `bootstrap over days`. */
  readonly method: string;
}

export interface IntervalText {
  readonly text: string;
  /** `95 % interval 47,600 to 50,200, bootstrap over days`. */
  readonly meaning: string;
  /** Where the estimate stands between the ends, 0 to 1, for drawing. */
  readonly position: number;
}

export function prepareInterval(value: IntervalValue, format: (number: number) => string): IntervalText {
  const { estimate, low, high, level, method } = value;
  const below = estimate - low;
  const above = high - estimate;
  const even = Math.abs(above - below) <= 0.01 * Math.max(above, below);
  const ends = `${format(low)} to ${format(high)}`;
  const percent = (100 * level).toFixed(level === Math.round(level * 100) / 100 ? 0 : 1);
  return {
    text: even ? `${format(estimate)} ± ${format((above + below) / 2)}` : `${format(estimate)} (${ends})`,
    meaning: `${percent} % interval ${ends}, ${method}`,
    position: high > low ? below / (high - low) : 0.5,
  };
}
