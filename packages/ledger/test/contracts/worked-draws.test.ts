// Draw-downs computed by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moneyToDecimal, type AppError } from '@weighbridge/kernel';
import { drawDown, positions } from '@weighbridge/ledger';
import { at, charge, correction, told } from './charges.ts';
import { small } from './sample-contracts.ts';

const spendWith = (more: string, rows = '{ when: {}, fraction: "1" }'): string => `  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: h1, from: 2027-01-01, until: 2027-06-30, amount: "100" }
      - { id: h2, from: 2027-07-01, until: 2027-12-31, amount: "60" }
    eligibility: [${rows}]
${more}`;
const creditWith = (id: string, amount: string, until: string, more = ''): string =>
  `  - { id: ${id}, kind: credit, holder: us, issuer: them, amount: "${amount}", from: 2027-01-01, until: ${until}, prepaid: true, eligibility: [{ when: {}, fraction: "1" }]${more} }\n`;

describe('one commitment', () => {
  test('what is missing at the end of a milestone is invoiced, where the contract says so', () => {
    const held = small(spendWith('    shortfall: { rule: invoice-difference }\n'));
    const given = [charge('a', '2027-03-01', '70.5'), charge('b', '2027-07-02', '80')];
    assert.deepEqual(told(held, given, '2027-06-30'), [
      'spend h1: drawn 70.5, remaining 29.5',
      'spend h2: remaining 60',
    ]);
    assert.deepEqual(told(held, given, '2027-08-01'), [
      'spend h1: drawn 70.5, expired 29.5, shortfall 29.5',
      'spend h2: drawn 60',
    ]);
  });
  test('where the contract says nothing of it, so does the product', () => {
    assert.deepEqual(told(small(spendWith('')), [charge('a', '2027-03-01', '70')], '2027-08-01'), [
      'spend h1: drawn 70, expired 30, shortfall unstated',
      'spend h2: remaining 60',
    ]);
  });
  test('what may still move on can still be owed behind the last, and nowhere before', () => {
    const held = small(spendWith('    shortfall: { rule: rollover }\n'));
    const mostAt = (day: string): string[] =>
      positions(drawDown([held], [charge('a', '2027-03-01', '30')], at(day))).map(
        ({ tranche, shortfall_at_most: most }) => `${tranche}: ${moneyToDecimal(most)}`,
      );
    assert.deepEqual(mostAt('2027-02-01'), ['h1: 0', 'h2: 160']);
    assert.deepEqual(mostAt('2027-04-01'), ['h1: 0', 'h2: 130']);
    assert.deepEqual(mostAt('2027-08-01'), ['h1: 0', 'h2: 130']);
    const billed = small(spendWith('    shortfall: { rule: invoice-difference }\n'));
    const each = positions(drawDown([billed], [], at('2027-02-01'))).map(({ shortfall_at_most: most }) => most);
    assert.deepEqual(each.map(moneyToDecimal), ['100', '60']);
  });
  test('a rest that moves on is drawn in the next milestone, and owed behind the last', () => {
    const held = small(spendWith('    shortfall: { rule: rollover }\n'));
    const given = [charge('a', '2027-03-01', '70'), charge('b', '2027-07-02', '80')];
    assert.deepEqual(told(held, given, '2027-08-01'), [
      'spend h1: drawn 70, rolled_out 30',
      'spend h2: rolled_in 30, drawn 80, remaining 10',
    ]);
    assert.deepEqual(told(held, given, '2028-01-02'), [
      'spend h1: drawn 70, rolled_out 30',
      'spend h2: rolled_in 30, drawn 80, expired 10, shortfall 10',
    ]);
  });
  test('what is spent beyond a milestone counts for the next one only where it is carried over', () => {
    const given = [charge('a', '2027-03-01', '130')];
    assert.deepEqual(told(small(spendWith('    carry_over: roll-forward\n')), given, '2027-04-01'), [
      'spend h1: drawn 100',
      'spend h2: drawn 30, remaining 30',
    ]);
    assert.deepEqual(told(small(spendWith('    carry_over: none\n')), given, '2027-04-01'), [
      'spend h1: drawn 100',
      'spend h2: remaining 60',
    ]);
  });
  test('the first row that fits decides; what fits none draws nothing', () => {
    const held = small(
      spendWith('', '{ when: { marketplace: ["yes"] }, fraction: "0.5" }, { when: { seller: [con*] }, fraction: "1" }'),
    );
    const given = [
      charge('a', '2027-01-01', '10', { seller: 'contoso', marketplace: 'yes' }),
      charge('b', '2027-01-02', '1', { seller: 'contoso', marketplace: 'no' }),
      charge('c', '2027-01-03', '20', { seller: 'other', marketplace: 'no' }),
      charge('d', '2027-01-04', '40', {}),
    ];
    assert.deepEqual(told(held, given, '2027-02-01')[0], 'spend h1: drawn 6, remaining 94');
  });
  test('whatever a row names must be known of the charge, be it anything', () => {
    const held = small(spendWith('', '{ when: { region: ["*"] }, fraction: "1" }'));
    const given = [charge('a', '2027-01-01', '10'), charge('b', '2027-01-01', '3', { region: 'eu' })];
    assert.equal(told(held, given, '2027-02-01')[0], 'spend h1: drawn 3, remaining 97');
  });
  test('a part of less than a unit does not count', () => {
    const held = small(spendWith('', '{ when: {}, fraction: "0.333333333333" }'));
    assert.equal(
      told(held, [charge('a', '2027-01-01', '0.000000000004')], '2027-02-01')[0],
      'spend h1: drawn 0.000000000001, remaining 99.999999999999',
    );
  });
  test('the day after the last day of a milestone is outside it', () => {
    const held = small(spendWith('    shortfall: { rule: none }\n'));
    const last = { ...charge('a', '2027-06-30', '1'), at: Date.UTC(2027, 6, 1) - 1 };
    const first = { ...charge('b', '2027-07-01', '2'), at: Date.UTC(2027, 6, 1) };
    assert.deepEqual(told(held, [last, first], '2027-07-01'), [
      'spend h1: drawn 1, expired 99',
      'spend h2: drawn 2, remaining 58',
    ]);
  });
});

