import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Breakdown, Latency, Overview, Series, Totals } from '@weighbridge/protocol';
import { overviewSearch } from '../../src/app/search-state.ts';
import { steadyRange } from '../../src/app/steady-range.ts';
import { dimensionFilters, memberFilter } from '../../src/features/dimension-filters.ts';
import { overviewColumns } from '../../src/features/overview/columns.ts';
import {
  figuresOf,
  headlineOf,
  latencyChart,
  rowsOf,
  spendChart,
  type OverviewContext,
} from '../../src/features/overview/model.ts';
import { overviewQuestions } from '../../src/features/overview/questions.ts';
import { exportText, spokenText } from '../../src/parts/data-table/cell.ts';
import { rangeOr } from '../../src/url/time-range.ts';
import { totals } from '../support/totals.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 3, 7);
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const range = rangeOr('30d', NOW);
const context: OverviewContext = { range, by: 'team', now: NOW, callsHref: (filter) => `/calls?q=${filter}` };

const overview = (
  now: Totals,
  before = totals({ spend: [{ currency: 'USD', list: '4000', contracted: '3600', billed: '3595.25' }] }),
): Overview => ({
  period: { since: range.from, until: range.until },
  totals: now,
  before: { period: { since: 0, until: range.from }, totals: before },
});

describe('the headline', () => {
  test('answers how much, when, and against what', () => {
    const { first, second } = headlineOf(overview(totals()), range);
    assert.equal(plain(first), '$7,191 spent in the last 30 days, 100 % more than in the period before.');
    assert.equal(plain(second), '200 k calls; 0.4 % failed.');
  });
  test('states what is in no sum, and money of other currencies', () => {
    const spend = [{ currency: 'EUR', list: '9', contracted: '9', billed: '9' }, ...totals().spend];
    const { first, second } = headlineOf(overview(totals({ unpriced: 17, spend, errors: 0 })), range);
    assert.match(plain(first), /^\$7,191 and €9\.00 spent/);
    assert.equal(plain(second), '200 k calls; none failed; 17 have no price and are in no sum.');
  });
  test('of nothing says so, and without prices does not say zero', () => {
    assert.match(
      headlineOf(overview(totals({ calls: 0, spend: [] })), range).first,
      /^No call crossed the scale in the last 30 days/,
    );
    assert.match(headlineOf(overview(totals({ spend: [] })), range).first, /^Nothing that has a price was spent/);
  });
});

describe('the figures', () => {
  test('each leads to the calls behind it, and explains itself', () => {
    const figures = figuresOf(overview(totals()), null, context);
    assert.deepEqual(
      figures.map(({ title, text }) => plain(`${title} ${text}`)),
      ['Spend $7,191', 'Calls 200 k', 'Tokens 1.24 M', 'Time to first token 451 ms', 'Failed 0.4 %'],
    );
    assert.equal(figures.at(-1)?.href, '/calls?q=outcome:error,cut,refused,interrupted');
    for (const { explain, href } of figures) assert.ok(explain.formula.length > 20 && href.startsWith('/calls'));
  });
  test('the mean stands in until the quantiles of the whole range are there', () => {
    const latency: Latency = {
      period: { since: 0, until: 1 },
      quantiles: [0.5, 0.99],
      relative_error: 1 / 64,
      rows: [{ metric: 'ttft', value: null, start: null, calls: 9, ms: [439, 1_540], buckets: [] }],
    };
    const [, , , before] = figuresOf(overview(totals()), null, context);
    const [, , , after] = figuresOf(overview(totals()), latency, context);
    assert.deepEqual(
      [before?.note, plain(after?.note ?? ''), plain(after?.text ?? '')],
      ['mean', 'median; 99 of 100 within 1.54 s', '439 ms'],
    );
  });
  test('a rise of failures is marked when it is more than a few calls', () => {
    const tone = (now: Totals, then: Totals): string | undefined =>
      figuresOf(overview(now, then), null, context).at(-1)?.tone;
    assert.equal(tone(totals({ errors: 8_000 }), totals()), 'bad');
    assert.equal(tone(totals({ calls: 30, errors: 3 }), totals()), 'quiet');
    assert.equal(tone(totals(), totals()), 'quiet');
  });
});

