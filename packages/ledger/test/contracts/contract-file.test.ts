// What is wrong with a contract's file is told with line, reason and mend, all at once, and then there is no contract.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError, moneyFromDecimal, type AppError } from '@weighbridge/kernel';
import { checkContract, contractExamples, readContract, summaryOf } from '@weighbridge/ledger';
import { contractText, faults, sample, sampleText, small } from './sample-contracts.ts';

const SPEND = `  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: h1, from: 2027-01-01, until: 2027-06-30, amount: "100.50" }
      - { id: h2, from: 2027-07-01, until: 2027-12-31, amount: "200" }
    eligibility: [{ when: {}, fraction: "1" }]
`;

const spendWith = (from: string, to: string): string => contractText(SPEND.replace(from, to));

describe('a sound contract', () => {
  test('gives amounts as whole numbers, and periods that end when their last day has ended', () => {
    const [spend] = small(SPEND).instruments;
    assert.ok(spend?.kind === 'spend');
    assert.deepEqual(spend.milestones[0], {
      id: 'h1',
      from: Date.UTC(2027, 0, 1),
      until: Date.UTC(2027, 6, 1),
      amount: moneyFromDecimal('100.5'),
    });
    assert.equal(spend.priority, 100);
  });
  test('those that ship are without a fault', () => {
    for (const name of ['mid-size-buyer', 'alliance-compute'] as const) {
      assert.deepEqual(checkContract(sampleText(name)).problems, []);
      assert.ok(sample(name).instruments.length >= 4);
    }
  });
  test('those to begin with are as well, and the one to be written over lies ahead in any year', () => {
    for (const year of [2026, 2039]) {
      const at = Date.UTC(year, 11, 31);
      for (const { name, text } of contractExamples(at)) assert.deepEqual(checkContract(text).problems, [], name);
      const [starter] = contractExamples(at);
      const { term, next_exit: exit } = summaryOf(readContract('starter.yaml', starter?.text ?? ''), at);
      assert.deepEqual([term.from, exit?.on], [`${year + 1}-01-01`, `${year + 1}-11-01`]);
    }
  });
  test('the next shortfall is one that costs: what moves on to a later milestone does not yet', () => {
    const at = Date.UTC(2027, 0, 1);
    const { next_milestone: milestone, next_shortfall: shortfall } = summaryOf(sample('mid-size-buyer'), at);
    assert.deepEqual([milestone?.on, milestone?.at_most], ['2027-06-30', '0']);
    assert.deepEqual([shortfall?.on, shortfall?.at_most], ['2028-12-31', '2100000']);
  });
  test('in the one that was only reported, every instrument says on what it rests', () => {
    for (const held of sample('alliance-compute').instruments) {
      assert.ok(held.basis !== undefined && ['reported', 'assumed'].includes(held.basis.grade), held.id);
      assert.notEqual(held.basis.source, undefined, held.id);
    }
  });
});

