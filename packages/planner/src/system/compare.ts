// Two scenarios side by side, or one with and without switches: path against path. Values that both share are drawn alike, so what
// differs is the scenarios' doing, and the band of the difference is narrower than the difference of the bands.
import { AppError } from '@weighbridge/kernel';
import { bandOf, type Band } from './bands.ts';
import { OUTPUT_NAMES, type OutputName } from './outputs.ts';
import type { Sample } from './sample.ts';
import { monthText } from './scenario.ts';
import { INTERVAL, labelOf, summarise, type Delivery, type Summary } from './summary.ts';
import { SWITCHES, type Move, type Moved, type Switch, type SwitchName } from './switches.ts';

export interface OutputDifference {
  readonly name: Moved;
  readonly title: string;
  readonly unit: string;
  /** Means over the months of a path, in bands over paths; then the difference path by path. */
  readonly first: Band | null;
  readonly second: Band | null;
  readonly difference: Band | null;
  /** By month; empty where a path has one figure, or where only all months together were asked for. */
  readonly by_month: readonly (Band | null)[];
}

export interface MoveSeen extends Move {
  readonly of: SwitchName;
  /** Mean over paths of the difference, and of what it is without the switch. */
  readonly mean: number;
  readonly without: number;
  readonly seen: 'as claimed' | 'no change' | 'against the claim';
}

export interface Comparison {
  readonly simulated: true;
  readonly first: string;
  readonly second: string;
  readonly currency: string;
  readonly seed: number;
  readonly paths: number;
  readonly interval: string;
  readonly months: readonly string[];
  readonly outputs: readonly OutputDifference[];
  /** What was promised in both, and the chance of it in each. */
  readonly deliveries: readonly (Pick<Delivery, 'id' | 'says' | 'month'> & {
    readonly first: number;
    readonly second: number;
  })[];
  /** Of the switches between the two, what they claim and what came. */
  readonly moves: readonly MoveSeen[];
}

export interface ComparisonNames {
  readonly first: string;
  readonly second: string;
  readonly switches?: readonly SwitchName[];
}

/** Throws `USAGE` when the two cannot be set side by side. */
export function compareSamples(first: Sample, second: Sample, names: ComparisonNames): Comparison {
  const outputs = compareOutputs(first, second, 'each month');
  const { scenario } = first;
  const [one, two] = [summarise(first), summarise(second)];
  return {
    simulated: true,
    first: names.first,
    second: names.second,
    currency: scenario.currency,
    seed: first.seed,
    paths: first.paths,
    interval: INTERVAL,
    months: Array.from({ length: monthsOfBoth(first, second) }, (_, month) => monthText(scenario, month)),
    outputs,
    deliveries: inBoth(one, two),
    moves: (names.switches ?? []).flatMap((of) => movesSeen(first, second, of)),
  };
}

/** Throws `USAGE` when the two cannot be set side by side. */
export function compareOutputs(first: Sample, second: Sample, of: 'each month' | 'all months'): OutputDifference[] {
  const same = (field: 'seed' | 'paths'): boolean => first[field] === second[field];
  const [a, b] = [first.scenario, second.scenario];
  if (!same('seed') || !same('paths'))
    throw new AppError('USAGE', 'the two were not run under the same seed and number of paths');
  if (a.currency !== b.currency)
    throw new AppError('USAGE', `one is in ${a.currency}, the other in ${b.currency}: their money cannot be compared`);
  if (a.start !== b.start)
    throw new AppError('USAGE', `one begins in ${a.start}, the other in ${b.start}: their months cannot be compared`);
  const months = monthsOfBoth(first, second);
  return [
    ...OUTPUT_NAMES.map((name) => difference(first, second, name, { months, each: of === 'each month' })),
    single(first, second, 'lead_time', 'Lead time of new capacity', 'months'),
    single(first, second, 'capacity_risk', 'Months not served', 'share'),
  ];
}

const monthsOfBoth = (first: Sample, second: Sample): number => Math.min(first.scenario.months, second.scenario.months);

function difference(
  first: Sample,
  second: Sample,
  name: OutputName,
  { months, each }: { readonly months: number; readonly each: boolean },
): OutputDifference {
  const { title, unit } = labelOf(name, first.scenario.currency);
  const [a, b] = [pathMeans(first, name, months), pathMeans(second, name, months)];
  const { paths } = first;
  const byMonth = Array.from({ length: each ? months : 0 }, (_, month) => {
    const of = (sample: Sample): Float64Array => sample.values[name].subarray(month * paths, (month + 1) * paths);
    return bandOf(minus(of(second), of(first)));
  });
  return { name, title, unit, first: bandOf(a), second: bandOf(b), difference: bandOf(minus(b, a)), by_month: byMonth };
}

function single(first: Sample, second: Sample, name: Moved, title: string, unit: string): OutputDifference {
  const [a, b] = [pathValues(first, name), pathValues(second, name)];
  return { name, title, unit, first: bandOf(a), second: bandOf(b), difference: bandOf(minus(b, a)), by_month: [] };
}

/** Never against never is no difference. */
const minus = (b: Float64Array, a: Float64Array): Float64Array =>
  b.map((each, index) => (each === a[index] ? 0 : each - (a[index] ?? Number.NaN)));

/** One figure for each path: its mean over the months in which there is one, or its own. */
export function pathValues(sample: Sample, name: Moved): Float64Array {
  if (name === 'lead_time') return sample.leadMonths;
  if (name !== 'capacity_risk') return pathMeans(sample, name, sample.scenario.months);
  const { paths, servedMonths, scenario } = sample;
  const missed = new Float64Array(paths);
  for (let at = 0; at < servedMonths.length; at += 1)
    missed[at % paths] = (missed[at % paths] ?? 0) + (1 - (servedMonths[at] ?? 0)) / scenario.months;
  return missed;
}

function pathMeans({ values, paths }: Sample, name: OutputName, months: number): Float64Array {
  const all = values[name];
  return Float64Array.from({ length: paths }, (_, path) => {
    let [sum, count] = [0, 0];
    for (let month = 0; month < months; month += 1) {
      const each = all[month * paths + path] ?? Number.NaN;
      if (Number.isNaN(each)) continue;
      sum += each;
      count += 1;
    }
    return sum / count;
  });
}

function inBoth(one: Summary, two: Summary): Comparison['deliveries'] {
  return one.deliveries.flatMap(({ id, says, month, chance }) => {
    const other = two.deliveries.find((each) => each.id === id);
    return other === undefined ? [] : [{ id, says, month, first: chance, second: other.chance }];
  });
}

/** Below this part of the first mean a difference is none. */
const NONE = 1e-9;

export function movesSeen(first: Sample, second: Sample, of: SwitchName): MoveSeen[] {
  const { moves }: Switch = SWITCHES[of];
  return moves.map((move) => {
    const [a, b] = [mean(pathValues(first, move.output)), mean(pathValues(second, move.output))];
    const change = b - a;
    const none = !(Math.abs(change) > NONE * Math.abs(a));
    const seen = none ? 'no change' : change > 0 === (move.direction === 'up') ? 'as claimed' : 'against the claim';
    return { ...move, of, mean: none ? 0 : change, without: a, seen };
  });
}

function mean(values: Float64Array): number {
  const held = values.filter(Number.isFinite);
  return held.reduce((sum, each) => sum + each, 0) / held.length;
}
