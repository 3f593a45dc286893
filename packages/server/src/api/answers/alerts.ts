// Alerts as the log has them, and the channels that carry them.
import { AppError } from '@weighbridge/kernel';
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { testNotice } from '../../alerts/alerting.ts';
import { alertsAtRest } from '../../alerts/told.ts';
import type { ControlPorts } from '../ports.ts';

export const alertAnswers = ({ alerting, clock, stores: { journal } }: ControlPorts) => ({
  alerts: (page: ControlAsked<'alerts'>) => alertsAtRest(journal, page),
  channels: (): ControlAnswer<'channels'> => ({ rows: [...(alerting?.channels.states() ?? [])] }),
  testChannel: async ({ name }: ControlAsked<'testChannel'>) => {
    if (alerting === null) throw new AppError('READ_ONLY', 'no instance runs on this log: nothing is sent from here');
    const tested = await alerting.channels.test(name, testNotice(clock.wall(), name));
    if (tested === null) throw new AppError('CHANNEL_UNKNOWN', `there is no channel "${name}"`);
    return { delivered: tested.problem === null, problem: tested.problem };
  },
});
