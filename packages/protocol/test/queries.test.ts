// What questions are made of: buckets that are as exact as they say, and dimensions that there are.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bucketBounds,
  bucketOf,
  DIMENSIONS,
  LATENCY_DIMENSIONS,
  LATENCY_RELATIVE_ERROR,
  overviewInput,
  quantileOf,
} from '@weighbridge/protocol';

describe('latency buckets', () => {
  const micros = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 40 }));

  test('each duration lies in its bucket, and buckets follow one another without a gap', () => {
    fc.assert(
      fc.property(micros, (us) => {
        const bucket = bucketOf(us);
        const { from, to } = bucketBounds(bucket);
        assert.ok(from <= us && us < to, `${us} in ${from} to ${to}`);
        assert.equal(bucketBounds(bucket + 1).from, to);
        assert.ok(to - from === 1 || (to - from) / 2 <= from * LATENCY_RELATIVE_ERROR);
      }),
      { numRuns: 2_000 },
    );
    for (let power = 0; power <= 40; power += 1) assert.equal(bucketBounds(bucketOf(2 ** power)).from, 2 ** power);
    assert.equal(bucketOf(2 ** 45), bucketOf(2 ** 40), 'what is longer than twelve days is as long as twelve days');
    assert.equal(bucketOf(-1), 0);
  });

  test('a quantile of merged histograms is off by at most what is stated, whatever was merged', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
        // One count for each call: as many histograms as there are calls.
        const counts = values.map((us) => ({ bucket: bucketOf(us), calls: 1 }));
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(quantile * values.length)) - 1] ?? 0;
        const read = (quantileOf(counts, quantile) ?? Number.NaN) * 1000;
        assert.ok(Math.abs(read - exact) <= exact * LATENCY_RELATIVE_ERROR + 1e-6, `${read} for ${exact}`);
      }),
    );
    assert.equal(quantileOf([], 0.5), null);
  });

  test('below 64 microseconds nothing is lost', () => {
    assert.equal(quantileOf([{ bucket: bucketOf(17), calls: 3 }], 0.99), 0.017);
  });
});

describe('questions', () => {
  test('take only dimensions that there are; latency is kept by none that is personal', () => {
    const period = { since: 0, until: 1 };
    for (const dimension of DIMENSIONS)
      assert.ok(overviewInput.safeParse({ ...period, filters: [{ dimension, values: [null] }] }).success, dimension);
    assert.equal(
      overviewInput.safeParse({ ...period, filters: [{ dimension: 'shoe', values: ['x'] }] }).success,
      false,
    );
    assert.equal(overviewInput.safeParse({ ...period, more: 1 }).success, false);
    assert.ok(LATENCY_DIMENSIONS.every((name) => !['team', 'key', 'project', 'organisation'].includes(name)));
  });
});
