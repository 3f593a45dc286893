// A limit as data: what is measured, how much, over which window, and whose calls share one counter. The compiled form
// that a snapshot carries over a thread's border; what a rule means for one call is worked out in `applied.ts`.
import { BUDGET_RULE, type LimitCalendar, type LimitDimension, type LimitMeasure } from '@weighbridge/protocol';

export type LimitWindow =
  | { readonly kind: 'calendar'; readonly unit: LimitCalendar; readonly zone: string }
  | { readonly kind: 'rolling'; readonly seconds: number };

export interface LimitRule {
  readonly id: string;
  readonly measure: LimitMeasure;
  /** Units of the counter: 10^-9 dollars for money, else tokens, requests or calls; decimal digits. */
  readonly amount: string;
  /** Null for concurrency, which has none. */
  readonly window: LimitWindow | null;
  /** A counter for each value of these; empty: one for all. Sorted. */
  readonly per: readonly LimitDimension[];
  /** Only calls whose value is named here; a dimension that is absent narrows nothing. */
  readonly where: Readonly<Partial<Record<LimitDimension, readonly string[]>>>;
  /** Members with a counter of their own at a time. */
  readonly members: number;
  /** Only at deployments that are not simulated. */
  readonly real?: true;
  /** It refuses nothing: it is counted, and told of. Absent: hard. */
  readonly soft?: true;
  /** What a soft rule holds for a call in flight: so many per cent of the calls of late took less. Absent: its most. */
  readonly hold?: number;
  /** Per cent of the amount at which it is told of, rising. Absent: never. */
  readonly alertAt?: readonly number[];
}

/** Money is counted in 10^-9 of its currency (up to nine thousand million dollars), rounded up at each step, never down. */
export const PICO_PER_NANO = 1000n;
export const toNano = (pico: bigint): bigint => (pico + PICO_PER_NANO - 1n) / PICO_PER_NANO;

/** Parts of a rolling window; what was counted is given back a part at a time, up to one part late. */
export const ROLLING_PARTS = 20;

/** What a counter's cells mean: two rules that are alike in this may share what was counted, hard or soft. */
export const identityOf = ({ id, measure, window, per, where, members, real }: LimitRule): string =>
  JSON.stringify([id, measure, window, per, where, members, real ?? false]);

/** Per-leg rules see each attempt at a deployment; the others see a call once, however many attempts it takes. */
export const isPerLeg = ({ measure, per, where }: LimitRule): boolean =>
  (measure !== 'requests' && measure !== 'concurrency') || per.includes('deployment') || where.deployment !== undefined;

export const isBudget = ({ id }: LimitRule): boolean => id === BUDGET_RULE;

/** Where a counter stands for the call that asks. */
export interface Standing {
  readonly rule: LimitRule;
  readonly amount: bigint;
  readonly left: bigint;
  /** UTC milliseconds at which all of it is there again; Infinity for concurrency. */
  readonly resetAt: number;
}