describe('the charts', () => {
  const series = (given: Partial<Series['series'][number]>): Series => ({
    period: { since: 0, until: 1 },
    every: 'day',
    measure: 'billed',
    currency: 'USD',
    starts: [0, 86_400_000],
    series: [
      { member: { value: 'ads', erased: false }, others: null, points: ['1.5', '0'], unpriced: [0, 3], ...given },
    ],
  });
  test('a bucket whose calls have no price is unknown, not zero', () => {
    assert.deepEqual(spendChart(series({}), context).series[0]?.values, ['1.5', null]);
  });
  test('members without a name, erased ones, and the rest are called what they are', () => {
    const labels = (given: Partial<Series['series'][number]>): string | undefined =>
      spendChart(series(given), context).series[0]?.label;
    assert.deepEqual(
      [
        labels({ member: { value: null, erased: false } }),
        labels({ member: { value: null, erased: true } }),
        labels({ member: null, others: 6 }),
        labels({ member: null }),
      ],
      ['no team', 'erased', '6 others', 'all'],
    );
  });
  test('latency has a line per member where it is kept so, else median and 99th', () => {
    const row = (value: string | null, start: number, ms: (number | null)[]) => ({
      metric: 'ttft' as const,
      value,
      start,
      calls: 1,
      ms,
      buckets: [],
    });
    const latency: Latency = {
      period: { since: 0, until: 1 },
      quantiles: [0.5, 0.99],
      relative_error: 0.01,
      rows: [row('a', 0, [1, 9]), row('a', 3_600_000, [2, 8]), row('b', 3_600_000, [3, 7])],
    };
    assert.deepEqual(
      latencyChart(latency, 'model', context).series.map(({ label, values }) => [label, values]),
      [
        ['a', [1, 2]],
        ['b', [null, 3]],
      ],
    );
    assert.deepEqual(
      latencyChart({ ...latency, rows: [row(null, 0, [1, 9])] }, null, context).series.map(({ label, values }) => [
        label,
        values,
      ]),
      [
        ['median', [1]],
        ['99 of 100 within', [9]],
      ],
    );
  });
});

describe('the table', () => {
  const breakdown: Breakdown = {
    period: { since: 0, until: 1 },
    by: ['team'],
    before: null,
    rows: [
      { members: [{ value: 'ads', erased: false }], totals: totals(), before: totals({ spend: [] }) },
      { members: [{ value: null, erased: false }], totals: totals({ spend: [], unpriced: 4 }), before: null },
    ],
    others: null,
    total: totals({ spend: [{ currency: 'USD', list: '0', contracted: '0', billed: '14381' }] }),
  };
  test('has shares, changes and the way to the calls behind each row', () => {
    const rows = rowsOf(breakdown);
    const columns = overviewColumns('team', 'USD', 'cloud:bedrock team:x', (filter) => `/calls?q=${filter}`);
    const cells = (i: number): string[] =>
      columns.map(({ cell }) => plain(spokenText(cell(rows[i] as (typeof rows)[number]))));
    assert.deepEqual(cells(0), ['ads', '$7,190.50', 'new', '50 %', '200,000', '0.4 %', '1,240,000', '451 ms']);
    assert.deepEqual(cells(1).slice(0, 3), ['no team', 'unpriced', 'new']);
    const link = columns[0]?.cell(rows[1] as (typeof rows)[number]);
    assert.ok(link?.kind === 'text' && link.href === '/calls?q=cloud:bedrock team:none');
    assert.equal(
      exportText(columns[1]?.cell(rows[0] as (typeof rows)[number]) ?? { kind: 'text', text: '' }),
      '7190.5',
    );
  });
});

describe('the questions', () => {
  test('are those of the address: by the hour up to a week, filtered, latency without persons', () => {
    const search = { ...overviewSearch.initial, by: 'model' as const, q: 'team:ads -cloud:bedrock word' };
    const week = overviewQuestions(search, rangeOr('7d', NOW));
    assert.equal(week.spend.every, 'hour');
    assert.equal(overviewQuestions(search, range).spend.every, 'day');
    assert.deepEqual(week.spend.filters, [
      { dimension: 'team', values: ['ads'], not: false },
      { dimension: 'cloud', values: ['bedrock'], not: true },
    ]);
    assert.deepEqual(
      week.latency.filters?.map(({ dimension }) => dimension),
      ['cloud'],
    );
    assert.equal(week.latency.by, 'model');
    assert.equal('by' in overviewQuestions({ ...search, by: 'team' }, range).latency, false);
  });
  test('stay the same within a minute, so that a tick of the clock asks nothing new', () => {
    const at = (seconds: number): unknown =>
      overviewQuestions(overviewSearch.initial, steadyRange(rangeOr('7d', NOW + seconds * 1000)));
    assert.deepEqual(at(0), at(50));
    assert.notDeepEqual(at(0), at(60));
  });
  test('none is a value of its own', () => {
    assert.deepEqual(dimensionFilters(memberFilter('team', null)), [{ dimension: 'team', values: [null], not: false }]);
  });
});