describe('a fault is told with line, reason and mend', () => {
  const CASES: readonly (readonly [name: string, text: string, ...says: string[]])[] = [
    [
      'an unknown party',
      spendWith('with: them', 'with: then'),
      '14: "then" is no party of this contract; did you mean them?',
    ],
    [
      'a party on both sides',
      spendWith('with: them', 'with: us'),
      '14: "us" stands on both sides; name the other party as `with`',
    ],
    [
      'an unknown parent',
      contractText(SPEND).replace('them: { name: Them,', 'them: { name: Them, parent: holding,'),
      '7: "holding" is no party of this contract; name one of us, them',
    ],
    [
      'circular parents',
      contractText(SPEND)
        .replace('us: { name: Us,', 'us: { name: Us, parent: them,')
        .replace('them: { name: Them,', 'them: { name: Them, parent: us,'),
      '6: us belongs to them belongs to us: a circle; leave out the parent of the one at the top',
    ],
    [
      'a negative milestone',
      spendWith('"200"', '"-200"'),
      '17: a milestone is -200; write a number above 0, or leave the part out',
    ],
    [
      'a milestone of nothing',
      spendWith('"200"', '"0"'),
      '17: a milestone is 0; write a number above 0, or leave the part out',
    ],
    [
      'overlapping milestones',
      spendWith('2027-07-01', '2027-06-30'),
      '17: this milestone (2027-06-30 to 2027-12-31) begins before the one above it has ended (2027-01-01 to 2027-06-30); let it begin on 2027-07-01 or later, and keep them in order of time',
    ],
    [
      'a milestone outside the term',
      spendWith('2027-12-31, amount', '2028-01-01, amount'),
      '17: h2 (2027-07-01 to 2028-01-01) lies outside the term (2027-01-01 to 2027-12-31); move the milestone into the term, or correct the term',
    ],
    [
      'mixed currencies',
      spendWith('with: them', 'with: them\n    currency: EUR'),
      '15: it is in EUR, and the contract in USD: the two cannot be added; leave the currency out, or make a contract of its own for the other one',
    ],
    [
      'days reversed',
      contractText(SPEND).replace('from: 2027-01-01, until: 2027-12-31 }', 'from: 2028-01-01, until: 2027-12-31 }'),
      '8: it ends on 2027-12-31, before it begins on 2028-01-01; exchange the two days, or correct one of them',
      '16: h1 (2027-01-01 to 2027-06-30) lies outside the term (2028-01-01 to 2027-12-31); move the milestone into the term, or correct the term',
      '17: h2 (2027-07-01 to 2027-12-31) lies outside the term (2028-01-01 to 2027-12-31); move the milestone into the term, or correct the term',
    ],
    [
      'an instrument twice',
      contractText(SPEND + SPEND),
      '19: "spend" is the name of another one above; give each a name of its own',
    ],
    [
      'a milestone twice',
      spendWith('id: h2', 'id: h1'),
      '17: "h1" is the name of another one above; give each a name of its own',
    ],
    [
      'a part above 1',
      spendWith('fraction: "1"', 'fraction: "1.5"'),
      '18: 1.5 is no part of a whole; write a number from 0 to 1: "0.25" for a quarter',
    ],
    [
      'a part below 0',
      spendWith('fraction: "1"', 'fraction: "-0.5"'),
      '18: -0.5 is no part of a whole; write a number from 0 to 1: "0.25" for a quarter',
    ],
    [
      'a ramp that goes back',
      contractText(
        '  - { id: c, kind: capacity, provider: them, for: us, unit: MW, until: 2027-12-31, ramp: [{ month: 2027-03, quantity: "1" }, { month: 2027-02, quantity: "2" }] }\n',
      ),
      '11: the ramp goes back in time: 2027-02 stands after 2027-03; put the steps in order of time, one for each month in which the quantity changes',
    ],
    [
      'a cap below its tranches',
      contractText(
        '  - { id: i, kind: investment, investor: them, into: us, cap: "10", tranches: [{ id: a, amount: "6" }, { id: b, amount: "5" }] }\n',
      ),
      '11: the tranches come to 11.00 USD, more than the cap of 10.00 USD; raise the cap or lower the tranches',
    ],
    [
      'a notice longer than its window',
      contractText(
        '  - { id: e, kind: exit, holder: us, from: them, window: { from: 2027-06-01, until: 2027-06-30 }, notice_days: 31 }\n',
      ),
      '11: a notice of 31 days is longer than the window (2027-06-01 to 2027-06-30), so nobody could use it; lengthen the window or shorten the notice; where notice may be given earlier, let the window begin there',
    ],
    [
      'a day that does not exist',
      spendWith('from: 2027-07-01', 'from: 2027-02-30'),
      '17: instruments[0].milestones[1].from does not fit; write a day that exists, such as 2026-07-01',
    ],
    [
      'an amount that is not quoted',
      spendWith('"200"', '200'),
      '17: instruments[0].milestones[1].amount is a number; write a string; quote it: "200"',
    ],
    [
      'a key that does not exist',
      spendWith('with: them', 'with: them\n    shortfal: { rule: none }'),
      '15: `shortfal` is not a key of instruments[0]; did you mean `shortfall`?',
    ],
    [
      'an option that is told to be an obligation',
      contractText('  - { id: o, kind: option, holder: us, grantor: them, cap: { amount: "5" }, obligation: true }\n'),
      '11: `obligation` is not a key of instruments[0]; use one of kind, id, title, text, basis, holder, grantor, currency, cap, conditions, exercise',
    ],
  ];
  for (const [name, text, ...says] of CASES) test(name, () => assert.deepEqual(faults(text), says));

  test('a file with a fault is refused whole, under one code', () => {
    assert.throws(
      () => readContract('deal.yaml', spendWith('"200"', '"0"')),
      (error: AppError) => {
        assert.equal(error.code, 'DEAL_INVALID');
        assert.match(error.message, /^the contract has an error\ndeal\.yaml:17:\d+: a milestone is 0; /);
        return true;
      },
    );
  });
  test('a text cut off anywhere is read or refused, and never crashes', () => {
    const text = sampleText('mid-size-buyer');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), fc.string({ maxLength: 3 }), (at, more) => {
        try {
          assert.equal(readContract('cut.yaml', text.slice(0, at) + more).version, 1);
        } catch (error) {
          assert.ok(isAppError(error) && error.code === 'DEAL_INVALID', String(error));
        }
      }),
      { numRuns: 60 },
    );
  });
});
