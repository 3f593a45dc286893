// What reserved capacity and prepayments cost: exact, by the term, in what is owed; and what nobody can reckon is named without a sum.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { feesOf, obligationsOf, obligationsView, type Contract } from '@weighbridge/ledger';
import { contractText, faults, sample, small } from './sample-contracts.ts';

const capacity = (price: string, more: { unit?: string; ramp?: string; until?: string } = {}): Contract =>
  small(
    `  - { id: units, kind: capacity, provider: them, for: us, unit: ${more.unit ?? 'PTU'}, ramp: [${more.ramp ?? '{ month: 2027-02, quantity: "100" }'}], until: ${more.until ?? '2027-12-31'}${price} }\n`,
  );
const priced = (amount: string, per: string, more = {}): Contract =>
  capacity(`, price: { amount: "${amount}", per: "${per}" }`, more);

const owed = (contract: Contract): Record<string, string> =>
  Object.fromEntries(
    Object.entries(obligationsOf(contract).owed).map(([party, amount]) => [party, moneyToDecimal(amount)]),
  );
const ahead = (contract: Contract, day: string): string =>
  moneyToDecimal(feesOf(contract).reduce((sum, fee) => sum + (fee.ahead(Date.parse(`${day}T00:00:00Z`)) ?? 0n), 0n));

describe('the price of capacity', () => {
  test('is price times units times hours of the term, owed by the one that it is for', () => {
    // February to December 2027 are 334 days.
    assert.deepEqual(owed(priced('0.70', 'PTU and hour')), { us: '561120' });
    assert.deepEqual(owed(priced('16.80', 'PTU and day')), { us: '561120' });
    assert.deepEqual(owed(priced('500', 'PTU and month')), { us: '550000' });
    assert.deepEqual(owed(priced('6000', 'PTU and year')), { us: '550000' });
  });
  test('a step of the ramp and a calendar year make a row, with how it comes to that', () => {
    const contract = sample('mid-size-buyer');
    const rows = obligationsView(contract, 0).obligations.filter(({ what }) => what === 'capacity-price');
    assert.deepEqual(
      rows.map(({ since, due, by, amount, reckoned }) => [since, due, by, amount, reckoned].join(' | ')),
      [
        '2027-02-01 | 2027-08-31 | northwind | 356160 | 100 PTU × 0.70 EUR per PTU and hour × 5088 hours',
        '2027-09-01 | 2027-12-31 | northwind | 307440 | 150 PTU × 0.70 EUR per PTU and hour × 2928 hours',
        '2028-01-01 | 2028-12-31 | northwind | 922320 | 150 PTU × 0.70 EUR per PTU and hour × 8784 hours',
      ],
    );
    // With 2,100,000 of the commitment and a credit of 120,000 paid for before.
    assert.deepEqual(owed(contract), { northwind: '3805920' });
  });
  test('may be for many units, and for months that are not whole counts their days', () => {
    assert.deepEqual(
      owed(priced('44', '1,000 TPM-in and month', { unit: 'TPM-in', ramp: '{ month: 2027-02, quantity: "250000" }' })),
      { us: '121000' },
    );
    // Fifteen days of April's thirty.
    assert.deepEqual(
      owed(priced('60', 'GPU-month', { unit: 'GPUs', until: '2027-04-15', ramp: '{ month: 2027-03, quantity: "2" }' })),
      {
        us: '180',
      },
    );
  });
  test('is owed from the first day of the term, whatever the month of the ramp', () => {
    const early = priced('1', 'PTU and day', { ramp: '{ month: 2026-11, quantity: "1" }', until: '2027-01-10' });
    assert.deepEqual(owed(early), { us: '10' });
  });
  test('is owed from a day on by what is billed at the end of that month and later', () => {
    const contract = priced('500', 'PTU and month');
    assert.deepEqual(
      ['2027-01-01', '2027-02-28', '2027-03-01', '2027-12-31', '2028-01-01'].map((day) => ahead(contract, day)),
      ['550000', '550000', '500000', '50000', '0'],
    );
  });
  test('no unit is lost: the years together are the whole, whatever the price', () => {
    const month = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        month,
        fc.bigInt({ min: 1n, max: 10n ** 16n }),
        fc.bigInt({ min: 1n, max: 10n ** 6n }),
        (from, price, units) => {
          const contract = priced(moneyToDecimal(price), 'PTU and hour', {
            ramp: `{ month: 2027-0${from}, quantity: "${units}" }`,
            until: '2031-03-17',
          });
          const hours = BigInt((Date.UTC(2031, 2, 18) - Date.UTC(2027, from - 1, 1)) / 3_600_000);
          assert.equal(moneyFromDecimal(owed(contract)['us'] ?? '0'), price * units * hours);
        },
      ),
      { seed: 20261130, numRuns: 200 },
    );
  });
  test('that is not stated, or cannot be reckoned, is owed without a sum, and said', () => {
    const contracts = [capacity(''), priced('0.70', 'hour'), priced('9', 'GSU and hour'), priced('9', 'PTU and week')];
    for (const contract of contracts) {
      const { unpriced, owed: sums, obligations } = obligationsOf(contract);
      assert.deepEqual([sums, unpriced.length, unpriced[0]?.by], [{}, 1, 'us']);
      assert.ok(obligations.some(({ what, amount }) => what === 'capacity-price' && amount === null));
    }
    assert.deepEqual(
      contracts.slice(0, 2).map((contract) => obligationsOf(contract).unpriced[0]?.why),
      ['price not stated', 'price not reckoned: "hour" names no PTU and hour, day, month or year'],
    );
  });
  test('of more years than a contract has is refused', () => {
    const text = contractText(
      '  - { id: units, kind: capacity, provider: them, for: us, unit: PTU, ramp: [{ month: 2027-01, quantity: "1" }], until: 9999-12-31 }\n',
    );
    assert.match(faults(text).join(), /more than 50 years; correct the day/);
  });
});

