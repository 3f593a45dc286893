// A model with some of its ranges moved: what a control of a face does. A range that cannot be is refused by name, with what it may
// be; the model itself stays as it was.
import { AppError, didYouMean } from '@weighbridge/kernel';
import type { Range } from '../catalogue/sourced.ts';
import type { Model, Variable } from './study.ts';

/** Throws PLAN_INVALID for a name that the model has not, ends out of order, or a value that its unit forbids. */
export function withRanges(model: Model, ranges: Readonly<Record<string, Range>>): Model {
  const names = Object.keys(ranges);
  if (names.length === 0) return model;
  const known = model.variables.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    throw new AppError('PLAN_INVALID', `the plan has no assumption "${name.slice(0, 60)}"`, {
      next: near === undefined ? `use one of ${known.join(', ')}` : `did you mean ${near}?`,
    });
  }
  const variables = model.variables.map((variable) => {
    const range = Object.hasOwn(ranges, variable.name) ? ranges[variable.name] : undefined;
    if (range === undefined) return variable;
    checkRange(variable, range);
    return {
      ...variable,
      range,
      shape: variable.shape === 'lognormal' && range.low <= 0 ? 'triangular' : variable.shape,
    } satisfies Variable;
  });
  return { ...model, variables };
}

/** What a variable may be: a ratio of the whole to its part is at least 1, a share at most 1. */
export const boundsOf = ({
  unit,
}: Pick<Variable, 'unit'>): { readonly least: number; readonly most: number | null } => ({
  least: unit === 'ratio' ? 1 : 0,
  most: unit.startsWith('share') ? 1 : null,
});

function checkRange(variable: Variable, { low, likely, high }: Range): void {
  const { title, unit } = variable;
  const refuse = (message: string, next: string): never => {
    throw new AppError('PLAN_INVALID', `${title}: ${message}`, { next });
  };
  if (![low, likely, high].every(Number.isFinite)) refuse('its range has no end', 'write three numbers');
  if (!(low <= likely && likely <= high))
    refuse(`${low}, ${likely}, ${high} are out of order`, 'write low, then likely, then high');
  const { least, most } = boundsOf(variable);
  if (low < least) refuse(`${low} ${unit} cannot be`, `write ${least} or more`);
  if (most !== null && high > most) refuse(`${high} ${unit} cannot be`, `write ${most} or less`);
}
