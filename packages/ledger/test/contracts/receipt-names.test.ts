// An eligibility speaks of the parties of its contract, receipts of sellers by the configuration's names: the two are brought together,
// and an eligibility that no receipt can match is told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  lintContract,
  readContract,
  withReceiptNames,
  type ChargeAttributes,
  type Contract,
  type KnownReceipts,
} from '@weighbridge/ledger';
import { charge, told } from './charges.ts';
import { contractText, small } from './sample-contracts.ts';

const spend = (rows: string): string => `  - id: spend
    kind: spend
    by: us
    with: them
    milestones: [{ id: whole, from: 2027-01-01, until: 2027-12-31, amount: "100" }]
    eligibility: [${rows}]
`;
const named = (rows: string, known: string): Contract =>
  readContract('named.yaml', contractText(spend(rows)).replace('name: Them, ', `name: Them, ${known}`));
const drawn = (contract: Contract, attributes: ChargeAttributes): string =>
  told(contract, [charge('c', '2027-05-05', '10', attributes)], '2027-06-01')[0] ?? '';

describe('a party of the contract in its eligibility', () => {
  const contract = named('{ when: { seller: [them] }, fraction: "1" }', 'known_as: [bigcloud, bigger*], ');

  test('means the names by which receipts know it, and its own', () => {
    for (const seller of ['bigcloud', 'biggercloud', 'them'])
      assert.equal(drawn(contract, { seller }), 'spend whole: drawn 10, remaining 90', seller);
    assert.equal(drawn(contract, { seller: 'other' }), 'spend whole: remaining 100');
  });
  test('and those of a register, where one is asked', () => {
    const plain = small(spend('{ when: { biller: [them] }, fraction: "1" }'));
    assert.equal(drawn(plain, { biller: 'bigcloud' }), 'spend whole: remaining 100');
    const resolved = withReceiptNames(plain, (party, name) =>
      party === 'them' && name === 'Them' ? ['bigcloud'] : [],
    );
    assert.equal(drawn(resolved, { biller: 'bigcloud' }), 'spend whole: drawn 10, remaining 90');
  });
  test('only where a party is meant: a model of that name is a model', () => {
    const model = named('{ when: { model: [them] }, fraction: "1" }', 'known_as: [bigcloud], ');
    assert.equal(drawn(model, { model: 'bigcloud' }), 'spend whole: remaining 100');
  });
});

const AT = Date.UTC(2027, 5, 1);
const NAMES = { seller: ['bigcloud', 'othercloud'], model: ['big-1', 'big-2'], unit: [], marketplace: ['yes', 'no'] };
const known = (used: KnownReceipts['used'] = null): KnownReceipts => ({ names: NAMES, used, at: AT });
const row = (attributes: ChargeAttributes, receipts: number, currency = 'USD') => ({ attributes, receipts, currency });
const of = (contract: Contract, given: KnownReceipts) =>
  lintContract(contract, given).filter(({ rule }) => rule.startsWith('eligibility-'));

describe('an eligibility held against what receipts carry', () => {
  test('that names a party as receipts do not is serious, and says where to mend it', () => {
    const [found, ...more] = of(small(spend('{ when: { seller: [them] }, fraction: "1" }')), known());
    assert.deepEqual(
      [more.length, found?.rule, found?.severity, found?.at],
      [0, 'eligibility-unmatched', 'serious', 'spend'],
    );
    assert.match(found?.reason ?? '', /No receipt can name “them” as its seller: known are “bigcloud”, “othercloud”/);
    assert.match(found?.mend ?? '', /`them: \{ …, known_as: \[NAME\] \}`/);
    assert.deepEqual([found?.question, found?.clause], ['', '']);
  });
  test('that names a model or seller which nobody has is told with its row', () => {
    const rows = '{ when: { model: ["big-*"] }, fraction: "1" }, { when: { seller: [nobody] }, fraction: "0.5" }';
    const [found] = of(small(spend(rows)), known());
    assert.deepEqual([found?.rule, found?.severity], ['eligibility-row-unmatched', 'weak']);
    assert.match(found?.reason ?? '', /“nobody” as its seller.*So row 2 draws nothing/);
    assert.match(found?.mend ?? '', /one of these names in row 2/);
  });
  test('that asks what receipts do not tell apart says so', () => {
    const [found] = of(small(spend('{ when: { unit: [CCU] }, fraction: "1" }')), known());
    assert.match(found?.reason ?? '', /do not tell the unit of account of a charge apart, and row 1 asks for “CCU”/);
  });
  test('a row that counts nothing on purpose is no fault, nor is one of which nobody knows the names', () => {
    const rows = '{ when: { seller: [nobody] }, fraction: "0" }, { when: { region: [moon] }, fraction: "1" }';
    assert.deepEqual(of(small(spend(rows)), known()), []);
  });
  test('that matches nothing in the receipts of late says how many there are, and what they name', () => {
    const contract = small(spend('{ when: { seller: [bigcloud] }, fraction: "1" }'));
    const used = { days: 90, rows: [row({ seller: 'othercloud' }, 12), row({ seller: 'bigcloud' }, 3, 'EUR')] };
    const [found] = of(contract, known(used));
    assert.deepEqual([found?.rule, found?.severity], ['eligibility-unused', 'serious']);
    assert.match(
      found?.reason ?? '',
      /^Nothing in 15 receipts of the last 90 days matches; their sellers are “bigcloud”, “othercloud”; they are billed in EUR, USD, and the contract is in USD\.$/,
    );
    assert.equal(of(contract, { ...known(used), at: Date.UTC(2026, 5, 1) })[0]?.severity, 'weak');
  });
  test('that matches one of them is no fault, nor is one where nothing was used', () => {
    const contract = small(spend('{ when: { seller: [bigcloud] }, fraction: "1" }'));
    assert.deepEqual(of(contract, known({ days: 90, rows: [row({ seller: 'bigcloud' }, 1)] })), []);
    assert.deepEqual(of(contract, known({ days: 90, rows: [] })), []);
    assert.deepEqual(of(contract, known()), []);
  });
});
