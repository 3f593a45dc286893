// What a claim is about, and how much of that a piece of evidence saw. A claim that names regions and a measurement that does not
// say its region have nothing to do with each other; a claim without bounds is only touched in part by evidence with bounds.
import { z } from 'zod';

/** Every value of a dimension; covered only by evidence that says the same. */
export const ALL = 'all';
/** A claim is judged cell by cell: one for each combination of its values. */
const CELLS_MOST = 2_000;

/** By dimension (service, region, tier) the values that it holds for. A dimension that is absent is not limited. */
export const scopeShape = z
  .record(
    z
      .string()
      .max(40)
      .regex(/^[a-z][a-z0-9_]*$/, 'write small letters, digits and underscores: region'),
    z.array(z.string().min(1).max(80)).min(1).max(50),
  )
  .refine(
    (scope) => Object.values(scope).reduce((cells, values) => cells * values.length, 1) <= CELLS_MOST,
    `it has more than ${CELLS_MOST} combinations: make several of it`,
  );
export type Scope = z.infer<typeof scopeShape>;

/** One value of each dimension that the claim names. */
export type Cell = Readonly<Record<string, string>>;
export type Cover = 'full' | 'part' | 'none';

export function cellsOf(scope: Scope): readonly Cell[] {
  let cells: readonly Cell[] = [{}];
  for (const [dimension, values] of Object.entries(scope))
    cells = cells.flatMap((cell) => [...new Set(values)].map((value) => ({ ...cell, [dimension]: value })));
  return cells;
}

/** How much of a cell somebody saw who looked at `seen`. */
export function coverOfCell(cell: Cell, seen: Scope): Cover {
  let cover: Cover = 'full';
  for (const [dimension, value] of Object.entries(cell)) {
    const values = Object.hasOwn(seen, dimension) ? seen[dimension] : undefined;
    if (values === undefined) return 'none';
    if (values.includes(ALL) || values.includes(value)) continue;
    if (value !== ALL) return 'none';
    cover = 'part';
  }
  const narrower = Object.entries(seen).some(
    ([dimension, values]) => !Object.hasOwn(cell, dimension) && !values.includes(ALL),
  );
  return narrower ? 'part' : cover;
}

/** How much of a whole scope: all of its cells, some, or none. */
export function coverOf(scope: Scope, seen: Scope): Cover {
  const covers = cellsOf(scope).map((cell) => coverOfCell(cell, seen));
  if (covers.every((cover) => cover === 'full')) return 'full';
  return covers.every((cover) => cover === 'none') ? 'none' : 'part';
}
