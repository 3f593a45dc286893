// Asks every endpoint of the deal once, with inputs that have answers; who asks holds both against what is published.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ControlAnswer, ControlInput, ControlName } from '@weighbridge/protocol';

export type Ask = <Name extends ControlName>(name: Name, input: ControlInput<Name>) => Promise<ControlAnswer<Name>>;

const MID_SIZE = readFileSync(
  new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url),
  'utf8',
).replace('status: draft', 'status: signed');

export async function askContracts(ask: Ask): Promise<void> {
  const { rows: examples } = await ask('contractExamples', {});
  for (const { text } of examples) await ask('checkContract', { text });
  await ask('checkContract', { text: 'title: half' });
  await ask('checkContract', { text: MID_SIZE, at: '2027-06-01' });
  const { id } = await ask('saveContract', { text: MID_SIZE, file: 'mid-size-buyer.yaml', follows: null });
  await ask('contracts', {});
  const found = (await ask('find', { text: id })).rows.filter(({ kind }) => kind === 'contract');
  assert.deepEqual(
    found.map((row) => row.id),
    [id],
  );
  await ask('contract', { id, at: '2027-06-01' });
  await ask('questionnaire', { id, at: '2027-06-01' });
  const { rows } = await ask('commitments', { at: '2027-12-31', growth: '0.05' });
  for (const { contract, instrument, tranches } of rows)
    for (const { tranche } of tranches) await ask('drawn', { contract, instrument, tranche, at: '2027-12-31' });
  await ask('removeContract', { id });
}

export const REGISTER = `version: 1
title: Ours
parties:
  our-reseller: { name: Our reseller, identifiers: { duns: "123456789" }, source: alliance-notes }
links:
  reseller-distributes: { type: distributes, from: our-reseller, to: anthropic, status: in_force, source: alliance-notes }
`;

async function askRegister(ask: Ask): Promise<void> {
  await ask('checkRegister', { text: 'title: half' });
  await ask('checkRegister', { text: REGISTER });
  await ask('saveRegister', { text: REGISTER, file: 'ours.yaml', follows: null });
  await ask('checkRegister', { text: REGISTER.replace('title: Ours', 'title: Still ours') });
  await ask('register', {});
  await ask('removeRegister', {});
  await ask('register', { at: new Date().toISOString().slice(0, 10) });
}

const proof = { kind: 'ticket', ref: 'OPS-17' } as const;

export async function askRecord(ask: Ask): Promise<void> {
  await ask('claims', {});
  await ask('addEvidence', {
    claim: 'azure-compute-30bn',
    kind: 'own_measurement',
    digest: 'b2'.repeat(32),
    period: { from: '2026-01-01', until: '2026-06-30' },
    valid_until: '2027-06-30',
    result: 'inconclusive',
    n: 12,
    interval: { low: '1', high: '2', unit: 'USD' },
    method: 'counted',
  });
  const { id: contract } = await ask('saveContract', { text: MID_SIZE });
  const answers = [{ question: 'shortfall-stated', answer: 'It moves on.' }];
  await ask('enterAnswers', { contract, answered_by: 'the seller', answers });
  await ask('stateClaims', {});
  await ask('claims', { at: '2027-12-31' });
  const asked = { deployment: 'claude-foundry-on-azure', failure: 'latency', proof } as const;
  const { id } = await ask('openIncident', { ...asked, note: 'slow' });
  await ask('stepIncident', { id, step: 'acknowledged', proof });
  await ask('duties', {});
  await ask('attest', { fact: 'chargeback_published', value: true, proof: 'minutes' });
  await ask('playbook', {});
  await ask('brief', {});
  await ask('brief', { at: '2027-12-31' });
  await ask('removeContract', { id: contract });
  await askRegister(ask);
}
