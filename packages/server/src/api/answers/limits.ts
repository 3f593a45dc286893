// Where the limits stand, read from the counters that the lanes share; of a log that is only looked at, from the log.
import type { ControlAnswer } from '@weighbridge/protocol';
import { limitsView } from '../../admin/limits-view.ts';
import type { ControlPorts } from '../ports.ts';

export function limitsAnswer({ lanes, clock, stores }: ControlPorts): ControlAnswer<'limits'> {
  return limitsView(lanes.limits(), {
    at: clock.wall(),
    source: lanes.count === 0 ? 'log' : 'running',
    simulated: stores.home.log !== 'live',
  });
}
