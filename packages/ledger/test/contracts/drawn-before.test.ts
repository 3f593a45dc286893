// What was drawn before anything was metered: stated and added in, or not known and never taken for nothing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moneyToDecimal } from '@weighbridge/kernel';
import { drawDown, positions, project, type Contract, type Posting, type TranchePosition } from '@weighbridge/ledger';
import { at, charge } from './charges.ts';
import { contractText, faults, small } from './sample-contracts.ts';

const spend = (more: string): string => `  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: h1, from: 2027-01-01, until: 2027-06-30, amount: "100" }
      - { id: h2, from: 2027-07-01, until: 2027-12-31, amount: "100" }
    eligibility:
      - { when: {}, fraction: "1" }
${more}`;
const INVOICED = '    shortfall: { rule: invoice-difference }\n';
const ROLLED = '    shortfall: { rule: rollover }\n';
const STATED =
  '    drawn_before: { until: 2027-08-31, source: "their statement of September", milestones: { h1: "90", h2: "20.5" } }\n';

const day = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
const told = (one: TranchePosition): string =>
  `${one.tranche}: drawn ${moneyToDecimal(one.drawn)}, stated ${moneyToDecimal(one.stated)}, left ${moneyToDecimal(one.remaining)}, lapsed ${moneyToDecimal(one.expired)}, owed ${one.shortfall === null ? '?' : moneyToDecimal(one.shortfall)} of at most ${moneyToDecimal(one.shortfall_at_most)}${one.unknown === null ? '' : `, nothing known from ${day(one.unknown.from)} to ${day(one.unknown.until - 86_400_000)}`}`;

const SINCE = Date.UTC(2027, 10, 1);
const standing = (contract: Contract, postings: readonly Posting[], on: string, since: number | null = SINCE) =>
  positions(drawDown([contract], postings, at(on), since)).map(told);

describe('without a statement', () => {
  const contract = small(spend(INVOICED));

  test('what was drawn before is not known: what is drawn is the least, what is left and owed the most', () => {
    assert.deepEqual(standing(contract, [charge('a', '2027-11-05', '7')], '2027-11-10'), [
      'h1: drawn 0, stated 0, left 0, lapsed 100, owed ? of at most 100, nothing known from 2027-01-01 to 2027-06-30',
      'h2: drawn 7, stated 0, left 93, lapsed 0, owed 0 of at most 93, nothing known from 2027-07-01 to 2027-10-31',
    ]);
  });
  test('a milestone that begins with metering, or after it, is known; so is one that is drawn to its end', () => {
    const later = standing(contract, [charge('a', '2027-11-05', '100')], '2027-11-10', Date.UTC(2027, 6, 1));
    assert.equal(later[1], 'h2: drawn 100, stated 0, left 0, lapsed 0, owed 0 of at most 0');
    assert.equal(
      standing(contract, [charge('b', '2027-11-05', '100')], '2027-11-10')[1],
      'h2: drawn 100, stated 0, left 0, lapsed 0, owed 0 of at most 0',
    );
  });
  test('nothing is foretold of it, however long the usage since', () => {
    const usage = Array.from({ length: 40 }, (_, index) =>
      charge(`u${index}`, day(Date.UTC(2027, 10, 1 + index)), '0.5'),
    );
    const plan = { growth: { monthly: 0n }, seed: 1 };
    const verdicts = (since: number | null) =>
      project(drawDown([contract], usage, at('2027-12-11'), since), plan).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts(SINCE), ['ended', 'not known']);
    assert.deepEqual(verdicts(Date.UTC(2026, 0, 1)), ['ended', 'projected']);
    assert.deepEqual(verdicts(null), ['ended', 'not known']);
  });
  test('where a rest moves on, what is not known of one milestone is not known of the next', () => {
    const rows = positions(drawDown([small(spend(ROLLED))], [], at('2027-11-10'), Date.UTC(2027, 6, 1)));
    assert.deepEqual(
      rows.map(({ tranche, unknown }) => `${tranche} ${unknown === null ? 'known' : day(unknown.from)}`),
      ['h1 2027-01-01', 'h2 2027-01-01'],
    );
  });
});

