// Laws of rating that hold for every usage and every price: additivity, bounds, band edges, never zero when unknown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { SERVER_TOOLS, TOKEN_CLASSES, usageTotals, type Usage } from '@weighbridge/protocol';
import { createRater, loadPriceBook, type PricedDeployment } from '../src/index.ts';
import { picoText } from '../src/pico-text.ts';
import { ACME, HEAD, deployment, raterOf, reported } from './sheets.ts';

const SEED = 20261122;
const options = { seed: SEED, numRuns: 300 };
const book = loadPriceBook();
const rater = createRater(book);
const DAY = Date.parse('2026-10-20T12:00:00Z');

const places: readonly (readonly [cloud: string, seller: string, model: string, region: string])[] = [
  ['anthropic', 'anthropic', 'claude-opus-5', 'global'],
  ['anthropic', 'anthropic', 'claude-haiku-5-5', 'global'],
  ['anthropic', 'anthropic', 'claude-sonnet-4-5', 'global'],
  ['foundry', 'anthropic', 'claude-sonnet-5-5', 'datazone-us'],
  ['bedrock', 'aws', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1'],
  ['vertex', 'google', 'claude-opus-5-5', 'europe-west1'],
  ['openai', 'openai', 'gpt-5.6-luna', 'global'],
  ['openai', 'openai', 'gpt-4o', 'global'],
  ['azure-openai', 'microsoft', 'gpt-5.4', 'datazone-apac'],
  ['bedrock', 'aws', 'meta.llama3-3-70b-instruct-v1:0', 'us-west-2'],
  ['openai-compatible', 'self', 'my-llama', 'here'],
];
const anyDeployment = fc.constantFrom(...places).map(([cloud, seller, model, region]): PricedDeployment => ({
  cloud,
  model,
  region,
  tier: 'standard',
  roles: { seller },
}));
const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 2_000_000 }));
const tokens = fc.dictionary(fc.constantFrom(...TOKEN_CLASSES), count, { maxKeys: 6, noNullPrototype: true });
const tools = fc.dictionary(fc.constantFrom(...SERVER_TOOLS), fc.integer({ min: 0, max: 9 }), {
  maxKeys: 2,
  noNullPrototype: true,
});
const anyUsage = fc
  .record({
    tokens,
    server_tools: tools,
    tier: fc.option(fc.constantFrom('standard', 'default', 'batch', 'priority', 'flex', 'fast', 'scale', 'odd'), {
      nil: undefined,
    }),
    speed: fc.option(fc.constantFrom('standard', 'fast', 'odd'), { nil: undefined }),
    inference_geo: fc.option(fc.constantFrom('us', 'global', 'not_available', 'odd'), { nil: undefined }),
    source: fc.constantFrom('reported' as const, 'estimated' as const),
  })
  .map(
    (made): Usage =>
      Object.fromEntries([
        ...Object.entries(made).filter(([, value]) => value !== undefined),
        ['raw', null],
      ]) as unknown as Usage,
  );

test('a cost is the sum of its charges, and each charge its count times its unit price', () => {
  fc.assert(
    fc.property(anyDeployment, anyUsage, (where, usage) => {
      const rated = rater.rate(where, usage, DAY);
      let sum = 0n;
      for (const charge of rated.charges) {
        if (charge.contracted === null || charge.unit_price === null) continue;
        const amount = moneyFromDecimal(charge.contracted);
        assert.equal(amount, BigInt(charge.quantity) * moneyFromDecimal(charge.unit_price));
        assert.ok(book.row(charge.price?.row ?? '') !== undefined, 'the row that a charge names is in the book');
        sum += amount;
      }
      if (rated.billed !== null) assert.equal(rated.billed, sum);
    }),
    options,
  );
});

test('splitting a call in two that stay in its band splits its cost without remainder', () => {
  const flat = raterOf(
    `${HEAD}prices: [{ model: one, from: 2026-01-01, source: page, input: 2.123456, cache_read: 0.2, output: 8.000001 }]\n`,
  );
  const part = fc.record({ input: count, cache_read: count, output: count });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const whole = { input: a.input + b.input, cache_read: a.cache_read + b.cache_read, output: a.output + b.output };
      const cost = (use: Usage['tokens']): bigint => flat.rate(deployment(), reported(use), DAY).billed ?? -1n;
      assert.equal(cost(whole), cost(a) + cost(b));
    }),
    options,
  );
});

