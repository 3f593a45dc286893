// Two versions of a contract differ by what they mean.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { moneyToDecimal } from '@weighbridge/kernel';
import { diffContracts, readContract, type Contract } from '@weighbridge/ledger';
import { compiled, contracts } from './random-deals.ts';
import { sample, sampleText } from './sample-contracts.ts';

const BEFORE = sample('mid-size-buyer');
const changed = (...edits: readonly (readonly [from: string, to: string])[]): Contract => {
  let text = sampleText('mid-size-buyer');
  for (const [from, to] of edits) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  return readContract('after.yaml', text);
};
const lines = (after: Contract, before = BEFORE): readonly string[] =>
  diffContracts(before, after).changes.map(
    ({ path, change, before: was, after: is, difference }) => `${change} ${path}: ${was} → ${is} (${difference})`,
  );

describe('a difference', () => {
  test('of an amount has its sign and currency', () => {
    assert.deepEqual(lines(changed(['amount: "500000.00"', 'amount: "450000.50"'])), [
      'changed instruments.spend.milestones.h2-2027.amount: 500,000.00 EUR → 450,000.50 EUR (-49,999.50 EUR)',
    ]);
  });
  test('of a day says by how much, and a last day is shown as the last day', () => {
    assert.deepEqual(
      lines(changed(['h1-2027, from: 2027-01-01, until: 2027-06-30', 'h1-2027, from: 2027-01-01, until: 2027-05-31'])),
      ['changed instruments.spend.milestones.h1-2027.until: 2027-06-30 → 2027-05-31 (30 days earlier)'],
    );
  });
  test('of a part, a quantity, a number, a word and a list', () => {
    const after = changed(
      ['fraction: "0.08"', 'fraction: "0.1"'],
      ['month: 2027-09, quantity: "150"', 'month: 2027-09, quantity: "120"'],
      ['look_back_months: 24', 'look_back_months: 12'],
      ['rule: rollover', 'rule: forfeit'],
      ['regions: [eu-west, eu-central]\n    runtimes', 'regions: [eu-west]\n    runtimes'],
    );
    assert.deepEqual(lines(after), [
      'changed prices.list-discount.fraction: 0.08 → 0.1 (+0.02)',
      'changed instruments.spend.shortfall.rule: rollover → forfeit (null)',
      'changed instruments.reserved-units.ramp.2027-09.quantity: 150 → 120 (-30)',
      'changed instruments.reserved-units.regions: eu-west; eu-central → eu-west (null)',
      'changed instruments.audit.look_back_months: 24 → 12 (-12)',
    ]);
  });
  test('of what came or went names it whole, with what it is worth', () => {
    const after = changed(['      - { id: h2-2028, from: 2028-07-01, until: 2028-12-31, amount: "600000.00" }\n', '']);
    assert.deepEqual(lines(after), [
      'removed instruments.spend.milestones.h2-2028: id h2-2028, from 2028-07-01, until 2028-12-31, amount 600,000.00 EUR → null (-600,000.00 EUR)',
    ]);
    assert.match(lines(BEFORE, after)[0] ?? '', /^added .*h2-2028: null → .*\(\+600,000\.00 EUR\)$/);
    assert.deepEqual(
      diffContracts(BEFORE, after).owed.map(({ party, difference }) => [party, moneyToDecimal(difference)]),
      [['northwind', '-600000']],
    );
  });
  test('of the currency is one of every amount, and nothing is subtracted', () => {
    const { changes, owed } = diffContracts(BEFORE, changed(['currency: EUR', 'currency: USD']));
    assert.deepEqual(owed, []);
    assert.ok(!changes.some(({ path }) => /fraction|quantity|target/.test(path)));
    const amount = changes.find(({ path }) => path === 'instruments.welcome-credit.amount');
    assert.deepEqual([amount?.before, amount?.after, amount?.difference], ['120,000.00 EUR', '120,000.00 USD', null]);
  });
  test('an instrument of another kind under the same name is another instrument', () => {
    const after = structuredClone(BEFORE);
    const index = after.instruments.findIndex(({ id }) => id === 'audit');
    after.instruments[index] = { kind: 'residency', id: 'audit', owed_by: 'contoso', regions: ['x'], covers: ['logs'] };
    assert.deepEqual(
      diffContracts(BEFORE, after).changes.map(({ path, change }) => `${change} ${path}`),
      ['removed instruments.audit', 'added instruments.audit'],
    );
  });
});

describe('no difference', () => {
  test('is made by order, spacing, comments, or another way to write the same', () => {
    const after = changed(
      ['amount: "400000.00"', 'amount: "400000"'],
      ['# A contract', '# Another remark: a contract'],
      ['shortfall: { rule: rollover, automatic: false }', 'shortfall:\n      automatic: false\n      rule: rollover'],
    );
    after.instruments.reverse();
    assert.deepEqual(diffContracts(BEFORE, after), { changes: [], owed: [] });
  });
  test('is there between a contract and itself; and what is added one way is removed the other', () => {
    fc.assert(
      fc.property(contracts, contracts, ([one], [two]) => {
        assert.ok(one !== undefined && two !== undefined);
        const [before, after] = compiled([one, { ...two, id: 'c0', currency: 'USD' }]);
        assert.ok(before !== undefined && after !== undefined);
        assert.deepEqual(diffContracts(before, before).changes, []);
        const [there, back] = [diffContracts(before, after), diffContracts(after, before)];
        const count = (held: typeof there, what: string): number =>
          held.changes.filter(({ change }) => change === what).length;
        assert.equal(count(there, 'added'), count(back, 'removed'));
        assert.equal(count(there, 'changed'), count(back, 'changed'));
        for (const { party, difference } of there.owed)
          assert.equal(back.owed.find((held) => held.party === party)?.difference, -difference);
      }),
      { seed: 20261129, numRuns: 100 },
    );
  });
});
