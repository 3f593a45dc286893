// What is foretold: exact where the past leaves no doubt, an interval where it does, and nothing where there is too little of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MONEY_SCALE, moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { drawDown, project, type Charge, type Contract, type TrancheProjection } from '@weighbridge/ledger';
import { charge } from './charges.ts';
import { small } from './sample-contracts.ts';

const DAY_MS = 86_400_000;
const spend = (amount: string, more = ''): Contract =>
  small(`  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: h1, from: 2027-01-01, until: 2027-06-30, amount: "${amount}" }
      - { id: h2, from: 2027-07-01, until: 2027-12-31, amount: "1000" }
    eligibility: [{ when: {}, fraction: "1" }]
    shortfall: { rule: invoice-difference }
${more}`);

/** From 1 January on, one charge a day; `of` gives its amount. */
const daily = (days: number, of: (day: number) => string): Charge[] =>
  Array.from({ length: days }, (_, index) => {
    const day = new Date(Date.UTC(2027, 0, 1) + index * DAY_MS).toISOString().slice(0, 10);
    return charge(`d${index}`, day, of(index));
  });

const foretold = (contract: Contract, given: readonly Charge[], days: number, monthly = '0', seed = 1, paths = 100) =>
  project(drawDown([contract], given, Date.UTC(2027, 0, 1) + days * DAY_MS), {
    growth: { monthly: moneyFromDecimal(monthly) },
    seed,
    paths,
  });

const money = (held: { p10: bigint; p50: bigint; p90: bigint } | null | undefined): readonly string[] =>
  held === null || held === undefined ? [] : [held.p10, held.p50, held.p90].map(moneyToDecimal);
const first = (held: readonly TrancheProjection[]): NonNullable<TrancheProjection['projected']> => {
  assert.equal(held[0]?.verdict, 'projected');
  assert.ok(held[0].projected !== undefined);
  return held[0].projected;
};

describe('a projection', () => {
  test('of the same amount every day is that amount times the days', () => {
    // 181 days from January to June.
    const found = first(
      foretold(
        spend('2000'),
        daily(60, () => '10'),
        60,
      ),
    );
    assert.deepEqual(money(found.drawn), ['1810', '1810', '1810']);
    assert.deepEqual(money(found.missing), ['190', '190', '190']);
    assert.deepEqual(money(found.shortfall), ['190', '190', '190']);
    assert.deepEqual([found.complete_on.p50, found.paths_complete], [null, 0]);
  });
  test('says on which day nothing is left', () => {
    const found = first(
      foretold(
        spend('1000'),
        daily(60, () => '10'),
        60,
      ),
    );
    // The hundredth day.
    assert.equal(found.complete_on.p10, Date.UTC(2027, 0, 1) + 99 * DAY_MS);
    assert.equal(found.complete_on.p90, found.complete_on.p10);
    assert.equal(found.paths_complete, found.paths);
  });
  test('grows as planned from one calendar month to the next', () => {
    // On 1 March 590 are drawn; then 31 days of 10, 30 of 20, 31 of 40, 30 of 80.
    const found = first(
      foretold(
        spend('9000'),
        daily(59, () => '10'),
        59,
        '1',
      ),
    );
    assert.deepEqual(money(found.drawn), Array(3).fill(String(590 + 310 + 600 + 1240 + 2400)));
  });
  test('takes planned steps on their day', () => {
    const state = drawDown(
      [spend('9000')],
      daily(59, () => '10'),
      Date.UTC(2027, 2, 1),
    );
    const steps = [{ from: Date.UTC(2027, 5, 1), factor: 3n * MONEY_SCALE }];
    const found = first(project(state, { growth: { monthly: 0n, steps }, seed: 1, paths: 100 }));
    assert.deepEqual(money(found.drawn), Array(3).fill(String(1510 + 900)));
  });
  test('keeps weekdays: what rests at weekends rests at weekends', () => {
    // 1 January 2027 is a Friday; 129 weekdays until the end of June.
    const found = first(
      foretold(
        spend('9000'),
        daily(42, (day) => (day % 7 === 1 || day % 7 === 2 ? '0' : '10')),
        42,
      ),
    );
    assert.deepEqual(money(found.drawn), ['1290', '1290', '1290']);
  });
  test('rests on what was asked for, not on what a dry commitment could give', () => {
    const held = foretold(
      spend('100', '    carry_over: none\n'),
      daily(60, () => '10'),
      60,
    );
    assert.deepEqual(money(held[1]?.projected?.drawn), ['1000', '1000', '1000']);
  });
  test('moves a rest on where the contract does', () => {
    const contract = spend('2000').instruments[0];
    assert.ok(contract?.kind === 'spend');
    const rolling = { ...spend('2000'), instruments: [{ ...contract, shortfall: { rule: 'rollover' as const } }] };
    const held = foretold(
      rolling,
      daily(60, () => '10'),
      60,
    );
    assert.deepEqual(money(held[0]?.projected?.shortfall), ['0', '0', '0']);
    // 190 move on: 1190 in 184 days of 10 all drawn.
    assert.deepEqual(money(held[1]?.projected?.drawn), ['1190', '1190', '1190']);
  });
});

describe('evidence', () => {
  test('of less than four weeks, or of usage on less than ten days, is insufficient, and no number is given', () => {
    for (const [given, days] of [
      [daily(27, () => '10'), 27],
      [daily(60, (day) => (day % 7 === 0 ? '10' : '0')), 60],
      [[], 60],
    ] as const)
      for (const one of foretold(spend('2000'), given, days))
        assert.deepEqual([one.verdict, one.projected], ['insufficient evidence', undefined]);
  });
  test('is not asked of a milestone that has ended', () => {
    const held = foretold(
      spend('2000'),
      daily(190, () => '10'),
      190,
    );
    assert.deepEqual(
      held.map(({ verdict }) => verdict),
      ['ended', 'projected'],
    );
  });
});

describe('for whatever past', () => {
  const past = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 40, maxLength: 90 });
  const options = { seed: 20261129, numRuns: 25 };
  const runs = (amounts: readonly number[], monthly: string, seed: number): TrancheProjection[] => [
    ...foretold(
      spend('3000'),
      daily(amounts.length, (day) => String(amounts[day] ?? 0)),
      amounts.length,
      monthly,
      seed,
    ),
  ];
  test('the interval is in order, nothing is drawn beyond what there is, and the same seed gives the same', () => {
    fc.assert(
      fc.property(past, fc.nat(), (amounts, seed) => {
        const found = runs(amounts, '0.05', seed);
        assert.deepEqual(runs(amounts, '0.05', seed), found);
        for (const { projected } of found) {
          if (projected === undefined) continue;
          const { drawn, missing } = projected;
          assert.ok(drawn.p10 <= drawn.p50 && drawn.p50 <= drawn.p90);
          assert.ok(missing.p10 <= missing.p50 && missing.p50 <= missing.p90 && missing.p10 >= 0n);
          assert.ok(drawn.p90 <= moneyFromDecimal('3000'));
        }
      }),
      options,
    );
  });
  test('more growth never draws less', () => {
    fc.assert(
      fc.property(past, fc.nat(), (amounts, seed) => {
        const [less, more] = [runs(amounts, '0.01', seed), runs(amounts, '0.2', seed)];
        for (const [index, { projected }] of less.entries())
          assert.ok((projected?.drawn.p50 ?? 0n) <= (more[index]?.projected?.drawn.p50 ?? 0n));
      }),
      options,
    );
  });
});
