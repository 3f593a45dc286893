// How much hangs on few, for a plan: HHI (the sum of squared percentages) and the number of equal holders that would give the same, along
// seven axes and on three measures. Who belongs to whom comes in as maps. What cannot be placed is not left out: HHI is then an interval,
// from spread over countless others to all of it with the largest. The register's own, on receipts, is exact; this one is for forecasts.
import { within } from '../numbers/refuse.ts';

export const EXPOSURE_AXES = [
  'contracting_entity',
  'ultimate_parent',
  'linked_group',
  'model_family',
  'cloud',
  'region',
  'accelerator',
] as const;
export type ExposureAxis = (typeof EXPOSURE_AXES)[number];

export const EXPOSURE_MEASURES = ['spend', 'tokens', 'criticality'] as const;
export type ExposureMeasure = (typeof EXPOSURE_MEASURES)[number];

/** One thing that is used, and how much. A place that nobody knows is left out. */
export interface ExposureRow {
  readonly contracting_entity?: string;
  readonly model_family?: string;
  readonly cloud?: string;
  readonly region?: string;
  readonly accelerator?: string;
  readonly measures: Readonly<Partial<Record<ExposureMeasure, number>>>;
}

/** By entity. One that is in no map stands for itself where `known` names it, and is unplaced where it does not. */
export interface Ties {
  readonly parent_of: Readonly<Record<string, string>>;
  readonly group_of: Readonly<Record<string, string>>;
  /** Every entity of which it is known whose it is. */
  readonly known: readonly string[];
}

export interface Ends {
  readonly low: number;
  readonly high: number;
}

export interface ExposureConcentration {
  readonly axis: ExposureAxis;
  readonly measure: ExposureMeasure;
  /** Largest first, then by key. */
  readonly shares: readonly { readonly key: string; readonly amount: number; readonly share: number }[];
  readonly unplaced: number;
  /** Rows that do not say this measure: no interval covers them. */
  readonly unmeasured: number;
  /** Null where nothing was measured, or nothing could be placed. */
  readonly hhi: Ends | null;
  readonly effective: Ends | null;
}

export function exposureConcentration(
  rows: readonly ExposureRow[],
  axis: ExposureAxis,
  measure: ExposureMeasure,
  ties: Ties,
): ExposureConcentration {
  const placed = new Map<string, number>();
  let [unplaced, unmeasured, total] = [0, 0, 0];
  for (const row of rows) {
    const amount = row.measures[measure];
    if (amount === undefined) {
      unmeasured += 1;
      continue;
    }
    total += within(measure, amount);
    const key = placeOn(axis, row, ties);
    if (key === undefined) unplaced += amount;
    else placed.set(key, (placed.get(key) ?? 0) + amount);
  }
  const none = { axis, measure, shares: [], unplaced: 0, unmeasured, hhi: null, effective: null };
  if (total === 0) return none;
  const shares = [...placed]
    .filter(([, amount]) => amount > 0)
    .map(([key, amount]) => ({ key, amount, share: amount / total }))
    .toSorted((a, b) => b.share - a.share || (a.key < b.key ? -1 : 1));
  const missing = unplaced / total;
  const low = squares(shares.map(({ share }) => share));
  const [largest, ...others] = shares;
  const high = missing === 0 ? low : squares([(largest?.share ?? 0) + missing, ...others.map(({ share }) => share)]);
  return {
    ...none,
    shares,
    unplaced: missing,
    hhi: { low, high },
    effective: low === 0 ? null : { low: 10_000 / high, high: 10_000 / low },
  };
}

/** Every axis on every measure. */
export const allConcentrations = (rows: readonly ExposureRow[], ties: Ties): readonly ExposureConcentration[] =>
  EXPOSURE_AXES.flatMap((axis) => EXPOSURE_MEASURES.map((measure) => exposureConcentration(rows, axis, measure, ties)));

const squares = (shares: readonly number[]): number => 10_000 * shares.reduce((sum, share) => sum + share * share, 0);

function placeOn(axis: ExposureAxis, row: ExposureRow, { parent_of, group_of, known }: Ties): string | undefined {
  if (axis !== 'ultimate_parent' && axis !== 'linked_group') return row[axis];
  const entity = row.contracting_entity;
  if (entity === undefined) return undefined;
  const map = axis === 'ultimate_parent' ? parent_of : group_of;
  if (Object.hasOwn(map, entity)) return map[entity];
  return known.includes(entity) ? entity : undefined;
}
