// When to leave: for each right to do so, the last day on which notice can still be given, and what leaving costs when.
import type { Money } from '@weighbridge/kernel';
import { instrumentsOf, type Contract } from './contract.ts';
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
  readonly fee_at_last: Money | null;
}

export const exitDates = (contract: Contract): readonly ExitDates[] =>
  instrumentsOf(contract, 'exit').map(({ id, holder, from, window, notice_days, fees, triggers }) => {
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
      fee_at_last: feeOn(closes, fees),
    };
  });

/** A day that no row of the schedule names costs nothing, where there is a schedule. */
function feeOn(
  day: number,
  fees: readonly { readonly from: number; readonly until: number; readonly amount: Money }[] | undefined,
): Money | null {
  if (fees === undefined) return null;
  return fees.find(({ from, until }) => from <= day && day < until)?.amount ?? 0n;
}
