import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { prepareBullet } from '../../src/parts/bullet/model.ts';
import { prepareDistribution } from '../../src/parts/distribution/model.ts';
import { HEIGHT, prepareSparkline, WIDTH } from '../../src/parts/sparkline/model.ts';
import {
  changeOf,
  MAX_SERIES,
  prepareChart,
  type ChartData,
  type PreparedChart,
} from '../../src/parts/time-chart/model.ts';
import { prepareTimeline } from '../../src/parts/timeline/model.ts';
import { axisText, briefText, exactText, plotValue, shareText, type Unit } from '../../src/parts/unit/model.ts';
import { seed } from '../support/seed.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22);
const USD: Unit = { kind: 'money', currency: 'USD' };

const chart = (given: Partial<ChartData> = {}): ChartData => ({
  title: 'Spend by team',
  unit: USD,
  shape: 'stack',
  starts: [0, 1, 2].map((i) => START + i * HOUR),
  bucketMs: HOUR,
  now: START + 3 * HOUR,
  series: [
    { key: 'ads', label: 'ads', values: ['0.1', null, '3'] },
    { key: 'search', label: 'search', values: ['0.2', '5', '4'] },
  ],
  ...given,
});
type Ready = Extract<PreparedChart, { state: 'ready' }>;
function ready(data: ChartData): Ready {
  const prepared = prepareChart(data);
  assert.ok(prepared.state === 'ready');
  return prepared;
}

describe('a chart over time', () => {
  test('stacks the largest first, keeps gaps, and sums exactly', () => {
    const { series, totals, table } = ready(chart());
    assert.deepEqual(
      series.map(({ label, plot, total }) => [label, plot, total]),
      [
        ['search', [0.2, 5, 4], '$9.20'],
        ['ads', [0.2 + 0.1, null, 7], '$3.10'],
      ],
    );
    assert.deepEqual(totals, ['$0.30', '$5.00', '$7.00']);
    assert.deepEqual(table.columns, ['from', 'search', 'ads', 'all']);
    assert.deepEqual(table.rows[1], ['2026-11-22 01:00 UTC', '$5.00', '–', '$5.00']);
  });

  test('says nothing of a last bucket where the only one is not over yet', () => {
    const only = { key: 'p50', label: 'median', values: [451] };
    const given = chart({ shape: 'line', unit: { kind: 'duration' }, starts: [START], now: START, series: [only] });
    assert.equal(
      plain(ready(given).summary),
      'median: at most 451 ms from 2026-11-22 00:00 UTC. The last bucket is not over yet.',
    );
  });

  test('says in words what it shows', () => {
    assert.equal(
      plain(ready(chart()).summary),
      '$12.30 in all. Highest: $7.00 from 2026-11-22 02:00 UTC. Largest part: search, $9.20.',
    );
  });

  test('marks the first bucket that is not over yet, and says so', () => {
    const open = ready(chart({ now: START + 2.5 * HOUR }));
    assert.equal(open.openFrom, 2);
    assert.match(open.summary, /last bucket is not over/);
    assert.equal(ready(chart()).openFrom, null);
  });

  test('never draws more than eight series and an explicit rest', () => {
    const many = Array.from({ length: 14 }, (_, i) => ({
      key: `t${i}`,
      label: `team ${i}`,
      values: [String(i + 1), '1', null],
    }));
    const { series } = ready(chart({ series: many }));
    assert.equal(series.length, MAX_SERIES + 1);
    const rest = series.at(-1);
    assert.deepEqual([rest?.key, rest?.label, rest?.members, rest?.colour], ['others', '6 others', 6, '--cat-others']);
    assert.equal(rest?.texts[0], '$21.00');
    assert.equal(new Set(series.map(({ colour }) => colour)).size, 9);
  });

  test('a rest that was folded before is the rest, however large', () => {
    const others = { key: 'others', label: '', values: ['100', '100', '100'], members: 40 };
    const { series } = ready(chart({ series: [others, ...chart().series] }));
    assert.deepEqual(
      series.map(({ label, members }) => [label, members]),
      [
        ['search', 1],
        ['ads', 1],
        ['40 others', 40],
      ],
    );
  });

  test('of lines the rest is the highest of them, for a sum of durations means nothing', () => {
    const many = Array.from({ length: 10 }, (_, i) => ({ key: `d${i}`, label: `d${i}`, values: [100 * i, null, 5] }));
    const { series } = ready(chart({ unit: { kind: 'duration' }, shape: 'line', series: many }));
    assert.deepEqual(
      [series.at(-1)?.label, plain(series.at(-1)?.texts[0] ?? ''), series.at(-1)?.total],
      ['highest of 2 others', '900 ms', ''],
    );
    assert.deepEqual(series[1]?.plot, [100, null, 5]);
  });

  test('the same period before stands beside it as one line', () => {
    const { before, table, top } = ready(chart({ before: { label: 'day before', values: ['1', null, '20'] } }));
    assert.deepEqual(before?.plot, [1, null, 20]);
    assert.equal(table.columns.at(-1), 'day before');
    assert.equal(top, 21);
  });

  test('of nothing says so, and of unknowns only as well', () => {
    assert.equal(prepareChart(chart({ series: [] })).state, 'empty');
    assert.equal(
      prepareChart(chart({ series: [{ key: 'a', label: 'a', values: [null, null, null] }] })).state,
      'empty',
    );
  });

  test('buckets that hold nothing are counted, not drawn as zero', () => {
    const gap = ready(chart({ series: [{ key: 'a', label: 'a', values: ['1', null, '2'] }] }));
    assert.match(gap.summary, /1 of 3 buckets hold nothing/);
    assert.deepEqual(gap.series[0]?.plot, [1, null, 3 - 1]);
  });

  test('a stack never falls: each series stands on those below, whatever the gaps', () => {
    const values = fc.array(fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n }).map(String), { nil: null }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 12 }), (rows) => {
        const prepared = prepareChart(
          chart({
            unit: { kind: 'count', noun: 'tokens' },
            starts: [0, 1, 2, 3].map((i) => START + i * HOUR),
            series: rows.map((row, i) => ({ key: `s${i}`, label: `s${i}`, values: row })),
          }),
        );
        if (prepared.state === 'empty') return;
        for (let at = 0; at < 4; at += 1) {
          const heights: number[] = prepared.series
            .map(({ plot }) => plot[at])
            .filter((height): height is number => typeof height === 'number');
          assert.deepEqual(
            heights,
            heights.toSorted((a, b) => a - b),
          );
          assert.ok(heights.every((height) => height <= prepared.top));
        }
      }),
      { seed },
    );
  });
});

