import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Breakdown, Overview, Series, Totals } from '@weighbridge/protocol';
import { SPEND_COLUMNS, spendSearch } from '../../src/app/search-state.ts';
import { spendColumns } from '../../src/features/spend/columns.ts';
import {
  memberOf,
  membersFilter,
  quotient,
  spendFigures,
  spendHeadline,
  spendMatrix,
  spendMovers,
  spendOverTime,
  spendRows,
  type SpendContext,
} from '../../src/features/spend/model.ts';
import { spendQuestions } from '../../src/features/spend/questions.ts';
import { prepareMatrix } from '../../src/parts/matrix/model.ts';
import { prepareMovers } from '../../src/parts/movers/model.ts';
import { spokenText } from '../../src/parts/data-table/cell.ts';
import { rangeOr } from '../../src/url/time-range.ts';
import { totals } from '../support/totals.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 3, 7);
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u2212', '-');
const context: SpendContext = {
  range: rangeOr('30d', NOW),
  now: NOW,
  by: 'team',
  and: 'model',
  filter: '',
  currency: 'USD',
  callsHref: (filter) => `/calls?q=${filter}`,
};
const usd = (billed: string, given: Partial<Totals> = {}): Totals =>
  totals({ calls: 100, spend: [{ currency: 'USD', list: '2000', contracted: billed, billed }], ...given });
const none = totals({ calls: 0, spend: [] });
const row = (team: string | null, model: string, now: Totals, before: Totals | null): Breakdown['rows'][number] => ({
  members: [
    { value: team, erased: false },
    { value: model, erased: false },
  ],
  totals: now,
  before,
});
const breakdown: Breakdown = {
  period: { since: 0, until: 1 },
  by: ['team', 'model'],
  rows: [
    row('coding', 'opus', usd('900'), usd('100')),
    row('search', 'sonnet', usd('500.25'), usd('700.25')),
    row(null, 'gpt', totals({ calls: 7, unpriced: 7, spend: [] }), usd('3')),
    row('ads', 'haiku', usd('0.000001'), none),
  ],
  others: null,
  total: usd('1500'),
  before: null,
};
const overview = (now: Totals, before: Totals): Overview => ({
  period: { since: 0, until: 1 },
  totals: now,
  before: { period: { since: 0, until: 1 }, totals: before },
});

