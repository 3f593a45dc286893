// A million tokens, by hand and against a published day of production.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError, moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { productionDay } from '../../src/money/day.ts';
import { shouldCost, stepWorth, type ShouldCostInput } from '../../src/money/should-cost.ts';
import { blendedPerMillion, blendedPrice, chipSeconds, perMillion } from '../../src/money/tokens.ts';

const assertNear = (found: number, wanted: number, share = 1e-9): void =>
  assert.ok(Math.abs(found / wanted - 1) <= share, `${found}, not ${wanted}`);

// DeepSeek-V3/R1, a day in February 2025: 226.75 nodes of 8 H800 on average at 2 USD a GPU-hour; 608 bn input tokens of which 342 bn
// from cache, 168 bn output; 73.7k input (cached counted) and 14.8k output tokens a second and node.
const DAY = {
  chipMillihours: 43_536_000n,
  hour: moneyFromDecimal('2'),
  tokens: { input: 266_000_000_000n, cached: 342_000_000_000n, output: 168_000_000_000n },
  prices: { input: moneyFromDecimal('0.55'), cached: moneyFromDecimal('0.14'), output: moneyFromDecimal('2.19') },
};

test('the production day of DeepSeek: 87,072 USD exactly, and its revenue within half a per cent of what is published', () => {
  assert.equal(226.75 * 8 * 24 * 1000, Number(DAY.chipMillihours));
  const { cost, revenue, profitOnCost } = productionDay(DAY);
  assert.equal(moneyToDecimal(cost), '87072');
  assert.equal(moneyToDecimal(revenue), '562100');
  assertNear(Number(moneyToDecimal(revenue)), 562_027, 0.005);
  // Published: 545 %.
  assertNear(profitOnCost!, 5.45, 0.005);
});

test('its tokens by class take the chips that it ran: node throughputs give the nodes back within a tenth of a per cent', () => {
  const perChip = { input: 73_700 / 8, cached: 73_700 / 8, output: 14_800 / 8 };
  const tokens = { input: 266e9, cached: 342e9, output: 168e9 };
  assertNear(chipSeconds(tokens, perChip) / 86_400 / 8, 226.75, 0.001);
  const cost = blendedPerMillion(2, tokens, perChip);
  // 87,072 USD over 776 bn tokens.
  assertNear(cost, 0.1122, 0.001);
  assertNear(blendedPrice(tokens, { input: 0.55, cached: 0.14, output: 2.19 }), 562_100 / 776_000);
});

test('a million tokens of GB300 at 2.65 USD an hour and 8,064 tokens a second cost 9.1 cents', () => {
  assertNear(perMillion(2.65, 8064), 0.0913, 0.001);
  assertNear(perMillion(3.6, 1000), 1);
});

test('a mix costs between its dearest and its cheapest class, and twice the hour costs twice as much', () => {
  const positive = fc.double({ min: 0.1, max: 1e5, noNaN: true });
  const counts = fc.record({ input: positive, cached: positive, output: positive });
  fc.assert(
    fc.property(positive, counts, counts, (hour, tokens, throughput) => {
      const found = blendedPerMillion(hour, tokens, throughput);
      const each = [throughput.input, throughput.cached, throughput.output].map((made) => perMillion(hour, made));
      assert.ok(found >= Math.min(...each) * (1 - 1e-9) && found <= Math.max(...each) * (1 + 1e-9));
      assertNear(blendedPerMillion(2 * hour, tokens, throughput), 2 * found);
    }),
    { seed: 7 },
  );
});

const at = (likely: number, low = likely, high = likely) => ({ low, likely, high });
const INPUT: ShouldCostInput = {
  hour: { range: at(3.6), shape: 'lognormal' },
  throughput: { input: at(10_000), cached: at(100_000), output: at(1000) },
  prices: { input: 0.5, cached: 0.05, output: 4 },
  mix: { input: 2, cached: 1, output: 1 },
};
const OPTIONS = { seed: 1, draws: 2048 };

