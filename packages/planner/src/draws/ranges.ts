// What a control of a face does: a value that a plan hangs on is given another range, wherever the plan reads it. The plan itself stays
// as it was; a range that cannot be is refused by name, with what it may be.
import { AppError, didYouMean } from '@weighbridge/kernel';
import type { Range, Sourced } from '../catalogue/sourced.ts';
import { unitRatio, type Unit } from '../catalogue/units.ts';
import type { Variable } from './study.ts';

export type Ranges = Readonly<Record<string, Range>>;

/**
 * `plan` with other ranges, by the names of the variables that were made from it. Throws PLAN_INVALID for a name that there is none
 * of, ends out of order, or a value that its unit forbids.
 */
export function withRanges<Plan>(plan: Plan, variables: readonly Variable[], ranges: Ranges): Plan {
  const names = Object.keys(ranges);
  if (names.length === 0) return plan;
  const changed = new Map<Sourced, Sourced>();
  for (const name of names) {
    const variable = variables.find((each) => controlName(each) === name && each.held !== undefined);
    if (variable?.held === undefined) throw unknownName(name, movable(variables));
    const range = ranges[name]!;
    checkRange(variable, range);
    changed.set(variable.held, movedTo(variable.held, range, variable.unit as Unit));
  }
  return replaced(plan, changed) as Plan;
}

/** By which a variable is moved. */
export const controlName = ({ name, control }: Variable): string => control?.name ?? name;

const movable = (variables: readonly Variable[]): string[] =>
  variables.filter(({ held }) => held !== undefined).map(controlName);

export function unknownName(name: string, known: readonly string[]): AppError {
  const near = didYouMean(name, known);
  return new AppError('PLAN_INVALID', `the plan has no assumption "${name.slice(0, 60)}"`, {
    next: near === undefined ? `use one of ${[...new Set(known)].join(', ')}` : `did you mean ${near}?`,
  });
}

function movedTo(held: Sourced, { low, likely, high }: Range, unit: Unit): Sourced {
  const times = unitRatio(unit, held.unit);
  return { ...held, value: likely * times, low: low * times, high: high * times };
}

/** A copy of what holds a changed value; everything else is the same object. */
function replaced(value: unknown, changed: ReadonlyMap<Sourced, Sourced>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const other = changed.get(value as Sourced);
  if (other !== undefined) return other;
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, replaced(each, changed)] as const));
  if (Array.isArray(value)) return value.map((each) => replaced(each, changed));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, changed)]));
}

interface Bounds {
  readonly least: number;
  readonly most: number | null;
}

/** What a variable may be: a ratio of the whole to its part is at least 1, a share at most 1, and no wait outlasts a century. */
const BOUNDS: Readonly<Record<string, Bounds>> = {
  ratio: { least: 1, most: 1_000 },
  months: { least: 0, most: 1_200 },
  years: { least: 0.1, most: 100 },
  'racks/month': { least: 1, most: null },
  times: { least: 0, most: 1_000 },
  days: { least: 0, most: 10_000 },
};
/** Nothing that is planned with is more, in any unit. */
const ANYTHING_MOST = 1e15;

export function boundsOf({ unit }: Pick<Variable, 'unit'>): Bounds {
  if (Object.hasOwn(BOUNDS, unit)) return BOUNDS[unit]!;
  return { least: 0, most: unit.startsWith('share') ? 1 : null };
}

/** Throws PLAN_INVALID for ends out of order, or a value that the unit forbids. */
export function checkRange(variable: Pick<Variable, 'title' | 'unit'>, { low, likely, high }: Range): void {
  const { title, unit } = variable;
  const refuse = (message: string, next: string): never => {
    throw new AppError('PLAN_INVALID', `${title}: ${message}`, { next });
  };
  if (![low, likely, high].every(Number.isFinite)) refuse('its range has no end', 'write three numbers');
  if (!(low <= likely && likely <= high))
    refuse(`${low}, ${likely}, ${high} are out of order`, 'write low, then likely, then high');
  const { least, most } = boundsOf(variable);
  if (low < least) refuse(`${low} ${unit} cannot be`, `write ${least} or more`);
  const limit = most ?? ANYTHING_MOST;
  if (high > limit) refuse(`${high} ${unit} cannot be`, `write ${limit} or less`);
}
