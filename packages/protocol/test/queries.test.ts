// What questions are made of: buckets that are as exact as they say, and a search box that says what it did not understand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bucketBounds,
  bucketOf,
  callFilterSchema,
  callsInput,
  DIMENSIONS,
  LATENCY_DIMENSIONS,
  LATENCY_RELATIVE_ERROR,
  overviewInput,
  parseCallSearch,
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

describe('searching calls', () => {
  test('fields, values, comparisons, negation, quotes and words', () => {
    const { filters, problems } = parseCallSearch(
      'team:platform,none -model:gpt* cost:>0.5 -status:200 stream:no -erased:yes "free words" -word',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(filters, [
      { kind: 'text', field: 'team', values: ['platform', null], not: false },
      { kind: 'text', field: 'model', values: ['gpt*'], not: true },
      { kind: 'number', field: 'cost', is: 'above', value: '0.5', not: false },
      { kind: 'number', field: 'status', is: 'equal', value: '200', not: true },
      { kind: 'truth', field: 'stream', value: false },
      { kind: 'truth', field: 'erased', value: false },
      { kind: 'word', word: 'free words', not: false },
      { kind: 'word', word: 'word', not: true },
    ]);
  });

  test('what is not understood is said, with the nearest thing, and filters nothing', () => {
    const { filters, problems } = parseCallSearch('tema:platform shoe:5 cost:dear stream:maybe team:, ok');
    assert.deepEqual(filters, [{ kind: 'word', word: 'ok', not: false }]);
    assert.deepEqual(problems, [
      'tema:platform: calls have no tema; did you mean team?',
      'shoe:5: calls have no shoe',
      'cost:dear: give a number, >number or <number',
      'stream:maybe: say yes or no',
      'team:,: a value is missing',
    ]);
  });

  test('whatever is typed, each filter fits the schema that questions take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { filters, problems } = parseCallSearch(text);
        for (const filter of filters) assert.deepEqual(callFilterSchema.parse(filter), filter);
        assert.ok(filters.length + problems.length <= 31);
        assert.equal(callsInput.safeParse({ filters: [...filters] }).success, true);
      }),
    );
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
