// The sellers' own sizing examples come out to the digit, sizes are those that are sold, and what nobody stated is not made up.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sizeSold, sizeUnits, weightedTokens, type TokenClass, type UnitSizing } from '@weighbridge/planner';
import { shipped } from '../catalogue/shipped.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

const units = shipped()['reserved-units'];

function size(
  id: string,
  deployment: string,
  requests_per_minute: number,
  tokens: Partial<Record<TokenClass, number>>,
  sold = {},
): UnitSizing {
  const unit = units.get(id);
  assert.ok(unit !== undefined, `no entry ${id}`);
  return sizeUnits(id, unit, deployment, [{ requests_per_minute, tokens }], sold);
}

describe('Microsoft’s examples', () => {
  // Determine PTU sizing for a workload (21 May 2026): gpt-5.2 in a data zone.
  for (const [prompt, answer, cached, normalised, exact, bought] of [
    [200, 20, 0, 360_000, '105.88', 110],
    [200, 20, 0.5, 260_000, '76.47', 80],
  ] as const)
    test(`1,000 requests of ${prompt} and ${answer} tokens, ${cached * 100} % cached: ${exact} PTU, ${bought} bought`, () => {
      const tokens = { input: prompt * (1 - cached), cache_read: prompt * cached, output: answer };
      const got = size('azure-ptu.gpt-5.2', 'data-zone', 1000, tokens);
      assert.equal(got.weighted_per_minute, normalised);
      assert.deepEqual([got.exact.toFixed(2), got.units], [exact, bought]);
    });

  // Provisioned throughput unit costs and billing (7 April 2026): gpt-5.2 in a region.
  for (const [prompt, answer, cached, converted, exact, bought] of [
    [100, 50, 0, 500_000, 147.06, 150],
    [100, 50, 0.25, 475_000, 139.71, 150],
    [500, 200, 0, 2_100_000, 617.65, 650],
    [500, 200, 0.25, 1_975_000, 580.88, 600],
  ] as const)
    test(`1,000 requests of ${prompt} and ${answer} tokens, ${cached * 100} % cached: ${exact} PTU, ${bought} bought`, () => {
      const tokens = { input: prompt * (1 - cached), cache_read: prompt * cached, output: answer };
      const got = size('azure-ptu.gpt-5.2', 'regional', 1000, tokens);
      assert.equal(got.weighted_per_minute, converted);
      assert.deepEqual([Number(got.exact.toFixed(2)), got.units], [exact, bought]);
    });

  test('a minute of gpt-5 with 10,000 tokens in, 5,000 cached and 1,000 out counts 18,000: 3.79 PTU, and 15 are the least', () => {
    const got = size('azure-ptu.gpt-5', 'global', 1, { input: 10_000, cache_read: 5000, output: 1000 });
    assert.deepEqual([got.weighted_per_minute, got.exact.toFixed(2), got.units], [18_000, '3.79', 15]);
  });
});

describe('Google’s examples', () => {
  test('Gemini 3.6 Flash, 10 queries a second of 1,000 text, 500 audio and 300 out: 30,000 a second, 44.44 GSU, 45 bought', () => {
    const got = size('vertex-gsu.gemini-3.6-flash', 'global', 600, { input: 1000, audio_in: 500, output: 300 });
    assert.equal(got.weighted_per_minute / 60, 30_000);
    assert.deepEqual([got.exact.toFixed(2), got.units], ['44.44', 45]);
  });

  test('Gemini 2.0 Flash, the same in an earlier table: 57,000 a second, 16.96 GSU, 17 bought', () => {
    const got = size('vertex-gsu.gemini-2.0-flash', 'global', 600, { input: 1000, audio_in: 500, output: 300 });
    assert.equal(got.weighted_per_minute / 60, 57_000);
    assert.deepEqual([got.exact.toFixed(2), got.units], ['16.96', 17]);
    assert.deepEqual(
      got.lines.map((line) => [line.class, line.weighted_per_minute / 600]),
      [
        ['input', 1000],
        ['audio_in', 3500],
        ['output', 1200],
      ],
    );
  });

  test('a thousand cached tokens of Gemini 2.5 Pro count a hundred', () => {
    const id = 'vertex-gsu.gemini-2.5-pro';
    expectNear(weightedTokens(id, units.get(id)!, { cache_read: 1000 }), 100, 1e-12);
  });
});

