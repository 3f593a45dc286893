import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCallSearch, type CallRow, type Calls } from '@weighbridge/protocol';
import { callsCommand, spendCommand } from '../../src/features/commands.ts';
import {
  callColumns,
  headlineOf,
  heldText,
  PAGE_ROWS,
  panelFacts,
  sortNote,
  unreadFilter,
} from '../../src/features/calls/model.ts';
import { GROWN_MOST, joined, onTop } from '../../src/features/calls/pages.ts';
import { CALL_COLUMNS } from '../../src/app/search-state.ts';
import { exportText, spokenText } from '../../src/parts/data-table/cell.ts';
import { rangeOr } from '../../src/url/time-range.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const range = rangeOr('24h', Date.UTC(2026, 10, 22, 14, 3, 7));
const ROW: CallRow = {
  entry: 9,
  id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
  at: Date.UTC(2026, 10, 22, 14, 3, 7),
  erased: false,
  organisation: 'acme',
  project: null,
  cost_centre: null,
  environment: null,
  surface: 'messages',
  tier: 'standard',
  tpot_ms: null,
  gateway_ms: 0.8,
  request_bytes: 2_000,
  response_bytes: null,
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
  scanned: 1,
  kept: { calls: 1, oldest: null, all: true },
  ...given,
});
describe('what is shown', () => {
  test('the headline counts, and says when these are the newest only', () => {
    assert.equal(headlineOf(calls({}), range, false).first, '1 call in the last 24 hours.');
    assert.equal(
      headlineOf(calls({ next: 3 }), range, true).first,
      'The newest 1 call that matches in the last 24 hours.',
    );
    assert.equal(headlineOf(calls({ rows: [] }), range, true).first, 'No call matches in the last 24 hours.');
    assert.equal(
      headlineOf(calls({ rows: [], next: 3, scanned: 12_000 }), range, true, true).first,
      '0 calls that match so far; 12,000 were looked through.',
    );
    assert.deepEqual([heldText(1), heldText(1_200)], ['Show 1 new call', 'Show 1,200 new calls']);
    const failed: CallRow = { ...ROW, outcome: 'error' };
    assert.match(
      headlineOf(calls({ rows: [ROW, failed], kept: { calls: 600, oldest: ROW.at, all: false } }), range, false).second,
      /^1 of them failed\. Rows are kept of the newest 600 calls, back to 2026-11-22 14:03:07 UTC; older ones are read/,
    );
    const all = calls({ kept: { calls: 1, oldest: ROW.at, all: true } });
    assert.equal(headlineOf(all, range, false).second, 'None of them failed.', 'there are no older ones');
  });
  test('an order that is one of the loaded calls only is said to be', () => {
    const dearest = { column: 'cost', descending: true } as const;
    assert.equal(sortNote(calls({}), dearest, false), null, 'all are there');
    assert.equal(sortNote(calls({ next: 3 }), { column: 'at', descending: true }, true), null);
    assert.match(
      sortNote(calls({ next: 3 }), dearest, false) ?? '',
      /^Sorted within the newest 1 calls of this range: /,
    );
    assert.match(sortNote(calls({ next: 3 }), dearest, true) ?? '', /New calls are put in when sorted by time/);
  });
  test('a filter that is not understood shows no calls, but the nearest key and all there are', () => {
    const { filters, problems } = parseCallSearch('teem:web');
    assert.deepEqual(filters, []);
    const { what, next } = unreadFilter(problems);
    assert.equal(what, 'There is no key "teem".');
    assert.match(next, /^did you mean team\. Keys: team, model, .*region_reported/);
    const far = unreadFilter(parseCallSearch('nonsense:web').problems).next;
    assert.match(far, /^use one of team, model, .*region_reported/);
    assert.equal(far.split('region_reported').length, 2, 'they are named once');
  });
  test('the command gives the same calls, or is not offered', () => {
    const span = { since: 0 };
    const command = (text: string): string | null => callsCommand(parseCallSearch(text).filters, span, 500);
    assert.equal(command(''), 'weighbridge calls --since 1970-01-01T00:00:00.000Z --limit 500');
    assert.match(command('team:web outcome:cut') ?? '', /^weighbridge calls --team web --outcome cut --since /);
    for (const text of ['team:web,ads', '-team:web', 'cost:>1', 'word', 'team:none', 'team:"a b"', 'team:a*'])
      assert.equal(command(text), null, text);
    assert.equal(spendCommand(['team', 'tier'], 'team:web', range), null);
    assert.match(
      spendCommand(['team', 'tier'], '', range) ?? '',
      /^weighbridge spend --by team,tier --since .* --until /,
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

describe('pages of calls', () => {
  const row = (entry: number): CallRow => ({ ...ROW, entry, id: `c${entry}` });
  const page = (from: number, count: number, next: number | null): Calls =>
    calls({
      rows: Array.from({ length: count }, (_, i) => row(from - i)),
      next,
      scanned: count,
      kept: { calls: 900, oldest: 1, all: false },
    });
  test('are one list that goes on where the last one ends', () => {
    const list = joined({ pages: [page(9, 2, 8), page(7, 2, null)], pageParams: [null, 8] });
    assert.deepEqual(
      list.rows.map(({ entry }) => entry),
      [9, 8, 7, 6],
    );
    assert.deepEqual([list.next, list.scanned, list.kept.calls], [null, 4, 900]);
    assert.deepEqual(joined({ pages: [], pageParams: [] }).rows, []);
  });
  test('take new calls on top, newest first, each once', () => {
    const { pages } = onTop({ pages: [page(9, 2, 8)], pageParams: [null] }, [row(9), row(10), row(11)]);
    assert.deepEqual(
      pages[0]?.rows.map(({ entry }) => entry),
      [11, 10, 9, 8],
    );
    assert.deepEqual([pages[0]?.next, pages[0]?.kept.calls], [8, 902]);
  });
  test('begin anew after their first page when they have grown long, and lose nothing that can be gone on to', () => {
    const fresh = Array.from({ length: GROWN_MOST }, (_, i) => row(10 + i));
    const { pages, pageParams } = onTop({ pages: [page(9, 2, 8), page(7, 2, null)], pageParams: [null, 8] }, fresh);
    assert.deepEqual([pages.length, pageParams.length, pages[0]?.rows.length], [1, 1, PAGE_ROWS]);
    assert.equal(pages[0]?.next, pages[0]?.rows.at(-1)?.entry);
    assert.equal(pages[0]?.rows[0]?.entry, 9 + GROWN_MOST);
  });
});
