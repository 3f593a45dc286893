// A plan to reserve: what ships runs and agrees with the sizing by hand and with the program of the mix; every fault is told with its line
// and what mends it; demand from hours of receipts and from a trace comes to what was asked; several workloads share one unit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import type { PlanCell, PlanReport } from '@weighbridge/protocol';
import fc from 'fast-check';
import { bestMix } from '../../src/reserved/mix.ts';
import { seriesOf, type DemandRows } from '../../src/reserved/demand-rows.ts';
import { readReservePlan, resolveReservePlan } from '../../src/reserved/plan.ts';
import { readReceiptHours } from '../../src/reserved/receipt-hours.ts';
import { cell, MADE_FOR } from '../../src/reserved/reserve-model.ts';
import { runReservePlan, type ReserveRun } from '../../src/reserved/run.ts';
import { readPlan } from '../../src/plan/kinds.ts';
import { centreOf } from '../../src/draws/study.ts';
import { catalogues, textOf } from '../plan/plans.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const TEXT = textOf('reserve-or-on-demand');
type Pairs = readonly (readonly [string | RegExp, string])[];
const changed = (...pairs: Pairs): string =>
  pairs.reduce((text, [from, to]) => {
    assert.notEqual(text.search(from), -1, String(from));
    return text.replace(from, () => to);
  }, TEXT);
const TYPED = /^ {6}typed:\n(?: {8}.*\n)+/m;
const OFFERS = /offers:\n(?: {2}.*\n)+/;
const NOTHING: ReadonlyMap<string, DemandRows> = new Map();

function ran(text: string, rows: ReadonlyMap<string, DemandRows> = NOTHING, draws = 20): ReserveRun {
  const plan = resolveReservePlan(readReservePlan('plan.yaml', text, catalogues), catalogues);
  return runReservePlan(plan, seriesOf(plan, rows), catalogues.solver, { seed: 1, draws });
}
const reported = (text: string, rows: ReadonlyMap<string, DemandRows> = NOTHING): PlanReport =>
  readPlan('plan.yaml', text, catalogues).run({ seed: 1, draws: 20, ranges: {}, choices: {} }, rows).report;
const centreNamed = (run: ReserveRun) => {
  const values = centreOf(run.model);
  return (name: string): number => values[run.model.outputs.findIndex((output) => output.name === name)]!;
};

/** Two workloads on PTU, of which one is worth more in a unit than the other; a year promised. */
const SHARED = `version: 1
plan: reserve
name: shared
title: Chat and documents on one unit
sources:
  ours: { says: "our own offer, for a test", date: "2026-11" }
unit: azure-ptu.gpt-5
deployment: global
workloads:
  chat:
    demand: { typed: { requests_per_hour: 20000, week: { peak_hour: 13, night: 0.3, weekend: 0.5 }, input: 1000, output: 300 } }
    on_demand: { input: { value: 1.25, unit: USD/Mtok, source: ours, confidence: high }, output: { value: 10, unit: USD/Mtok, source: ours, confidence: high } }
    growth: { low: -0.02, likely: 0.02, high: 0.05 }
  documents:
    demand: { typed: { requests_per_hour: 4000, input: 8000, output: 200, cached: 0.5 } }
    on_demand: { input: { value: 1.25, unit: USD/Mtok, source: ours, confidence: high }, cache_read: { value: 0.125, unit: USD/Mtok, source: ours, confidence: high }, output: { value: 10, unit: USD/Mtok, source: ours, confidence: high } }
    growth: [100, 104, 103, 110, 112]
offers:
  month: { months: 1, price: { value: 0.25, unit: USD/hour, source: ours, confidence: high } }
  year: { months: 12, price: { value: 0.2, unit: USD/hour, source: ours, confidence: high } }
promised: { spend: 4000000, by: 6 }
months: 6
`;