describe('spend', () => {
  test('the headline says how much, against what, and what is in no sum', () => {
    const { first, second } = spendHeadline(overview(usd('900', { unpriced: 3 }), usd('600')), context);
    assert.equal(plain(first), '$900 spent in the last 30 days, 50 % more than in the period before.');
    assert.equal(second, '3 calls have no price and are in no sum.');
    assert.equal(spendHeadline(overview(usd('9'), none), context).second, 'Every call has a price.');
    assert.equal(spendHeadline(overview(none, none), context).first, 'Nothing was spent in the last 30 days.');
    assert.match(
      spendHeadline(overview(totals({ spend: [], calls: 1, unpriced: 1, estimated: 1 }), none), context).second,
      /^1 call has no price and is in no sum; 1 of the prices is estimated\.$/,
    );
  });

  test('the figures stand against the period before and the list, and lead to the calls', () => {
    const figures = spendFigures(overview(usd('900', { unpriced: 10 }), usd('600')), context);
    assert.deepEqual(
      figures.map(({ title, text, note }) => plain(`${title} ${text} ${note}`)),
      [
        'Billed $900 +50 % on the period before',
        'Period before $600 100 calls',
        'At list price $2,000 55 % below list',
        'Per call $10.00 100 calls',
        'Unpriced 10 10 % of all calls',
      ],
    );
    assert.equal(figures.at(-1)?.href, '/calls?q=price:unpriced');
    assert.equal(figures.at(-1)?.tone, 'warn');
  });

  test('a quotient is exact to the last place, and of nothing there is none', () => {
    assert.equal(quotient('1', 3), '0.333333333333');
    assert.equal(quotient('1', 0), null);
    assert.equal(quotient('x', 2), null);
  });

  test('the period before lies under the chart bucket for bucket', () => {
    const { series, before, breakdown: asked } = spendQuestions(spendSearch.initial, rangeOr('7d', NOW));
    assert.equal((series.until - before.until) % 3_600_000, 0);
    assert.equal(series.since - before.since, series.until - before.until);
    assert.ok(before.until <= series.since + 3_600_000);
    assert.deepEqual(asked.by, ['team', 'model']);
    assert.deepEqual(spendQuestions({ ...spendSearch.initial, and: 'team' }, rangeOr('7d', NOW)).breakdown.by, [
      'team',
    ]);
    const made = (points: string[], by: string | null): Series => ({
      period: { since: 0, until: 1 },
      every: 'day',
      measure: 'billed',
      currency: 'USD',
      starts: [0, 86_400_000],
      series: [{ member: by === null ? null : { value: by, erased: false }, others: null, points, unpriced: [0, 0] }],
    });
    const chart = spendOverTime(made(['1', '2'], 'ads'), made(['5'], null), context);
    assert.deepEqual(chart.before?.values, ['5', null]);
    assert.equal(spendOverTime(made(['1', '2'], 'ads'), null, context).before, undefined);
  });

  test('the matrix adds up exactly, and says what it could not list', () => {
    const data = spendMatrix(breakdown, context);
    assert.ok(data !== null);
    const matrix = prepareMatrix(data);
    assert.ok(matrix.state === 'ready');
    assert.deepEqual(
      matrix.rows.map(({ label, total }) => `${label} ${total}`),
      ['coding $900', 'search $500', 'ads $0.000001', 'no team $0.00'],
    );
    const cell = (r: number, c: number): string => matrix.rows[r]?.cells[c]?.text ?? '';
    assert.equal(cell(0, 0), '$900');
    assert.equal(cell(0, 1), '', 'what nobody used is empty');
    const gpt = matrix.columns.findIndex(({ label }) => label === 'gpt');
    assert.equal(cell(3, gpt), 'unpriced');
    assert.match(
      matrix.summary,
      /^\$1,400 in all\. Most: coding with \$900, opus with \$900\..*\$99\.75 more is in rows/,
    );
    assert.equal(spendMatrix(breakdown, { ...context, and: null }), null);
    assert.deepEqual(memberOf(matrix.rows[3]?.cells[0]?.row ?? ''), { value: null, erased: false });
  });

  test('what is beyond ten rows is added up as others', () => {
    const entries = Array.from({ length: 13 }, (_, i) => ({
      row: { key: `t${i}`, label: `t${i}` },
      column: { key: 'm', label: 'm' },
      amount: String(100 - i),
    }));
    const matrix = prepareMatrix({ title: '', currency: 'USD', rowTitle: 'team', entries, missing: '0' });
    assert.ok(matrix.state === 'ready');
    assert.equal(matrix.rows.length, 11);
    assert.deepEqual(
      [matrix.rows[10]?.label, matrix.rows[10]?.total, matrix.rows[10]?.cells[0]?.row],
      ['3 others', '$267', null],
    );
    assert.deepEqual(
      prepareMatrix({ title: '', currency: 'USD', rowTitle: '', entries: [], missing: '0' }).state,
      'empty',
    );
  });

  test('what changed most comes first, whichever way; what has no price is in neither', () => {
    const movers = prepareMovers(spendMovers(breakdown, context));
    assert.deepEqual(
      movers.rows.map(({ label, change, up }) => plain(`${label} ${change} ${up ? 'up' : 'down'}`)),
      ['coding · opus +$800 up', 'search · sonnet -$200 down', 'ads · haiku +$0.000001 up'],
    );
    assert.equal(movers.rows[0]?.href, '/calls?q=team:coding model:opus');
    assert.equal(movers.rows[1]?.length, 0.25);
    assert.match(plain(movers.summary), /^Up most: coding · opus, \+\$800\. Down most: search · sonnet, -\$200\.$/);
    assert.match(prepareMovers({ title: '', currency: 'USD', rows: [] }).summary, /^Nothing changed/);
  });

  test('the table has each column of the address, and leads to the calls of both members', () => {
    const columns = spendColumns(context);
    assert.deepEqual(
      columns.map(({ key }) => key),
      [...SPEND_COLUMNS],
    );
    const cells = (i: number): string[] => {
      const found = spendRows(breakdown, 'USD')[i];
      assert.ok(found !== undefined);
      return columns.map(({ cell }) => plain(spokenText(cell(found))));
    };
    assert.deepEqual(cells(0).slice(0, 9), [
      'coding',
      'opus',
      '$900.00',
      '$100.00',
      '$800.00',
      '+800 %',
      '60 %',
      '$2,000.00',
      '$9.00',
    ]);
    assert.deepEqual(cells(2).slice(2, 7), ['unpriced', '$3.00', 'unknown', '', '']);
    assert.deepEqual(cells(3).slice(3, 6), ['$0.00', '$0.000001', 'new']);
    const filter = membersFilter(
      [
        { value: null, erased: true },
        { value: 'opus', erased: false },
      ],
      { ...context, filter: 'cloud:bedrock' },
    );
    assert.match(filter, /cloud:bedrock.*model:opus/);
  });
});
