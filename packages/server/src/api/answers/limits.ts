// Where the limits stand, read from the counters that the lanes share; of a log that is only looked at, from the log.
import type { ControlAsked } from '@weighbridge/protocol';
import { limitMembersView, limitsView } from '../../admin/limits-view.ts';
import type { ControlPorts } from '../ports.ts';

export function limitAnswers({ lanes, clock, stores, alerting }: ControlPorts) {
  const watched = alerting?.watched ?? null;
  const facts = () =>
    ({
      at: clock.wall(),
      source: lanes.count === 0 ? 'log' : 'running',
      simulated: stores.home.log !== 'live',
    }) as const;
  return {
    limits: () => limitsView(lanes.limits(), facts(), watched),
    limitMembers: (page: ControlAsked<'limitMembers'>) => limitMembersView(lanes.limits(), facts(), page, watched),
  };
}
