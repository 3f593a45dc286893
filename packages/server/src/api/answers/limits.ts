// Where the limits stand, read from the counters that the lanes share; of a log that is only looked at, from the log.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { limitMembersView, limitsView } from '../../admin/limits-view.ts';
import type { ControlPorts } from '../ports.ts';

export const limitsAnswer = (ports: ControlPorts): ControlAnswer<'limits'> =>
  limitsView(ports.lanes.limits(), factsOf(ports), ports.alerting?.watched ?? null);

export const limitMembersAnswer = (
  ports: ControlPorts,
  asked: ControlAsked<'limitMembers'>,
): ControlAnswer<'limitMembers'> =>
  limitMembersView(ports.lanes.limits(), factsOf(ports), asked, ports.alerting?.watched ?? null);

const factsOf = ({
  lanes,
  clock,
  stores,
}: ControlPorts): { at: number; source: 'log' | 'running'; simulated: boolean } => ({
  at: clock.wall(),
  source: lanes.count === 0 ? 'log' : 'running',
  simulated: stores.home.log !== 'live',
});
