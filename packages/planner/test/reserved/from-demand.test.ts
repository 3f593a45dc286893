// From demand and sellers' units to a decision: prices and capacities by hand, then the whole way from a typed week to a decision.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bestMix,
  breakEvenUtilisation,
  demandTyped,
  FLAT_WEEK,
  growthTyped,
  loadSolver,
  mixProblems,
  weekOf,
  type PlannedMix,
  type PlannedOffer,
} from '@weighbridge/planner';
import { shipped } from '../catalogue/shipped.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const units = shipped()['reserved-units'];
const solver = await loadSolver();
const offer = (id: string, more: Partial<PlannedOffer>): PlannedOffer => ({
  id,
  unit: units.get(id)!,
  deployment: 'global',
  workloads: ['chat'],
  term_months: 1,
  ...more,
});
const chat = (requests_per_hour: number, week = FLAT_WEEK): PlannedMix['workloads'] => ({
  chat: {
    series: demandTyped({
      requests_per_hour,
      week,
      input: { kind: 'fixed', tokens: 1000 },
      output: { kind: 'fixed', tokens: 200 },
    }),
    on_demand: { input: 1.25, cache_read: 0.125, output: 10 },
    growth: growthTyped(-0.02, 0.03, 0.08),
  },
});

test('by hand: what an hour of a unit is worth, what it costs, and from which use on it pays', () => {
  const planned: PlannedMix = {
    workloads: chat(6000),
    offers: { ptu: offer('azure-ptu.gpt-5', { term: 'hourly' }) },
    months: 2,
    blocks: 1,
  };
  const { likely, high } = mixProblems(planned);
  // A request costs 1,000 × 1.25 + 200 × 10 = 3,250 millionths, and counts 1,000 + 8 × 200 = 2,600 tokens of 4,750 a minute.
  expectNear(likely.periods[0]?.blocks[0]?.demand['chat'] ?? 0, 6000 * 0.00325, 1e-12);
  expectNear(likely.periods[1]?.blocks[0]?.demand['chat'] ?? 0, 6000 * 0.00325 * 1.03, 1e-12);
  expectNear(high.periods[1]?.blocks[0]?.demand['chat'] ?? 0, 6000 * 0.00325 * 1.08, 1e-12);
  const { carries, price, minimum, increment } = likely.offers['ptu']!;
  expectNear(carries['chat'] ?? 0, ((4750 * 60) / 2600) * 0.00325, 1e-12);
  assert.deepEqual([price, minimum, increment], [730.5, 15, 5]);
  // A unit at 1 an hour carries 0.356 of on-demand cost an hour: it never pays.
  expectNear(breakEvenUtilisation(likely, 'ptu', 'chat'), 1 / (((4750 * 60) / 2600) * 0.00325), 1e-12);
});

test('what nobody stated stops the plan; what a contract states goes in its place', () => {
  const with_ =
    (id: string, more: Partial<PlannedOffer>): (() => unknown) =>
    () =>
      mixProblems({ workloads: chat(100), offers: { one: offer(id, more) }, months: 1, blocks: 1 });
  expectRefused(
    with_('azure-ptu.gpt-5', { term: '1-year' }),
    /nobody says what a unit of azure-ptu.gpt-5 costs for the term "1-year"/,
  );
  expectRefused(with_('bedrock-model-unit', { deployment: 'any', price: 20 }), /nobody says what a unit/);
  expectRefused(with_('anthropic-priority.input', { deployment: 'any', price: 1 }), /is closed/);
  expectRefused(
    with_('bedrock-reserved.input', { deployment: 'any', price: 1 }),
    /only bought with bedrock-reserved.output/,
  );
  expectRefused(with_('azure-ptu.gpt-5', { price: 0.3, deployment: 'moon' }), /not sold as "moon"/);
  expectRefused(
    with_('azure-ptu.gpt-5', { price: 0.3, workloads: ['code'] }),
    /carries code, which the plan does not have/,
  );
  assert.ok(with_('azure-ptu.gpt-5', { price: 0.3, minimum: 100, increment: 50 })() !== undefined);
  const unpriced = { ...chat(10)['chat']!, on_demand: { input: 1 } };
  expectRefused(
    () => mixProblems({ workloads: { chat: unpriced }, offers: {}, months: 1, blocks: 1 }),
    /class output, which has no price/,
  );
});

test('the whole way: a week with nights, a price that pays by day, and what pays by night does not', () => {
  const planned: PlannedMix = {
    workloads: chat(60_000, weekOf({ peak_hour: 14, night: 0.2, weekend: 0.5 })),
    offers: {
      month: offer('azure-ptu.gpt-5', { price: 0.25 }),
      quarter: offer('azure-ptu.gpt-5', { price: 0.2, term_months: 3, starts: [0, 3] }),
    },
    months: 6,
    blocks: 6,
  };
  const problems = mixProblems(planned);
  const best = bestMix(problems.likely, solver);
  const [nothing, peak] = [
    bestMix(problems.likely, solver, []),
    Math.max(...best.periods.map(({ carried }) => carried)),
  ];
  assert.ok(best.purchases.length > 0 && best.cost < nothing.cost && peak < 1, 'some is reserved, the peaks are not');
  for (const { utilisation } of best.periods) assert.ok(utilisation > 0.5, String(utilisation));
});
