// How far each tranche will be drawn by its end: days of the past are drawn again, whole weeks at a time and each weekday for its
// like, times the planned growth. An estimate: it always says its interval, and where the past is too short it says that and no
// number. The same seed gives the same answer.
import { MONEY_SCALE, type Money } from '@weighbridge/kernel';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DAY_MS } from '../fields.ts';
import { dayOf, demandOf } from './demand.ts';
import type { DrawDown } from './draw-down.ts';
import { growthFrom, type GrowthPlan } from './growth.ts';
import { rollsOver, type Pool } from './pool.ts';
import { owesRest, positions, type TranchePosition } from './position.ts';

export interface Interval<Value> {
  readonly p10: Value;
  readonly p50: Value;
  readonly p90: Value;
}

export interface TrancheProjection {
  readonly contract: string;
  readonly instrument: string;
  readonly tranche: string;
  /** `not known`: of days before, nothing is metered or stated. */
  readonly verdict: 'projected' | 'insufficient evidence' | 'ended' | 'not known';
  /** Whole days of usage that it rests on. */
  readonly days: number;
  readonly projected?: {
    /** By its end, what was drawn so far included. */
    readonly drawn: Interval<Money>;
    /** Of what was committed and came in. */
    readonly missing: Interval<Money>;
    /** Owed for it; null: the contract does not say. */
    readonly shortfall: Interval<Money> | null;
    /** The day on which nothing is left to draw, the first one ahead where nothing is left already; null: not by its end. P10 is the earliest. */
    readonly complete_on: Interval<number | null>;
    /** In how many of the paths it is drawn to the end. */
    readonly paths_complete: number;
    readonly paths: number;
  };
}

export interface ProjectionPlan {
  readonly growth: GrowthPlan;
  readonly seed: number;
  /** From 100 to 10,000. */
  readonly paths?: number;
}

/** Less says too little: four weeks, and usage on ten days of them. */
export const EVIDENCE_LEAST = { days: 28, used: 10 } as const;
const HISTORY_DAYS_MOST = 183;
const AHEAD_DAYS_MOST = 3_660;
const WEEK = 7;
const PATHS = 400;
const PATHS_LEAST = 100;
/** Days walked, over all paths and pools: a large deal is foretold by fewer paths, and says how many. */
const STEPS_MOST = 12_000_000;

export function project(state: DrawDown, plan: ProjectionPlan): readonly TrancheProjection[] {
  const demand = demandOf(state);
  let first = 0;
  const held = positions(state);
  const all = state.pools.map((pool, index) => {
    const own = held.slice(first, (first += pool.tranches.length));
    return { pool, index, own, past: historyOf(demand.get(pool) ?? new Map(), state.at) };
  });
  const days = all.reduce((sum, { own, past }) => sum + (isWalked(own, past) ? daysAhead(own, state.at) : 0), 0);
  const paths = Math.min(
    10_000,
    Math.max(PATHS_LEAST, Math.min(plan.paths ?? PATHS, Math.floor(STEPS_MOST / (days + 1)))),
  );
  // Days of all paths are the same ones, and come in their order on the first.
  const factor = growthFrom(plan.growth, state.at);
  return all.flatMap(({ pool, own, past, index }) =>
    projectPool(pool, own, past, state.at, { seed: plan.seed, paths, factor }, index),
  );
}

interface Walked {
  readonly seed: number;
  readonly paths: number;
  /** Of a day to come. */
  readonly factor: (day: number) => bigint;
}

type Past = readonly { readonly day: number; readonly amount: Money }[];

/** Enough of the past is known, and of some tranche that has not ended nothing is not known. */
const isWalked = (own: readonly TranchePosition[], past: Past): boolean =>
  past.length >= EVIDENCE_LEAST.days &&
  past.filter(({ amount }) => amount > 0n).length >= EVIDENCE_LEAST.used &&
  own.some((one) => silenceOf(one) === undefined);

const silenceOf = (one: TranchePosition): 'ended' | 'not known' | undefined =>
  one.state === 'ended' ? 'ended' : one.unknown !== null ? 'not known' : undefined;

/** Until the last tranche has ended, within what is looked ahead. */
const daysAhead = (own: readonly TranchePosition[], at: number): number =>
  Math.min(AHEAD_DAYS_MOST, Math.max(0, Math.ceil(((own.at(-1)?.until ?? at) - at) / DAY_MS)));

/** Day by day until the last whole day, from the first on which anything was asked for. */
function historyOf(days: ReadonlyMap<number, Money>, at: number): readonly { day: number; amount: Money }[] {
  const end = dayOf(at);
  const first = Math.min(...days.keys(), end);
  const from = Math.max(first, end - HISTORY_DAYS_MOST * DAY_MS);
  return Array.from({ length: (end - from) / DAY_MS }, (_, index) => {
    const day = from + index * DAY_MS;
    return { day, amount: days.get(day) ?? 0n };
  });
}