describe('the plan that ships', () => {
  const run = ran(TEXT);
  const at = centreNamed(run);

  test('is sized by hand', () => {
    const { p95, mean, levels } = run.sizes;
    assert.deepEqual(
      mean.lines.map(({ class: name, weight }) => [name, weight]),
      [
        ['input', 1],
        ['cache_read', 0.1],
        ['output', 8],
      ],
    );
    const [level] = levels;
    expectNear(mean.weighted_per_minute, level?.mean ?? 0, 1e-9);
    // 650 tokens a second of a unit, sold one by one.
    assert.equal(p95.units, Math.ceil((level?.minute_p95 ?? 0) / (650 * 60)));
    assert.ok(p95.units > mean.units && (level?.minute_p95 ?? 0) > (level?.p95 ?? 0));
  });

  test('buys for a year what the break-even by hand says is worth it, and no more', () => {
    // A unit carries 650 × 3,600 tokens that cost 1.25 a million on demand: price and weights are in proportion.
    expectNear(at('break_even.year.chat'), 2.7397 / (650 * 3600 * 1.25e-6), 1e-9);
    assert.deepEqual(
      run.decisions.likely.purchases.map(({ offer, starts }) => [offer, starts]),
      [['year', 0]],
    );
    assert.ok(at('cost') <= at('on_demand'));
    // Held all along on one offer the newsvendor decides, and here nothing else is bought.
    assert.equal(at('best'), run.decisions.likely.purchases[0]?.units);
  });
});

