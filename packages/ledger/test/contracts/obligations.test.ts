// What a contract obliges to, by date; what is only possible stands apart and is never added to it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { moneyToDecimal } from '@weighbridge/kernel';
import { obligationsOf } from '@weighbridge/ledger';
import { contracts, compiled } from './random-deals.ts';
import { sample, small } from './sample-contracts.ts';

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

describe('of the sample of a middling buyer', () => {
  const found = obligationsOf(sample('mid-size-buyer'));
  test('obligations stand in order of time, each with who owes it', () => {
    assert.deepEqual(
      found.obligations.map(({ due, by, part, amount, quantity }) =>
        [day(due), by, part, amount ?? quantity].join(' '),
      ),
      [
        '2027-01-02 northwind payment 120000000000000000',
        '2027-02-01 contoso ramp 100000000000000',
        '2027-07-01 northwind h1-2027 400000000000000000',
        '2027-09-01 northwind price 356160000000000000',
        '2027-09-01 contoso ramp 150000000000000',
        '2028-01-01 northwind h2-2027 500000000000000000',
        '2028-01-01 northwind price 307440000000000000',
        '2028-07-01 northwind h1-2028 600000000000000000',
        '2029-01-01 northwind h2-2028 600000000000000000',
        '2029-01-01 northwind price 922320000000000000',
      ],
    );
    assert.deepEqual(
      Object.entries(found.owed).map(([by, amount]) => [by, moneyToDecimal(amount)]),
      [['northwind', '3805920']],
    );
  });
  test('and nothing in it is marked as known from reports; one can say no to the renewal until ninety days before the end', () => {
    assert.ok([...found.obligations, ...found.possibilities].every(({ grade }) => grade === null));
    assert.equal(day(found.renewal_notice_by ?? 0), '2028-10-02');
  });
  test('a shortfall that moves on bites once, behind the last milestone, for all of it at most', () => {
    assert.deepEqual(
      found.shortfalls.map(({ at, at_most: most }) => `${day(at)} ${moneyToDecimal(most)}`),
      ['2027-07-01 0', '2028-01-01 0', '2028-07-01 0', '2029-01-01 2100000'],
    );
  });
  test('the last safe day to leave is the end of the window less the notice, and says what it costs', () => {
    assert.deepEqual(
      found.exits.map(({ instrument, last_safe: last, fee_at_last: fee }) => [
        instrument,
        day(last),
        fee === null ? null : `${moneyToDecimal(fee.least)} ${moneyToDecimal(fee.most)}`,
      ]),
      [
        ['leave-at-half-time', '2028-01-01', '90000 90000'],
        ['leave-for-cause', '2028-12-01', '0 0'],
      ],
    );
  });
});

describe('of the alliance as reported', () => {
  const found = obligationsOf(sample('alliance-compute'));
  test('thirty billion are owed, and neither the gigawatt nor the investments are in it', () => {
    assert.deepEqual(
      Object.entries(found.owed).map(([by, amount]) => [by, moneyToDecimal(amount)]),
      [['anthropic', '30000000000']],
    );
    assert.deepEqual(
      found.possibilities.map(({ instrument, up_to: { amount, quantity, unit } }) =>
        [instrument, amount === null ? quantity : moneyToDecimal(amount), unit].join(' '),
      ),
      ['one-gigawatt 1000000000000000 MW', 'nvidia-investment 10000000000 ', 'microsoft-investment 5000000000 '],
    );
    assert.deepEqual(
      [...found.obligations, ...found.possibilities].map(({ instrument, grade }) => `${instrument} ${grade}`),
      ['azure-compute assumed', 'one-gigawatt reported', 'nvidia-investment reported', 'microsoft-investment reported'],
    );
    assert.deepEqual([found.exits, found.renewal_notice_by], [[], null]);
    assert.deepEqual(
      found.shortfalls.map(({ rule, automatic }) => [rule, automatic]),
      [['unstated', 'unstated']],
    );
  });
});

test('an exit without a schedule of fees says that it is unknown', () => {
  const held = small(
    '  - { id: e, kind: exit, holder: us, from: them, window: { from: 2027-06-01, until: 2027-06-30 }, notice_days: 29 }\n',
  );
  const [exit] = obligationsOf(held).exits;
  assert.deepEqual([day(exit?.last_safe ?? 0), exit?.fee_at_last], ['2027-06-01', null]);
});

test('whatever options and investments are added, what is owed stays the same', () => {
  fc.assert(
    fc.property(contracts, fc.bigInt({ min: 1n, max: 10n ** 24n }), (plain, cap) => {
      for (const contract of compiled(plain)) {
        const before = obligationsOf(contract);
        const more = structuredClone(contract);
        more.instruments.push(
          { kind: 'option', id: 'o', holder: 'us', grantor: 'them', cap: { amount: cap } },
          { kind: 'investment', id: 'v', investor: 'them', into: 'us', cap },
        );
        const after = obligationsOf(more);
        assert.deepEqual(
          [after.owed, after.obligations, after.shortfalls],
          [before.owed, before.obligations, before.shortfalls],
        );
        assert.equal(after.possibilities.length, before.possibilities.length + 2);
      }
    }),
    { seed: 20261129, numRuns: 100 },
  );
});
