// Worked examples that sellers and standards publish, reproduced to the last unit from the built-in book.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyToDecimal } from '@weighbridge/kernel';
import type { Usage } from '@weighbridge/protocol';
import { createRater, loadPriceBook, priceAt, type PricedDeployment } from '../src/index.ts';

const book = loadPriceBook();
const rater = createRater(book);
const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);

const anthropic = (model: string): PricedDeployment => ({
  cloud: 'anthropic',
  model,
  region: 'global',
  tier: 'standard',
  roles: { seller: 'anthropic' },
});
const usage = (tokens: Usage['tokens'], rest: Partial<Usage> = {}): Usage => ({
  tokens,
  source: 'reported',
  raw: null,
  ...rest,
});
const billed = (deployment: PricedDeployment, use: Usage, at: string): string | null =>
  rater.rate(deployment, use, day(at)).cost.billed;

test('Anthropic: 50,000 in, 15,000 out and one session hour on Opus 5 is $0.705', () => {
  const rated = rater.rate(anthropic('claude-opus-5'), usage({ input: 50_000, output: 15_000 }), day('2026-08-22'));
  const hour = priceAt(book, { seller: 'anthropic', model: 'claude-opus-5', cls: 'session_hour' }, day('2026-08-22'));
  assert.equal(moneyToDecimal((rated.billed ?? 0n) + (hour?.unit ?? 0n)), '0.705');
});

test('Anthropic: the same session with 40,000 of the input read from cache is $0.525', () => {
  const use = usage({ input: 10_000, cache_read: 40_000, output: 15_000 });
  const rated = rater.rate(anthropic('claude-opus-5'), use, day('2026-08-22'));
  const hour = priceAt(book, { seller: 'anthropic', model: 'claude-opus-5', cls: 'session_hour' }, day('2026-08-22'));
  assert.equal(moneyToDecimal((rated.billed ?? 0n) + (hour?.unit ?? 0n)), '0.525');
});

test('inference in the US costs exactly 11/10 of global, class by class', () => {
  const tokens = { input: 1_234_567, cache_read: 89_123, cache_write_5m: 4_567, cache_write_1h: 891, output: 23_456 };
  const global = rater.rate(anthropic('claude-opus-5'), usage(tokens, { inference_geo: 'global' }), day('2026-08-22'));
  const us = rater.rate(anthropic('claude-opus-5'), usage(tokens, { inference_geo: 'us' }), day('2026-08-22'));
  assert.equal((us.billed ?? 0n) * 10n, (global.billed ?? 0n) * 11n);
  assert.equal(us.charges.length, 5);
});

test('a batch costs exactly half', () => {
  const tokens = { input: 777_777, cache_write_5m: 12_345, cache_read: 999, output: 54_321 };
  const sync = rater.rate(anthropic('claude-sonnet-4-5'), usage(tokens), day('2026-01-20'));
  const batch = rater.rate(anthropic('claude-sonnet-4-5'), usage(tokens, { tier: 'batch' }), day('2026-01-20'));
  assert.equal((batch.billed ?? 0n) * 2n, sync.billed);
});

test('batch, US inference and a one-hour cache write stack: 0.5 × 1.1 × 2 of the input price', () => {
  const plain = rater.rate(anthropic('claude-opus-5'), usage({ input: 1_000_000 }), day('2026-08-22'));
  const use = usage({ cache_write_1h: 1_000_000 }, { tier: 'batch', inference_geo: 'us' });
  const stacked = rater.rate(anthropic('claude-opus-5'), use, day('2026-08-22'));
  assert.equal((stacked.billed ?? 0n) * 20n, (plain.billed ?? 0n) * 22n);
  assert.equal(stacked.cost.billed, '5.5');
});

test('FOCUS prompt caching: 10.5M input tokens are $31.50 uncached and $11.40 cached, $20.10 saved for a $1.50 premium', () => {
  // FOCUS 1.5 draft, ai_prompt_caching, at $3 / $3.75 / $0.30 a million. The four totals admit one split only: a premium
  // of 1.50 at 0.75 a million is 2M written, a net saving of 20.10 at 2.70 a million is 8M read, and 0.5M stay uncached.
  const model = anthropic('claude-sonnet-4-6');
  const whole = rater.rate(model, usage({ input: 10_500_000 }), day('2026-08-22'));
  const split = rater.rate(
    model,
    usage({ input: 500_000, cache_write_5m: 2_000_000, cache_read: 8_000_000 }),
    day('2026-08-22'),
  );
  assert.equal(whole.cost.billed, '31.5');
  assert.equal(split.cost.billed, '11.4');
  assert.equal(moneyToDecimal((whole.billed ?? 0n) - (split.billed ?? 0n)), '20.1');
  const written = rater.rate(model, usage({ cache_write_5m: 2_000_000 }), day('2026-08-22'));
  const plain = rater.rate(model, usage({ input: 2_000_000 }), day('2026-08-22'));
  assert.equal(moneyToDecimal((written.billed ?? 0n) - (plain.billed ?? 0n)), '1.5');
});

test('LiteLLM #9812: the call that its console billed $0.054399 is $0.054399, with cache writes charged once', () => {
  const use = usage({ input: 3, cache_write_5m: 12_304, cache_read: 0, output: 550 });
  const rated = rater.rate(anthropic('claude-3-7-sonnet-20250219'), use, day('2025-04-08'));
  assert.equal(rated.cost.billed, '0.054399');
  assert.deepEqual(
    rated.charges.map((each) => [each.token_class, each.contracted]),
    [
      ['input', '0.000009'],
      ['cache_write_5m', '0.04614'],
      ['output', '0.00825'],
    ],
  );
});

test('a web search costs one cent and code execution, billed by the hour, leaves the call unpriced with the reason', () => {
  const searched = rater.rate(
    anthropic('claude-sonnet-5'),
    usage({ input: 1_000 }, { server_tools: { web_search: 3 } }),
    day('2026-09-10'),
  );
  assert.equal(searched.cost.billed, '0.032');
  const executed = rater.rate(
    anthropic('claude-sonnet-5'),
    usage({ input: 1_000 }, { server_tools: { code_execution: 1 } }),
    day('2026-09-10'),
  );
  assert.equal(executed.cost.status, 'unpriced');
  assert.match(executed.charges[1]?.note ?? '', /container-hour/);
  assert.equal(executed.charges[0]?.contracted, '0.002');
});

test('fast mode has its own price, with cache and geography on top', () => {
  const use = usage(
    { input: 1_000_000, cache_read: 1_000_000, output: 1_000_000 },
    { speed: 'fast', inference_geo: 'us' },
  );
  assert.equal(billed(anthropic('claude-opus-4-8'), use, '2026-08-22'), '67.1');
});

test('Foundry bills the same dollars in units of one cent, eleven tenths of them in a data zone', () => {
  const foundry = (region: string): PricedDeployment => ({
    cloud: 'foundry',
    model: 'claude-opus-5',
    region,
    tier: 'standard',
    roles: { seller: 'anthropic' },
  });
  const use = usage({ input: 50_000, output: 15_000 });
  assert.deepEqual(rater.rate(foundry('global'), use, day('2026-08-23')).invoiced, { unit: 'CCU', quantity: '62.5' });
  assert.deepEqual(rater.rate(foundry('datazone-us'), use, day('2026-08-23')).invoiced, {
    unit: 'CCU',
    quantity: '68.75',
  });
});
