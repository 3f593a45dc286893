// Who sells and bills, by charges where there are any and by contracts otherwise; and what is still to be asked of whom, in the order of
// what hangs on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readContract, type Contract } from '@weighbridge/ledger';
import { briefSheet, type Breakdown, type Brief, type Roles } from '@weighbridge/protocol';
import { openQuestions } from '../../src/deal/brief/questions.ts';
import { sellersOf } from '../../src/deal/brief/sellers.ts';
import type { Spent } from '../../src/deal/brief/spent.ts';
import { reference } from '../../src/deal/reference.ts';
import { briefOfContracts } from '../support/brief-desk.ts';

const DATA = new URL('../../../ledger/data/contracts/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(`${name}.yaml`, DATA), 'utf8');
const BUYER = text('mid-size-buyer');
const ALLIANCE = text('alliance-compute');
const { register } = reference();

const totals = (billed: string, currency = 'USD'): Breakdown['total'] =>
  ({ calls: 1, unpriced: 0, spend: [{ currency, billed }] }) as unknown as Breakdown['total'];
const spentOn = (rows: Readonly<Record<string, string>>): Spent => ({
  unknown: null,
  found: {
    total: totals('0'),
    rows: Object.entries(rows).map(([value, billed]) => ({ members: [{ value }], totals: totals(billed) })),
    others: null,
  } as unknown as Breakdown,
});
const ROLES: Readonly<Record<string, Partial<Roles>>> = {
  foundry: { seller: 'anthropic', biller: 'microsoft' },
  bedrock: { seller: 'aws', biller: 'aws' },
  own: { seller: 'self', biller: 'self' },
};
const rolesOf = (deployment: string): Roles | undefined => ROLES[deployment] as Roles | undefined;
const told = ({ rows }: Brief['sellers']): readonly string[] =>
  rows.map(({ seller, biller, amount, currency, permille }) => `${seller} ${biller} ${amount} ${currency} ${permille}`);

describe('who sells', () => {
  test('by what calls cost: who sells and who bills may be two, and who is not known is said', () => {
    const found = sellersOf(spentOn({ foundry: '60', bedrock: '30', own: '5', gone: '5', idle: '0' }), {
      register,
      rolesOf,
      contracts: [],
      money: [],
    });
    assert.equal(found.basis, 'charges');
    assert.deepEqual(told(found), [
      'Anthropic Microsoft 60 USD 600',
      'AWS AWS 30 USD 300',
      'ourselves ourselves 5 USD 50',
      'null null 5 USD 50',
    ]);
  });
  test('where no call has a price, by what contracts of the standing that binds most still oblige to', async () => {
    const { sellers } = await briefOfContracts([BUYER, ALLIANCE], '2026-11-30');
    assert.deepEqual([sellers.basis, sellers.standing], ['contracts', 'draft']);
    assert.deepEqual(told(sellers), ['Contoso Cloud Ireland Ltd Contoso Cloud Ireland Ltd 3805920 EUR 1000']);
    const signed = await briefOfContracts([BUYER.replace('status: draft', 'status: signed'), ALLIANCE], '2026-11-30');
    assert.equal(signed.sellers.standing, 'signed');
    const section = briefSheet(signed).sections.find(({ id }) => id === 'sellers');
    assert.equal(section?.lead, 'no call has a price: by what contracts still oblige to (signed)');
    assert.deepEqual(section.rows, [['Contoso Cloud Ireland Ltd', 'the same', '3,805,920 EUR', '100.0 %']]);
  });
  test('of nothing nobody is said', async () => {
    const { sellers, ...rest } = await briefOfContracts([], '2026-11-30');
    assert.deepEqual(sellers, { basis: 'nothing', standing: null, rows: [] });
    const section = briefSheet({ ...rest, sellers }).sections.find(({ id }) => id === 'sellers');
    assert.match(section?.lead ?? '', /^Nobody: no call has a price/);
  });
});

const contract = (given: string): Contract => readContract('c.yaml', given);
const bare = (id: string, currency: string, amount: string, status = 'offered'): Contract =>
  contract(`version: 1
id: ${id}
title: ${id}
status: ${status}
parties:
  us: { name: Us, roles: [buyer] }
  them: { name: Seller of ${id}, roles: [seller-of-record] }
term: { from: 2027-01-01, until: 2027-12-31 }
currency: ${currency}
instruments:
  - id: spend
    kind: spend
    by: us
    with: them
    milestones: [{ id: all, from: 2027-01-01, until: 2027-12-31, amount: "${amount}" }]
    eligibility: [{ when: { seller: [them] }, fraction: "1" }]
`);

describe('what is to be asked', () => {
  test('serious ones first, then by the money that hangs on them, and each currency has its turn', () => {
    const { rows, total, serious } = openQuestions(
      [bare('small', 'USD', '10'), bare('large', 'USD', '1000'), bare('euros', 'EUR', '5')],
      '2027-01-01',
    );
    assert.ok(total > rows.filter((row) => row.serious).length && serious > 10);
    assert.equal(rows.length, 50);
    assert.deepEqual(
      rows.slice(0, 4).map(({ contract: id, serious: weighs, at_stake: stake }) => [id, weighs, stake]),
      [
        ['euros', true, '5'],
        ['large', true, '1000'],
        ['euros', true, '5'],
        ['large', true, '1000'],
      ],
    );
    assert.ok(rows.every(({ question, to }) => question.endsWith('?') && to.startsWith('Seller of ')));
    const weak = rows.findIndex(({ serious: weighs }) => !weighs);
    assert.ok(weak === -1 || rows.slice(weak).every(({ serious: weighs }) => !weighs));
  });
  test('on a commitment hangs what is still ahead of it, on the whole contract all of it', () => {
    const { rows } = openQuestions([contract(BUYER)], '2027-07-01');
    const capacity = rows.find(({ at }) => at === 'reserved-units');
    // From July 2027: 100 units for two months, 150 for sixteen; price 0.70 an hour each.
    assert.equal(capacity?.at_stake, '1333920');
    const { rows: none } = openQuestions([bare('late', 'USD', '10')], '2028-01-01');
    assert.ok(none.every(({ at_stake: stake }) => stake === '0'));
  });
  test('of what is only reported nobody here can ask, and that is said', async () => {
    const brief = await briefOfContracts([ALLIANCE], '2026-11-30');
    assert.deepEqual(brief.questions, { total: 0, serious: 0, rows: [] });
    const section = briefSheet(brief).sections.find(({ id }) => id === 'questions');
    assert.equal(section?.lead, 'What is only reported is between others: nobody here can ask.');
  });
});
