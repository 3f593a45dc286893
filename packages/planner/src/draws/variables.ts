// From a value of a catalogue to a range that can be drawn: money is lognormal, a share is a Beta (PERT) that ends where it says, and
// what engineers bound is triangular (reference 6). Equal names are one variable: what two parts of a plan share is drawn once.
import { invariant } from '@weighbridge/kernel';
import { rangeIn, type Range, type Sourced } from '../catalogue/sourced.ts';
import type { Unit } from '../catalogue/units.ts';
import type { Shape } from './distributions.ts';
import type { Variable } from './study.ts';

export interface Variables {
  readonly all: readonly Variable[];
  /** Place of a variable among a draw's values. */
  readonly add: (
    name: string,
    title: string,
    held: Sourced,
    unit: Unit,
    more?: Pick<Variable, 'follows' | 'control'> & Partial<Pick<Variable, 'shape'>>,
  ) => number;
  /** As `add`, for what was made of no value of a catalogue or a plan. */
  readonly put: (variable: Variable) => number;
}

export function createVariables(): Variables {
  const all: Variable[] = [];
  const put = (variable: Variable): number => {
    const known = all.findIndex(({ name }) => name === variable.name);
    if (known < 0) return all.push(variable) - 1;
    invariant(all[known]?.unit === variable.unit, `${variable.name} stands in one unit`);
    return known;
  };
  return {
    all,
    put,
    add: (name, title, held, unit, more) => {
      const range = rangeIn(held, unit);
      return put({ name, title, unit, range, shape: shapeOf(range, unit), held, ...more });
    },
  };
}

export function shapeOf({ low }: Range, unit: Unit): Shape {
  if (unit.startsWith('USD')) return low > 0 ? 'lognormal' : 'triangular';
  return unit === 'share' ? 'pert' : 'triangular';
}
