// Where the limits stand, read from the counters that the lanes share; of a log that is only looked at, from the log.
import { limitMembersView, limitsView } from '../../admin/limits-view.ts';
import type { ControlPorts } from '../ports.ts';
import type { Answers } from './index.ts';

export function limitAnswers({
  lanes,
  clock,
  stores,
  alerting,
}: ControlPorts): Pick<Answers, 'limits' | 'limitMembers'> {
  const watched = alerting?.watched ?? null;
  const facts = () =>
    ({
      at: clock.wall(),
      source: lanes.count === 0 ? 'log' : 'running',
      simulated: stores.home.log !== 'live',
    }) as const;
  return {
    limits: () => limitsView(lanes.limits(), facts(), watched),
    limitMembers: (page) => limitMembersView(lanes.limits(), facts(), page, watched),
  };
}
