// Which of a plan's ranges its result hangs on. Two answers, which need not agree: the tornado moves one range at a time from its
// tenth to its ninetieth per cent while all others stand at their likely value; the rank correlation looks at all draws, where
// everything moves at once.
import { quantileOf } from './distributions.ts';
import { centreOf, type Model, type Study } from './study.ts';

export interface Swing {
  readonly variable: string;
  readonly title: string;
  readonly unit: string;
  /** The values that it was moved between, and the result at each. */
  readonly from: number;
  readonly to: number;
  readonly atFrom: number;
  readonly atTo: number;
}

export interface Tornado {
  readonly output: string;
  readonly centre: number;
  /** The widest first; ranges without width, or without effect, are left out. */
  readonly swings: readonly Swing[];
}

export function tornadoOf(model: Model, output: string): Tornado {
  const place = model.outputs.findIndex(({ name }) => name === output);
  const values = Float64Array.from(model.variables, ({ range }) => range.likely);
  const results = new Float64Array(model.outputs.length);
  const resultAt = (variable: number, value: number): number => {
    const likely = values[variable] ?? 0;
    values[variable] = value;
    model.evaluate(values, results);
    values[variable] = likely;
    return results[place] ?? Number.NaN;
  };
  const swings = model.variables.map(({ name, title, unit, range, shape }, variable): Swing => {
    const quantile = quantileOf(range, shape);
    const [from, to] = [quantile(0.1), quantile(0.9)];
    return { variable: name, title, unit, from, to, atFrom: resultAt(variable, from), atTo: resultAt(variable, to) };
  });
  return {
    output,
    centre: centreOf(model)[place] ?? Number.NaN,
    swings: swings
      .filter(({ atFrom, atTo }) => atFrom !== atTo && Number.isFinite(atTo - atFrom))
      .toSorted((a, b) => widthOf(b) - widthOf(a)),
  };
}

const widthOf = ({ atFrom, atTo }: Swing): number => Math.abs(atTo - atFrom);

export interface RankCorrelation {
  readonly variable: string;
  readonly title: string;
  readonly correlation: number;
}

/** The strongest first; ranges without width are left out. */
export function rankCorrelations(model: Model, study: Study, output: string): RankCorrelation[] {
  const place = model.outputs.findIndex(({ name }) => name === output);
  const ranks = ranksOf(study.outputs[place] ?? new Float64Array());
  return model.variables
    .map(({ name, title }, at) => ({
      variable: name,
      title,
      correlation: pearson(ranksOf(study.inputs[at] ?? new Float64Array()), ranks),
    }))
    .filter(({ correlation }) => !Number.isNaN(correlation))
    .toSorted((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
}

/** Spearman's coefficient; NaN where one of the two never changes. */
export const spearman = (a: Float64Array, b: Float64Array): number => pearson(ranksOf(a), ranksOf(b));

/** From 1; equal values share the mean of their ranks. */
function ranksOf(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  return values.map((value) => (firstAtLeast(sorted, value, false) + firstAtLeast(sorted, value, true) + 1) / 2);
}

/** How many of a sorted row lie below `value`, or, `through`, at or below it. */
function firstAtLeast(sorted: Float64Array, value: number, through: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const held = sorted[middle]!;
    if (held < value || (through && held === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function pearson(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [a[at]! - meanA, b[at]! - meanB];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return both / Math.sqrt(ofA * ofB);
}
