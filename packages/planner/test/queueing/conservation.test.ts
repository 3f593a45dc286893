// Over random fleets and loads: after every event each request that arrived is finished, refused or in flight; queues keep their bound;
// the same seed gives the same run; and more replicas do not make anybody wait longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  Chance,
  linearStep,
  simulate,
  type Arrival,
  type Census,
  type FleetForm,
  type Measured,
} from '@weighbridge/planner';
import { warmUp } from '../../src/queueing/simulator/measure.ts';

const step = linearStep({ base_ms: 8, per_sequence_ms: 0.3, per_context_token_ms: 0.0005, per_prefill_token_ms: 0.05 });

const fleets: fc.Arbitrary<FleetForm> = fc
  .record({
    instances: fc.integer({ min: 1, max: 5 }),
    slots: fc.integer({ min: 1, max: 12 }),
    kv_tokens: fc.integer({ min: 200, max: 20_000 }),
    kind: fc.constantFrom('chunked', 'whole'),
    tokens: fc.integer({ min: 1, max: 600 }),
    queue_most: fc.integer({ min: 0, max: 60 }),
    routing: fc.constantFrom('central', 'least_loaded', 'round_robin', 'prefix'),
    blocks: fc.integer({ min: 1, max: 30 }),
    split: fc.option(fc.record({ instances: fc.integer({ min: 1, max: 3 }), slots: fc.integer({ min: 1, max: 6 }) })),
  })
  .map(({ kind, tokens, blocks, split, ...rest }) => ({
    ...rest,
    step,
    prefill: { kind, tokens },
    prefix_cache: { blocks, block_tokens: 32 },
    ...(split === null ? {} : { split: { ...split, kv_tokens: 4000, transfer_ms: (held: number) => held / 50 } }),
  }));

function arrivals(seed: number, count: number, gap_ms: number): () => Arrival | undefined {
  const chance = new Chance(seed, 'conservation');
  let [at_ms, asked] = [0, 0];
  return () => {
    if (asked === count) return undefined;
    asked += 1;
    at_ms += chance.exponential(gap_ms);
    const input = 1 + Math.floor(chance.exponential(300));
    const family = Math.floor(chance.unit() * 4);
    const blocks = Array.from(
      { length: Math.floor(input / 32) },
      (_, at) => family * 1000 + (at < 3 ? at : asked * 50 + at),
    );
    return { at_ms, input, output: 1 + Math.floor(chance.exponential(40)), blocks };
  };
}

const run = (
  fleet: FleetForm,
  seed: number,
  gap_ms: number,
  more: { until_ms?: number; audit?: (census: Census) => void } = {},
): Measured =>
  simulate({ fleet, load: { kind: 'open', next: arrivals(seed, 300, gap_ms) }, warm_up_requests: 0, ...more });

test('no request is lost and no queue grows past its bound, at any event', () => {
  fc.assert(
    fc.property(
      fleets,
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0.5, max: 200, noNaN: true }),
      fc.option(fc.double({ min: 1, max: 20_000, noNaN: true })),
      (fleet, seed, gap_ms, until_ms) => {
        let before: Census | undefined;
        const got = run(fleet, seed, gap_ms, {
          ...(until_ms === null ? {} : { until_ms }),
          audit: (census) => {
            const { arrived, finished, refused, queued, running } = census;
            assert.equal(arrived, finished + refused + queued + running);
            assert.ok(queued <= fleet.queue_most);
            const room = fleet.instances * fleet.slots + (fleet.split?.instances ?? 0) * (fleet.split?.slots ?? 0);
            assert.ok(running <= room, `${running} run where ${room} can`);
            for (const key of ['at_ms', 'arrived', 'finished', 'refused'] as const)
              assert.ok(before === undefined || census[key] >= before[key], `${key} never goes back`);
            before = census;
          },
        });
        assert.equal(got.arrived, got.finished + got.refused + got.in_flight);
        if (until_ms === null) assert.deepEqual([got.arrived, got.in_flight], [300, 0]);
      },
    ),
    { numRuns: 150 },
  );
});

test('users who ask again are conserved too, and never more than they are', () => {
  fc.assert(
    fc.property(fleets, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1e9 }), (fleet, users, seed) => {
      const next = arrivals(seed, 200, 1);
      const got = simulate({
        fleet: { ...fleet, queue_most: 100 },
        load: { kind: 'closed', users, next },
        warm_up_requests: 0,
        audit: ({ queued, running }) => assert.ok(queued + running <= users),
      });
      assert.deepEqual([got.arrived, got.finished + got.refused], [200, 200]);
    }),
    { numRuns: 60 },
  );
});

test('the same seed gives the same run, to the bit', () => {
  fc.assert(
    fc.property(fleets, fc.integer({ min: 1, max: 1e9 }), (fleet, seed) => {
      assert.deepEqual(run(fleet, seed, 20), run(fleet, seed, 20));
      assert.notDeepEqual(run(fleet, seed, 20).ended_ms, run(fleet, seed + 1, 20).ended_ms);
    }),
    { numRuns: 20 },
  );
});

test('with more replicas behind one queue nobody starts later, where a request is a server’s whole work', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1e9 }), (instances, seed) => {
      const fleet: FleetForm = {
        instances,
        slots: 1,
        kv_tokens: 1e6,
        prefill: { kind: 'whole', tokens: 1e6 },
        queue_most: 1000,
        routing: 'central',
        step,
      };
      const [fewer, more] = [run(fleet, seed, 60), run({ ...fleet, instances: instances + 1 }, seed, 60)];
      for (const key of ['mean', 'p50', 'p90', 'p99'] as const)
        assert.ok(more.wait_ms[key].value <= fewer.wait_ms[key].value + 1e-9, key);
    }),
    { numRuns: 40 },
  );
});

test('a hundred thousand refusals in a row are only counted, and a warm-up is found where there is one', () => {
  let left = 100_000;
  const got = simulate({
    fleet: {
      instances: 1,
      slots: 1,
      kv_tokens: 10,
      prefill: { kind: 'whole', tokens: 10 },
      queue_most: 9,
      routing: 'central',
      step,
    },
    load: { kind: 'closed', users: 3, next: () => (left-- > 0 ? { input: 20, output: 1 } : undefined) },
  });
  assert.deepEqual([got.arrived, got.refused, got.finished], [100_000, 100_000, 0]);
  const chance = new Chance(1, 'noise');
  const values = Float64Array.from({ length: 2000 }, (_, at) => chance.unit() + (at < 200 ? 20 - at / 10 : 0));
  const found = warmUp(values);
  assert.ok(found >= 150 && found <= 400, String(found));
  assert.ok(warmUp(values.subarray(200)) <= 200, String(warmUp(values.subarray(200))));
});
