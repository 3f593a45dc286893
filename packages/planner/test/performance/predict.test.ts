// Predictions as whoever plans meets them: refusals with what to change, laws that no calibration may break, and the same answer
// every time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import type { Chip } from '../../src/performance/chip.ts';
import { correctionOf } from '../../src/performance/corrections.ts';
import { predict, type Prediction } from '../../src/performance/predict.ts';
import type { Request } from '../../src/performance/request.ts';
import { PARTS, type Parts } from '../../src/performance/step.ts';
import { calibration, chip, model, setting } from './model.ts';

const ASKED: Request = {
  accelerator: 'b200',
  model: 'llama-3.1-70b',
  precision: 'fp8',
  parallel: { tensor: 4 },
  input: 1024,
  output: 1024,
  concurrency: 32,
  backend: 'vllm',
};
const ask = (over: Partial<Request> = {}): Prediction => predict(model, { ...ASKED, ...over });
const asWith = (over: Partial<Chip>, request: Partial<Request> = {}): Prediction => {
  const chips = new Map(model.chips).set('b200', { ...chip('b200'), ...over });
  return predict({ ...model, chips }, { ...ASKED, ...request });
};

test('a prediction has an interval, names what bounds it, and its shares add up', () => {
  const held = ask();
  for (const { low, mid, high } of [held.tpot, held.perChip, held.perUser])
    assert.ok(0 < low && low < mid && mid < high);
  assert.ok(Math.abs(Object.values(held.shares).reduce((sum, each) => sum + each, 0) - 1) < 1e-9);
  assert.equal(ask({ parallel: { tensor: 1 }, concurrency: 4 }).bound, 'memory');
  assert.equal(ask({ model: 'llama-3.1-8b', parallel: { tensor: 8 }, concurrency: 1 }).bound, 'overhead');
  assert.equal(ask({ input: 8192, output: 128, concurrency: 64 }).bound, 'compute');
  assert.equal(held.class, 'seen');
  assert.deepEqual(held.extrapolates, []);
  assert.ok(Math.abs(held.perUser.mid * held.tpot.mid - 1) < 1e-9);
});

test('another build or split of what was measured is a class of its own, and another version one that is wider', () => {
  const { seen } = calibration.regimes.serving;
  const version = [...seen.versions]
    .find((each) => each.startsWith('vllm|') && each !== 'vllm|')!
    .slice('vllm|'.length);
  const classes = [ask(), ask({ parallel: { tensor: 16 } }), ask({ version: '99.9' })];
  assert.deepEqual(
    classes.map((each) => each.class),
    ['seen', 'new setup', 'new version'],
  );
  assert.match(classes[2]!.extrapolates.join(), /^version 99\.9 of vllm was not measured$/);
  assert.ok(!ask({ version }).extrapolates.join().includes('version'));
  for (const { spreads } of Object.values(calibration.regimes)) {
    assert.ok(spreads['new setup'].high - spreads['new setup'].low > 1.4 * (spreads.seen.high - spreads.seen.low));
    assert.ok(
      spreads['new version'].high - spreads['new version'].low > spreads['new setup'].high - spreads['new setup'].low,
    );
  }
});

test('what was never measured is named, and its interval is wider', () => {
  const width = ({ tpot }: Prediction): number => Math.log(tpot.high / tpot.low);
  const seen = ask();
  const newer = ask({ accelerator: 'gb300' });
  assert.equal(newer.class, 'new chip');
  assert.match(newer.extrapolates.join(), /gb300/);
  const other = ask({ accelerator: 'mi355x', model: 'falcon-180b', parallel: { tensor: 8 }, input: 500 });
  assert.equal(other.class, 'new chip and model');
  assert.ok(width(seen) < width(newer) && width(newer) < width(other));
  const long = ask({ input: 100_000, concurrency: 4 });
  assert.match(long.extrapolates.join(), /input 100000 lies outside/);
  assert.ok(width(long) > width(seen));
  const guessed = ask({ speculative: { drafted: 3, accepted: 0.7 }, prefix: 0.5 });
  assert.equal(guessed.extrapolates.length, 2);
});

