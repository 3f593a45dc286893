// A plan to reserve: what ships runs and agrees with the sizing by hand; every fault is told with its line and what mends it; demand from
// hours of receipts and from a trace comes to what was asked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { readReceiptHours, readReservePlan, RESERVE_PLAN_FILE, runReservePlan } from '@weighbridge/planner';
import { shipped } from '../catalogue/shipped.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const catalogues = shipped();
const TEXT = readFileSync(RESERVE_PLAN_FILE, 'utf8');
const changed = (...pairs: readonly (readonly [string | RegExp, string])[]): string =>
  pairs.reduce((text, [from, to]) => {
    assert.notEqual(text.search(from), -1, String(from));
    return text.replace(from, () => to);
  }, TEXT);
const TYPED = /^ {2}typed:\n(?: {4}.*\n)+/m;
const OPTIONS = { seed: 1, draws: 2 };

test('the plan that ships: sized by hand, and no dearer than paying as one goes', async () => {
  const plan = readReservePlan('plan.yaml', TEXT, catalogues);
  const run = await runReservePlan(plan, catalogues, { typed: true }, OPTIONS);
  assert.deepEqual(run, await runReservePlan(plan, catalogues, { typed: true }, OPTIONS));
  const { p95, mean } = run.sizing;
  assert.deepEqual(
    mean.lines.map(({ class: name, weight }) => [name, weight]),
    [
      ['input', 1],
      ['cache_read', 0.1],
      ['output', 8],
    ],
  );
  expectNear(mean.weighted_per_minute, run.demand.mean, 1e-9);
  // 650 tokens a second of a unit, sold one by one.
  assert.equal(p95.units, Math.ceil((run.demand.minute_p95 ?? 0) / (650 * 60)));
  assert.ok(p95.units > mean.units && (run.demand.minute_p95 ?? 0) > run.demand.p95);
  assert.ok(run.mix.cost <= run.mix.all_on_demand_cost);
  const year = run.break_even.find(({ offer }) => offer === 'year')!;
  // A unit carries 650 × 3,600 tokens that cost 1.25 a million on demand: price and weights are in proportion.
  expectNear(year.utilisation, 2.7397 / (650 * 3600 * 1.25e-6), 1e-9);
  assert.deepEqual(
    run.mix.purchases.map(({ offer, month, months }) => [offer, month, months]),
    [['year', 1, 12]],
  );
  assert.equal(run.regret.cells.length, 12);
  assert.deepEqual(run.unit.unknown, []);
});

test('hours of receipts and rows of a trace give the demand that they hold', async () => {
  const csv = `hour,requests,input,output\n${Array.from({ length: 48 }, (_, at) => `${new Date(Date.UTC(2026, 10, 2, at)).toISOString()},600,600000,60000`).join('\n')}\n`;
  const receipts = readReceiptHours('hours.csv', csv);
  const plan = readReservePlan('plan.yaml', changed([TYPED, '  receipts: { file: hours.csv }\n']), catalogues);
  const run = await runReservePlan(plan, catalogues, { receipts }, OPTIONS);
  // Ten requests a minute of 1,000 and 8 × 100 tokens.
  assert.deepEqual([run.demand.source, run.demand.mean, run.demand.minute_p95], ['receipts', 18_000, null]);
  assert.deepEqual([run.sizing.p95.units, run.demand.requests_per_minute], [1, 10]);

  const traced = readReservePlan('plan.yaml', changed([TYPED, '  trace: { file: trace.csv }\n']), catalogues);
  const trace = Array.from({ length: 300 }, (_, at) => ({ at_ms: at * 6000, input: 1000, output: 100 }));
  const found = await runReservePlan(traced, catalogues, { trace }, OPTIONS);
  assert.deepEqual([found.demand.source, found.demand.windows, found.demand.mean], ['trace', 30, 18_000]);
});

test('what nobody says is told, and a contract’s own sizes and prices take its place', async () => {
  const own = changed(
    ['vertex-gsu.gemini-2.5-pro', 'azure-ptu.gpt-5'],
    ['deployment: global', 'deployment: global\nsold: { minimum: 10, increment: 10 }'],
    [
      /offers:\n(?: {2}.*\n)+/,
      'offers:\n  month: { months: 1, price: { value: 0.3, unit: USD/hour, source: list, confidence: high } }\n',
    ],
  );
  const plan = readReservePlan('plan.yaml', own, catalogues);
  const run = await runReservePlan(plan, catalogues, { typed: true }, OPTIONS);
  assert.deepEqual(run.unit.unknown, ['the price for 1-month', 'the price for 1-year']);
  assert.equal(run.sizing.p95.units % 10, 0);
  assert.equal(run.break_even[0]?.price, 0.3);
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
    [changed([TYPED, '  receipts: { file: a }\n  trace: { file: b }\n']), /demand is given 2 times/],
    [changed(['night: 0.35', 'night: 1.35']), /night is 1\.35/],
    [changed(['low: -0.03', 'low: 0.5']), /is not in order; give it low, then likely, then high/],
    [changed(['{ low: -0.03, likely: 0.02, high: 0.06 }', '[1, 2]']), /2 months do not show how demand grows/],
    [changed([/source: list/, 'source: lisst']), /"lisst" is not a source of this file; did you mean list\?/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'bedrock-model-unit']), /does not say what one unit carries in public; ask/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'anthropic-priority.input']), /anthropic-priority\.input is closed/],
    [changed(['vertex-gsu.gemini-2.5-pro', 'bedrock-reserved.input']), /only bought with bedrock-reserved\.output/],
    [changed(['months: 12\n', 'months: 400\n']), /months/],
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

test('a table of receipts that cannot be read is refused with its line', () => {
  const refused = (text: string, message: RegExp): void =>
    expectRefused(() => readReceiptHours('hours.csv', text), message);
  refused('hour,input\n', /lacks the column requests/);
  refused('hour,requests\n', /has no column of tokens/);
  refused('hour,requests,input\n2026-11-02T00:00:00Z,1\n', /hours\.csv:2: it has 2 fields/);
  refused('hour,requests,input\n2026-11-02T00:00:00Z,1,-4\n', /hours\.csv:2: input is "-4"/);
});
