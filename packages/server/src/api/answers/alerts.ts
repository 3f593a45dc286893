// Alerts as the log has them, and the channels that carry them.
import { AppError } from '@weighbridge/kernel';
import { testNotice } from '../../alerts/alerting.ts';
import { alertsAtRest } from '../../alerts/told.ts';
import type { ControlPorts } from '../ports.ts';
import type { Answers } from './index.ts';

export const alertAnswers = ({
  alerting,
  clock,
  stores: { journal },
}: ControlPorts): Pick<Answers, 'alerts' | 'channels' | 'testChannel'> => ({
  alerts: (page) => alertsAtRest(journal, page),
  channels: () => ({ rows: [...(alerting?.channels.states() ?? [])] }),
  testChannel: async ({ name }) => {
    if (alerting === null) throw new AppError('READ_ONLY', 'no instance runs on this log: nothing is sent from here');
    const tested = await alerting.channels.test(name, testNotice(clock.wall(), name));
    if (tested === null) throw new AppError('CHANNEL_UNKNOWN', `there is no channel "${name}"`);
    return { delivered: tested.problem === null, problem: tested.problem };
  },
});