test('nonsense is refused with what to change', () => {
  const refusal = (over: Partial<Request>): string => {
    try {
      ask(over);
    } catch (error) {
      assert.ok(isAppError(error) && error.code === 'PLAN_IMPOSSIBLE', String(error));
      return `${error.message} | ${error.next}`;
    }
    return assert.fail(`it was predicted: ${JSON.stringify(over)}`);
  };
  assert.match(refusal({ accelerator: 'b2000' }), /no accelerator "b2000".*did you mean b200\?/);
  assert.match(refusal({ model: 'llama-3.1-71b' }), /did you mean llama-3\.1-70b\?/);
  assert.match(
    refusal({ model: 'llama-3.1-405b', parallel: { tensor: 1 } }),
    /does not fit on 1 × b200: the weights alone.*use more chips/,
  );
  assert.match(refusal({ accelerator: 'a100' }), /a100 has no 8-bit arithmetic \| use bf16/);
  assert.match(refusal({ parallel: { tensor: 3 } }), /64 heads .* cannot be shared by 3 chips/);
  assert.match(refusal({ parallel: { tensor: 0 } }), /tensor parallelism is 0/);
  assert.match(refusal({ parallel: { tensor: 4, attention: 3 } }), /3 attention groups do not divide 4/);
  assert.match(refusal({ parallel: { tensor: 4, attention: 4 } }), /copies of it/);
  assert.match(refusal({ parallel: { tensor: 4, experts: true } }), /no experts/);
  assert.match(refusal({ parallel: { pipeline: 81 } }), /80 layers, too few for 81 stages/);
  assert.match(refusal({ input: -1 }), /the input is -1/);
  assert.match(refusal({ input: Number.NaN }), /the input is NaN/);
  assert.match(refusal({ output: 0 }), /the output is 0/);
  assert.match(refusal({ concurrency: 0 }), /concurrency is 0/);
  assert.match(refusal({ prefix: 2 }), /cached share of the input is 2/);
  assert.match(refusal({ speculative: { drafted: 99, accepted: 0.5 } }), /guessed tokens is 99/);
  assert.match(refusal({ speculative: { drafted: 2, accepted: 2 } }), /guess is right is 2/);
  assert.match(refusal({ input: 200_000 }), /takes 131072 tokens of context/);
  assert.match(
    refusal({ model: 'deepseek-r1', parallel: { tensor: 512, attention: 512, experts: true } }),
    /256 experts, fewer than 512/,
  );
});

test('memory that holds fewer than are asked for is said, and the batch is what it holds', () => {
  const held = ask({ parallel: { tensor: 1 }, input: 8192, concurrency: 512 });
  assert.ok(held.batch < 512);
  assert.match(held.notes.join(), /memory holds \d+ requests/);
});

test('more bandwidth, arithmetic or link never makes anything slower', () => {
  const requests = fc.record({
    model: fc.constantFrom('llama-3.1-70b', 'deepseek-r1', 'gpt-oss-120b', 'qwen3-32b'),
    precision: fc.constantFrom('fp8', 'fp4'),
    input: fc.integer({ min: 16, max: 30_000 }),
    output: fc.integer({ min: 16, max: 8000 }),
    concurrency: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constant('most')),
    backend: fc.constantFrom('vllm', 'sglang', 'trtllm', 'other'),
  }) as fc.Arbitrary<Partial<Request>>;
  fc.assert(
    fc.property(requests, fc.double({ min: 1.01, max: 8, noNaN: true }), (request, times) => {
      const wide = { ...request, parallel: { tensor: 8 } };
      const base = ask(wide);
      const { bandwidth, link, rates } = chip('b200');
      const faster = [
        { bandwidth: bandwidth * times },
        { link: link * times },
        { rates: { bf16: rates.bf16 * times, fp8: rates.fp8 * times, fp4: rates.fp4 * times } },
      ];
      for (const over of faster) {
        const held = asWith(over, wide);
        assert.ok(held.perChip.mid >= base.perChip.mid * (1 - 1e-9), JSON.stringify(over));
      }
    }),
    { numRuns: 150 },
  );
});

