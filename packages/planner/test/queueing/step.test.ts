// Step times: the line by hand, and the performance model's step beside the model itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  CALIBRATION_FILE,
  linearStep,
  modelStep,
  performanceModel,
  predict,
  readCalibration,
  simulate,
} from '@weighbridge/planner';
import { shipped } from '../catalogue/shipped.ts';
import { expectNear, expectRefused } from '../support/expect.ts';

test('a line by hand, and what a step may not be', () => {
  const step = linearStep({ base_ms: 5, per_sequence_ms: 0.5, per_context_token_ms: 0.001, per_prefill_token_ms: 0.1 });
  assert.equal(step(4, 1000, 20), 5 + 2 + 1 + 2);
  expectRefused(
    () => linearStep({ base_ms: -1, per_sequence_ms: 0, per_context_token_ms: 0, per_prefill_token_ms: 0 }),
    /base_ms is -1/,
  );
});

test('the performance model’s step is the model’s where it was asked, and between its neighbours elsewhere', () => {
  const model = performanceModel(
    shipped(),
    readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8')),
  );
  const request = {
    accelerator: 'h200',
    model: 'llama-3.1-70b',
    precision: 'fp8',
    parallel: { tensor: 4 },
    input: 1024,
    output: 256,
  } as const;
  const { step, kv_tokens } = modelStep(model, request, 256);
  for (const [concurrency, input] of [
    [1, 128],
    [16, 2048],
    [64, 512],
  ] as const) {
    const told = predict(model, { ...request, input, output: 2, concurrency }).step * 1000;
    expectNear(step(concurrency, concurrency * input, 0), told, 1e-9);
  }
  assert.ok(step(24, 24 * 900, 0) > step(16, 16 * 512, 0) && step(24, 24 * 900, 0) < step(32, 32 * 2048, 0));
  expectNear(step(0, 0, 1024), predict(model, { ...request, concurrency: 1 }).prefill * 1000, 1e-9);
  assert.ok(kv_tokens > 100_000 && kv_tokens < 5_000_000, String(kv_tokens));
  // The pace of a fleet on it is what the model says of that batch, prompts among the decodes or not.
  let left = 400;
  const run = simulate({
    fleet: {
      instances: 1,
      slots: 32,
      kv_tokens,
      prefill: { kind: 'chunked', tokens: 8192 },
      queue_most: 1000,
      routing: 'central',
      step,
    },
    load: { kind: 'closed', users: 32, next: () => (left-- > 0 ? { input: 1024, output: 256 } : undefined) },
    warm_up_requests: 64,
    cool_down_requests: 64,
  });
  const { low, high } = predict(model, { ...request, concurrency: 32 }).tpot;
  assert.ok(
    run.tpot_ms.mean.value > low * 700 && run.tpot_ms.mean.value < high * 1300,
    `${run.tpot_ms.mean.value} ${low * 1000} ${high * 1000}`,
  );
});
