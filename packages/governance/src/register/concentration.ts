// How much hangs on few. HHI is the sum of the squared percentages, N_eff = 10,000 / HHI the number of equal holders that would
// give the same. Both are exact fractions. What cannot be placed on an axis is not left out: HHI is then an interval, from
// "spread over countless others" to "all of it with the largest". Verdicts come from the board's thresholds alone.
import { AppError } from '@weighbridge/kernel';
import { point, type Interval } from '../numbers/interval.ts';
import {
  add,
  compare,
  divide,
  fromDecimal,
  multiply,
  rational,
  sum,
  ZERO,
  type Rational,
} from '../numbers/rational.ts';
import { ultimateParent, type LinkedGroup } from './linked-groups.ts';
import type { Register } from './register.ts';

export const AXES = [
  'contracting_entity',
  'ultimate_parent',
  'linked_group',
  'model_family',
  'cloud',
  'region',
  'subcontractor',
] as const;
export type Axis = (typeof AXES)[number];

export const MEASURES = ['spend', 'tokens', 'requests', 'criticality_weighted'] as const;
export type Measure = (typeof MEASURES)[number];

/** One thing that is used, and how much of it. A place on an axis that nobody knows is left out. */
export interface Exposure {
  readonly contracting_entity?: string;
  readonly model_family?: string;
  readonly cloud?: string;
  readonly region?: string;
  /** Of the second rank, the one that the contracting entity relies on; `null`: there is none. */
  readonly subcontractor?: string | null;
  /** By measure, a decimal text not below zero. Spend is in one currency throughout: the caller's. */
  readonly measures: Readonly<Partial<Record<Measure, string>>>;
}

export interface Share {
  readonly key: string;
  readonly amount: Rational;
  /** Of the whole that is measured, unplaced included: 0 to 1. */
  readonly share: Rational;
}

export interface Concentration {
  readonly axis: Axis;
  readonly measure: Measure;
  /** Largest first, then by key. */
  readonly shares: readonly Share[];
  /** The share whose place is not known. */
  readonly unplaced: Rational;
  /** Exposures that do not say this measure at all: nothing is known of their weight, so no interval covers them. */
  readonly unmeasured: number;
  /** Undefined when nothing was measured: there is no concentration of nothing. */
  readonly hhi: Interval | undefined;
  readonly n_eff: Interval | undefined;
}

const TEN_THOUSAND = rational(10_000n);
const NO_SUBCONTRACTOR = '(none)';

export function concentration(
  exposures: readonly Exposure[],
  axis: Axis,
  measure: Measure,
  register: Register,
  groups: readonly LinkedGroup[] = [],
): Concentration {
  const placed = new Map<string, Rational>();
  let unplaced = ZERO;
  let unmeasured = 0;
  for (const exposure of exposures) {
    const text = exposure.measures[measure];
    if (text === undefined) unmeasured += 1;
    else {
      const amount = notNegative(text, measure);
      const key = placeOn(axis, exposure, register, groups);
      if (key === undefined) unplaced = add(unplaced, amount);
      else placed.set(key, add(placed.get(key) ?? ZERO, amount));
    }
  }
  const total = add(sum([...placed.values()]), unplaced);
  if (compare(total, ZERO) === 0)
    return { axis, measure, shares: [], unplaced: ZERO, unmeasured, hhi: undefined, n_eff: undefined };
  const shares = [...placed]
    .map(([key, amount]) => ({ key, amount, share: divide(amount, total) }))
    .toSorted((a, b) => compare(b.share, a.share) || (a.key < b.key ? -1 : 1));
  const missing = divide(unplaced, total);
  const hhi = hhiOf(
    shares.map(({ share }) => share),
    missing,
  );
  return { axis, measure, shares, unplaced: missing, unmeasured, hhi, n_eff: effective(hhi) };
}