test('weights in 4 bits are not slower than in 8 on a chip that computes both at one rate', () => {
  for (const name of ['qwen3-32b', 'mixtral-8x7b', 'falcon-180b'])
    for (const concurrency of [1, 128, 'most'] as const) {
      const of = (precision: 'fp8' | 'fp4'): number =>
        ask({
          accelerator: 'trainium3',
          model: name,
          precision,
          input: 1600,
          output: 64,
          concurrency,
          parallel: { tensor: 8 },
        }).perChip.mid;
      assert.ok(of('fp4') >= of('fp8') * (1 - 1e-9), `${name} ${concurrency}`);
    }
});

test('a part that takes less time makes the whole take less, whatever corrections stand', () => {
  const shares = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), {
    minLength: PARTS.length,
    maxLength: PARTS.length,
  });
  fc.assert(
    fc.property(shares, fc.nat(PARTS.length - 1), fc.double({ min: 0.1, max: 0.99, noNaN: true }), (values, at, by) => {
      const held = setting({ backend: 'sglang' });
      const time = (of: readonly number[]): number => {
        const parts = Object.fromEntries(PARTS.map((part, index) => [part, of[index]!])) as Parts;
        const total = of.reduce((sum, each) => sum + each, 0);
        return total * Math.exp(correctionOf(held, parts, total, calibration.regimes.serving.corrections));
      };
      assert.ok(time(values.with(at, values[at]! * by)) < time(values));
    }),
    { numRuns: 300 },
  );
});

test('more requests give a user less and a chip more; cached input and right guesses never cost', () => {
  const many = [1, 4, 16, 64, 256].map((concurrency) => ask({ concurrency }));
  for (const [at, held] of many.entries()) {
    const before = many[at - 1];
    if (before === undefined) continue;
    assert.ok(held.perUser.mid < before.perUser.mid && held.perChip.mid > before.perChip.mid);
  }
  assert.ok(ask({ prefix: 0.5 }).tpot.mid < ask().tpot.mid);
  assert.ok(
    ask({ speculative: { drafted: 3, accepted: 0.9 }, concurrency: 4 }).tpot.mid < ask({ concurrency: 4 }).tpot.mid,
  );
  assert.ok(ask({ disaggregated: true }).tpot.mid < ask().tpot.mid);
});

test('the same question has the same answer, to the bit', () => {
  assert.deepEqual(ask({ concurrency: 'most' }), ask({ concurrency: 'most' }));
});

test('what one change is worth is a ratio with an interval', async () => {
  const { changeWorth } = await import('../../src/performance/deltas.ts');
  const request: Request = {
    ...ASKED,
    model: 'deepseek-r1',
    parallel: { tensor: 8, attention: 8, experts: true },
    concurrency: 256,
  };
  const kernel = changeWorth(model, request, { kind: 'kernel', part: 'experts', times: 1.2 });
  assert.ok(kernel.perChip.low > 1 && kernel.perChip.high < 1.2);
  const narrower = changeWorth(model, request, { kind: 'precision', to: 'fp4' });
  assert.ok(narrower.perChip.low < narrower.perChip.mid && narrower.perChip.mid > 1);
  const wider = changeWorth(model, request, { kind: 'domain', chips: 32 });
  assert.match(wider.extrapolates.join(), /chips 32 lies outside/);
  assert.throws(() => changeWorth(model, request, { kind: 'domain', chips: 12 }), /no whole number of groups/);
  assert.throws(() => changeWorth(model, request, { kind: 'bandwidth', times: 0 }), /means nothing/);
});

test('Qwen3-30B-A3B on four H20, 100 requests each, as InferSim has it: 38.0 ms lies inside, though neither was measured', () => {
  const held = ask({
    accelerator: 'h20',
    model: 'qwen3-30b-a3b',
    precision: 'bf16',
    parallel: { tensor: 4, attention: 4, experts: true },
    input: 4096,
    output: 2048,
    concurrency: 400,
    backend: 'sglang',
    disaggregated: true,
  });
  assert.equal(held.class, 'new chip and model');
  assert.ok(held.tpot.low < 0.038 && 0.038 < held.tpot.high && Math.abs(held.tpot.mid / 0.038 - 1) < 0.25);
});
