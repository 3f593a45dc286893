// Charts of estimates and flows between parties: places as shares, gaps that stay gaps, and circles that are seen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  prepareBands,
  spokenMonth,
  SQUARE,
  stepFor,
  type BandChartData,
  type BandPoint,
} from '../../src/parts/band-chart/model.ts';
import { prepareFlow, type FlowData, type FlowLink } from '../../src/parts/flow/model.ts';
import { seed } from '../support/seed.ts';

const point = (middle: number): BandPoint => ({ low: middle / 2, middle, high: middle * 2, text: `${middle}` });

const bands = (given: Partial<BandChartData> = {}): BandChartData => ({
  key: 'one',
  title: 'One',
  summary: '',
  unit: 'MW',
  axis: String,
  months: ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'],
  series: [
    { key: 'a', label: 'median', colour: '--cat-1', points: [point(10), point(20), null, point(40), point(45)] },
  ],
  ceilings: [],
  dues: [],
  ...given,
});

describe('a chart of estimates', () => {
  test('a gap stays a gap: two stretches, in line and band', () => {
    const { series, ticks } = prepareBands(bands());
    // The highest is 90, so ticks stand 25 apart up to 100.
    assert.deepEqual(
      ticks.map(({ text, at }) => [text, at]),
      [
        ['0', 0],
        ['25', 0.25],
        ['50', 0.5],
        ['75', 0.75],
        ['100', 1],
      ],
    );
    assert.equal(series[0]?.line, 'M0 900L250 800M750 600L1000 550');
    assert.equal(series[0]?.area, 'M0 800L250 600L250 900L0 950ZM750 200L1000 100L1000 775L750 800Z');
    assert.deepEqual(series[0]?.texts, ['10', '20', '–', '40', '45']);
  });
  test('ceilings and promises are inside, those outside its months are left out', () => {
    const { ceilings, dues, table } = prepareBands(
      bands({
        ceilings: [{ label: 'most', value: 120 }],
        dues: [
          { label: 'half', month: '2026-03', value: 60 },
          { label: 'late', month: '2031-01', value: 60 },
        ],
      }),
    );
    assert.ok(ceilings[0]!.at <= 1 && ceilings[0]!.at > 0.7);
    assert.deepEqual(
      dues.map(({ text, left }) => [text, left]),
      [['half', 0.5]],
    );
    assert.deepEqual(table?.columns, ['month', 'median', 'promised by then']);
    assert.equal(table?.rows[2]?.[2], 'half');
  });
  test('every mark lies inside, whatever is drawn', () => {
    const number = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.option(number, { nil: null }), { minLength: 1, maxLength: 40 }), (values) => {
        const months = values.map((_, i) => `${2026 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`);
        const points = values.map((value) => (value === null ? null : point(value)));
        const prepared = prepareBands(bands({ months, series: [{ key: 'a', label: 'a', colour: '--cat-1', points }] }));
        const numbers =
          `${prepared.series[0]?.area} ${prepared.series[0]?.line}`.match(/-?[\d.]+(?:e[+-]?\d+)?/g) ?? [];
        assert.ok(numbers.every((text) => Number(text) >= 0 && Number(text) <= SQUARE));
        assert.ok(prepared.ticks.every(({ at }) => at >= 0 && at <= 1));
      }),
      { seed },
    );
  });
  test('a step is round, and goes a few times into the highest', () => {
    assert.deepEqual([90, 1030, 3e10, 0.7, 0].map(stepFor), [25, 500, 1e10, 0.2, 1]);
  });
  test('a month is read aloud with every side', () => {
    assert.equal(spokenMonth(prepareBands(bands()), 2), '2026-03: median –');
  });
  test('of many years every other one is named', () => {
    const months = Array.from(
      { length: 120 },
      (_, i) => `${2026 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
    );
    assert.deepEqual(
      prepareBands(bands({ months })).years.map(({ text }) => text),
      ['2026', '2028', '2030', '2032', '2034'],
    );
  });
});

const link = (from: string, to: string, value: number, why = 'pays'): FlowLink => ({
  from,
  to,
  why,
  value,
  text: `${value}`,
  marked: false,
});
const flows = (links: readonly FlowLink[]): FlowData => ({
  title: 'Flows',
  summary: '',
  columns: 3,
  format: String,
  nodes: ['left', 'middle', 'right'].map((id, column) => ({ id, label: id, column, colour: '--cat-1' })),
  links,
});

describe('flows between parties', () => {
  test('a box is as high as what passes it, in its column', () => {
    const { boxes, height } = prepareFlow(flows([link('left', 'middle', 30), link('middle', 'right', 20)]));
    const of = (label: string) => boxes.find((box) => box.label === label)!;
    assert.ok(of('left').left < of('middle').left && of('middle').left < of('right').left);
    assert.ok(Math.abs(of('right').height / of('middle').height - 2 / 3) < 0.01);
    assert.ok(boxes.every(({ top, height: own }) => top >= 0 && top + own <= height));
    assert.deepEqual([of('middle').side, of('right').side], ['right', 'left']);
  });
  test('money that runs back stands a second time at the left, under the same name', () => {
    const { boxes, ribbons } = prepareFlow(
      flows([link('left', 'middle', 30), link('middle', 'right', 20), link('right', 'middle', 5, 'invests')]),
    );
    const right = boxes.filter(({ label }) => label === 'right');
    assert.deepEqual(right.map(({ text }) => text).toSorted(), ['20', '5']);
    assert.equal(Math.min(...right.map(({ left }) => left)), 0);
    assert.equal(ribbons.length, 3);
  });
  test('money that goes back to the first column ends at the right; to oneself it is no circle', () => {
    const back = prepareFlow(flows([link('middle', 'left', 5), link('left', 'middle', 9)]));
    assert.equal(back.boxes.filter(({ label }) => label === 'left').length, 2);
    assert.equal(prepareFlow(flows([link('middle', 'middle', 5)])).state, 'ready');
  });
  test('what is nothing, or of nobody known, is not drawn; nothing at all is empty', () => {
    assert.equal(prepareFlow(flows([link('left', 'middle', 0), link('left', 'nobody', 3)])).state, 'empty');
    assert.equal(prepareFlow(flows([])).table, null);
  });
  test('as rows the largest come first, and no more than twelve; the table holds all', () => {
    const links = Array.from({ length: 20 }, (_, i) => link('left', 'middle', i + 1, `why ${i}`));
    const { rows, table } = prepareFlow(flows(links));
    assert.deepEqual([rows.length, rows[0]?.text, rows[0]?.share, table?.rows.length], [12, '20', 1, 20]);
  });
});