describe('change against the period before', () => {
  test('is a percentage of exact amounts, or nothing', () => {
    const text = (now: string | null, before: string | null): string => plain(changeOf(now, before)?.text ?? 'none');
    assert.deepEqual(
      [
        text('112', '100'),
        text('99.5', '100'),
        text('100', '100'),
        text('250', '100'),
        text('999', '100'),
        text('38400', '100'),
        text('1', '0'),
        text(null, '1'),
        text('1', null),
      ],
      ['+12 %', '−0.5 %', 'unchanged', '+150 %', '+899 %', '× 384', 'none', 'none', 'none'],
    );
  });
});

describe('units', () => {
  test('read exactly where asked, short in a sentence, round on an axis', () => {
    assert.equal(exactText(USD, '0.000001'), '$0.000001');
    assert.equal(briefText(USD, '41207.18'), '$41,207');
    assert.deepEqual(
      ['12.345678901', '0.0000123', '0', '-250.4'].map((amount) => briefText(USD, amount)),
      ['$12.35', '$0.0000123', '$0.00', '−$250'],
    );
    assert.equal(plain(briefText({ kind: 'count', noun: 'calls' }, 1_240_000)), '1.24 M calls');
    assert.deepEqual(
      [0, 500, 1500, 20_000, 2e6].map((tick) => plain(axisText(USD, tick))),
      ['$0', '$500', '$1,500', '$20 k', '$2 M'],
    );
    assert.deepEqual(
      [0, 200, 1000, 1500, 2.5, 90_000].map((tick) => plain(axisText({ kind: 'duration' }, tick))),
      ['0', '200 ms', '1 s', '1.5 s', '2.5 ms', '1 min 30 s'],
    );
    assert.equal(exactText({ kind: 'duration' }, null), '–');
    assert.equal(briefText({ kind: 'duration' }, null), 'unknown');
  });
  test('shares keep a decimal where it matters', () => {
    assert.deepEqual(
      [0, 0.0004, 0.004, 0.05, 0.123, 1].map((share) => plain(shareText(share))),
      ['0 %', '< 0.1 %', '0.4 %', '5 %', '12 %', '100 %'],
    );
  });
  test('what is no number is a gap', () => {
    assert.equal(plotValue(USD, 'x'), null);
    assert.equal(plotValue({ kind: 'duration' }, 'x'), null);
    assert.equal(plotValue(USD, '1.5'), 1.5);
  });
});

describe('a sparkline', () => {
  test('breaks at gaps, dots lone points, dots the last step while its bucket fills', () => {
    const { solid, dotted, dots, last } = prepareSparkline({
      values: [1, 2, null, 3, null, 4, 5],
      open: true,
      label: 'calls',
    });
    assert.equal(solid.match(/M/g)?.length, 1);
    assert.equal(dots.length, 2);
    assert.match(dotted, /^M\S+ \S+L/);
    assert.ok(last !== null && last.x === WIDTH - 2);
  });
  test('stays in its box, and of nothing says so', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: null }), { maxLength: 60 }),
        fc.boolean(),
        (values, open) => {
          const { solid, dotted } = prepareSparkline({ values, open, label: 'x' });
          const numbers = `${solid}${dotted}`
            .split(/[ML ]/)
            .filter((part) => part !== '')
            .map(Number);
          assert.ok(
            numbers.every((n, i) => n >= 0 && n <= (i % 2 === 0 ? WIDTH : HEIGHT)),
            `${solid}${dotted}`,
          );
        },
      ),
      { seed },
    );
    assert.match(prepareSparkline({ values: [null], open: false, label: 'calls' }).label, /nothing recorded/);
  });
});

