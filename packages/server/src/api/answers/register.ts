// The register, and the organisation's own part of it.
import { startOf } from '@weighbridge/ledger';
import { DAY_MS, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { checkedRegister, registerAt, savedRegister } from '../../deal/register.ts';
import type { Asked, ControlPorts } from '../ports.ts';

type Ports = Pick<ControlPorts, 'deal' | 'clock'>;

export const registerAnswer = ({ deal, clock }: Ports, { at }: ControlAsked<'register'>): ControlAnswer<'register'> =>
  registerAt(deal.register, at === undefined ? clock.wall() : startOf(at) + DAY_MS - 1);

export const checkRegisterAnswer = (
  { deal, clock }: Ports,
  { text }: ControlAsked<'checkRegister'>,
): ControlAnswer<'checkRegister'> => checkedRegister(deal.register, text, clock.wall());

export async function saveRegisterAnswer(
  { deal }: Ports,
  asked: ControlAsked<'saveRegister'>,
  { actor }: Asked,
): Promise<ControlAnswer<'saveRegister'>> {
  return savedRegister(deal.register, await deal.register.enter(asked, actor));
}

export async function removeRegisterAnswer(
  { deal }: Ports,
  { actor }: Asked,
): Promise<ControlAnswer<'removeRegister'>> {
  await deal.register.remove(actor);
  return { removed: true };
}
