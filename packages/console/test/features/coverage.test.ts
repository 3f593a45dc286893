// Coverage as the page tells it: shares are cut, unknown is a gap, a day without a record is no zero.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CoverageRowView, CoverageView } from '@weighbridge/protocol';
import {
  coverageColumns,
  coverageHeadline,
  gapRows,
  intervalText,
  rowsOf,
  sharePercent,
  trendOf,
  unknownRows,
} from '../../src/features/coverage/model.ts';

const DAY = 86_400_000;
const AT = 20_000 * DAY;
const side = (theirs: number, crossed: number, share: string | null) => ({
  theirs,
  crossed,
  uncovered: theirs - crossed,
  over: 0,
  share,
  low: share,
  high: share,
});
const row = (more: Partial<CoverageRowView> = {}): CoverageRowView => ({
  seller: 'anthropic',
  name: 'anthropic',
  unit: 'tokens',
  how: 'sums',
  ...side(1_000, 900, '0.9000'),
  ...more,
});
const view = (more: Partial<CoverageView> = {}): CoverageView => ({
  period: { since: AT, until: AT + DAY },
  simulated: false,
  total: side(1_000, 900, '0.9000'),
  sellers: [row()],
  models: [],
  teams: [],
  days: [],
  gaps: [],
  exact: [],
  unknown: [],
  records: [
    {
      source: 'anthropic-usage',
      title: 'usage report',
      seller: 'anthropic',
      scope: 'default',
      since: AT,
      until: AT + DAY,
      skew_minutes: 5,
    },
  ],
  users: [],
  owners: [],
  notes: [],
  ...more,
});

describe('the answer of coverage', () => {
  test('is the share and what did not cross', () => {
    const { first, second } = coverageHeadline(view());
    assert.equal(first, '90.00 % of the tokens that sellers say were used crossed.');
    assert.match(second, /^100.tokens of 1,000.tokens did not\.$/);
  });
  test('says the interval, and that numbers are simulated', () => {
    const total = { ...side(1_000, 900, '0.9000'), low: '0.8800', high: '0.9200' };
    assert.match(coverageHeadline(view({ total })).first, /crossed, 88\.00 % to 92\.00 %\.$/);
    assert.match(coverageHeadline(view({ simulated: true })).second, /Simulated\.$/);
  });
  test('without a record is unknown, never a whole', () => {
    const unknown: CoverageView['unknown'] = [{ seller: 'aws', calls: 3, tokens: 70, days: 1, record: 'none' }];
    const shown = coverageHeadline(view({ total: null, sellers: [], records: [], unknown }));
    assert.match(shown.first, /unknown: no seller's record/);
    assert.match(shown.second, /in no share: 3.calls to aws/);
    assert.deepEqual(unknownRows(view({ unknown }))[0]?.cells, ['aws', '3', '70', '1', 'no record was imported']);
  });
  test('tells of requests that only sellers count', () => {
    const github = row({ seller: 'github', name: 'github', unit: 'requests', ...side(36, 0, '0.0000') });
    assert.match(
      coverageHeadline(view({ sellers: [row(), github] })).second,
      /36.requests more are seen in sellers' records alone/,
    );
  });
});

describe('its rows', () => {
  test('a share that is not known is a gap, and sorts as one', () => {
    const cell = coverageColumns('team')
      .find(({ key }) => key === 'share')
      ?.cell(row({ name: null, ...side(5, 0, null) }));
    assert.deepEqual(cell, { kind: 'share', share: null, text: 'unknown' });
    assert.equal(sharePercent('0.9999'), '99.99 %');
    assert.equal(sharePercent('0.7777'), '77.77 %');
    assert.equal(sharePercent('1.0000'), '100.00 %');
    assert.equal(intervalText(row()), '');
  });
  test('are those of the chosen split', () => {
    const teams = [row({ name: 'platform' })];
    assert.deepEqual(rowsOf(view({ teams }), 'team'), teams);
    assert.equal(rowsOf(view(), 'seller').length, 1);
  });
  test('gaps say what, where and how much', () => {
    const gaps: CoverageView['gaps'] = [
      { of: 'model', seller: 'anthropic', name: 'claude', uncovered: 1_234, unit: 'tokens', share: '0.5000' },
      { of: 'day', seller: null, name: '2026-11-01', uncovered: 7, unit: 'tokens', share: '0.9000' },
    ];
    assert.deepEqual(
      gapRows(view({ gaps })).map(({ cells }) => cells),
      [
        ['Model', 'claude', 'anthropic', '1,234 tokens', '50.00 %'],
        ['Day', '2026-11-01', null, '7 tokens', '90.00 %'],
      ],
    );
  });
});

describe('its trend', () => {
  test('has a gap on a day of which no record says anything', () => {
    const days = [AT, AT + 2 * DAY].map((day) => ({ day, ...side(10, 5, '0.5000') }));
    const chart = trendOf(view({ days }), AT + 3 * DAY);
    assert.deepEqual(chart?.series[0]?.values, [0.5, null, 0.5]);
    assert.equal(trendOf(view(), AT), null);
  });
});
