import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareCells, exportText, spokenText, type Cell } from '../../src/parts/data-table/cell.ts';
import { csvField, toCsv } from '../../src/parts/data-table/csv.ts';
import {
  moveTo,
  nextSort,
  prepareTable,
  rowLabel,
  tableCsv,
  toggleColumn,
  type Column,
  type TableView,
} from '../../src/parts/data-table/model.ts';
import { MAX_HEIGHT, scrollFor, windowOf } from '../../src/parts/data-table/window.ts';
import { seed } from '../support/seed.ts';

interface Row {
  readonly id: string;
  readonly team: string;
  readonly cost: string | null;
  readonly ms: number | null;
}
const COLUMNS: readonly Column<Row>[] = [
  { key: 'team', title: 'Team', cell: ({ team }) => ({ kind: 'text', text: team }) },
  {
    key: 'cost',
    title: 'Cost',
    unit: 'USD',
    align: 'right',
    cell: ({ cost }) => ({ kind: 'money', value: { amount: cost, currency: 'USD' } }),
  },
  { key: 'ms', title: 'TTFT', align: 'right', sortable: false, cell: ({ ms }) => ({ kind: 'duration', ms }) },
];
const ROWS: readonly Row[] = [
  { id: 'a', team: 'ads', cost: '10', ms: 300 },
  { id: 'b', team: 'Search', cost: '9.999999999999', ms: null },
  { id: 'c', team: 'data', cost: null, ms: 12 },
  { id: 'd', team: 'ads', cost: '-1', ms: 5 },
];
const view = (given: Partial<TableView<Row>> = {}): TableView<Row> => ({
  data: { state: 'rows', rows: ROWS },
  columns: COLUMNS,
  shown: ['team', 'cost', 'ms'],
  sort: null,
  idOf: ({ id }) => id,
  selected: null,
  ...given,
});
const order = (given: Partial<TableView<Row>>): string =>
  prepareTable(view(given))
    .rows.map(({ id }) => id)
    .join('');

describe('a table', () => {
  test('sorts money exactly, unknown last either way', () => {
    assert.equal(order({ sort: { column: 'cost', descending: true } }), 'abdc');
    assert.equal(order({ sort: { column: 'cost', descending: false } }), 'dbac');
  });

  test('sorts text without regard to case, and keeps the order of equals', () => {
    assert.equal(order({ sort: { column: 'team', descending: false } }), 'adcb');
    assert.equal(order({ sort: { column: 'weight', descending: false } }), 'abcd');
  });

  test('shows the chosen columns in the chosen order, and all when none of them is known', () => {
    const keys = (shown: readonly string[]): string[] => prepareTable(view({ shown })).columns.map(({ key }) => key);
    assert.deepEqual(keys(['cost', 'team']), ['cost', 'team']);
    assert.deepEqual(keys(['gone']), ['team', 'cost', 'ms']);
  });

  test('says how its columns are sorted, for those that can be', () => {
    const { columns } = prepareTable(view({ sort: { column: 'cost', descending: true } }));
    assert.deepEqual(
      columns.map(({ sorted }) => sorted),
      ['none', 'descending', null],
    );
  });

  test('says how many rows there are, and when these are not all', () => {
    assert.equal(prepareTable(view()).count, '4 rows');
    assert.equal(
      prepareTable(view({ data: { state: 'rows', rows: ROWS, total: 20_417 } })).count,
      'first 4 of 20,417 rows',
    );
    assert.equal(prepareTable(view({ data: { state: 'loading' } })).count, '');
  });

  test('finds the selected row after sorting', () => {
    assert.equal(prepareTable(view({ selected: 'd', sort: { column: 'cost', descending: false } })).selectedAt, 0);
    assert.equal(prepareTable(view({ selected: 'x' })).selectedAt, -1);
  });

  test('a click on a head begins with what is asked for most, and turns round', () => {
    const [team, cost] = COLUMNS;
    assert.ok(team !== undefined && cost !== undefined);
    assert.deepEqual(nextSort(cost, null), { column: 'cost', descending: true });
    assert.deepEqual(nextSort(cost, { column: 'cost', descending: true }), { column: 'cost', descending: false });
    assert.deepEqual(nextSort(team, { column: 'cost', descending: true }), { column: 'team', descending: false });
  });

  test('columns come back at their own place, and the last one stays', () => {
    assert.deepEqual(toggleColumn(COLUMNS, ['team', 'ms'], 'cost'), ['team', 'cost', 'ms']);
    assert.deepEqual(toggleColumn(COLUMNS, ['team', 'ms'], 'ms'), ['team']);
    assert.deepEqual(toggleColumn(COLUMNS, ['team'], 'team'), ['team']);
  });

  test('keys move by one, by a page, to the ends, and never out of the table', () => {
    assert.deepEqual(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map((key) => moveTo(key, 5, 8, 4)),
      [6, 4, 7, 1, 0, 7, null],
    );
    assert.equal(moveTo('ArrowDown', 0, 0, 4), null);
    assert.equal(moveTo('ArrowUp', 0, 3, 4), 0);
  });

  test('a row can be read aloud', () => {
    assert.equal(rowLabel(COLUMNS, ROWS[0] as Row), 'Team ads, Cost $10.00, TTFT 300\u00a0ms');
  });
});

