// How urgent a call is: what it asks for itself, within what its key may ask, else what its route or its key says. An urgency that
// nobody may ask for is refused, never lowered in silence.
import { AppError } from '@weighbridge/kernel';
import { PRIORITIES, type Priority } from '@weighbridge/protocol';
import type { KeyRecord, Route } from '../deployment.ts';

/** Throws BAD_REQUEST or POLICY_DENIED. */
export function priorityOf(asked: string, key: KeyRecord, route: Pick<Route, 'priority'>): Priority {
  const own = key.priority?.class ?? 'normal';
  if (asked === '') return route.priority ?? own;
  const named = PRIORITIES.find((name) => name === asked);
  if (named === undefined)
    throw new AppError(
      'BAD_REQUEST',
      `weighbridge-priority is one of ${PRIORITIES.join(', ')}, not "${asked.slice(0, 40)}"`,
    );
  const most = key.priority?.most ?? own;
  if (urgencyOf(named) > urgencyOf(most))
    throw new AppError(
      'POLICY_DENIED',
      `the key "${key.name}" may ask for the priority "${most}" at most, not "${named}"`,
    );
  return named;
}

export const urgencyOf = (priority: Priority): number => PRIORITIES.indexOf(priority);