function projectPool(
  pool: Pool,
  own: readonly TranchePosition[],
  past: Past,
  at: number,
  { seed, paths: count, factor }: Walked,
  index: number,
): readonly TrancheProjection[] {
  const name = ({ contract, instrument, tranche }: TranchePosition) => ({ contract, instrument, tranche });
  const days = past.length;
  if (!isWalked(own, past))
    return own.map((one) => ({ ...name(one), verdict: silenceOf(one) ?? 'insufficient evidence', days }));
  const paths = Array.from({ length: count }, (_, path) =>
    walk(pool, own, futureOf(past, own, at, factor, seeded(seed, index, path))),
  );
  return own.map((one, tranche) =>
    silenceOf(one) === undefined
      ? { ...name(one), verdict: 'projected', days, projected: outcome(pool, tranche, own.length, paths) }
      : { ...name(one), verdict: silenceOf(one) ?? 'ended', days },
  );
}

const seeded = (seed: number, pool: number, path: number): (() => number) => {
  const generator = xoroshiro128plus((Math.imul(seed, 0x9e3779b1) ^ Math.imul(pool + 1, 0x85ebca6b)) + path);
  return () => (generator.next() >>> 0) / 0x1_0000_0000;
};

/** The days to come until the last tranche has ended, made of weeks of the past. */
function* futureOf(
  past: Past,
  own: readonly TranchePosition[],
  at: number,
  factor: Walked['factor'],
  draw: () => number,
): Generator<{ day: number; amount: Money }> {
  const end = Math.min(at + AHEAD_DAYS_MOST * DAY_MS, own.at(-1)?.until ?? at);
  // What is left of a day that has begun is not reckoned with: its usage is in the past already, in part.
  for (let day = dayOf(at + DAY_MS - 1); day < end;) {
    // A week that begins on the weekday that is next, so that each weekday stands for its like.
    const shift = ((day - (past[0]?.day ?? day)) / DAY_MS) % WEEK;
    const starts = Math.floor((past.length - WEEK - shift) / WEEK) + 1;
    const start = shift + WEEK * Math.floor(draw() * starts);
    for (let step = 0; step < WEEK && day < end; step += 1, day += DAY_MS)
      yield { day, amount: ((past[start + step]?.amount ?? 0n) * factor(day)) / MONEY_SCALE };
  }
}

interface Path {
  /** Per tranche: left when it ended, and when nothing was left. */
  readonly left: readonly Money[];
  readonly drawn: readonly Money[];
  readonly complete: readonly (number | null)[];
}

/** One path: days draw the tranches as charges do. */
function walk(pool: Pool, own: readonly TranchePosition[], future: Iterable<{ day: number; amount: Money }>): Path {
  const left = own.map(({ remaining }) => remaining);
  const drawn = own.map(({ drawn: already }) => already);
  const complete: (number | null)[] = own.map(() => null);
  let current = own.findIndex(({ state }) => state !== 'ended');
  /** Where something is left, at the earliest; the tranches before it need not be looked at. */
  let open = current;
  let begun = false;
  const moveOn = (day: number): void => {
    for (let part = own[current]; part !== undefined && part.until <= day; part = own[current]) {
      if (rollsOver(pool) && current < own.length - 1)
        left[current + 1] = (left[current + 1] ?? 0n) + (left[current] ?? 0n);
      current += 1;
      open = current;
    }
  };
  for (const { day, amount } of future) {
    moveOn(day);
    if ((own[current]?.from ?? Infinity) > day) continue;
    if (!begun) for (let at = current; at < own.length; at += 1) if (left[at] === 0n) complete[at] ??= day;
    begun = true;
    let wanted = amount;
    while (left[open] === 0n) open += 1;
    for (let at = open; at < own.length && wanted > 0n && (at === current || pool.rollForward); at += 1) {
      const taken = wanted < (left[at] ?? 0n) ? wanted : (left[at] ?? 0n);
      left[at] = (left[at] ?? 0n) - taken;
      drawn[at] = (drawn[at] ?? 0n) + taken;
      wanted -= taken;
      if (left[at] === 0n) complete[at] ??= day;
    }
  }
  return { left, drawn, complete };
}

function outcome(
  pool: Pool,
  tranche: number,
  count: number,
  paths: readonly Path[],
): NonNullable<TrancheProjection['projected']> {
  const owes = owesRest(pool, tranche === count - 1);
  const missing = interval(
    paths.map(({ left }) => left[tranche] ?? 0n),
    bySize,
  );
  const none = { p10: 0n, p50: 0n, p90: 0n };
  const done = paths.map(({ complete }) => complete[tranche] ?? null);
  return {
    drawn: interval(
      paths.map(({ drawn }) => drawn[tranche] ?? 0n),
      bySize,
    ),
    missing,
    shortfall: owes === 'unstated' ? null : owes ? missing : none,
    complete_on: interval(done, (a, b) => (a ?? Infinity) - (b ?? Infinity) || 0),
    paths_complete: paths.filter(({ left }) => left[tranche] === 0n).length,
    paths: paths.length,
  };
}

const bySize = (a: Money, b: Money): number => (a < b ? -1 : a > b ? 1 : 0);

/** By nearest rank. */
function interval<Value>(values: readonly Value[], order: (a: Value, b: Value) => number): Interval<Value> {
  const sorted = values.toSorted(order);
  const at = (percent: number): Value => sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)] as Value;
  return { p10: at(10), p50: at(50), p90: at(90) };
}
