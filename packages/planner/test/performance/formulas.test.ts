// Every formula of a forward pass on a case worked by hand, and the published figures that follow from a model's shape alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as f from '../../src/performance/formulas.ts';
import { memoryOf } from '../../src/performance/memory.ts';
import { workOf } from '../../src/performance/work.ts';
import { chip, close, setting, shape } from './model.ts';

test('a matrix product counts two operations for each multiplication', () => {
  assert.equal(f.gemmOperations(2, 3, 4), 48);
});

test('experts awake: one token wakes those it uses, many tokens wake all and never more', () => {
  assert.ok(close(f.expertsAwake(8, 2, 1), 2));
  // 8 × (1 − 0.75²)
  assert.equal(f.expertsAwake(8, 2, 2), 3.5);
  assert.ok(f.expertsAwake(256, 8, 1e4) <= 256);
});

test('attention: decode reads keys and values once, latent attention works on its rank, prefill is causal', () => {
  assert.equal(f.decodeAttentionOperations(2, 3, 10, 1), 240);
  assert.equal(f.latentDecodeOperations(2, 3, 1, 10, 1), 280);
  // 2 × ((2 + 3)² − 3²) × 1 × 1
  assert.equal(f.prefillAttentionOperations(1, 1, 2, 3, 1), 32);
});

test('exchanges: a ring of four sends one and a half times its bytes; one chip sends none', () => {
  assert.equal(f.allReduceBytes(100, 4), 150);
  assert.equal(f.allReduceBytes(100, 1), 0);
  // 10 tokens × 2 experts × 4 wide × 3 bytes × 3/4
  assert.equal(f.allToAllBytes(10, 4, 2, 4), 180);
  assert.equal(f.allToAllBytes(10, 4, 2, 1), 0);
});

test('the cache is shared out until each chip has one head, and copied where it is latent', () => {
  assert.equal(f.cacheShare(4, 8, false), 1 / 4);
  assert.equal(f.cacheShare(16, 8, false), 1 / 8);
  assert.equal(f.cacheShare(16, 128, true), 1);
});

test('speculation: two guesses right half the time give a token and three quarters', () => {
  assert.equal(f.tokensPerStep(2, 0.5), 1.75);
  assert.equal(f.tokensPerStep(0, 0.9), 1);
  assert.equal(f.tokensPerStep(3, 1), 4);
});

test('training: six operations of each weight and token, and attention over the sequence', () => {
  assert.equal(f.trainingOperations(10, 2, { layers: 1, width: 1, length: 1 }), 132);
});

test('a cache of a token of DeepSeek-R1 has 35,136 numbers, 61 layers of a rank of 512 and a rotary part of 64', () => {
  const held = shape('deepseek-r1');
  assert.equal(held.kvElements, 35_136);
  assert.equal(held.layers * (held.latent!.rank + held.latent!.rope), 35_136);
});

test('Qwen3-30B-A3B on four chips in 16 bits: 15.19 GB of weights a chip, as InferSim prints it', () => {
  const held = setting({
    shape: shape('qwen3-30b-a3b'),
    precision: 'bf16',
    cache: 'bf16',
    parallel: { tensor: 4, pipeline: 1, attention: 1, experts: false },
  });
  assert.ok(close(memoryOf(held, 'share of the chip').weights, 15.19e9, 0.01));
});

test('the weights of a shape add up to the parameters of its card, and those of a token to its active ones', () => {
  for (const id of ['llama-3.1-70b', 'qwen3-32b', 'mixtral-8x7b', 'deepseek-r1', 'qwen3-235b-a22b', 'gpt-oss-120b']) {
    const { weights, experts, expertLayers, expertsUsed, parameters, active } = shape(id);
    const inside = weights.perExpert * expertLayers;
    const rest = weights.attention + weights.dense + 2 * weights.head;
    assert.ok(close(rest + inside * experts, parameters, 0.01), id);
    const used = rest - weights.head + inside * expertsUsed;
    assert.ok(close(used, active, 0.08), `${id}: ${used / 1e9}`);
  }
});

test('a chip holds as many requests as its memory less weights and runtime has room for', () => {
  const held = setting({ input: 1000, output: 1000 });
  const memory = memoryOf(held, 'share of the chip');
  // 8.03 bn parameters of one byte, and the head kept in two.
  const weights = 8.03e9 - 2 * 128_256 * 4096 + 2 * 128_256 * 4096 * 2;
  assert.ok(close(memory.weights, weights, 1e-6));
  assert.equal(memory.perToken, 65_536);
  const free = 80 * 2 ** 30 * 0.92 - weights - 2e9;
  assert.ok(close(memory.most, free / (65_536 * 1500), 1e-6));
});

test('work at stated rates: weights over bandwidth, operations over the rate, exchanges twice a layer', () => {
  const held = setting({
    precision: 'bf16',
    cache: 'bf16',
    concurrency: 1,
    input: 2,
    output: 2,
    parallel: { tensor: 2, pipeline: 1, attention: 1, experts: false },
  });
  const work = workOf(held, memoryOf(held, 'share of the chip'), 1);
  const { weights } = held.shape;
  const read = ((weights.attention + weights.dense + weights.head) * 2) / 2 / 3.35e12;
  assert.ok(close(work.readWeights, read));
  assert.ok(close(work.computeDense, (2 * (weights.attention + weights.dense + weights.head)) / 2 / 989e12));
  // Keys and values of 3 tokens of context, half of the heads.
  assert.ok(close(work.readCache, (3 * 65_536 * 2) / 2 / 3.35e12));
  assert.equal(work.exchanges, 64);
  assert.ok(close(work.reduce, (2 * 32 * 4096 * 2) / 450e9));
  assert.ok(close(work.prefillDense, (2 * (weights.attention + weights.dense) * 2) / 2 / 989e12));
});

test('a chip that lacks a precision computes in 16 bits, and says so', () => {
  const held = setting({ shape: shape('gpt-oss-20b'), precision: 'fp4' });
  const work = workOf(held, memoryOf(held, 'share of the chip'), 1);
  assert.equal(work.native, false);
  const blackwell = { ...held, chip: chip('b200') };
  assert.equal(workOf(blackwell, memoryOf(blackwell, 'share of the chip'), 1).native, true);
});