describe('figures of the draws', () => {
  for (const [name, text] of [
    ['the plan that ships', TEXT],
    [
      'the same with another level and cached share',
      changed(['likely: 60000', 'likely: 71000'], ['likely: 0.3,', 'likely: 0.21,']),
    ],
    ['two workloads, fitted growth, smallest sizes and a promise', SHARED],
  ] as const)
    test(`${name}: at likely values every decision costs what the program of the mix says, under every growth`, () => {
      const run = ran(text);
      const at = centreNamed(run);
      for (const came of ['low', 'likely', 'high'] as const)
        for (const made of MADE_FOR) {
          const bought = made === 'on demand' ? [] : run.decisions[made].purchases;
          const told = bestMix(run.problems[came], catalogues.solver, bought);
          expectNear(at(cell('cost', made, came)), told.cost, 1e-9 * told.cost);
          if (made !== came) continue;
          expectNear(told.cost, run.decisions[came].cost, 1e-9 * told.cost);
          // The general program, to which an offer that nobody would take is another unit, comes to the same.
          const other = { carries: { chat: 1e-6 }, price: 1e9, term: 1, minimum: 1, increment: 1, starts: [0] };
          const problem = { ...run.problems[came], offers: { ...run.problems[came].offers, other } };
          expectNear(bestMix(problem, catalogues.solver, bought).cost, told.cost, 1e-6 * told.cost);
        }
      if (run.problems.likely.milestones?.length === 1) expectNear(at('owed'), run.decisions.likely.owed, 1e-6);
    });

  test('several workloads: each has its break-even, what is worth more is carried first, and a promise is owed', () => {
    const run = ran(SHARED);
    const at = centreNamed(run);
    assert.notEqual(at('break_even.year.chat'), at('break_even.year.documents'));
    assert.equal(run.sizes.levels.length, 2);
    assert.ok(at('owed') > 0 && at('low.owed') >= at('owed'));
    for (const { units } of run.decisions.likely.purchases) assert.ok(units >= 15 && units % 5 === 0, String(units));
    const told = reported(SHARED);
    assert.ok(told.controls.some(({ id }) => id === 'documents.growth'));
    assert.ok(told.cautions.some((each) => /Busy hours of one workload/.test(each)));
    const regret = told.tables.find(({ id }) => id === 'regret')!;
    assert.equal(regret.rows.length, 12);
  });

  test('more growth, or a lower price, never buys less of a unit that is held for the whole plan', () => {
    const units = (growth: number, price: number): number =>
      ran(
        changed(
          ['{ low: -0.03, likely: 0.02, high: 0.06 }', `{ low: ${growth}, likely: ${growth}, high: ${growth} }`],
          [
            OFFERS,
            `offers:\n  year: { months: 12, price: { value: ${price}, unit: USD/hour, source: list, confidence: high } }\n`,
          ],
        ),
        NOTHING,
        1,
      )
        .decisions.likely.purchases.filter(({ starts }) => starts === 0)
        .reduce((sum, each) => sum + each.units, 0);
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 8 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 10, max: 28 }),
        (growth, more, price) => {
          const held = units(growth / 100, price / 10);
          assert.ok(units((growth + more) / 100, price / 10) >= held, `${growth} ${more} ${price}`);
          assert.ok(units(growth / 100, price / 10 - 0.2) >= held, `${growth} ${price}`);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('one term alone may be bought, or none is worth it', () => {
    const plan = readPlan('plan.yaml', TEXT, catalogues);
    const months = plan.run({ seed: 1, draws: 20, ranges: {}, choices: { terms: 'month' } }).report;
    assert.match(months.says, /^Buy no GSU now: .* no term costs less/);
    assert.deepEqual(months.figures.find(({ id }) => id === 'saving')?.band, { p10: 0, p50: 0, p90: 0 });
    assert.equal(months.figures.find(({ id }) => id === 'utilisation')?.band, null);
    expectRefused(
      () => plan.run({ seed: 1, draws: 1, ranges: {}, choices: {}, about: 'nothing' }),
      /no figure "nothing"/,
    );
  });

  test('growth of more than half a month is told as what it is, for 5 % is easily written 5', () => {
    const steep = (text: string): boolean =>
      reported(text).cautions.some((each) => each.startsWith('chat may grow by 300 %'));
    assert.ok(steep(changed(['low: -0.03, likely: 0.02, high: 0.06', 'low: 1, likely: 2, high: 3'])));
    assert.equal(steep(TEXT), false);
  });

  test('lengths are numbers, and a number that cannot be is refused', () => {
    const plan = readPlan('plan.yaml', TEXT, catalogues);
    const run = (likely: number) =>
      plan.run({ seed: 1, draws: 5, ranges: { 'chat.input': { low: likely, likely, high: likely } }, choices: {} });
    const control = run(2400).report.controls.find(({ id }) => id === 'chat.input')!;
    assert.deepEqual([control.range.likely, control.stated.likely, control.source], [2400, 1200, null]);
    expectRefused(() => run(0), /0 tokens cannot be "chat.input"/);
    expectRefused(() => run(200_000), /200000 tokens cannot be/);
  });
});

describe('demand that is named', () => {
  const hours = (requests: number): string =>
    `hour,requests,input,output\n${Array.from({ length: 48 }, (_, at) => `${new Date(Date.UTC(2026, 10, 2, at)).toISOString()},${requests},${requests * 1000},${requests * 100}`).join('\n')}\n`;

  test('hours of receipts and rows of a trace give the demand that they hold', () => {
    const rows: DemandRows = { receipts: readReceiptHours('hours.csv', hours(600)) };
    const text = changed([TYPED, '      receipts: { file: hours.csv }\n']);
    const { sizes } = ran(text, new Map([['chat', rows]]));
    // Ten requests a minute of 1,000 and 8 × 100 tokens.
    const [level] = sizes.levels;
    assert.deepEqual([level?.source, level?.mean, level?.minute_p95], ['receipts', 18_000, null]);
    assert.deepEqual([sizes.p95.units, level?.requests_per_minute], [1, 10]);

    const trace = Array.from({ length: 300 }, (_, at) => ({ at_ms: at * 6000, input: 1000, output: 100 }));
    const traced = ran(changed([TYPED, '      trace: { file: trace.csv }\n']), new Map([['chat', { trace }]]));
    const [seen] = traced.sizes.levels;
    assert.deepEqual([seen?.source, seen?.windows, seen?.mean], ['trace', 30, 18_000]);
  });

  test('receipts of one’s own say what they do not show, and whether the calls were simulated; a level moves them', () => {
    const receipts = readReceiptHours('hours.csv', hours(60_000));
    const text = changed([TYPED, '      receipts: { days: 28, route: chat }\n']);
    const plan = readPlan('plan.yaml', text, catalogues);
    assert.deepEqual([...(plan.wants ?? [])], [['chat', { is: 'own', days: 28, filters: { route: 'chat' } }]]);
    const rows = new Map([['chat', { own: { receipts, simulated: true, left_out: 1200 } }]]);
    const { cautions, figures, controls } = reported(text, rows);
    for (const said of [
      /simulated clouds/,
      /1,200 tokens of chat/,
      /2 days of chat were seen, and 12 months/,
      /less than a week/,
      /mean lengths are known, not how they spread/,
    ])
      assert.ok(
        cautions.some((each) => said.test(each)),
        String(said),
      );
    assert.ok(controls.some(({ id, source }) => id === 'chat.level' && source === null));
    const twice = plan.run(
      { seed: 1, draws: 20, ranges: { 'chat.level': { low: 2, likely: 2, high: 2 } }, choices: {} },
      rows,
    ).report;
    const cost = ({ figures: held }: Pick<PlanReport, 'figures'>) =>
      held.find(({ id }) => id === 'on_demand')!.band!.p50;
    expectNear(cost(twice), 2 * cost({ figures }), 1e-6 * cost(twice));
  });

  test('what is named and not at hand is refused, with what to do', () => {
    expectRefused(
      () => reported(changed([TYPED, '      receipts: { file: hours.csv }\n'])),
      /stands in the file hours\.csv/,
    );
    expectRefused(() => reported(changed([TYPED, '      trace: { file: a.csv }\n'])), /stands in the file a\.csv/);
    expectRefused(() => reported(changed([TYPED, '      receipts: { days: 7 }\n'])), /an instance's own receipts/);
  });

  test('a table of receipts that cannot be read is refused with its line', () => {
    const refused = (text: string, message: RegExp): void =>
      expectRefused(() => readReceiptHours('hours.csv', text), message);
    refused('hour,input\n', /lacks the column requests/);
    refused('hour,requests\n', /has no column of tokens/);
    refused('hour,requests,input\n2026-11-02T00:00:00Z,1\n', /hours\.csv:2: it has 2 fields/);
    refused('hour,requests,input\n2026-11-02T00:00:00Z,1,-4\n', /hours\.csv:2: input is "-4"/);
  });
});

test('what nobody says is told, and a contract’s own sizes and prices take its place', () => {
  const own = changed(
    ['vertex-gsu.gemini-2.5-pro', 'azure-ptu.gpt-5'],
    ['deployment: global', 'deployment: global\nsold: { minimum: 10, increment: 10 }'],
    [
      OFFERS,
      'offers:\n  month: { months: 1, price: { value: 0.3, unit: USD/hour, source: list, confidence: high } }\n',
    ],
  );
  const { cautions, tables } = reported(own);
  assert.ok(cautions.some((each) => /does not say in public: the price for 1-month, the price for 1-year/.test(each)));
  const number = (held: PlanCell | undefined): number => (held?.is === 'number' ? (held.value ?? 0) : Number.NaN);
  const sold = tables.find(({ id }) => id === 'sizing')?.rows[0]?.[4];
  assert.match(sold?.is === 'text' ? sold.text : '', /^[\d,]+0$/);
  assert.equal(number(tables.find(({ id }) => id === 'break-evens')?.rows[0]?.[3]), 0.3);
});

test('every fault has its line, its reason and its mend', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    [
      changed(['gemini-2.5-pro', 'gemini-2.5-prp']),
      /plan\.yaml:\d+:7: .*not in the catalogue.*did you mean vertex-gsu/,
    ],
    [changed(['vertex-gsu.gemini-2.5-pro', 'nothing']), /see `weighbridge plan catalogue list reserved-units`/],
    [changed(['deployment: global', 'deployment: moon']), /not sold as "moon"; use one of global/],
    [changed(['term: 1-year', 'term: 2-years']), /nobody says what a unit .* "2-years"; .*3-months, 1-year/],
    [changed([', term: 1-year', '']), /the offer has no price; write `price`/],
    [changed([TYPED, '']), /demand is empty; write a mapping/],
    [changed([TYPED, '      receipts: { file: a }\n      trace: { file: b }\n']), /demand is given 2 times/],
    [changed([TYPED, '      receipts: { days: 400 }\n']), /receipts/],
    [changed(['night: 0.35', 'night: 1.35']), /night is 1\.35/],
    [changed(['low: 50000', 'low: 70000']), /its range is out of order; write low, then likely, then high/],
    [changed(['low: -0.03', 'low: 0.5']), /is not in order; give it low, then likely, then high/],
    [changed(['{ low: -0.03, likely: 0.02, high: 0.06 }', '[1, 2]']), /2 months do not show how demand grows/],
    [changed([/source: list/, 'source: lisst']), /"lisst" is not a source of this file; did you mean list\?/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'bedrock-model-unit']), /does not say what one unit carries in public; ask/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'anthropic-priority.input']), /anthropic-priority\.input is closed/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'bedrock-reserved.input']), /only bought with bedrock-reserved\.output/],
    [changed(['months: 12\n', 'months: 400\n']), /months/],
    [changed(['months: 12\nblocks', 'promised: { spend: 1, by: 13 }\nmonths: 12\nblocks']), /month 13 lies behind/],
    [changed(['blocks: 8', 'terms: decade']), /"decade" is not one of the offers; use one of any, month/],
    [changed(['plan: reserve', 'plan: reserve\nunits: 3']), /`units` is not a key of the top of the file/],
  ];
  for (const [text, message] of faults)
    assert.throws(
      () => readReservePlan('plan.yaml', text, catalogues),
      (thrown: unknown) => {
        assert.ok(isAppError(thrown), String(thrown));
        assert.equal(thrown.code, 'PLAN_INVALID');
        assert.match(`${thrown.message}; ${thrown.next}`, message);
        return true;
      },
    );
});
