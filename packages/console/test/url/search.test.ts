import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  checkedField,
  choiceField,
  defineSearch,
  formatQuery,
  listField,
  parseQuery,
  sortField,
  textField,
  type Sort,
} from '../../src/url/search.ts';
import { seed } from '../support/seed.ts';

const COLUMNS = ['at', 'team', 'cost', 'ttft'] as const;
type Column = (typeof COLUMNS)[number];
interface Search {
  readonly range: string;
  readonly filter: string;
  readonly by: 'team' | 'model';
  readonly columns: readonly Column[];
  readonly sort: Sort<Column>;
}
const codec = defineSearch<Search>({
  range: checkedField((text) => /^\d+[dh]$/.test(text), '7d'),
  filter: textField(),
  by: choiceField(['team', 'model'], 'team'),
  columns: listField(COLUMNS, COLUMNS),
  sort: sortField(COLUMNS, { column: 'at', descending: true }),
});

const searches: fc.Arbitrary<Search> = fc.record(
  {
    range: fc.integer({ min: 1, max: 99 }).map((n) => `${n}d`),
    filter: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
    by: fc.constantFrom('team', 'model'),
    columns: fc.subarray([...COLUMNS]),
    sort: fc.record({ column: fc.constantFrom(...COLUMNS), descending: fc.boolean() }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

describe('the state in the URL', () => {
  test('whatever a page can show survives the address', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const query = formatQuery(codec.write(search));
        assert.deepEqual(codec.read(parseQuery(query)), { value: search, ignored: [] });
      }),
      { seed, numRuns: 1000 },
    );
  });

  test('what is initial is left out, so the plain page has a plain address', () => {
    assert.equal(formatQuery(codec.write(codec.initial)), '');
    assert.equal(formatQuery(codec.write({ ...codec.initial, by: 'model' })), '?by=model');
  });

  test('an address reads like what it means', () => {
    const search: Search = {
      range: '30d',
      filter: 'team:search,ads cost:>0.5 "a b"',
      by: 'team',
      columns: ['cost', 'at'],
      sort: { column: 'cost', descending: true },
    };
    assert.equal(
      formatQuery(codec.write(search)),
      '?range=30d&filter=team:search,ads+cost:%3E0.5+%22a+b%22&columns=cost,at&sort=-cost',
    );
  });

  test('what cannot be read falls back and is named; what no field declares is dropped', () => {
    const reading = codec.read(parseQuery('?range=soon&by=cloud&columns=at,at&sort=-weight&filter=x&utm=1'));
    assert.deepEqual(reading.value, { ...codec.initial, filter: 'x' });
    assert.deepEqual(reading.ignored, ['range', 'by', 'columns', 'sort']);
  });

  test('a field longer than any sensible one is ignored', () => {
    assert.deepEqual(codec.read({ filter: 'x'.repeat(2001) }).ignored, ['filter']);
  });

  test('no query breaks the reader, whatever is typed into the address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const raw = parseQuery(query);
        assert.equal(Object.getPrototypeOf(raw), Object.prototype);
        assert.ok(Object.values(raw).every((text) => typeof text === 'string'));
        assert.deepEqual(codec.read(raw).value, { ...codec.initial, ...codec.read(raw).value });
      }),
      { seed, numRuns: 1000 },
    );
  });

  test('a broken escape is kept as it stands, a name given twice counts once, and __proto__ is a name', () => {
    assert.deepEqual(parseQuery('?a=%zz&b=1&b=2&c'), { a: '%zz', b: '1', c: '' });
    assert.equal(Object.getOwnPropertyDescriptor(parseQuery('?__proto__=x'), '__proto__')?.value, 'x');
  });

  test('no column at all is a choice as well', () => {
    assert.deepEqual(codec.write({ columns: [] }), { columns: 'none' });
    assert.deepEqual(codec.read({ columns: 'none' }).value.columns, []);
  });
});