describe('a distribution', () => {
  const bounds = [100, 200, 400, 800, 1600];
  test('shows the buckets that hold something, and quantiles as the bound of their bucket', () => {
    const prepared = prepareDistribution({
      title: 'TTFT',
      unit: { kind: 'duration' },
      bounds,
      counts: [0, 60, 30, 9, 1],
    });
    assert.ok(prepared.state === 'ready');
    assert.deepEqual(
      prepared.bars.map(({ range, share }) => plain(`${range}: ${share}`)),
      ['100 ms to 200 ms: 60 %', '200 ms to 400 ms: 30 %', '400 ms to 800 ms: 9 %', '800 ms to 1.60 s: 1 %'],
    );
    assert.deepEqual(
      prepared.marks.map(({ name, text }) => plain(`${name} ${text}`)),
      ['p50 200 ms or less', 'p90 400 ms or less', 'p99 800 ms or less'],
    );
    assert.equal(plain(prepared.summary), '100 measured. Half took 200 ms or less, 99 of 100 took 800 ms or less.');
  });
  test('of nothing is empty', () => {
    assert.equal(
      prepareDistribution({ title: 't', unit: { kind: 'duration' }, bounds, counts: [0, 0, 0, 0, 0] }).state,
      'empty',
    );
  });
  test('at least the stated share lies at or below each quantile, and less below its bucket', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }), (counts) => {
        const prepared = prepareDistribution({ title: 't', unit: { kind: 'duration' }, bounds, counts });
        if (prepared.state === 'empty') return;
        const kept = counts.slice(
          counts.findIndex((n) => n > 0),
          counts.findLastIndex((n) => n > 0) + 1,
        );
        const total = kept.reduce((a, b) => a + b, 0);
        for (const [i, percent] of [50, 90, 99].entries()) {
          const at = Math.round((prepared.marks[i]?.position ?? 0) * kept.length);
          const upTo = kept.slice(0, at).reduce((a, b) => a + b, 0);
          assert.ok(upTo * 100 >= total * percent && (upTo - (kept[at - 1] ?? 0)) * 100 < total * percent);
        }
      }),
      { seed },
    );
  });
});

describe('a bullet', () => {
  const data = {
    label: 'November',
    currency: 'USD',
    actual: '41207',
    plan: '50000',
    forecast: { low: '47600', high: '50200', level: 0.95, method: 'trend' },
  };
  test('says all that it draws, on one scale', () => {
    const bullet = prepareBullet(data);
    assert.equal(
      bullet.summary,
      '$41,207 so far, 82 % of the plan of $50,000, on course for $47,600 to $50,200 (95 %, trend).',
    );
    assert.equal(bullet.tone, 'calm');
    assert.ok(bullet.actual < (bullet.plan ?? 0) && (bullet.forecast?.to ?? 2) < 1);
  });
  test('warns when the whole forecast is above plan, and is bad once it is spent', () => {
    assert.equal(prepareBullet({ ...data, plan: '45000' }).tone, 'warn');
    assert.equal(prepareBullet({ ...data, plan: '40000' }).tone, 'bad');
  });
  test('without a plan or a forecast draws neither', () => {
    const bullet = prepareBullet({ ...data, plan: null, forecast: null });
    assert.deepEqual([bullet.plan, bullet.forecast, bullet.summary], [null, null, '$41,207 so far, nothing planned.']);
    assert.equal(prepareBullet({ ...data, actual: '0', plan: '0', forecast: null }).actual, 0);
  });
});

describe('the timeline of a call', () => {
  test('places each phase, gives hairs to the shortest, and none to what was not measured', () => {
    const { rows, ticks, summary } = prepareTimeline([
      { label: 'Admit', from: 0, to: 0.4, tone: 'work' },
      { label: 'Attempt 1', from: 0.4, to: 200, tone: 'bad', note: '529' },
      { label: 'Stream', from: 200, to: 1000, tone: 'stream' },
      { label: 'Seal', from: null, to: 1000, tone: 'seal' },
    ]);
    assert.deepEqual(
      rows.map(({ bar, duration }) => [bar === null ? null : Math.round(bar.width * 1000), plain(duration)]),
      [
        [4, '0.40 ms'],
        [200, '200 ms'],
        [800, '800 ms'],
        [null, 'not measured'],
      ],
    );
    assert.deepEqual(
      ticks.map(({ text }) => plain(text)),
      ['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s'],
    );
    assert.equal(plain(summary), '1.00 s in all. Longest: stream, 800 ms.');
  });
  test('no bar leaves the axis', () => {
    const instants = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.record({ from: instants, to: instants }), { maxLength: 12 }), (spans) => {
        const { rows } = prepareTimeline(spans.map((span) => ({ ...span, label: 'x', tone: 'work' })));
        for (const { bar } of rows) assert.ok(bar === null || (bar.left >= 0 && bar.left + bar.width <= 1 + 1e-9));
      }),
      { seed },
    );
  });
});