describe('several instruments', () => {
  test('one charge draws several: by priority, then by expiry, then by creation', () => {
    const held = small(
      creditWith('late', '5', '2027-12-31') +
        creditWith('soon', '5', '2027-03-31') +
        creditWith('newer', '5', '2027-02-28', ', created: 2026-12-02') +
        creditWith('older', '5', '2027-02-28', ', created: 2026-12-01') +
        creditWith('first', '1', '2027-12-31', ', priority: 1') +
        spendWith(''),
    );
    assert.deepEqual(told(held, [charge('a', '2027-01-10', '18')], '2027-01-11'), [
      'late credit: remaining 5',
      'soon credit: drawn 5',
      'newer credit: drawn 5',
      'older credit: drawn 5',
      'first credit: drawn 1',
      'spend h1: drawn 2, remaining 98',
      'spend h2: remaining 60',
    ]);
  });
  test('a credit that was paid for and lapses is money lost, and owed by nobody', () => {
    const held = small(creditWith('welcome', '5', '2027-03-31'));
    assert.deepEqual(told(held, [charge('a', '2027-01-10', '2'), charge('b', '2027-04-01', '2')], '2027-04-02'), [
      'welcome credit: drawn 2, expired 3, lost 3',
    ]);
  });
});

describe('late, doubled and corrected charges', () => {
  const held = small(
    creditWith('welcome', '10', '2027-12-31', ', priority: 1') +
      spendWith('    shortfall: { rule: invoice-difference }\n'),
  );
  const a = charge('a', '2027-01-10', '8');
  const b = charge('b', '2027-01-11', '8');
  test('a charge that arrives late counts as if it had been in time', () => {
    const expected = ['welcome credit: drawn 10', 'spend h1: drawn 6, remaining 94', 'spend h2: remaining 60'];
    for (const given of [
      [a, b],
      [b, a],
      [b, a, b, a],
    ])
      assert.deepEqual(told(held, given, '2027-02-01'), expected);
  });
  test('a correction takes back what its charge drew where it drew it: what came behind stays where it is', () => {
    // `b` drew 2 of the credit and 6 of the commitment; that the credit has room again does not move it.
    assert.deepEqual(told(held, [a, b, correction('c', '2027-01-20', 'a', '0')], '2027-02-01'), [
      'welcome credit: drawn 2, remaining 8',
      'spend h1: drawn 6, remaining 94',
      'spend h2: remaining 60',
    ]);
    assert.deepEqual(told(held, [a, b, correction('c', '2027-01-20', 'b', '3')], '2027-02-01'), [
      'welcome credit: drawn 10',
      'spend h1: drawn 1, remaining 99',
      'spend h2: remaining 60',
    ]);
  });
  test('what a charge has grown by goes through the instruments as they stand', () => {
    const given = [a, b, correction('c', '2027-01-20', 'a', '0'), correction('d', '2027-01-21', 'b', '13')];
    assert.deepEqual(told(held, given, '2027-02-01'), [
      'welcome credit: drawn 7, remaining 3',
      'spend h1: drawn 6, remaining 94',
      'spend h2: remaining 60',
    ]);
  });
  test('a correction after the end of a milestone gives back into that milestone, and its shortfall grows', () => {
    const given = [charge('x', '2027-06-01', '110'), correction('y', '2027-09-01', 'x', '70')];
    assert.deepEqual(told(held, given, '2027-08-01')[1], 'spend h1: drawn 100');
    assert.deepEqual(told(held, given, '2027-09-02'), [
      'welcome credit: drawn 10',
      'spend h1: drawn 60, expired 40, shortfall 40',
      'spend h2: remaining 60',
    ]);
  });
  test('every drawn amount names the entries that made it', () => {
    const fix = correction('c', '2027-01-20', 'b', '3');
    const again = correction('d', '2027-01-21', 'c', '4');
    const found = positions(drawDown([held], [again, b, fix, a], at('2027-02-01')));
    assert.deepEqual(
      found.map(({ drawn_by }) => drawn_by.map(({ charge: id, entries }) => [id, entries])),
      [
        [
          ['a', [a.entry]],
          ['b', [b.entry, fix.entry, again.entry]],
        ],
        [['b', [b.entry, fix.entry, again.entry]]],
        [],
      ],
    );
  });
  test('a correction of nothing waits; an id that says two things is told, and the first entry counts', () => {
    const other = { ...charge('a', '2027-01-10', '9') };
    const state = drawDown([held], [other, a, correction('z', '2027-01-20', 'nothing', '1')], at('2027-02-01'));
    assert.deepEqual([state.doubled, state.conflicting, state.waiting], [['a'], ['a'], ['z']]);
    assert.equal(state.standing.get('a')?.amount, a.amount);
  });
  test('two corrections of one another lead to no charge, and wait', () => {
    const circle = [correction('c1', '2027-01-20', 'c2', '1'), correction('c2', '2027-01-20', 'c1', '2')];
    assert.deepEqual(drawDown([held], circle, at('2027-02-01')).waiting, ['c1', 'c2']);
  });
  test('a negative charge is refused, with what to do instead', () => {
    assert.throws(
      () => drawDown([held], [charge('n', '2027-01-10', '-1')], at('2027-02-01')),
      (error: AppError) => error.code === 'BAD_REQUEST' && /correction/.test(error.next),
    );
  });
});
