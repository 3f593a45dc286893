// What is overdue at a moment: steps of incidents and reviews of the watch-list in one list, the longest overdue first.
import { endOf } from '../numbers/calendar.ts';
import { missedBy, type Incident } from './incident.ts';
import { reviewsOverdue, type WatchList } from './watch-list.ts';

export interface Overdue {
  readonly kind: 'incident' | 'review';
  readonly id: string;
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  readonly late_ms: number;
  /** The role in the own organisation that leads. */
  readonly owner: string;
}

/** What was done late and is done is not overdue any more. `reviewer`: who looks at the watch-list. */
export function overdueAt(
  { incidents, watch, reviewer }: { incidents: readonly Incident[]; watch: WatchList; reviewer: string },
  at: number,
): readonly Overdue[] {
  const steps = incidents.flatMap((incident) =>
    missedBy(incident, at)
      .filter(({ taken }) => taken === undefined || taken > at)
      .map(({ step, due }): Overdue => ({
        kind: 'incident',
        id: incident.id,
        what: `${step.replaceAll('_', ' ')}: ${incident.duty.failure} of ${incident.deployment}`,
        due,
        late_ms: at - due,
        owner: incident.duty.owner,
      })),
  );
  const reviews = reviewsOverdue(watch, at).map(({ id, matter }): Overdue => {
    const due = endOf(matter.next_review);
    return { kind: 'review', id, what: matter.title, due, late_ms: at - due, owner: reviewer };
  });
  return [...steps, ...reviews].toSorted((a, b) => b.late_ms - a.late_ms || (a.id < b.id ? -1 : 1));
}
