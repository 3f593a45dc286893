// What is left to others to check: the text of a book that hashes to its id, and charges that an auditor who shares no
// code with the rater finds in order, or says what is wrong.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import type { Charge, Cost } from '@weighbridge/protocol';
import {
  auditCharges,
  bookText,
  compileBook,
  createRater,
  invoiceUnits,
  loadPriceBook,
  loadPriceSheets,
  readBookText,
} from '../src/index.ts';
import { ACME, at, bookOf, deployment, reported } from './sheets.ts';

const NOW = at('2026-06-01');
const CONTRACT = `format: 1
seller: acme
sources: { deal: { page: contract 7, read: 2026-03-01, confidence: published } }
prices: [{ model: one, kind: contract, from: 2026-03-01, upto: 1000, source: deal, input: 1.5 }]
`;
const book = bookOf(ACME, CONTRACT);
const rater = createRater(book);
const use = reported({ input: 900, cache_read: 50, output: 7 }, { server_tools: { web_search: 1 } });

test('the text of the built-in book hashes to its id, and read back prices every call as before', () => {
  const before = loadPriceBook();
  const text = bookText(before);
  assert.equal(createHash('sha256').update(text).digest('base64url'), before.id);
  const after = compileBook(readBookText(text, before.id));
  assert.equal(after.id, before.id);
  const call = {
    cloud: 'foundry',
    model: 'claude-opus-5',
    region: 'datazone-us',
    tier: 'standard',
    roles: { seller: 'anthropic' },
  };
  const usage = reported({ input: 123_456, cache_write_1h: 789, output: 4_321 });
  assert.deepEqual(createRater(after).rate(call, usage, NOW + 1e10), createRater(before).rate(call, usage, NOW + 1e10));
});

test('every line of a book is canonical JSON; a thread that is told the id makes the same book without checking it again', () => {
  const sheets = loadPriceSheets();
  const whole = compileBook(sheets);
  const lines = bookText(whole).trimEnd().split('\n');
  assert.equal(lines.length, whole.rows.length + whole.lists.length);
  for (const line of lines) assert.equal(line, canonicalJson(JSON.parse(line) as Json));
  const told = compileBook(sheets, { id: whole.id });
  assert.deepEqual([told.id, told.rows, told.lists], [whole.id, whole.rows, whole.lists]);
});

test('a text that was altered, or is no book, is refused', () => {
  const text = bookText(book);
  assert.throws(() => readBookText(text.replace('0.0000015', '0.0000014'), book.id), {
    code: 'PRICE_BOOK_INVALID',
    message: /does not hash to/,
  });
  const idOf = (content: string): string => createHash('sha256').update(content).digest('base64url');
  for (const [content, says] of [
    ['{"row"', /line 1 of the book is not JSON/],
    ['{"other":1}\n', /line 1 of the book is neither/],
  ] as const) {
    assert.throws(() => readBookText(content, idOf(content)), { code: 'PRICE_BOOK_INVALID', message: says });
  }
});

test('the auditor finds the charges of the rater in order', () => {
  for (const usage of [
    use,
    reported({}),
    reported({ input: 5, input_audio: 3 }),
    reported({ input: 2_000, output: 1 }, { tier: 'batch' }),
  ]) {
    const { charges, cost } = rater.rate(deployment(), usage, NOW);
    assert.deepEqual(auditCharges(book, { charges, cost }, NOW), [], JSON.stringify(usage));
  }
  const unknown = rater.rate(deployment(), null, NOW);
  assert.deepEqual(auditCharges(book, unknown, NOW), []);
});

const rated = rater.rate(deployment(), use, NOW);
const other = bookOf(ACME);
const swap = (index: number, change: Partial<Charge>): { charges: Charge[]; cost: Cost } => ({
  charges: rated.charges.map((charge, each) => (each === index ? { ...charge, ...change } : charge)),
  cost: rated.cost,
});
const price = (index: number) => rated.charges[index]?.price ?? assert.fail('the charge has a price');

/** Each: what was changed in the receipt, and what the auditor must say. */
const tampered: readonly (readonly [
  what: string,
  receipt: { charges: readonly Charge[]; cost: Cost },
  says: RegExp,
])[] = [
  ['a count', swap(0, { quantity: 901 }), /input contracted is 0\.00135, but quantity times price is 0\.0013515/],
  ['a unit price', swap(0, { unit_price: '0.000001' }), /says 0\.000001 a unit, its row 0\.0000015/],
  ['an amount', swap(2, { contracted: '0.00004' }), /output contracted is 0\.00004/],
  ['a list amount', swap(0, { list: '0.00135' }), /input list is 0\.00135, but quantity times price is 0\.0018/],
  ['a row of another class', swap(2, { price: price(1) }), /output is priced by a row for cache_read/],
  [
    'a row that does not exist',
    swap(2, { price: { book: book.id, row: 'acme/one/mars' } }),
    /names row acme\/one\/mars, which the book does not price/,
  ],
  ['a list row that does not exist', swap(0, { price: { ...price(0), list_row: 'gone' } }), /names list row gone/],
  ['another book', swap(0, { price: { ...price(0), book: other.id } }), /is priced by book/],
  ['a total', { charges: rated.charges, cost: { ...rated.cost, billed: '0.01' } }, /the cost says billed 0\.01/],
  ['a contracted total', { charges: rated.charges, cost: { ...rated.cost, contracted: '0.01' } }, /contracted 0\.01/],
  ['a list total', { charges: rated.charges, cost: { ...rated.cost, list: '1' } }, /the cost says list 1/],
  ['a dropped charge', { charges: rated.charges.slice(1), cost: rated.cost }, /its charges sum to/],
  ['a price taken away', swap(0, { price: null }), /names no price and still has an amount/],
  [
    'an unpriced cost with an amount',
    { charges: rated.charges, cost: { ...rated.cost, status: 'unpriced' } },
    /unpriced and still has an amount/,
  ],
  [
    'an exact cost over an open charge',
    swap(0, { price: null, contracted: null, list: null, unit_price: null }),
    /the cost is exact, but a charge has no price/,
  ],
];

for (const [what, receipt, says] of tampered) {
  test(`the auditor notices ${what} changed in a receipt`, () => {
    const problems = auditCharges(book, receipt, NOW);
    assert.ok(
      problems.some((problem) => says.test(problem)),
      problems.join('; '),
    );
  });
}

test('the auditor notices a price used outside its time', () => {
  assert.match(
    auditCharges(book, rated, at('2026-02-01'))[0] ?? '',
    /input is priced by a row that did not apply then/,
  );
});

test('invoice units are exact, and absent where the seller invoices in currency', () => {
  const lists = loadPriceBook().lists;
  const units = (seller: string, amount: bigint) => {
    const list = lists.find((each) => each.seller === seller);
    assert.ok(list !== undefined);
    return invoiceUnits(list, amount);
  };
  assert.deepEqual(units('microsoft-foundry', 705_000_000_000n), { unit: 'CCU', quantity: '70.5' });
  assert.deepEqual(units('microsoft-foundry', 1n), { unit: 'CCU', quantity: '0.0000000001' });
  assert.equal(units('anthropic', 705_000_000_000n), null);
});
