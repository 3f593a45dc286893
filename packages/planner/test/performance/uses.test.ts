// What is built on predictions: the front of configurations, long contexts, training.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longContext } from '../../src/performance/long-context.ts';
import { frontOf, searchConfigurations, type SearchAsk } from '../../src/performance/search.ts';
import { estimateTraining } from '../../src/performance/training.ts';
import { close, model } from './model.ts';

const ASK: SearchAsk = {
  accelerators: ['b200', 'h200'],
  model: 'deepseek-r1',
  precisions: ['fp8', 'fp4'],
  input: 1024,
  output: 1024,
  chipsMost: 16,
};

test('the front: none on it is beaten by another, all keep the limits, and what is left out is counted', () => {
  const { front, tried, refused } = searchConfigurations(model, { ...ASK, limits: { tpot: 0.05 } });
  assert.ok(tried >= 5000, String(tried));
  assert.ok(front.length > 5 && refused.impossible > 0 && refused.tpot > 0);
  for (const [at, each] of front.entries()) {
    assert.ok(1 / each.perUser.mid <= 0.05 + 1e-12 && each.perChip.low < each.perChip.mid);
    const before = front[at - 1];
    if (before === undefined) continue;
    assert.ok(each.perUser.mid < before.perUser.mid && each.perChip.mid > before.perChip.mid);
  }
  assert.deepEqual(searchConfigurations(model, { ...ASK, limits: { tpot: 0.05 } }).front, front);
});

test('a limit on the first token is kept by the approximation that is handed in', () => {
  const { front, refused } = searchConfigurations(model, {
    ...ASK,
    batches: [1, 8, 64],
    limits: { ttft: 0.05 },
    ttft: ({ prediction }) => prediction.prefill * prediction.batch,
  });
  assert.ok(refused.ttft > 0);
  assert.ok(front.every(({ ttft }) => ttft! <= 0.05));
});

test('a search that names what does not exist, or is too large, is refused', () => {
  assert.throws(() => searchConfigurations(model, { ...ASK, model: 'nobody' }), { code: 'PLAN_IMPOSSIBLE' });
  const batches = Array.from({ length: 5000 }, (_, at) => at + 1);
  assert.throws(() => searchConfigurations(model, { ...ASK, batches }), /more than 200000/);
  assert.deepEqual(frontOf([]), []);
});

const LONG = {
  accelerator: 'h100',
  model: 'llama-3.1-70b',
  precision: 'fp8',
  parallel: { tensor: 2 },
  input: 120_000,
  output: 1000,
  concurrency: 1,
} as const;

test('a long context: what fits in memory costs nothing more; what must be fetched costs the link’s time', () => {
  const host = { bytes: 256e9 };
  const two = longContext(model, LONG, host, 2);
  // 163,840 numbers of one byte for each of 121,000 tokens.
  assert.ok(close(two.cache, 163_840 * 121_000));
  assert.ok(two.fits >= 2 && two.offload.slower === 1 && two.inMemory !== undefined);
  const many = longContext(model, LONG, host, 16);
  assert.ok(many.offload.fetched > 0 && many.offload.slower > 1);
  assert.ok(many.offload.tpot >= many.offload.fetched / (64e9 * 0.8));
  const coupled = longContext(model, { ...LONG, accelerator: 'gh200-96' }, host, 16);
  assert.ok(coupled.offload.slower < many.offload.slower);
  assert.throws(() => longContext(model, LONG, { bytes: 1e9 }, 64), /memory and host hold/);
  assert.throws(
    () => longContext(model, { ...LONG, parallel: { tensor: 1 }, precision: 'bf16' }, host, 1),
    /weights .* alone do not fit/,
  );
});

test('training: operations by hand, days between ends that are far apart, and nothing that cannot fit', () => {
  const ask = {
    accelerator: 'h100',
    model: 'llama-3.1-405b',
    precision: 'bf16',
    chips: 16_384,
    tokens: 15.6e12,
    length: 8192,
    batch: 16e6,
  } as const;
  const held = estimateTraining(model, ask);
  const expected = 6 * 405.9e9 * 15.6e12 + 6 * 126 * 16_384 * 8192 * 15.6e12;
  assert.ok(close(held.operations, expected, 1e-9));
  // The model's own report: 3.8e25 operations, and 0.38 to 0.43 of the chips' rate.
  assert.ok(close(held.operations, 3.8e25, 0.06));
  assert.ok(held.utilisation.low < 0.38 && held.utilisation.high > 0.43);
  assert.ok(held.days.low < held.days.mid && held.days.mid < held.days.high && held.days.high > 2 * held.days.low);
  assert.match(held.extrapolates.join(), /no training run was measured/);
  const tuned = estimateTraining(model, { ...ask, adapters: 0.01, chips: 64, tokens: 1e9 });
  assert.ok(tuned.state < held.state / 4 && tuned.operations < held.operations);
  assert.throws(() => estimateTraining(model, { ...ask, chips: 8 }), /812 GB a chip, of 86/);
  assert.throws(() => estimateTraining(model, { ...ask, precision: 'fp8', accelerator: 'a100' }), /no 8-bit/);
  assert.throws(() => estimateTraining(model, { ...ask, tokens: -1 }), /tokens is -1/);
  assert.throws(() => estimateTraining(model, { ...ask, adapters: 2 }), /adapters are 2/);
});
