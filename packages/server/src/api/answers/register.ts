// The register, and the organisation's own part of it.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { checkedRegister, REGISTER_AHEAD, registerAt, savedRegister } from '../../deal/register.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { momentOf } from '../../deal/moment.ts';
import { logName } from './contracts.ts';

export const registerAnswers = ({ deal, clock, stores }: Pick<ControlPorts, 'deal' | 'clock' | 'stores'>) => ({
  register: ({ at }: ControlAsked<'register'>): ControlAnswer<'register'> =>
    registerAt(deal.register, momentOf(deal, at, clock.wall(), REGISTER_AHEAD).at),
  checkRegister: ({ text }: ControlAsked<'checkRegister'>): ControlAnswer<'checkRegister'> =>
    checkedRegister(deal.register, text, clock.wall()),
  saveRegister: async (asked: ControlAsked<'saveRegister'>, { actor }: Asked): Promise<ControlAnswer<'saveRegister'>> =>
    savedRegister(deal.register, await deal.register.enter(asked, actor), logName({ stores })),
  removeRegister: async (_: unknown, { actor }: Asked): Promise<ControlAnswer<'removeRegister'>> => {
    await deal.register.remove(actor);
    return { removed: true };
  },
});