describe('with a statement', () => {
  const contract = small(spend(INVOICED + STATED));

  test('it is added in, and told apart; charges that it counts draw nothing beside it', () => {
    const charges = [charge('in it', '2027-08-31', '50'), charge('after it', '2027-11-05', '7')];
    assert.deepEqual(standing(contract, charges, '2027-11-10', Date.UTC(2027, 7, 1)), [
      'h1: drawn 90, stated 90, left 0, lapsed 10, owed 10 of at most 0',
      'h2: drawn 27.5, stated 20.5, left 72.5, lapsed 0, owed 0 of at most 72.5',
    ]);
  });
  test('days between it and the first that was metered stay unknown', () => {
    assert.match(
      standing(contract, [], '2027-11-10')[1] ?? '',
      /stated 20\.5.*nothing known from 2027-09-01 to 2027-10-31$/,
    );
  });
  test('seen from a day before it, it says nothing', () => {
    assert.match(standing(contract, [], '2027-08-30')[1] ?? '', /drawn 0, stated 0.*nothing known from 2027-07-01/);
    assert.match(standing(contract, [], '2027-08-31')[1] ?? '', /drawn 20\.5, stated 20\.5/);
  });
  test('usage that it counts is still a past to foretell from', () => {
    const usage = Array.from({ length: 61 }, (_, index) =>
      charge(`u${index}`, day(Date.UTC(2027, 6, 1 + index)), '0.25'),
    );
    const state = drawDown([contract], usage, at('2027-09-01'), Date.UTC(2027, 6, 1));
    const [, h2] = project(state, { growth: { monthly: 0n }, seed: 1 });
    assert.equal(h2?.verdict, 'projected');
    // 20.50 stated, and 122 days of 0.25.
    assert.equal(moneyToDecimal(h2?.projected?.drawn.p50 ?? 0n), '50.75');
  });
  test('of one milestone that had begun one amount is enough; of a credit it always is', () => {
    const one = small(
      spend(`${INVOICED}    drawn_before: { until: 2027-03-31, source: an invoice, amount: "60" }\n`) +
        '  - { id: c, kind: credit, holder: us, issuer: them, amount: "9", from: 2027-01-01, until: 2027-12-31, prepaid: true, eligibility: [{ when: {}, fraction: "1" }], drawn_before: { until: 2027-03-31, source: an invoice, amount: "9" } }\n',
    );
    assert.deepEqual(standing(one, [], '2027-04-01', Date.UTC(2027, 3, 1)), [
      'h1: drawn 60, stated 60, left 40, lapsed 0, owed 0 of at most 40',
      'h2: drawn 0, stated 0, left 100, lapsed 0, owed 0 of at most 100',
      'credit: drawn 9, stated 9, left 0, lapsed 0, owed 0 of at most 0',
    ]);
  });
});

describe('refused, with line, reason and mend', () => {
  const BAD: readonly (readonly [string, string, RegExp])[] = [
    ['a day before it begins', '{ until: 2026-12-31, source: s, amount: "1" }', /begins on 2027-01-01: nothing can/],
    [
      'one amount for several milestones',
      '{ until: 2027-08-31, source: s, amount: "1" }',
      /h1, h2 had begun by 2027-08-31.*write `milestones: \{ h1: "…", h2: "…" \}`/,
    ],
    ['both forms', '{ until: 2027-03-31, source: s, amount: "1", milestones: { h1: "1" } }', /one of the two/],
    ['neither', '{ until: 2027-03-31, source: s }', /one of the two/],
    ['a milestone left out', '{ until: 2027-08-31, source: s, milestones: { h1: "1" } }', /h2 had begun.*not stated/],
    [
      'one that had not begun',
      '{ until: 2027-03-31, source: s, milestones: { h1: "1", h2: "1" } }',
      /h2 had not begun/,
    ],
    ['an unknown one', '{ until: 2027-03-31, source: s, milestones: { h1: "1", h9: "1" } }', /"h9" is no milestone/],
    [
      'more than it holds',
      '{ until: 2027-03-31, source: s, amount: "100.01" }',
      /100\.01 USD were drawn of h1, which holds 100/,
    ],
    ['less than nothing', '{ until: 2027-03-31, source: s, amount: "-1" }', /less than nothing/],
    ['no source', '{ until: 2027-03-31, amount: "1" }', /source/],
  ];
  for (const [what, stated, says] of BAD)
    test(what, () => {
      const found = faults(contractText(spend(`${INVOICED}    drawn_before: ${stated}\n`)));
      assert.ok(found.length > 0 && found.every((line) => /^2\d: /.test(line)), found.join('\n'));
      assert.match(found.join('\n'), says);
    });
  test('with carry-over a later milestone may be stated; with a rest that moves on, more than its own amount', () => {
    const carried = `${INVOICED}    carry_over: roll-forward\n    drawn_before: { until: 2027-03-31, source: s, milestones: { h1: "100", h2: "5" } }\n`;
    const moved = `${ROLLED}    drawn_before: { until: 2027-08-31, source: s, milestones: { h1: "40", h2: "130" } }\n`;
    assert.deepEqual([faults(contractText(spend(carried))), faults(contractText(spend(moved)))], [[], []]);
    assert.match(
      faults(contractText(spend(moved.replace('130', '161')))).join(),
      /161\.00 USD were drawn of h2, which holds 160/,
    );
  });
});