function hhiOf(shares: readonly Rational[], missing: Rational): Interval {
  const squares = (values: readonly Rational[]): Rational =>
    multiply(TEN_THOUSAND, sum(values.map((value) => multiply(value, value))));
  const [largest = ZERO, ...others] = shares;
  const low = squares(shares);
  return compare(missing, ZERO) === 0 ? point(low) : { low, high: squares([add(largest, missing), ...others]) };
}

/** Undefined where nothing at all is placed: the number of holders then has no upper end. */
function effective({ low, high }: Interval): Interval | undefined {
  if (compare(low, ZERO) === 0) return undefined;
  return { low: divide(TEN_THOUSAND, high), high: divide(TEN_THOUSAND, low) };
}

function notNegative(text: string, measure: Measure): Rational {
  const amount = fromDecimal(text);
  if (amount.n < 0n)
    throw new AppError('BAD_REQUEST', `${measure} of ${text}: a share is taken of what is not below zero`);
  return amount;
}

function placeOn(
  axis: Axis,
  exposure: Exposure,
  register: Register,
  groups: readonly LinkedGroup[],
): string | undefined {
  if (axis === 'subcontractor') return exposure.subcontractor === null ? NO_SUBCONTRACTOR : exposure.subcontractor;
  if (axis !== 'ultimate_parent' && axis !== 'linked_group') return exposure[axis];
  const entity = exposure.contracting_entity;
  // Of a party that the register does not hold, nobody knows the parent.
  if (entity === undefined || !Object.hasOwn(register.parties, entity)) return undefined;
  if (axis === 'ultimate_parent') return ultimateParent(register, entity);
  return groups.find(({ members }) => members.includes(entity))?.id ?? entity;
}

/** Shown beside a figure, never as a verdict: bands for mergers in a market, borrowed as a yardstick. */
export const BANDS_2023 = {
  source: 'US DOJ and FTC Merger Guidelines of 2023; the figures are from memory, to be confirmed',
  note: 'made for markets, not for suppliers of one buyer; DORA and the BCBS principles give no number',
  moderate_above: rational(1_000n),
  high_above: rational(1_800n),
} as const;

export type Band = 'low' | 'moderate' | 'high';

/** The bands that the interval touches, lowest first: more than one when it is not known which. */
export function bandsOf({ low, high }: Interval): readonly Band[] {
  const band = (hhi: Rational): number =>
    compare(hhi, BANDS_2023.high_above) > 0 ? 2 : compare(hhi, BANDS_2023.moderate_above) > 0 ? 1 : 0;
  return (['low', 'moderate', 'high'] as const).slice(band(low), band(high) + 1);
}

/** What a board decided, as its own data. */
export interface Threshold {
  readonly axis: Axis;
  readonly measure: Measure;
  readonly hhi_at_most: string;
  readonly set_by: string;
  readonly set_on: string;
}

export interface ThresholdAnswer {
  readonly threshold: Threshold;
  readonly answer: 'within' | 'exceeded' | 'cannot tell';
  readonly why: string;
}

export function againstThreshold(
  threshold: Threshold,
  { axis, measure, hhi, unmeasured }: Concentration,
): ThresholdAnswer {
  if (axis !== threshold.axis || measure !== threshold.measure)
    throw new AppError(
      'BAD_REQUEST',
      `a threshold for ${threshold.axis} by ${threshold.measure} says nothing of ${axis} by ${measure}`,
    );
  const most = fromDecimal(threshold.hhi_at_most);
  if (hhi === undefined) return { threshold, answer: 'cannot tell', why: 'nothing was measured' };
  if (unmeasured > 0)
    return { threshold, answer: 'cannot tell', why: `${unmeasured} uses do not say their ${measure}` };
  if (compare(hhi.high, most) <= 0) return { threshold, answer: 'within', why: 'the whole interval lies under it' };
  if (compare(hhi.low, most) > 0) return { threshold, answer: 'exceeded', why: 'the whole interval lies over it' };
  return { threshold, answer: 'cannot tell', why: 'the threshold lies inside the interval: too much cannot be placed' };
}
