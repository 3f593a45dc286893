// How usage is planned to grow: so much from month to month, and in steps that are known. As factors of today's usage, in 10^-12.
import { invariant, MONEY_SCALE } from '@weighbridge/kernel';

export interface GrowthPlan {
  /** From one calendar month to the next, in 10^-12: 0.05 is five per cent more; negative: less. */
  readonly monthly: bigint;
  /** From a day on, usage times this factor, in 10^-12: a new product, a team that leaves. */
  readonly steps?: readonly { readonly from: number; readonly factor: bigint }[];
}

/** The factor of a day, for days after `since`; each is worked out once, for the first time in order of time. */
export function growthFrom(plan: GrowthPlan, since: number): (day: number) => bigint {
  invariant(plan.monthly > -MONEY_SCALE, 'usage does not shrink by more than all of it');
  let month = monthOf(since);
  let grown = MONEY_SCALE;
  const known = new Map<number, bigint>();
  const factorOf = (day: number): bigint => {
    for (const now = monthOf(day); month < now; month += 1)
      grown = (grown * (MONEY_SCALE + plan.monthly)) / MONEY_SCALE;
    return (plan.steps ?? []).reduce(
      (factor, step) => (step.from > since && step.from <= day ? (factor * step.factor) / MONEY_SCALE : factor),
      grown,
    );
  };
  return (day) => {
    let factor = known.get(day);
    if (factor === undefined) known.set(day, (factor = factorOf(day)));
    return factor;
  };
}

const monthOf = (at: number): number => {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
