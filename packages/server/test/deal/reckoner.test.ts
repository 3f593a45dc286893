// The thread that reckons commitments: it says what is reckoned without it, refusals cross whole, and it starts again when asked.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { isAppError } from '@weighbridge/kernel';
import { readContract } from '@weighbridge/ledger';
import { DAY_MS, type Roles } from '@weighbridge/protocol';
import { createReckoner } from '../../src/deal/reckoner.ts';
import { reckonCommitments, reckonDrawn, type Gathered } from '../../src/deal/reckoning.ts';

const BUYER = new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url);
const SELLER: Roles = {
  developer: 'contoso',
  seller: 'contoso',
  biller: 'contoso',
  operator: 'contoso',
  host: 'contoso',
  processor: 'contoso',
  sla_provider: 'contoso',
};
const FIRST = Date.UTC(2027, 0, 1) / DAY_MS;
const gathered: Gathered = {
  unreadable: [],
  earlier: null,
  at: Date.UTC(2027, 4, 1),
  held: [
    readContract(
      'buyer.yaml',
      readFileSync(BUYER, 'utf8').replaceAll(', marketplace: ["no"]', '').replace('status: draft', 'status: signed'),
    ),
  ],
  rows: Array.from({ length: 120 }, (_, index) => ({
    day: FIRST + index,
    deployment: 'one',
    model: 'm',
    cloud: 'c',
    region: null,
    tier: null,
    currency: 'EUR',
    billed: '2000.5',
    calls: 10,
    unpriced: 0,
  })),
  roles: new Map([['one', SELLER]]),
  period: { since: FIRST * DAY_MS, until: Date.UTC(2027, 4, 1) },
  meteredSince: 0,
  unknown: null,
};
const plan = { growth: '0.05', seed: 7 };
const tranche = { contract: 'northwind-models-2027', instrument: 'spend', tranche: 'h1-2027' };

describe('the thread of commitments', () => {
  const reckoner = createReckoner();
  after(() => reckoner.close());

  test('says to the last digit what is reckoned without it', async () => {
    const found = await reckoner.commitments(gathered, plan);
    assert.deepEqual(found, reckonCommitments(gathered, plan));
    assert.equal(found.rows[0]?.tranches[0]?.forecast.verdict, 'projected');
    assert.deepEqual(await reckoner.drawn(gathered, tranche), reckonDrawn(gathered, tranche));
  });
  test('draws nothing of what is not signed, and says so of it', () => {
    const [signed] = gathered.held;
    assert.ok(signed !== undefined);
    const offer = { ...signed, id: 'an-offer', status: 'offered' as const };
    const alone = reckonCommitments(gathered, plan);
    const both = reckonCommitments({ ...gathered, held: [offer, signed] }, plan);
    assert.deepEqual(
      both.rows.filter(({ contract }) => contract === signed.id),
      alone.rows,
      'an offer takes nothing from what is signed',
    );
    const offered = both.rows.filter(({ contract }) => contract === 'an-offer');
    assert.ok(offered.length > 0 && offered.every(({ drawn, status }) => drawn === '0' && status === 'offered'));
    assert.throws(() => reckonDrawn({ ...gathered, held: [offer] }, { ...tranche, contract: 'an-offer' }), {
      code: 'CONTRACT_UNKNOWN',
    });
  });
  test('refuses by the code of what is wrong', async () => {
    await assert.rejects(
      reckoner.drawn(gathered, { ...tranche, tranche: 'h9' }),
      (error) =>
        isAppError(error) && error.code === 'CONTRACT_UNKNOWN' && /has a tranche spend, h9/.test(error.message),
    );
  });
  test('starts again once it was let go, and answers who still waits with why', async () => {
    const late = reckoner.commitments(gathered, plan);
    await reckoner.close();
    await assert.rejects(late, (error) => isAppError(error) && /ended with/.test(error.message));
    assert.equal((await reckoner.drawn(gathered, tranche)).tranche, 'h1-2027');
  });
});