test('no call costs more than the bound of its tokens, whatever tier, speed and geography the seller reports', () => {
  let compared = 0;
  fc.assert(
    fc.property(anyDeployment, anyUsage, fc.nat(5_000), (where, usage, slack) => {
      const { prompt, completion } = usageTotals(usage);
      const most = {
        inputTokens: prompt + slack,
        outputTokens: completion + slack,
        serverTools: usage.server_tools ?? {},
      };
      const bound = rater.bound(where, most, DAY);
      const { billed } = rater.rate(where, usage, DAY);
      if (bound === null || billed === null) return;
      compared += 1;
      assert.ok(billed <= bound, `${billed} > ${bound}`);
    }),
    { ...options, numRuns: 3_000 },
  );
  assert.ok(compared > 200, `only ${compared} calls had both a bound and a price`);
});

test('a bound pinned to what the request allows is no more than the open one, and still holds', () => {
  fc.assert(
    fc.property(anyDeployment, tokens, (where, made) => {
      const usage = reported(made, { tier: 'standard', speed: 'standard', inference_geo: 'global' });
      const { prompt, completion } = usageTotals(usage);
      const most = { inputTokens: prompt, outputTokens: completion, serverTools: {} };
      const open = rater.bound(where, most, DAY);
      const pinned = rater.bound(where, { ...most, tier: 'standard', speed: 'standard', inferenceGeo: 'global' }, DAY);
      const { billed } = rater.rate(where, usage, DAY);
      if (open === null || pinned === null) return;
      assert.ok(pinned <= open);
      if (billed !== null) assert.ok(billed <= pinned);
    }),
    options,
  );
});

test('a bound grows with what it bounds', () => {
  const counts = fc.record({ inputTokens: count, outputTokens: count });
  fc.assert(
    fc.property(anyDeployment, counts, fc.nat(100_000), fc.nat(100_000), (where, most, moreIn, moreOut) => {
      const small = rater.bound(where, { ...most, serverTools: {} }, DAY);
      const large = rater.bound(
        where,
        { inputTokens: most.inputTokens + moreIn, outputTokens: most.outputTokens + moreOut, serverTools: {} },
        DAY,
      );
      assert.equal(small === null, large === null);
      if (small !== null && large !== null) assert.ok(small <= large);
    }),
    options,
  );
});

test('unpriced is null everywhere, never zero, and always has a reason', () => {
  fc.assert(
    fc.property(anyDeployment, anyUsage, (where, usage) => {
      const rated = rater.rate(where, usage, DAY);
      for (const charge of rated.charges) {
        assert.equal(charge.price === null, charge.contracted === null);
        assert.equal(charge.price === null, charge.unit_price === null);
        if (charge.price === null) assert.ok((charge.note ?? '').length > 5);
      }
      if (rated.cost.status !== 'unpriced') return;
      assert.deepEqual(
        [rated.cost.billed, rated.cost.list, rated.cost.contracted, rated.billed],
        [null, null, null, null],
      );
      assert.ok(rated.notes.length > 0);
    }),
    options,
  );
});

test('the price steps exactly at the edge of a band', () => {
  const steps = raterOf(ACME);
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(2_000), (input, read) => {
      const rated = steps.rate(deployment(), reported({ input, cache_read: read, output: 1 }), DAY);
      const long = input + read > 1_000;
      const unit = long ? [4_000_000n, 400_000n, 12_000_000n] : [2_000_000n, 200_000n, 8_000_000n];
      assert.equal(rated.billed, BigInt(input) * unit[0]! + BigInt(read) * unit[1]! + unit[2]!);
    }),
    options,
  );
});

test('rating is a pure function: the same arguments give the same bytes, from any rater of the same book', () => {
  const other = createRater(loadPriceBook());
  const text = (rated: unknown): string =>
    JSON.stringify(rated, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  fc.assert(
    fc.property(anyDeployment, anyUsage, (where, usage) => {
      assert.equal(text(rater.rate(where, usage, DAY)), text(other.rate({ ...where }, usage, DAY)));
    }),
    { ...options, numRuns: 100 },
  );
});

test('amounts print as the kernel prints them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(), (large, small) => {
      assert.equal(picoText(large), moneyToDecimal(large));
      assert.equal(picoText(small), moneyToDecimal(BigInt(small)));
    }),
    options,
  );
  for (const edge of [0n, 1n, 10n ** 11n, 10n ** 12n - 1n, 10n ** 12n, 10n ** 12n + 1n, 5n * 10n ** 12n])
    assert.equal(picoText(edge), moneyToDecimal(edge));
  assert.throws(() => picoText(-1n), /not negative/);
});
