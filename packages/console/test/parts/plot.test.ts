import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { prepareChart, type ChartData } from '../../src/parts/time-chart/model.ts';
import {
  lonePoints,
  plotOfChart,
  seriesAt,
  spokenBucket,
  timeTicks,
  type ReadyChart,
} from '../../src/parts/time-chart/plot.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22);

function chart(given: Partial<ChartData> = {}): ReadyChart {
  const prepared = prepareChart({
    title: 't',
    unit: { kind: 'count', noun: 'calls' },
    shape: 'stack',
    starts: [0, 1, 2].map((i) => START + i * HOUR),
    bucketMs: HOUR,
    now: START + 2.5 * HOUR,
    series: [
      { key: 'a', label: 'a', values: [5, 5, 5] },
      { key: 'b', label: 'b', values: [1, null, 2] },
    ],
    ...given,
  });
  assert.ok(prepared.state === 'ready');
  return prepared;
}

describe('what is drawn', () => {
  test('of a stack the tallest comes first, so that each part stays in sight', () => {
    const { columns, lines } = plotOfChart(chart());
    assert.deepEqual(columns, [
      [START / 1000, START / 1000 + 3600, START / 1000 + 7200],
      [6, null, 7],
      [5, 5, 5],
    ]);
    assert.deepEqual(
      lines.map(({ kind, colour }) => `${kind} ${colour}`),
      ['bar --cat-2', 'bar --cat-1'],
    );
  });

  test('of a line the part that is not over yet is a dotted tail that begins at the last sure point', () => {
    const { columns, lines } = plotOfChart(chart({ shape: 'line', before: { label: 'before', values: [1, 2, 3] } }));
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ['line', 'tail', 'line', 'tail', 'before'],
    );
    assert.deepEqual(columns.slice(1, 3), [
      [5, 5, null],
      [null, 5, 5],
    ]);
    assert.deepEqual(columns.at(-1), [1, 2, 3]);
  });

  test('points without a neighbour are found, for as a line they would be invisible', () => {
    assert.deepEqual(lonePoints([1, null, 2, 3, null, 4]), [0, 5]);
    assert.deepEqual(lonePoints([null, undefined, 0, undefined]), [2]);
  });
});

describe('a click', () => {
  test('hits the part of a stack it is in, or nothing above it', () => {
    assert.deepEqual(
      [seriesAt(chart(), 0, 4), seriesAt(chart(), 0, 5.5), seriesAt(chart(), 0, 9), seriesAt(chart(), 1, 5.5)],
      ['a', 'b', null, null],
    );
  });
  test('hits the nearest line', () => {
    const lines = chart({ shape: 'line' });
    assert.deepEqual([seriesAt(lines, 0, 1.4), seriesAt(lines, 0, 4), seriesAt(lines, 1, 0)], ['b', 'a', 'a']);
  });
});

test('a bucket is read aloud with all its values, and whether it is over', () => {
  assert.equal(spokenBucket(chart(), 0), '2026-11-22 00:00 UTC: all 6, a 5, b 1');
  assert.equal(spokenBucket(chart(), 2), '2026-11-22 02:00 UTC, not over yet: all 7, a 5, b 2');
});

test('ticks of time are in UTC: days where days begin, else hours, months where they are far apart', () => {
  const at = (...hours: number[]): string[] => timeTicks(hours.map((hour) => START / 1000 + hour * 3600));
  assert.deepEqual(at(-6, 0, 6), ['18:00', '22 Nov', '06:00']);
  assert.deepEqual(at(0, 48), ['22 Nov', '24 Nov']);
  assert.deepEqual(at(0, 24 * 30), ['Nov 2026', 'Dec 2026']);
});
