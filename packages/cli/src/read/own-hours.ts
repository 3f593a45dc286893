// Hours of this folder's own receipts for a plan's demand, folded from the log: whether an instance runs or not, the sums are those of its
// tables.
import type { OwnHours, WantedRows } from '@weighbridge/planner';
import { hoursAtRest, lastDays, ownHoursFrom, type HourFilters } from '@weighbridge/server';
import type { Period } from '@weighbridge/protocol';
import type { Context } from '../frame/command.ts';
import { journalOf, simulated } from './place.ts';

/** Throws USAGE where the folder has no log. */
export const ownHours = (context: Context, { days, filters }: Extract<WantedRows, { is: 'own' }>): OwnHours =>
  hoursIn(context, lastDays(Date.now(), days), filters);

export function hoursIn(context: Context, period: Period, filters: HourFilters): OwnHours {
  const { journal, home } = journalOf(context);
  try {
    return ownHoursFrom(hoursAtRest(journal, period, filters), period.until, simulated(home));
  } finally {
    journal.close();
  }
}
