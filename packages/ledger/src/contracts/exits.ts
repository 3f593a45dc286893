// When to leave: for each right to do so, the last day on which notice can still be given, and what leaving costs when.
import { instrumentsOf, type Contract } from './contract.ts';
import { feeOn, feeSteps, type FeeRange, type FeeStep, type Left } from './exit-fees.ts';
import { DAY_MS } from './fields.ts';

export interface ExitDates {
  readonly instrument: string;
  readonly holder: string;
  readonly from: string;
  /** First and last day on which the right can take effect. */
  readonly opens: number;
  readonly closes: number;
  readonly notice_days: number;
  /** The last day on which notice takes effect within the window. */
  readonly last_safe: number;
  readonly triggers: readonly string[];
  /** What leaving costs if notice is given on the last safe day, so that it takes effect on the last; null: the contract does not say. */
  readonly fee_at_last: FeeRange | null;
  /** What leaving costs, step by step; empty: the contract does not say, or it is free. */
  readonly schedule: readonly FeeStep[];
}

/** `left`: of milestones as of now, where it is known. */
export const exitDates = (contract: Contract, left?: Left): readonly ExitDates[] =>
  instrumentsOf(contract, 'exit').map((held) => {
    const { id, holder, from, window, notice_days, triggers } = held;
    const closes = window.until - DAY_MS;
    return {
      instrument: id,
      holder,
      from,
      opens: window.from,
      closes,
      notice_days,
      last_safe: closes - notice_days * DAY_MS,
      triggers: triggers ?? [],
      fee_at_last: feeOn(contract, held, closes, left),
      schedule: feeSteps(contract, held, left),
    };
  });

export interface LeavingNow {
  /** The day on which leaving takes effect, if notice is given on the day that was asked about. */
  readonly takes_effect: number;
  readonly fee: FeeRange | null;
}

/** Null: notice on that day is too late, or there is no such right. `at`: UTC midnight. */
export function leavingNow(contract: Contract, instrument: string, at: number, left?: Left): LeavingNow | null {
  const held = instrumentsOf(contract, 'exit').find(({ id }) => id === instrument);
  if (held === undefined) return null;
  const effect = Math.max(at + held.notice_days * DAY_MS, held.window.from);
  return effect < held.window.until ? { takes_effect: effect, fee: feeOn(contract, held, effect, left) } : null;
}
