// The threads that take calls, replaced.
import type { ControlAnswer } from '@weighbridge/protocol';
import type { ControlPorts } from '../ports.ts';

export const laneAnswers = ({ lanes }: Pick<ControlPorts, 'lanes'>) => ({
  restartLanes: async (): Promise<ControlAnswer<'restartLanes'>> => {
    await lanes.restart();
    return { lanes: lanes.count, leaving: lanes.leaving() };
  },
});