describe('an export', () => {
  test('holds what stands on screen, exact', () => {
    const csv = tableCsv(
      prepareTable(view({ shown: ['cost', 'team', 'ms'], sort: { column: 'cost', descending: true } })),
    );
    assert.equal(csv, 'Cost (USD),Team,TTFT\r\n10,ads,300\r\n9.999999999999,Search,\r\n-1,ads,5\r\n,data,12\r\n');
  });

  test('no text becomes a formula, whatever a team is called', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1', '=HYPERLINK("http://x","y")']) {
      const field = csvField(text);
      assert.ok(field.startsWith(`"'`), `${text} becomes ${field}`);
    }
    assert.equal(csvField('data-platform'), 'data-platform');
    assert.equal(csvField('a "b", c'), '"a ""b"", c"');
  });

  test('any text comes back from a reader of RFC 4180 as it was, but for the apostrophe', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (texts) => {
        const csv = toCsv(
          ['h', ...texts.slice(1).map(() => 'h')],
          [texts.map((text): Cell => ({ kind: 'text', text }))],
        );
        const [, row] = readCsv(csv);
        assert.deepEqual(
          row?.map((field, i) => (field === texts[i] ? field : field.replace(/^'/, ''))),
          texts,
        );
        for (const field of row ?? []) assert.doesNotMatch(field, /^[=+\-@\t\r]/);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('a text that only looks like a number is guarded, a number is not', () => {
    assert.equal(
      toCsv(
        ['a', 'b'],
        [
          [
            { kind: 'text', text: '-5' },
            { kind: 'money', value: { amount: '-5', currency: 'USD' } },
          ],
        ],
      ),
      `a,b\r\n"'-5",-5\r\n`,
    );
    assert.equal(toCsv(['a'], [[{ kind: 'money', value: { amount: '=1', currency: 'USD' } }]]), `a\r\n"'=1"\r\n`);
  });

  test('every kind of cell can be exported, spoken and compared', () => {
    const cells: readonly Cell[] = [
      { kind: 'text', text: 'x', href: '/x' },
      { kind: 'badge', text: 'completed', tone: 'good' },
      { kind: 'money', value: { amount: null, currency: 'USD', status: 'unpriced' } },
      { kind: 'count', value: '9007199254740993' },
      { kind: 'duration', ms: 1.5 },
      { kind: 'when', at: Date.UTC(2026, 0, 2) },
      { kind: 'share', share: 0.25, text: '25 %' },
      { kind: 'grade', grade: 2, of: 'eu-west-1' },
      { kind: 'spark', values: [1, null, 3], open: false, label: 'calls by hour' },
    ];
    assert.deepEqual(cells.map(exportText), [
      'x',
      'completed',
      'unpriced',
      '9007199254740993',
      '1.5',
      '2026-01-02T00:00:00.000Z',
      '0.25',
      'eu-west-1; grade=2',
      '1  3',
    ]);
    assert.deepEqual(
      cells.map((cell) => spokenText(cell).replaceAll('\u00a0', ' ')),
      [
        'x',
        'completed',
        'unpriced',
        '9,007,199,254,740,993',
        '1.50 ms',
        '2026-01-02 00:00:00 UTC',
        '25 %',
        'eu-west-1, grade 2',
        'calls by hour',
      ],
    );
    for (const cell of cells) assert.equal(compareCells(cell, cell, true), 0);
  });
});

/** A reader of RFC 4180 of its own. */
function readCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, bare, end] of csv.matchAll(pattern)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows;
}

describe('the rows in view', () => {
  const input = { rowHeight: 32, viewHeight: 640, scrollTop: 0, count: 0 };
  const inputs = fc.record({
    count: fc.integer({ min: 0, max: 5_000_000 }),
    rowHeight: fc.constantFrom(28, 32, 168),
    viewHeight: fc.integer({ min: 100, max: 2000 }),
    scrollTop: fc.integer({ min: -50, max: 9_000_000 }),
  });

  test('fill the view at any place, are few, and the whole is never taller than a browser bears', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { start, end, height, before, after } = windowOf(given);
        assert.ok(height <= MAX_HEIGHT && start >= 0 && end <= given.count && start <= end);
        assert.ok(end - start <= given.viewHeight / given.rowHeight + 20);
        const drawn = (end - start) * given.rowHeight;
        assert.ok(Math.abs(before + drawn + after - height) < 1, 'the parts are the whole');
        const top = Math.min(Math.max(given.scrollTop, 0), Math.max(0, height - given.viewHeight));
        if (given.count === 0) return;
        assert.ok(before <= top + 1, 'nothing is missing above');
        assert.ok(before + drawn >= Math.min(top + given.viewHeight, height) - 1, 'nothing is missing below');
      }),
      { seed, numRuns: 3000 },
    );
  });

  test('a million rows: the first and the last can be reached', () => {
    const count = 1_000_000;
    assert.equal(windowOf({ ...input, count }).start, 0);
    const bottom = windowOf({ ...input, count, scrollTop: MAX_HEIGHT - input.viewHeight });
    assert.equal(bottom.end, count);
    assert.equal(bottom.after, 0);
  });

  test('moving to any row scrolls it into view, and not at all when it is there', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (given, pick) => {
        if (given.count === 0 || given.viewHeight < 4 * given.rowHeight) return;
        const row = pick % given.count;
        const moved = { ...given, scrollTop: scrollFor(row, given) ?? Math.max(0, given.scrollTop) };
        const { start, end } = windowOf(moved);
        assert.ok(row >= start && row < end, `row ${row} in [${start}, ${end})`);
        assert.equal(scrollFor(row, moved) === null || given.count * given.rowHeight > MAX_HEIGHT, true);
      }),
      { seed, numRuns: 2000 },
    );
  });
});