test('should-cost where all is known, by hand', () => {
  const { lines, targets } = shouldCost(INPUT, OPTIONS);
  const line = (of: string) => lines.find((each) => each.of === of)!;
  assertNear(line('input').cost.centre, 0.1);
  assertNear(line('cached').cost.centre, 0.01);
  assertNear(line('output').cost.centre, 1);
  assertNear(line('input').margin.centre, 0.8);
  assertNear(line('output').margin.centre, 0.75);
  // (2 × 0.1 + 0.01 + 1) ÷ 4, against (2 × 0.5 + 0.05 + 4) ÷ 4.
  assertNear(line('mix').cost.centre, 0.3025);
  assertNear(line('mix').price, 1.2625);
  assertNear(line('mix').margin.centre, 1 - 0.3025 / 1.2625);
  assert.ok(lines.every(({ verdict }) => verdict === 'above cost'));
  assertNear(targets[1]!.price.centre, 0.3025 / 0.6);
  assert.deepEqual(line('mix').cost.band, {
    p10: line('mix').cost.centre,
    p50: line('mix').cost.centre,
    p90: line('mix').cost.centre,
  });
});

test('with ranges the margin has an interval, and one that holds 0 is no verdict', () => {
  const wide = shouldCost(
    {
      ...INPUT,
      throughput: { ...INPUT.throughput, output: at(1000, 300, 3000) },
      prices: { ...INPUT.prices, output: 1 },
    },
    OPTIONS,
  );
  const output = wide.lines.find(({ of }) => of === 'output')!;
  assert.equal(output.verdict, 'cannot tell');
  assert.ok(output.margin.band!.p10 < 0 && output.margin.band!.p90 > 0);
  // A lognormal throughput of 300 to 3,000 at its tenth and ninetieth per cent, middle 1,000.
  assertNear(output.cost.band!.p50, 1, 0.02);
  assertNear(output.cost.band!.p90, 10 ** 0.5, 0.03);
  assert.deepEqual(shouldCost(INPUT, OPTIONS), shouldCost(INPUT, OPTIONS));
  const below = shouldCost({ ...INPUT, prices: { ...INPUT.prices, output: 0.5 } }, OPTIONS);
  assert.equal(below.lines.find(({ of }) => of === 'output')?.verdict, 'below cost');
});

test('a price that is not stated has no margin, and is not taken for nothing', () => {
  const { lines } = shouldCost({ ...INPUT, prices: { ...INPUT.prices, cached: 0 } }, OPTIONS);
  const cached = lines.find(({ of }) => of === 'cached')!;
  assert.deepEqual([cached.margin.band, cached.verdict], [null, 'cannot tell']);
});

test('a kernel 20 % faster on output saves a sixth of what output cost', () => {
  const { saved, share } = stepWorth(INPUT, { input: at(1), cached: at(1), output: at(1.2) }, OPTIONS);
  assertNear(saved.centre, 1 / 4 - 1 / 4 / 1.2);
  assertNear(share.centre, (1 / 4 - 1 / 4 / 1.2) / 0.3025);
  // What both sides share does not widen the difference.
  const noisy = stepWorth(
    { ...INPUT, hour: { range: at(3.6, 1.8, 7.2), shape: 'lognormal' } },
    { input: at(1), cached: at(1), output: at(1.2) },
    OPTIONS,
  );
  assertNear(noisy.share.band!.p10, noisy.share.band!.p90);
});

test('what cannot be is refused with what to write', () => {
  for (const [input, says] of [
    [{ throughput: { ...INPUT.throughput, output: at(0) } }, /write low, likely and high in order, above 0/],
    [{ throughput: { ...INPUT.throughput, output: at(5, 9, 3) } }, /in order/],
    [{ prices: { ...INPUT.prices, input: -1 } }, /write a price of 0 or more/],
    [{ mix: { input: 0, cached: 0, output: 0 } }, /how many of each class/],
    [{ hour: { range: at(0), shape: 'lognormal' } }, /write a price above 0/],
  ] as const)
    assert.throws(
      () => shouldCost({ ...INPUT, ...input }, OPTIONS),
      (error) => isAppError(error) && error.code === 'PLAN_INVALID' && says.test(error.next),
    );
});