test('long prompts have weights of their own, from the length that the seller says', () => {
  const id = 'vertex-gsu.gemini-2.5-pro';
  const count = (input: number): number => weightedTokens(id, units.get(id)!, { input, output: 10 });
  assert.deepEqual([count(200_000), count(200_001)], [200_000 + 80, 400_002 + 120]);
  const claude = 'vertex-gsu.claude-sonnet-4.5';
  assert.equal(weightedTokens(claude, units.get(claude)!, { input: 200_000, output: 2 }), 400_015);
});

test('tokens per minute in and out are bought apart, each with its own least', () => {
  const tokens = { input: 2000, cache_read: 8000, cache_write_5m: 500, output: 400 };
  const bought = { increment: 1 };
  const input = size('bedrock-reserved.input', 'any', 20, tokens, bought);
  const output = size('bedrock-reserved.output', 'any', 20, tokens, bought);
  // 20 × (2,000 + 500) = 50,000 a minute in: 100,000 are the least. 20 × 400 = 8,000 out: 10,000 are the least.
  assert.deepEqual([input.exact, input.units, output.exact, output.units], [50, 100, 8, 10]);
  const priority = size(
    'anthropic-priority.input',
    'any',
    1,
    { cache_read: 1000, cache_write_1h: 10, input: 5 },
    { minimum: 1, increment: 1 },
  );
  expectNear(priority.exact, 100 + 20 + 5, 1e-12);
});

test('what nobody stated stops the answer and says so', () => {
  expectRefused(
    () => size('bedrock-model-unit', 'any', 1, { input: 1 }),
    /does not say what one unit carries in public/,
  );
  expectRefused(
    () => size('azure-ptu.kimi-k2.5', 'global', 1, { input: 1, output: 1 }),
    /does not say the weight of output/,
  );
  expectRefused(() => size('bedrock-reserved.input', 'any', 1, { input: 1 }), /does not say its increment/);
  expectRefused(() => size('azure-ptu.gpt-5', 'global', 1, { audio_in: 3 }), /no weight for tokens of class audio_in/);
  expectRefused(() => size('azure-ptu.deepseek-r1', 'regional', 1, { input: 1 }), /not sold as "regional"/);
  expectRefused(() => size('azure-ptu.gpt-5', 'global', -1, { input: 1 }), /requests_per_minute is -1/);
});

test('what is bought carries the demand, is a size that is sold, and one size less would not do', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 300 }),
      (exact, minimum, increment) => {
        const bought = sizeSold(exact, minimum, increment);
        assert.ok(bought >= exact * (1 - 1e-8) && bought >= minimum);
        assert.equal((bought - minimum) % increment, 0);
        assert.ok(bought === minimum || bought - increment < exact);
      },
    ),
  );
  assert.equal(
    sizeSold(0.3 / 0.1, 1, 1),
    3,
    'a division that ends in 2.9999999999999996 or 3.0000000000000004 is three',
  );
});

test('a file of one’s own adds a unit, and takes the place of one that ships', () => {
  const text = `version: 1
catalogue: reserved-units
sources: { deal: { says: "our contract of October, annex 2", date: 2026-10-02 } }
entries:
  bedrock-model-unit:
    name: model unit, Claude
    seller: Amazon Bedrock
    unit: model unit
    model: Claude
    throughput: { value: 40000, unit: tokens/min, source: deal, confidence: high }
    weights:
      input: { value: 1, unit: ratio, source: deal, confidence: high }
      output: { value: 5, unit: ratio, source: deal, confidence: high }
    deployments:
      any:
        minimum: { value: 1, unit: count, source: deal, confidence: high }
        increment: { value: 1, unit: count, source: deal, confidence: high }
`;
  const own = shipped({ file: 'mine.yaml', text })['reserved-units'].get('bedrock-model-unit')!;
  const got = sizeUnits('bedrock-model-unit', own, 'any', [
    { requests_per_minute: 100, tokens: { input: 1000, output: 100 } },
  ]);
  assert.deepEqual([got.exact, got.units], [3.75, 4]);
  assert.equal(got.lines[0]?.source, 'our contract of October, annex 2');
  const fault = text.replace('throughput: { value: 40000', 'throughput: { value: -4');
  expectRefused(() => shipped({ file: 'mine.yaml', text: fault }), /mine\.yaml:10/);
});
