// What leaving costs when it changes over time: each amount below was reckoned by hand. Steps by days and by months of the term, fixed
// amounts and parts of what is left, with a least and a most; what of a milestone under way will be drawn is a range with exact ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import {
  diffContracts,
  exitDates,
  exitsView,
  leavingNow,
  leftName,
  lintContract,
  readContract,
  type Contract,
  type Left,
} from '@weighbridge/ledger';
import { contractPath } from '@weighbridge/protocol';
import { contractText, faults, small } from './sample-contracts.ts';

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const day = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

const SPEND = `  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: h1, from: 2027-01-01, until: 2027-06-30, amount: "100000" }
      - { id: h2, from: 2027-07-01, until: 2027-12-31, amount: "200000" }
    eligibility: [{ when: { seller: [them] }, fraction: "1" }]
`;
const RESERVED = `  - id: reserved
    kind: capacity
    provider: them
    for: us
    unit: PTU
    ramp: [{ month: 2027-02, quantity: "100" }]
    until: 2027-12-31
    price: { amount: "0.70", per: PTU and hour }
`;
const SHORTFALL = '    shortfall: { rule: invoice-difference, automatic: false }\n';
const leave = (fees: string, window = '{ from: 2027-01-01, until: 2027-12-31 }'): string =>
  `  - id: leave
    kind: exit
    holder: us
    from: them
    window: ${window}
    notice_days: 30
    fees:
${fees
  .trim()
  .split('\n')
  .map((line) => `      - ${line.trim()}\n`)
  .join('')}`;

/** What leaving on the day costs, so that notice was given thirty days before: one amount, or both ends. */
function costs(contract: Contract, on: string, left?: Left): string {
  const now = leavingNow(contract, 'leave', at(on) - 30 * 86_400_000, left);
  assert.equal(day(now?.takes_effect ?? 0), on);
  const { fee } = now ?? {};
  if (fee === undefined || fee === null) return 'not stated';
  const [least, most] = [moneyToDecimal(fee.least), moneyToDecimal(fee.most)];
  return least === most ? most : `${least} to ${most}`;
}

describe('by months of the term, falling to a least', () => {
  const contract = small(
    SPEND +
      SHORTFALL +
      leave(`{ months: { first: 1, last: 6 }, amount: "50000.00" }
             { months: { first: 7 }, of_remaining: "0.25", of: [spend], counted: by-days, at_least: "10000.00" }`),
  );
  test('the sixth month ends on its last day, and the seventh begins with the next', () => {
    assert.equal(costs(contract, '2027-06-30'), '50000');
    // At the end of 1 July 183 of 184 days are left: 200,000 × 183 ÷ 184 = 198,913.043478260869 (cut), a quarter of it, cut.
    assert.equal(costs(contract, '2027-07-01'), '49728.260869565217');
    // 92 of 184 days: half of it, and a quarter of that.
    assert.equal(costs(contract, '2027-09-30'), '25000');
  });
  test('what would be less than the least is the least, also where nothing is left', () => {
    // 30 of 184 days: 32,608.69…, a quarter of it is 8,152.17….
    assert.equal(costs(contract, '2027-12-01'), '10000');
    assert.equal(costs(contract, '2027-12-31'), '10000');
  });
  test('each step says in words how it is reckoned, and what it comes to on its first and last day', () => {
    const [exit] = exitsView(contract, at('2027-01-01'));
    assert.deepEqual(exit?.schedule, [
      {
        from: '2027-01-01',
        until: '2027-06-30',
        says: '50,000.00 USD',
        first: { least: '50000', most: '50000' },
        last: { least: '50000', most: '50000' },
      },
      {
        from: '2027-07-01',
        until: '2027-12-31',
        says: '25 % of what is left of spend, by its days; at least 10,000.00 USD',
        first: { least: '49728.260869565217', most: '49728.260869565217' },
        last: { least: '10000', most: '10000' },
      },
    ]);
    assert.deepEqual(exit?.fee_at_last, { least: '10000', most: '10000' });
    assert.deepEqual(exit?.now, { takes_effect: '2027-01-31', fee: { least: '50000', most: '50000' } });
    assert.equal(exit?.last_safe, '2027-12-01');
  });
  test('a day of notice that is too late has no cost, and one before the window takes effect when it opens', () => {
    assert.equal(leavingNow(contract, 'leave', at('2027-12-02')), null);
    assert.equal(day(leavingNow(contract, 'leave', at('2027-12-01'))?.takes_effect ?? 0), '2027-12-31');
    assert.equal(day(leavingNow(contract, 'leave', at('2026-01-01'))?.takes_effect ?? 0), '2027-01-01');
    assert.equal(leavingNow(contract, 'nothing', at('2027-01-01')), null);
  });
});

