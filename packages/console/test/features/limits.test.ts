// Limits in words: what is used up, what runs out first, and of the chosen one its members and what was told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIMIT_COLUMNS } from '../../src/app/search-state.ts';
import { limitColumns, limitPanel, limitsHeadline, shareOf } from '../../src/features/limits/model.ts';
import { compareCells, spokenText } from '../../src/parts/data-table/cell.ts';
import { alertsOf, LIMIT_ROWS, limitMembersOf, limitsOf } from '../support/sample-limits.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const rowOf = (id: string) => {
  const row = LIMIT_ROWS.find((one) => one.id === id);
  assert.ok(row !== undefined);
  return row;
};

describe('limits', () => {
  test('the headline says how many are used up, and which runs out first at its present pace', () => {
    const { first, second } = limitsHeadline(limitsOf());
    assert.equal(first, '2 of 4 limits are used up by a member.');
    assert.match(second, /^At its present pace budget\.daily runs out first: 20\d\d-.* UTC\.$/);
    const soft = limitsHeadline({ ...limitsOf(), rows: [rowOf('each-team-month')] });
    assert.equal(soft.first, '1 of one limit is used up by a member; all soft, calls go on.');
    const none = limitsHeadline({ ...limitsOf(), source: 'log', rows: [rowOf('opus-at-once')] });
    assert.equal(none.first, 'None of one limit is used up.');
    assert.match(none.second, /None is on course.*no instance runs\.$/);
    assert.equal(limitsHeadline({ ...limitsOf(), rows: [] }).first, 'No limit is set.');
  });

  test('the table has each column of the address; what nobody has used says so and sorts last', () => {
    const columns = limitColumns('USD');
    assert.deepEqual(
      columns.map(({ key }) => key),
      [...LIMIT_COLUMNS],
    );
    const words = (id: string): string[] => columns.map(({ cell }) => plain(spokenText(cell(rowOf(id)))));
    assert.deepEqual(words('each-team-month'), [
      'each-team-month',
      'soft',
      '$1,000.00 a month (Europe/Berlin)',
      '124 %',
      'used up',
      'claims',
      '$0.00',
      'team',
      '80 %, 100 %',
    ]);
    const forecast = columns.find(({ key }) => key === 'forecast')?.cell(rowOf('budget.daily'));
    assert.ok(forecast?.kind === 'text');
    assert.match(forecast.text, /^runs out at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    assert.match(forecast.short ?? '', /^runs out 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/, 'as much as a column has room for');
    assert.match(words('each-customer-minute').join('|'), /60 requests in any 1\.00 min|60 requests in any/);
    assert.deepEqual(words('opus-at-once').slice(3, 7), Array(4).fill('nothing used'));
    const share = columns.find(({ key }) => key === 'share');
    assert.ok(share !== undefined);
    assert.ok(compareCells(share.cell(rowOf('opus-at-once')), share.cell(rowOf('budget.daily')), true) > 0);
    assert.ok(compareCells(share.cell(rowOf('each-team-month')), share.cell(rowOf('budget.daily')), true) < 0);
  });

  test('beside it stand its members, with the pace that a forecast goes on with, and what was told', () => {
    const page = limitMembersOf({ id: 'each-team-month', skip: 0, limit: 20 });
    const { state, members, page: said, alerts, facts } = limitPanel(page, 0, alertsOf().rows);
    assert.equal(state.text, 'soft: refuses nothing');
    assert.equal(said, 'All 3 counters, the fullest first.');
    assert.match(plain(members[1]?.forecast ?? ''), /^runs out at 20.* UTC at \$4\.20 an hour, of the last 1/);
    assert.match(plain(members[2]?.forecast ?? ''), /^lasts at \$0\.024 an hour, since the window began$/);
    assert.deepEqual(
      members.map(({ name }) => name),
      ['claims', 'coding', '(none)'],
    );
    assert.deepEqual(
      members.map(({ filter }) => filter),
      ['team:claims', 'team:coding', null],
      'a member leads to its calls',
    );
    assert.deepEqual(
      members.map(({ share: { tone } }) => tone),
      ['warn', 'good', 'good'],
    );
    assert.equal(alerts.length, 2);
    assert.equal(alerts[0]?.text, 'limit "each-team-month": "claims" has reached 100 %', 'a name is not said twice');
    assert.equal(facts.find(({ name }) => name === 'Told of')?.value, 'at 80 %, 100 %');
  });

  test('of many members a page says which ones it shows; of an amount of 0 all is used', () => {
    const page = limitMembersOf({ id: 'each-customer-minute', skip: 40, limit: 20 });
    assert.equal(limitPanel(page, 40, []).page, '41 to 45 of 45 counters, the fullest first.');
    assert.equal(page.next, null);
    assert.equal(
      limitPanel(limitMembersOf({ id: 'opus-at-once', skip: 0, limit: 20 }), 0, []).page,
      'Nobody has used any of it.',
    );
    assert.equal(shareOf({ ...rowOf('opus-at-once'), amount: '0' }, { used: '0' }), 1);
  });
});
