// Buy, rent, reserve, or pay for each token: costs and break-evens by hand, and with their intervals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { waysChart, type Way, type WaysInput } from '../../src/money/ways.ts';

const at = (likely: number, low = likely, high = likely) => ({
  range: { low, likely, high },
  shape: 'lognormal' as const,
});
const INPUT: WaysInput = {
  demand: { from: 10, to: 1_000_000 },
  peak: at(2),
  throughput: at(1000),
  chipStep: 8,
  headroom: 0.8,
  buy: at(2),
  rent: at(3),
  reserve: { hour: 10, tokensPerMinute: 600_000, least: 2, step: 1 },
  payg: 5,
};
const OPTIONS = { seed: 1, draws: 256 };
const assertNear = (found: number, wanted: number, share = 1e-6): void =>
  assert.ok(Math.abs(found / wanted - 1) <= share, `${found}, not ${wanted}`);
const pair = (chart: ReturnType<typeof waysChart>, way: Way, than: Way) =>
  chart.breakEvens.find((each) => each.way === way && each.than === than)!;

test('the cost of a month, by hand', () => {
  const { demand, series } = waysChart(INPUT, OPTIONS);
  assert.deepEqual(
    series.map(({ way }) => way),
    ['buy', 'rent', 'reserve', 'payg'],
  );
  assert.deepEqual([demand[0], demand.at(-1)], [10, 1_000_000]);
  const month = (way: Way, place: number): number => series.find((each) => each.way === way)!.month.at(place)!.p50;
  // The least: one system of 8 chips; two units.
  assert.deepEqual(
    [month('buy', 0), month('rent', 0), month('reserve', 0), month('payg', 0)],
    [8 * 2 * 730, 8 * 3 * 730, 2 * 10 * 730, 50],
  );
  // 10¹² tokens over 2,628,000 s, twice that at the peak: 761,035 a second ÷ 800 = 951.3, in eights 952 chips; ÷ 10,000 = 76.1 units.
  assert.deepEqual(
    [month('buy', -1), month('reserve', -1), month('payg', -1)],
    [952 * 2 * 730, 77 * 10 * 730, 5_000_000],
  );
  assertNear(series[0]!.perMillion.at(-1)!.p50, (952 * 2 * 730) / 1_000_000);
});

test('break-evens, by hand: the demand from which on one way stays the cheaper', () => {
  const chart = waysChart(INPUT, OPTIONS);
  // One system at 11,680 USD against 5 USD a million tokens, while one system is enough.
  assertNear(pair(chart, 'buy', 'payg').demand!.p50, 11_680 / 5, 1e-4);
  assertNear(pair(chart, 'reserve', 'payg').demand!.p50, 14_600 / 5, 1e-4);
  assert.equal(pair(chart, 'buy', 'payg').happens, 1);
  assert.deepEqual([pair(chart, 'payg', 'buy').demand, pair(chart, 'payg', 'buy').happens], [null, 0]);
  assert.equal(pair(chart, 'buy', 'rent').demand!.p50, 10);
  // 2 USD an hour ÷ (1,000 × 3,600 × 5 ÷ 10⁶ = 18 USD an hour): a ninth of its hours.
  assertNear(chart.utilisation.buy!.p50, 2 / 18);
  assertNear(chart.utilisation.rent!.p50, 3 / 18);
});

test('with ranges a break-even has an interval, and may not happen at all', () => {
  const chart = waysChart({ ...INPUT, throughput: at(1000, 30, 30_000), buy: at(2, 1, 4) }, { seed: 1, draws: 1024 });
  const { demand, happens } = pair(chart, 'buy', 'payg');
  assert.ok(demand!.p10 < demand!.p50 && demand!.p50 <= demand!.p90);
  // ln(hour ÷ throughput) is normal: middle ln 0.002, spread √(0.541² + 2.695²); cheap enough below ln 0.0072.
  assert.ok(Math.abs(happens - 0.679) < 0.02, String(happens));
  assert.deepEqual(
    chart,
    waysChart({ ...INPUT, throughput: at(1000, 30, 30_000), buy: at(2, 1, 4) }, { seed: 1, draws: 1024 }),
  );
});

test('no way’s month gets cheaper as demand grows, and a dearer token only helps the others', () => {
  const chart = waysChart(INPUT, OPTIONS);
  for (const { month } of chart.series)
    for (const [place, { p50 }] of month.entries()) assert.ok(place === 0 || p50 >= month[place - 1]!.p50);
  const dearer = waysChart({ ...INPUT, payg: 10 }, OPTIONS);
  assert.ok(pair(dearer, 'buy', 'payg').demand!.p50 < pair(chart, 'buy', 'payg').demand!.p50);
});

test('a way that is not offered is not on the chart', () => {
  const { series, breakEvens, utilisation } = waysChart({ ...INPUT, buy: undefined, reserve: undefined }, OPTIONS);
  assert.deepEqual(
    series.map(({ way }) => way),
    ['rent', 'payg'],
  );
  assert.equal(breakEvens.length, 2);
  assert.equal(utilisation.buy, null);
});

test('what cannot be is refused with what to write', () => {
  for (const [change, says] of [
    [{ demand: { from: 0, to: 5 } }, /begin above 0/],
    [{ throughput: at(0) }, /a throughput above 0/],
    [{ peak: at(0.5) }, /a peak of 1 or more/],
    [{ headroom: 1.2 }, /up to 1/],
    [{ chipStep: 0 }, /whole number/],
    [{ payg: 0 }, /a price above 0/],
    [{ reserve: { hour: 0, tokensPerMinute: 1, least: 1, step: 1 } }, /hourly price/],
  ] as const)
    assert.throws(
      () => waysChart({ ...INPUT, ...change }, OPTIONS),
      (error) => isAppError(error) && error.code === 'PLAN_INVALID' && says.test(error.next),
    );
});
