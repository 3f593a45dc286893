import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationMs, retryAfterMs } from '../../src/clouds/retry-after.ts';

const DATE = 'Sun, 22 Nov 2026 12:00:00 GMT';

describe('when to come back', () => {
  test('milliseconds beat seconds beat resets', () => {
    assert.equal(retryAfterMs({ 'retry-after-ms': '250.2', 'retry-after': '9' }), 251);
    assert.equal(retryAfterMs({ 'retry-after': '1.5' }), 1500);
    assert.equal(retryAfterMs({ 'retry-after': '0' }), 0);
    assert.equal(retryAfterMs({ 'retry-after': '3', 'x-ratelimit-reset-requests': '60s' }), 3000);
  });

  test('a date is read against the date of the response, and says nothing without one', () => {
    assert.equal(retryAfterMs({ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT', date: DATE }), 30_000);
    assert.equal(retryAfterMs({ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT', date: DATE }), 0);
    assert.equal(retryAfterMs({ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }), undefined);
    assert.equal(retryAfterMs({ 'x-ratelimit-reset': '1795348810', date: DATE }), 10_000);
    assert.equal(retryAfterMs({ 'x-ratelimit-reset': '12' }), 12_000);
  });

  test('nonsense says nothing, and a day is the longest wait', () => {
    for (const value of ['', ' ', 'soon', '-5', 'NaN', 'Infinity', '1e999'])
      assert.equal(retryAfterMs({ 'retry-after': value }), undefined, value);
    assert.equal(retryAfterMs({ 'retry-after': '99999999' }), 86_400_000);
  });

  test('durations as OpenAI and Google write them', () => {
    for (const [text, ms] of [
      ['1s', 1000],
      ['6m0s', 360_000],
      ['1h2m3s', 3_723_000],
      ['20ms', 20],
      ['1.5s', 1500],
      ['2m', 120_000],
      ['3.000000001s', 3001],
      ['', undefined],
      ['5', undefined],
      ['1s2m', undefined],
      ['9'.repeat(41), undefined],
    ] as const) {
      assert.equal(durationMs(text), ms, text);
    }
  });
});
