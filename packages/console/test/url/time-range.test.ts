import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bucketOf,
  periodBefore,
  phraseOf,
  PRESETS,
  rangeOr,
  readTimeRange,
  type TimeRange,
} from '../../src/url/time-range.ts';
import { seed } from '../support/seed.ts';

/** A Sunday. */
const NOW = Date.UTC(2026, 10, 22, 14, 3, 7);
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

function read(text: string, now = NOW): TimeRange {
  const reading = readTimeRange(text, now);
  assert.ok(reading.ok, `"${text}" is read: ${reading.ok ? '' : reading.why}`);
  return reading.range;
}

describe('a time range', () => {
  const cases: readonly (readonly [typed: string, text: string, from: string, until: string, label: string])[] = [
    ['last 7 days', '7d', '2026-11-15T14:00', '2026-11-22T14:03', 'Last 7 days'],
    ['24h', '24h', '2026-11-21T14:00', '2026-11-22T14:03', 'Last 24 hours'],
    ['90 min', '90m', '2026-11-22T12:33', '2026-11-22T14:03', 'Last 90 minutes'],
    ['last hour', '1h', '2026-11-22T13:03', '2026-11-22T14:03', 'Last hour'],
    ['past week', '1w', '2026-11-15T14:00', '2026-11-22T14:03', 'Last week'],
    ['Today', 'today', '2026-11-22T00:00', '2026-11-22T14:03', 'Today'],
    ['yesterday', 'yesterday', '2026-11-21T00:00', '2026-11-22T00:00', 'Yesterday'],
    ['this week', 'this week', '2026-11-16T00:00', '2026-11-22T14:03', 'This week'],
    ['last week', 'last week', '2026-11-09T00:00', '2026-11-16T00:00', 'Last week'],
    ['last month', 'last month', '2026-10-01T00:00', '2026-11-01T00:00', 'Last month'],
    ['2026-11', '2026-11', '2026-11-01T00:00', '2026-12-01T00:00', 'Nov 2026'],
    ['2026', '2026', '2026-01-01T00:00', '2027-01-01T00:00', '2026'],
    [
      '2026-11-01..2026-11-15',
      '2026-11-01..2026-11-15',
      '2026-11-01T00:00',
      '2026-11-16T00:00',
      '1 Nov 2026 – 15 Nov 2026',
    ],
    ['2026-09 to 2026-10', '2026-09..2026-10', '2026-09-01T00:00', '2026-11-01T00:00', 'Sep 2026 – Oct 2026'],
    [
      '2026-11-20 09:30..2026-11-20 10:00',
      '2026-11-20T09:30..2026-11-20T10:00',
      '2026-11-20T09:30',
      '2026-11-20T10:00',
      '20 Nov 2026, 09:30 – 20 Nov 2026, 10:00',
    ],
    ['2026-11-20..', '2026-11-20..', '2026-11-20T00:00', '2026-11-22T14:03', 'Since 20 Nov 2026'],
  ];
  for (const [typed, text, from, until, label] of cases) {
    test(`"${typed}" is ${label}`, () => {
      const range = read(typed);
      assert.deepEqual([range.text, iso(range.from), iso(range.until), range.label], [text, from, until, label]);
      assert.deepEqual(read(range.text), range, 'the canonical text reads back to the same range');
    });
  }

  test('what is no range is refused with a reason and an example', () => {
    for (const text of [
      '',
      'soon',
      '0d',
      '2026-13',
      '2026-02-30',
      '2026-11-15..2026-11-01',
      '2000..2026',
      '2030-01-01',
      '2026-11-20T25:00..',
      '9999w',
      '1..2..3',
      'x'.repeat(80),
    ]) {
      const reading = readTimeRange(text, NOW);
      assert.ok(!reading.ok && reading.why.length > 10 && reading.next.length > 5, text);
    }
    const instant = readTimeRange('2026-11-20T09:30', NOW);
    assert.ok(!instant.ok && instant.next.includes('2026-11-20T09:30..'), 'an instant is told how to become a range');
  });

  test('every text is read or refused, and what is read has a beginning before its end', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9 .:T-]{0,24}$/),
      fc.constantFrom(...PRESETS, '__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2050, 0) }), (text, now) => {
        const reading = readTimeRange(text, now);
        if (!reading.ok) return;
        assert.ok(reading.range.from < reading.range.until, text);
        assert.deepEqual(readTimeRange(reading.range.text, now), reading);
      }),
      { seed, numRuns: 2000 },
    );
  });

  test('presets are canonical', () => {
    for (const preset of PRESETS) assert.equal(read(preset).text, preset);
  });

  test('a text that is no range falls back to the last seven days', () => {
    assert.deepEqual(rangeOr('soon', NOW), read('7d'));
  });

  test('just after midnight, today is a minute at least', () => {
    const range = read('today', Date.UTC(2026, 10, 22));
    assert.equal(range.until - range.from, 60_000);
  });
});

test('a range reads well in a sentence', () => {
  const phrases = [
    '7d',
    '1h',
    'yesterday',
    'this month',
    '2026-11',
    '2026-11-20',
    '2026-11-01..2026-11-15',
    '2026-11-20..',
    '2026',
  ];
  assert.deepEqual(
    phrases.map((text) => phraseOf(read(text))),
    [
      'in the last 7 days',
      'in the last hour',
      'yesterday',
      'this month',
      'in Nov 2026',
      'on 20 Nov 2026',
      'from 1 Nov 2026 to 15 Nov 2026',
      'since 20 Nov 2026',
      'in 2026',
    ],
  );
});

test('the period before has the same length and ends where this begins', () => {
  const range = read('2026-11-08..2026-11-14');
  assert.deepEqual(periodBefore(range), { from: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 10, 8) });
});

test('a chart has between 20 and 180 buckets over any common range', () => {
  for (const [text, hours] of [
    ['1h', 1 / 60],
    ['24h', 15 / 60],
    ['7d', 1],
    ['30d', 6],
    ['2026', 168],
  ] as const) {
    const range = read(text);
    const width = bucketOf(range);
    assert.equal(width, hours * 3_600_000, text);
    const count = (range.until - range.from) / width;
    assert.ok(count >= 20 && count <= 181, `${text} has ${count} buckets`);
  }
});