describe('a prepayment', () => {
  const credit = (more: string): string =>
    `  - { id: credit, kind: credit, holder: us, issuer: them, amount: "90", from: 2027-03-01, until: 2027-12-31, eligibility: [{ when: {}, fraction: "1" }], ${more} }\n`;

  test('is owed until it is due, by its days or else by the first day of the credit', () => {
    const one = small(credit('prepaid: true'));
    const staged = small(
      credit('prepaid: true, payments: [{ due: 2027-02-01, amount: "30" }, { due: 2027-05-01, amount: "50" }]'),
    );
    assert.deepEqual([owed(one), owed(staged)], [{ us: '90' }, { us: '80' }]);
    assert.deepEqual([ahead(one, '2027-03-01'), ahead(one, '2027-03-02')], ['90', '0']);
    assert.deepEqual(
      ['2027-02-01', '2027-02-02', '2027-05-02'].map((day) => ahead(staged, day)),
      ['80', '50', '0'],
    );
  });
  test('there is none of a credit that was given', () => assert.deepEqual(owed(small(credit('prepaid: false'))), {}));
  test('of a credit that was given is refused, and so is one of nothing', () => {
    const given = contractText(credit('prepaid: false, payments: [{ due: 2027-02-01, amount: "30" }]'));
    const nothing = contractText(credit('prepaid: true, payments: [{ due: 2027-02-01, amount: "0" }]'));
    assert.match(faults(given).join(), /payments of a credit that is not prepaid/);
    assert.match(faults(nothing).join(), /a payment is 0/);
  });
});

test('options add nothing to it', () => {
  const contract = priced('1', 'PTU and hour');
  const more = structuredClone(contract);
  more.instruments.push({
    kind: 'option',
    id: 'o',
    holder: 'us',
    grantor: 'them',
    cap: { quantity: 10n ** 15n, unit: 'PTU' },
  });
  assert.deepEqual(owed(more), owed(contract));
});
