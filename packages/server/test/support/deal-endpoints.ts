// Asks every endpoint of the deal once, with inputs that have answers; who asks holds both against what is published.
import { readFileSync } from 'node:fs';
import type { ControlAnswer, ControlInput, ControlName } from '@weighbridge/protocol';

export type Ask = <Name extends ControlName>(name: Name, input: ControlInput<Name>) => Promise<ControlAnswer<Name>>;

const MID_SIZE = readFileSync(new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url), 'utf8');

export async function askContracts(ask: Ask): Promise<void> {
  await ask('checkContract', { text: 'title: half' });
  await ask('checkContract', { text: MID_SIZE, at: '2027-06-01' });
  const { id } = await ask('saveContract', { text: MID_SIZE, file: 'mid-size-buyer.yaml', follows: null });
  await ask('contracts', {});
  await ask('contract', { id, at: '2027-06-01' });
  await ask('questionnaire', { id });
  const { rows } = await ask('commitments', { at: '2027-12-31', growth: '0.05' });
  for (const { contract, instrument, tranches } of rows)
    for (const { tranche } of tranches) await ask('drawn', { contract, instrument, tranche, at: '2027-12-31' });
  await ask('removeContract', { id });
}