describe('a part of what is not drawn', () => {
  const undrawn = (more: string, row = 'of_remaining: "0.5", of: [spend], counted: undrawn'): Contract =>
    small(SPEND + more + leave(`{ from: 2027-01-01, until: 2027-12-31, ${row} }`));

  test('is a range: half of the second milestone at least, half of both at most', () => {
    assert.equal(costs(undrawn(SHORTFALL), '2027-03-31'), '100000 to 150000');
    // Once the first has ended its rest is a shortfall, and no part of this.
    assert.equal(costs(undrawn(SHORTFALL), '2027-06-30'), '100000');
    assert.equal(costs(undrawn(SHORTFALL), '2027-09-30'), '0 to 100000');
    assert.equal(costs(undrawn(SHORTFALL), '2027-12-31'), '0');
  });
  test('what was drawn by now makes the most of it less', () => {
    const left = new Map([[leftName('spend', 'h1'), moneyFromDecimal('40000')]]);
    assert.equal(costs(undrawn(SHORTFALL), '2027-03-31', left), '100000 to 120000');
  });
  test('a rest that moves on counts for as long as there is a milestone to move to', () => {
    const rolls = undrawn('    shortfall: { rule: rollover, automatic: false }\n');
    assert.equal(costs(rolls, '2027-09-30'), '0 to 150000');
    assert.equal(costs(rolls, '2027-12-31'), '0');
  });
  test('where more than a milestone may be drawn ahead, nothing of the next one is sure', () => {
    assert.equal(costs(undrawn(`${SHORTFALL}    carry_over: roll-forward\n`), '2027-03-31'), '0 to 150000');
  });
  test('a fixed amount comes on top, within the least and the most', () => {
    const row = 'amount: "5000.00", of_remaining: "0.5", of: [spend], at_least: "110000.00", at_most: "130000.00"';
    assert.equal(costs(undrawn(SHORTFALL, row), '2027-03-31'), '110000 to 130000');
    assert.equal(costs(undrawn(SHORTFALL, row), '2027-12-31'), '110000');
  });
  test('without naming what it is a part of, it is of all that the holder must spend with the party that is left', () => {
    assert.equal(costs(undrawn(SHORTFALL, 'of_remaining: "0.5"'), '2027-06-30'), '100000');
  });
});

describe('a part of reserved capacity', () => {
  test('is of its price for the time after, to the hour', () => {
    const contract = small(
      SPEND +
        SHORTFALL +
        RESERVED +
        leave('{ from: 2027-02-01, until: 2027-12-31, of_remaining: "0.2", of: [reserved] }'),
    );
    // December: 100 PTU × 0.70 × 744 hours = 52,080; a fifth of it.
    assert.equal(costs(contract, '2027-11-30'), '10416');
    // Of the last day nothing is left.
    assert.equal(costs(contract, '2027-12-31'), '0');
    // A day that no step names costs nothing.
    assert.equal(costs(contract, '2027-01-31'), '0');
  });
});

test('months of a term that begins on the 31st end with the month, and February has its own length', () => {
  const text = contractText(
    leave(
      `{ months: { first: 1, last: 1 }, amount: "3" }
       { months: { first: 2, last: 2 }, amount: "2" }`,
      '{ from: 2028-01-31, until: 2028-12-31 }',
    ),
  ).replace('term: { from: 2027-01-01, until: 2027-12-31 }', 'term: { from: 2028-01-31, until: 2028-12-31 }');
  const [exit] = exitDates(readContract('leap.yaml', text));
  assert.deepEqual(
    exit?.schedule.map(({ from, until }) => [day(from), day(until)]),
    [
      ['2028-01-31', '2028-02-29'],
      ['2028-02-29', '2028-03-31'],
    ],
  );
});

