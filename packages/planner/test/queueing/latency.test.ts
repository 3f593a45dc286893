// The closed forms for a search beside the simulator on the same fleets, so that how far they are off is known and not guessed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  Chance,
  fleetLatency,
  linearStep,
  replicasFor,
  simulate,
  type FleetForm,
  type Latency,
  type Measured,
} from '@weighbridge/planner';
import { expectNear, expectRefused } from '../support/expect.ts';

const fleet: FleetForm = {
  instances: 4,
  slots: 64,
  kv_tokens: 400_000,
  prefill: { kind: 'chunked', tokens: 2048 },
  queue_most: 100_000,
  routing: 'least_loaded',
  step: linearStep({ base_ms: 8, per_sequence_ms: 0.1, per_context_token_ms: 0.00002, per_prefill_token_ms: 0.02 }),
};
const kinds = [
  { share: 0.6, input: 500, output: 200 },
  { share: 0.3, input: 2000, output: 300 },
  { share: 0.1, input: 8000, output: 500 },
];

function simulated(form: FleetForm, arrivals_per_s: number, requests: number): Measured {
  const [arrivals, which, length] = ['arrivals', 'kinds', 'lengths'].map((name) => new Chance(3, name)) as [
    Chance,
    Chance,
    Chance,
  ];
  let [at_ms, asked] = [0, 0];
  return simulate({
    fleet: form,
    load: {
      kind: 'open',
      next: () => {
        if (asked === requests) return undefined;
        asked += 1;
        at_ms += arrivals.exponential(1000 / arrivals_per_s);
        const u = which.unit();
        const kind = kinds[u < 0.6 ? 0 : u < 0.9 ? 1 : 2]!;
        assert.ok(length.unit() < 1);
        return { at_ms, input: kind.input, output: kind.output };
      },
    },
    warm_up_requests: 500,
    cool_down_requests: 200,
  });
}

const predicted = (form: FleetForm, arrivals_per_s: number): Latency => {
  const held = fleetLatency(form, { arrivals_per_s, kinds });
  assert.ok(!held.saturated, 'this fleet carries it');
  return held;
};

test('batch and time between tokens within 10 % of the simulator, time to the first token within 20 %, at light and at heavy load', () => {
  for (const arrivals_per_s of [8, 20, 32]) {
    const [got, expected] = [predicted(fleet, arrivals_per_s), simulated(fleet, arrivals_per_s, 6000)];
    expectNear(got.tpot_ms, expected.tpot_ms.mean.value, 0.1);
    expectNear(got.ttft_ms.mean, expected.ttft_ms.mean.value, 0.2);
    expectNear(got.ttft_ms.p99, expected.ttft_ms.p99.value, 0.2);
  }
});

test('a split fleet and whole prompts are told apart', () => {
  const split = { ...fleet, split: { instances: 2, slots: 16, kv_tokens: 400_000, transfer_ms: () => 5 } };
  const whole: FleetForm = { ...fleet, prefill: { kind: 'whole', tokens: 8192 } };
  for (const form of [split, whole]) {
    const [got, expected] = [predicted(form, 16), simulated(form, 16, 4000)];
    expectNear(got.tpot_ms, expected.tpot_ms.mean.value, 0.15);
    expectNear(got.ttft_ms.mean, expected.ttft_ms.mean.value, 0.2);
  }
});

test('more load is never served sooner, and what is too much is said to be', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 60, noNaN: true }), (arrivals_per_s) => {
      const [less, more] = [0.9, 1].map((times) =>
        fleetLatency(fleet, { arrivals_per_s: arrivals_per_s * times, kinds }),
      );
      if (more === undefined || less === undefined || more.saturated) return;
      assert.ok(!less.saturated);
      for (const key of ['mean', 'p50', 'p90', 'p99'] as const)
        assert.ok(less.ttft_ms[key] <= more.ttft_ms[key] * (1 + 1e-6), key);
      assert.ok(less.tpot_ms <= more.tpot_ms * (1 + 1e-9));
    }),
    { numRuns: 60 },
  );
  assert.ok(fleetLatency(fleet, { arrivals_per_s: 500, kinds }).saturated);
  expectRefused(() => fleetLatency({ ...fleet, kv_tokens: 100 }, { arrivals_per_s: 1, kinds }), /a replica has 100/);
  expectRefused(() => fleetLatency(fleet, { arrivals_per_s: 1, kinds: [] }), /0 kinds of requests/);
  expectRefused(() => fleetLatency(fleet, { arrivals_per_s: 0, kinds }), /arrivals_per_s is 0/);
});

test('the fewest replicas: they keep the aims in the simulator too, and one fewer does not keep them by the closed forms', () => {
  for (const [arrivals_per_s, aim] of [
    [60, { ttft_p99_ms: 400 }],
    [25, { tpot_ms: 11 }],
    [90, {}],
  ] as const) {
    const { instances, latency } = replicasFor(fleet, { arrivals_per_s, kinds }, aim);
    assert.ok(latency.utilisation <= 0.85);
    const fewer = fleetLatency({ ...fleet, instances: instances - 1 }, { arrivals_per_s, kinds });
    const keeps =
      !fewer.saturated &&
      fewer.within_cap &&
      fewer.ttft_ms.p99 <= ('ttft_p99_ms' in aim ? aim.ttft_p99_ms : Infinity) &&
      fewer.tpot_ms <= ('tpot_ms' in aim ? aim.tpot_ms : Infinity);
    assert.equal(keeps, false);
    const run = simulated({ ...fleet, instances }, arrivals_per_s, 4000);
    if ('ttft_p99_ms' in aim) assert.ok(run.ttft_ms.p99.value <= aim.ttft_p99_ms * 1.2, String(run.ttft_ms.p99.value));
    if ('tpot_ms' in aim) assert.ok(run.tpot_ms.mean.value <= aim.tpot_ms * 1.1, String(run.tpot_ms.mean.value));
  }
  expectRefused(
    () => replicasFor(fleet, { arrivals_per_s: 5, kinds }, { ttft_p99_ms: 5 }),
    /no number of replicas keeps the aims/,
  );
});
