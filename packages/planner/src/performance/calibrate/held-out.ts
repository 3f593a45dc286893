// Intervals for rows that a fit had not seen, each made from the errors of the other folds alone; and by how much they must be
// widened so that eight of ten rows lie inside even so. Folds are not alike (one chip is not like another), which plain quantiles over
// all rows would pass over.
import { conformalBounds, scalesOf } from './quantiles.ts';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const HELD = 0.8;
const WIDER_MOST = 2;
const WIDER_STEP = 0.02;

/** Of each row, in log terms. `places`: where rows of a place were seen, its errors have a scale of their own. */
export function heldOutBounds(
  errors: readonly number[],
  folds: readonly string[],
  places: readonly string[] | undefined,
): Bounds[] {
  const bounds: Bounds[] = errors.map(() => ({ low: 0, high: 0 }));
  for (const fold of new Set(folds)) {
    const others = [...errors.keys()].filter((at) => folds[at] !== fold);
    const scales =
      places === undefined
        ? new Map<string, number>()
        : scalesOf(
            others.map((at) => places[at]!),
            others.map((at) => errors[at]!),
          );
    const scaleOf = (at: number): number => scales.get(places?.[at] ?? '') ?? 1;
    const { low, high } = conformalBounds(others.map((at) => errors[at]! / scaleOf(at)));
    for (const at of errors.keys())
      if (folds[at] === fold) bounds[at] = { low: low * scaleOf(at), high: high * scaleOf(at) };
  }
  return bounds;
}

/** The least factor, 1 or more, under which eight of ten rows lie inside. */
export function widerFor(errors: readonly number[], bounds: readonly Bounds[]): number {
  for (let wider = 1; wider < WIDER_MOST; wider += WIDER_STEP)
    if (insideOf(errors, bounds, wider) >= HELD) return Number(wider.toFixed(2));
  return WIDER_MOST;
}

function insideOf(errors: readonly number[], bounds: readonly Bounds[], wider: number): number {
  const inside = bounds.filter(({ low, high }, at) => low * wider <= errors[at]! && errors[at]! <= high * wider);
  return inside.length / errors.length;
}
