// Many paths of one scenario: every output of every month of every path, and what the targets and flows came to. The same
// scenario, seed and number of paths give the same numbers to the bit, whatever ran before.
import { AppError } from '@weighbridge/kernel';
import { createDraws } from './draws.ts';
import type { Edge } from './edges.ts';
import { groupsOf } from './groups.ts';
import { namesIn } from './inputs.ts';
import { organisationInput } from './organisation.ts';
import { OUTPUT_NAMES, OUTPUTS, type OutputName, type View } from './outputs.ts';
import { resolveInputs } from './resolve.ts';
import type { Scenario } from './scenario.ts';
import { initialState } from './state.ts';
import { measured, step } from './step.ts';
import { targetsOf, type Target } from './targets.ts';

export const PATHS_MOST = 10_000;
const SEED_MOST = 0xffffffff;

export interface SampleOptions {
  readonly seed: number;
  readonly paths: number;
}

export interface Sample extends SampleOptions {
  readonly scenario: Scenario;
  /** By output: [month × paths + path]. */
  readonly values: Readonly<Record<OutputName, Float64Array>>;
  readonly targets: readonly Target[];
  /** By [target × paths + path]: reached by its month, in base units; what it asked; the first month it was met, or Infinity. */
  readonly delivered: Float64Array;
  readonly asked: Float64Array;
  readonly metIn: Float64Array;
  /** Months that a new order takes, by path. */
  readonly leadMonths: Float64Array;
  /** By [month × paths + path]: 1 where the organisation's demand counts as served. */
  readonly servedMonths: Uint8Array;
  /** Cents due for shortfalls over all months, by path. */
  readonly shortfall: Float64Array;
  readonly edges: readonly Edge[];
  readonly accounts: readonly string[];
  /** Cents by [(year × edges + edge) × paths + path]; years of twelve months from the start. */
  readonly flows: Float64Array;
}

/** Throws `USAGE` on a number of paths or a seed that cannot be. */
export function sampleScenario(scenario: Scenario, { seed, paths }: SampleOptions): Sample {
  if (!Number.isInteger(paths) || paths < 1 || paths > PATHS_MOST)
    throw new AppError('USAGE', `${paths} is no number of paths from 1 to ${PATHS_MOST}`);
  if (!Number.isInteger(seed) || seed < 0 || seed > SEED_MOST)
    throw new AppError('USAGE', `${seed} is no seed: a whole number from 0 to ${SEED_MOST}`);
  const sample = emptySample(scenario, seed, paths);
  const draws = createDraws(scenario, seed);
  const groups = groupsOf(scenario);
  const names = namesIn(scenario);
  const focus = focusOf(scenario);
  const makers = makersOf(scenario);
  for (let path = 0; path < paths; path += 1) {
    const pick = draws(path);
    const inputs = resolveInputs(scenario, pick);
    const own = organisationInput(scenario, names, pick, inputs);
    sample.leadMonths[path] = own.leadMonths;
    sample.targets.forEach((target, index) => (sample.asked[index * paths + path] = target.atLeast(pick)));
    let [state, spare] = [initialState(inputs), initialState(inputs)];
    for (let month = 0; month < scenario.months; month += 1) {
      [state, spare] = [step(inputs, state, spare), state];
      record(sample, path, { inputs, own, groups, makers, focus, state, month });
    }
    sample.shortfall[path] = inputs.commitments.reduce(
      (sum, each, index) => sum + Math.floor((state.settled[index] ?? 0) * each.shortfall),
      0,
    );
  }
  return sample;
}

function emptySample(scenario: Scenario, seed: number, paths: number): Sample {
  const names = namesIn(scenario);
  const targets = targetsOf(scenario, names);
  // Which edges there are hangs on names alone, so any path has the same.
  const { edges, accounts } = resolveInputs(scenario, createDraws(scenario, seed)(0));
  const size = scenario.months * paths;
  const years = Math.ceil(scenario.months / 12);
  const values = Object.fromEntries(OUTPUT_NAMES.map((name) => [name, new Float64Array(size)]));
  return {
    scenario,
    seed,
    paths,
    values: values as Record<OutputName, Float64Array>,
    targets,
    delivered: new Float64Array(targets.length * paths),
    asked: new Float64Array(targets.length * paths),
    metIn: new Float64Array(targets.length * paths).fill(Infinity),
    leadMonths: new Float64Array(paths),
    servedMonths: new Uint8Array(size),
    shortfall: new Float64Array(paths),
    edges,
    accounts,
    flows: new Float64Array(years * edges.length * paths),
  };
}

function focusOf(scenario: Scenario): number[] {
  const { channels } = namesIn(scenario);
  const options = Object.values(scenario.instruments).flatMap((each) => (each.kind === 'option' ? [each.of] : []));
  return options.length === 0 ? [...channels.values()] : [...new Set(options)].map((name) => channels.get(name) ?? -1);
}

/** Of each channel, the makers whose racks are ordered for its sites. */
function makersOf(scenario: Scenario): readonly (readonly number[])[] {
  const { actors } = namesIn(scenario);
  return Object.keys(scenario.channels).map((channel) => {
    const own = scenario.orders.filter((order) => scenario.sites[order.site]?.channel === channel);
    const makers = own.map((order) => scenario.generations[order.generation]?.maker ?? '');
    return [...new Set(makers)].map((name) => actors.get(name) ?? -1);
  });
}

function record(sample: Sample, path: number, view: View): void {
  const { paths } = sample;
  const { month, inputs, state } = view;
  const at = month * paths + path;
  for (const name of OUTPUT_NAMES) sample.values[name][at] = OUTPUTS[name].of(view);
  const unserved = sample.values.unserved_share[at] ?? 0;
  sample.servedMonths[at] = 1 - unserved >= view.own.servedWhen ? 1 : 0;
  for (let index = 0; index < sample.targets.length; index += 1) {
    const target = sample.targets[index]!;
    const place = index * paths + path;
    const reached = measured(inputs, state, target.condition);
    if (month <= target.month) sample.delivered[place] = reached;
    if (reached >= sample.asked[place]! && sample.metIn[place] === Infinity) sample.metIn[place] = month;
  }
  const year = Math.floor(month / 12);
  for (let edge = 0; edge < state.flows.length; edge += 1) {
    const cents = state.flows[edge] ?? 0;
    if (cents === 0) continue;
    const place = (year * sample.edges.length + edge) * paths + path;
    sample.flows[place] = (sample.flows[place] ?? 0) + cents;
  }
}
