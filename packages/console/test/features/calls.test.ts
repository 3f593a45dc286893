import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallRow, Calls } from '../../src/api/shapes.ts';
import { CALL_KEYS, callFilters } from '../../src/features/calls/filters.ts';
import { callColumns, headlineOf, panelFacts } from '../../src/features/calls/model.ts';
import { CALL_COLUMNS } from '../../src/app/search-state.ts';
import { exportText, spokenText } from '../../src/parts/data-table/cell.ts';
import { parseFilter } from '../../src/parts/filter-bar/grammar.ts';
import { rangeOr } from '../../src/url/time-range.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const range = rangeOr('24h', Date.UTC(2026, 10, 22, 14, 3, 7));
const ROW: CallRow = {
  entry: 9,
  id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
  at: Date.UTC(2026, 10, 22, 14, 3, 7),
  erased: false,
  team: 'ads',
  key: 'wb_1',
  route: 'sonnet',
  asked: 'sonnet',
  stream: true,
  model: 'claude-sonnet-4-5',
  deployment: 'sonnet-eu',
  cloud: 'bedrock',
  seller: 'Amazon Web Services',
  region: 'eu-central-1',
  region_reported: null,
  fallback: false,
  outcome: 'completed',
  status: 200,
  error: null,
  attempts: 1,
  input_tokens: 1204,
  cached_tokens: 0,
  output_tokens: null,
  total_ms: 1_700,
  ttft_ms: 552,
  billed: '0.0123',
  currency: 'USD',
  cost_status: 'exact',
  simulated: true,
};
const calls = (given: Partial<Calls>): Calls => ({
  rows: [ROW],
  next: null,
  kept: { calls: 1, oldest: null },
  ...given,
});
const filters = (text: string): unknown => callFilters(parseFilter(text, CALL_KEYS).terms);

describe('what is asked', () => {
  test('text, choices, words and truths, negated or not', () => {
    assert.deepEqual(filters('team:ads,none -model:gpt* fallback:yes -stream:yes "two words" price:unpriced'), [
      { kind: 'text', field: 'team', values: ['ads', null], not: false },
      { kind: 'text', field: 'model', values: ['gpt*'], not: true },
      { kind: 'truth', field: 'fallback', value: true },
      { kind: 'truth', field: 'stream', value: false },
      { kind: 'word', word: 'two words', not: false },
      { kind: 'text', field: 'cost_status', values: ['unpriced'], not: false },
    ]);
  });
  test('comparisons, with at-least as not-below', () => {
    assert.deepEqual(filters('cost:>0.5 ttft:<2s input:>=10k -total:<=1min status:200'), [
      { kind: 'number', field: 'cost', is: 'above', value: '0.5', not: false },
      { kind: 'number', field: 'ttft', is: 'below', value: '2000', not: false },
      { kind: 'number', field: 'input_tokens', is: 'below', value: '10000', not: true },
      { kind: 'number', field: 'total', is: 'above', value: '60000', not: false },
      { kind: 'number', field: 'status', is: 'equal', value: '200', not: false },
    ]);
  });
});

describe('what is shown', () => {
  test('the headline counts, and says when these are the newest only', () => {
    assert.equal(headlineOf(calls({}), range, false).first, '1 call in the last 24 hours.');
    assert.equal(
      headlineOf(calls({ next: 3 }), range, true).first,
      'The newest 1 call that matches in the last 24 hours.',
    );
    assert.equal(headlineOf(calls({ rows: [] }), range, true).first, 'No call matches in the last 24 hours.');
    const failed: CallRow = { ...ROW, outcome: 'error' };
    assert.match(
      headlineOf(calls({ rows: [ROW, failed], kept: { calls: 600, oldest: ROW.at } }), range, false).second,
      /^1 of them failed\. Rows are kept of the newest 600 calls, back to 2026-11-22 14:03:07 UTC/,
    );
  });
  test('every column of the address is a column of the table', () => {
    assert.deepEqual(
      callColumns((id) => id, 'USD').map(({ key }) => key),
      [...CALL_COLUMNS],
    );
  });
  test('a row reads exactly; unknown stays unknown', () => {
    const cells = callColumns((id) => `/calls/${id}`, 'USD').map(({ cell }) => cell(ROW));
    assert.deepEqual(
      cells.map((cell) => plain(spokenText(cell))),
      [
        '2026-11-22 14:03:07 UTC',
        'ads',
        'claude-sonnet-4-5',
        '$0.0123',
        '1,204',
        'unknown',
        '552 ms',
        '1.70 s',
        'completed',
        'eu-central-1, grade 1',
        'sonnet-eu',
        '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
      ],
    );
    assert.equal(exportText(cells.at(-1) ?? { kind: 'text', text: '' }), ROW.id);
  });
  test('beside the table the call says what a person asks first', () => {
    const facts = Object.fromEntries(
      panelFacts({ ...ROW, erased: true, region_reported: 'eu-west-1' }).map(({ name, value }) => [name, plain(value)]),
    );
    assert.deepEqual(
      [facts['Team'], facts['Region'], facts['Outcome'], facts['Cost']],
      ['erased', 'eu-west-1', 'completed, HTTP 200', '$0.0123'],
    );
  });
});