describe('a step that does not hold together is told with its line, the reason and the mend', () => {
  const WRONG: readonly (readonly [row: string, said: RegExp])[] = [
    ['{ amount: "5" }', /^27: the step does not say when it holds; write `from` and `until`, both days, or `months/],
    ['{ from: 2027-01-01, amount: "5" }', /^27: the step does not say until when it holds;/],
    ['{ from: 2027-01-01, until: 2027-02-01, months: { first: 1 }, amount: "5" }', /has days and months/],
    [
      '{ from: 2027-01-01, until: 2027-02-01 }',
      /does not say what it costs; write an `amount`, `of_remaining`, or both/,
    ],
    ['{ months: { first: 3, last: 2 }, amount: "5" }', /its last month, 2, comes before its first, 3/],
    ['{ months: { first: 1 }, of_remaining: "1.5", of: [spend] }', /1\.5 is no part of a whole/],
    ['{ months: { first: 1 }, amount: "-5" }', /a fee is -5;/],
    ['{ months: { first: 1 }, amount: "5", at_least: "3" }', /`at_least` belongs to a part of what is left/],
    ['{ months: { first: 1 }, of_remaining: "0.5", at_least: "3", at_most: "2" }', /the most is less than the least/],
    [
      '{ months: { first: 1 }, of_remaining: "0.5", of: [spent] }',
      /"spent" is no spend commitment.*; did you mean spend\?/,
    ],
    ['{ months: { first: 1 }, of_remaining: "0.5", of: [leave] }', /"leave" is no spend commitment/],
    ['{ from: 2027-05-01, until: 2027-02-01, amount: "5" }', /it ends on 2027-02-01, before it begins on 2027-05-01/],
    [
      '{ months: { first: 1, last: 3 }, amount: "5" }\n{ from: 2027-03-31, until: 2027-06-30, amount: "4" }',
      /^28: this fee \(2027-03-31 to 2027-06-30\) begins before the one above it has ended \(2027-01-01 to 2027-03-31\); let it begin on 2027-04-01/,
    ],
  ];
  for (const [row, said] of WRONG)
    test(row.replaceAll('\n', ' '), () => {
      const found = faults(contractText(SPEND + SHORTFALL + leave(row)));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', said);
    });
  test('a part of nothing', () => {
    const alone = faults(contractText(leave('{ months: { first: 1 }, of_remaining: "0.5" }')));
    assert.match(alone.join('\n'), /us has no spend commitment with them.*; name what it is a part of/);
    const open = RESERVED.replace(/ {4}price: .*\n/, '');
    const unpriced = faults(
      contractText(open + leave('{ months: { first: 1 }, of_remaining: "0.5", of: [reserved] }')),
    );
    assert.match(unpriced.join('\n'), /reserved has no price that could be reckoned.*; state its price/);
  });
});

test('what has changed in a schedule is told in words, step by step', () => {
  const version = (part: string, least: string): Contract =>
    small(
      SPEND +
        SHORTFALL +
        leave(`{ months: { first: 1, last: 6 }, of_remaining: "${part}", of: [spend], counted: by-days, at_least: "${least}" }
               { months: { first: 7 }, amount: "10.00" }`),
    );
  const { changes } = diffContracts(version('0.5', '100'), version('0.25', '150'));
  assert.deepEqual(
    changes.map(({ path, before, after, difference }) => [contractPath(path), before, after, difference]),
    [
      ['leave, fee from month 1: part of what is left', '0.5', '0.25', '-0.25'],
      ['leave, fee from month 1: at least', '100.00 USD', '150.00 USD', '+50.00 USD'],
    ],
  );
  const added = diffContracts(
    small(SPEND + SHORTFALL + leave('{ months: { first: 7 }, amount: "10.00" }')),
    version('0.5', '1'),
  );
  assert.match(added.changes[0]?.after ?? '', /part of what is left 0\.5.*of a milestone under way counts by-days/);
});

describe('the linter', () => {
  const found = (fees: string): readonly string[] =>
    lintContract(small(SPEND + SHORTFALL + leave(fees)))
      .map(({ rule }) => rule)
      .filter((rule) => rule.startsWith('exit-fee'));
  test('asks what the remaining commitment is, where the schedule does not say', () => {
    assert.deepEqual(found('{ months: { first: 1 }, of_remaining: "0.5" }'), ['exit-fee-base']);
    assert.deepEqual(found('{ months: { first: 1 }, of_remaining: "0.5", of: [spend], counted: by-days }'), []);
  });
  test('says where leaving costs as much as staying, where the fee rises, and which days have none', () => {
    assert.deepEqual(found('{ months: { first: 1 }, of_remaining: "1", of: [spend], counted: undrawn }'), [
      'exit-fee-as-dear',
    ]);
    assert.deepEqual(found('{ months: { first: 1, last: 6 }, amount: "5" }\n{ months: { first: 7 }, amount: "6" }'), [
      'exit-fee-rises',
    ]);
    assert.deepEqual(found('{ months: { first: 1, last: 6 }, amount: "5" }'), ['exit-fee-gap']);
    // Months after the last day on which one may leave: the schedule leaves all of the window out, and it would read as free.
    assert.deepEqual(found('{ months: { first: 500, last: 600 }, amount: "500000" }'), ['exit-fee-gap']);
  });
});

test('whatever the schedule: the least is no more than the most, both lie within its bounds, and by its days it never grows', () => {
  const amount = fc.integer({ min: 0, max: 10 ** 6 }).map(String);
  fc.assert(
    fc.property(
      fc.record({ part: fc.integer({ min: 0, max: 1_000 }), fixed: amount, low: amount, more: amount }),
      fc.constantFrom('undrawn', 'by-days'),
      fc.array(fc.integer({ min: 30, max: 364 }), { minLength: 2, maxLength: 6 }),
      ({ part, fixed, low, more }, counted, days) => {
        const high = String(Number(low) + Number(more));
        const contract = small(
          SPEND +
            SHORTFALL +
            RESERVED +
            leave(
              `{ months: { first: 1 }, amount: "${fixed}", of_remaining: "${(part / 1_000).toFixed(3)}", of: [spend, reserved], counted: ${counted}, at_least: "${low}", at_most: "${high}" }`,
            ),
        );
        let before: bigint | null = null;
        for (const on of days.toSorted((a, b) => a - b)) {
          const fee = leavingNow(contract, 'leave', at('2027-01-01') + (on - 30) * 86_400_000)?.fee;
          assert.ok(fee !== undefined && fee !== null);
          assert.ok(fee.least <= fee.most);
          assert.ok(moneyFromDecimal(low) <= fee.least && fee.most <= moneyFromDecimal(high));
          if (counted === 'by-days') {
            assert.equal(fee.least, fee.most);
            assert.ok(before === null || fee.most <= before);
            before = fee.most;
          }
        }
      },
    ),
    { numRuns: 60, seed: 4 },
  );
});
