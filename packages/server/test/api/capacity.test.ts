// Reserved capacity as the API tells it: whole minutes only in its sums, money by the contract that names it, and what nobody knows
// said as such.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capacityMemory, reservationsOf } from '@weighbridge/gateway';
import type { Contract } from '@weighbridge/ledger';
import { capacitySchemaProblems } from '../support/capacity-answer.ts';
import { capacityRow } from '../../src/api/answers/capacity.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;

function used(): ReturnType<typeof reservationsOf> {
  const capacity = {
    kind: 'ptu',
    units: 10,
    input_tpm_per_unit: 1_000,
    output_weight: 4,
    burst_seconds: 60,
    margin: 0,
  } as const;
  const deployments = [{ id: 'ptu', model: 'any', capacity }];
  const found = reservationsOf(deployments, capacityMemory(deployments, NOON), NOON);
  const ptu = found.get('ptu');
  assert.ok(ptu);
  for (const [minute, tokens] of [5_000, 10_000, 0, 2_000].entries()) {
    const at = NOON + minute * MINUTE;
    const hold = ptu.take({ bytes: 1, output: 0, choices: 1 }, at);
    assert.ok(hold);
    ptu.settle(hold, { input: tokens }, at);
  }
  ptu.count('spilled', NOON + MINUTE);
  return found;
}

const view = (at: number) => {
  const found = used().get('ptu')?.view(at);
  assert.ok(found);
  return found;
};

test('whole minutes make the share; the one that is not over is shown and in no sum', () => {
  const at = NOON + 3.5 * MINUTE;
  const row = capacityRow(view(at), [], at);
  assert.deepEqual(
    row.minutes.map((minute) => minute.used),
    [0.5, 1, 0, 0.2],
  );
  assert.equal(row.used, 0.5);
  assert.equal(row.idle, 0.5);
  assert.deepEqual([row.calls, row.spilled, row.refused], [4, 1, 0]);
  assert.equal(row.cost, null);
  assert.match(row.unknown ?? '', /no contract names this deployment/);
  assert.deepEqual(capacitySchemaProblems(row), []);
});

test('the contract that names it says what the idle part cost, to the last unit', () => {
  // As much of a contract as has to do with it.
  const contract = {
    id: 'deal',
    currency: 'USD',
    term: { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) },
    instruments: [
      {
        id: 'units',
        kind: 'capacity',
        provider: 'seller',
        for: 'us',
        unit: 'PTU',
        ramp: [{ month: Date.UTC(2026, 0, 1), quantity: 10n * 10n ** 12n }],
        until: Date.UTC(2027, 0, 1),
        price: { amount: 6n * 10n ** 12n, per: 'PTU and hour' },
        deployments: ['ptu'],
      },
    ],
  } as unknown as Contract;
  const at = NOON + 3 * MINUTE;
  const row = capacityRow(view(at), [contract], at);
  assert.deepEqual(row.cost && { paid: row.cost.paid, idle: row.cost.idle }, { paid: '3', idle: '1.5' });
  const unpriced = {
    ...contract,
    instruments: contract.instruments.map((one) => ({ ...one, price: undefined }) as typeof one),
  };
  assert.match(capacityRow(view(at), [unpriced], at).unknown ?? '', /states no price that could be reckoned/);
});

test('before a whole minute has passed nobody says a share', () => {
  const row = capacityRow(view(NOON + MINUTE / 2), [], NOON + MINUTE / 2);
  assert.deepEqual([row.used, row.idle, row.cost], [null, null, null]);
});
