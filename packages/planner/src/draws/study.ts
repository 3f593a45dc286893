// A model drawn many times: its ranges become columns of values, the model makes results of each row. A row's values hang on the
// seed and the variable's place alone, so the same seed gives the same study to the bit, in whatever order rows are asked for.
import { AppError, invariant } from '@weighbridge/kernel';
import type { Range, Sourced } from '../catalogue/sourced.ts';
import { bandOf, type Band } from '../system/bands.ts';
import { normalQuantile, normalShare, quantileOf, type Shape } from './distributions.ts';
import { DIMENSIONS_MOST, sobolColumn } from './sobol.ts';

export interface Variable {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly range: Range;
  readonly shape: Shape;
  /** Of an earlier variable, with which it moves: 1 together, -1 against each other. */
  readonly follows?: { readonly name: string; readonly correlation: number } | undefined;
  /** The value of a catalogue or of a plan that it was made from; absent where it was made of something else. */
  readonly held?: Sourced | undefined;
  /** By what it is moved, where several variables are drawn from one value; otherwise by its own name. */
  readonly control?: { readonly name: string; readonly title: string } | undefined;
}

export interface Output {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

export interface Model {
  readonly variables: readonly Variable[];
  readonly outputs: readonly Output[];
  /** Writes one result per output; keeps nothing between calls. */
  readonly evaluate: (values: Float64Array, results: Float64Array) => void;
}

export interface Study {
  readonly seed: number;
  readonly count: number;
  /** By variable, one value a draw. */
  readonly inputs: readonly Float64Array[];
  /** By output, one result a draw. */
  readonly outputs: readonly Float64Array[];
}

export const DRAWS_MOST = 100_000;

/** Throws PLAN_INVALID for a count of draws or a seed that cannot be. */
export function studyModel(model: Model, { seed, count }: { readonly seed: number; readonly count: number }): Study {
  if (!Number.isSafeInteger(count) || count < 1 || count > DRAWS_MOST)
    throw new AppError('PLAN_INVALID', `${count} draws cannot be made`, {
      next: `ask for a whole number of draws from 1 to ${DRAWS_MOST.toLocaleString('en')}`,
    });
  if (!Number.isSafeInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new AppError('PLAN_INVALID', `${seed} cannot be a seed`, {
      next: 'write a whole number from 0 to 4294967295',
    });
  const inputs = columnsOf(model.variables, seed, count);
  const outputs = model.outputs.map(() => new Float64Array(count));
  const values = new Float64Array(inputs.length);
  const results = new Float64Array(outputs.length);
  for (let draw = 0; draw < count; draw += 1) {
    for (let at = 0; at < inputs.length; at += 1) values[at] = inputs[at]![draw]!;
    model.evaluate(values, results);
    for (let at = 0; at < outputs.length; at += 1) outputs[at]![draw] = results[at]!;
  }
  return { seed, count, inputs, outputs };
}

function columnsOf(variables: readonly Variable[], seed: number, count: number): Float64Array[] {
  invariant(variables.length <= DIMENSIONS_MOST, `a model has at most ${DIMENSIONS_MOST} ranges`);
  const shares = new Map<string, Float64Array>();
  return variables.map(({ name, range, shape, follows }, dimension) => {
    const column = sobolColumn(dimension, count, seed);
    if (follows !== undefined) {
      const leader = shares.get(follows.name);
      invariant(leader !== undefined, `${name} follows ${follows.name}, which does not stand before it`);
      follow(column, leader, follows.correlation);
    }
    shares.set(name, column);
    return column.map(quantileOf(range, shape));
  });
}

/** A Gaussian copula: `column` keeps its own distribution and moves with `leader`. */
function follow(column: Float64Array, leader: Float64Array, correlation: number): void {
  const own = Math.sqrt(1 - correlation * correlation);
  for (let at = 0; at < column.length; at += 1)
    column[at] = normalShare(correlation * normalQuantile(leader[at]!) + own * normalQuantile(column[at]!));
}

/** What the model gives where every range is at its likely value. */
export function centreOf(model: Model): Float64Array {
  const results = new Float64Array(model.outputs.length);
  model.evaluate(
    Float64Array.from(model.variables, ({ range }) => range.likely),
    results,
  );
  return results;
}

export interface OutputBand extends Output {
  /** With every range at its likely value; a band need not lie round it. */
  readonly centre: number;
  readonly band: Band | null;
}

export function bandsOf(model: Model, study: Study): OutputBand[] {
  const centre = centreOf(model);
  return model.outputs.map((output, at) => ({
    ...output,
    centre: centre[at] ?? Number.NaN,
    band: bandOf(study.outputs[at] ?? []),
  }));
}
