// The brief prepared for the screen: the sheet's words, and ways only to pages that are there.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { briefPage } from '../../src/features/brief/model.ts';
import { PAGES } from '../../src/frame/navigation.ts';
import { briefSearch } from '../../src/app/search-state.ts';
import { briefOf } from '../support/sample-brief.ts';

const hrefOf = (path: string): string => `/console${path}`;
const all = [
  { path: '/contracts' },
  { path: '/commitments' },
  { path: '/claims' },
  { path: '/duties' },
  { path: '/spend' },
];
const sectionOf = (id: string, pages: readonly { readonly path: string }[] = all) =>
  briefPage(briefOf({}), { pages, hrefOf }).sections.find((section) => section.id === id) ?? assert.fail(id);

describe('the brief on screen', () => {
  test('the sentence on top says how many decisions are due, and the next', () => {
    const { headline, mark } = briefPage(briefOf({ at: '2027-11-15' }), { pages: all, hrefOf });
    assert.equal(
      headline,
      '6 decisions are due, the next since 2027-11-14 (1\u00a0day\u00a0late); 2 contracts; 6 claims not shown to be true.',
    );
    assert.equal(mark, 'simulated');
  });
  test('each figure leads to the page that shows it', () => {
    const figures = sectionOf('draw').rows.flatMap(({ cells }) => cells.filter(({ figure }) => figure));
    assert.equal(figures.length, 4);
    for (const { href } of figures) assert.equal(href, '/console/commitments');
    assert.equal(sectionOf('claims').rows[0]?.cells[0]?.href, '/console/claims');
  });
  test('a decision leads to where it is decided', () => {
    assert.deepEqual(
      sectionOf('decisions').rows.map(({ cells }) => cells[0]?.href),
      ['/console/duties', '/console/contracts'],
    );
  });
  test('a page that is not there is not led to', () => {
    const { sections } = briefPage(briefOf({}), { pages: [{ path: '/spend' }], hrefOf });
    const ways = sections.flatMap(({ href, rows }) => [
      href,
      ...rows.flatMap(({ cells }) => cells.map((cell) => cell.href)),
    ]);
    assert.deepEqual([...new Set(ways)].toSorted(), ['/console/spend', null].toSorted());
    assert.ok(PAGES.some(({ path }) => path === '/brief'));
  });
  test('an amount that is not told exactly is marked, and what nobody measured is said', () => {
    assert.equal(sectionOf('draw').rows[0]?.cells[2]?.text, '≈ 400,000.12 EUR *');
    assert.deepEqual(sectionOf('draw').notes, ['* stated, not metered: 120,000 EUR of spend']);
    assert.ok(sectionOf('owed').rows.some(({ cells }) => cells[2]?.text === 'no sum stated'));
    assert.match(
      sectionOf('owed').notes.join(),
      /Owed without a sum, in none above: spare-units of northwind-models-2027 \(price not stated\)$/,
    );
    assert.equal(sectionOf('promised').rows[0]?.cells[4]?.text, 'not measured');
    assert.deepEqual(sectionOf('possible').notes, ['and 3 more']);
  });
  test('the day stands in the address; one that is none is passed over', () => {
    assert.equal(briefSearch.read({ at: '2027-11-15' }).value.at, '2027-11-15');
    assert.deepEqual(briefSearch.read({ at: '2027-13-45' }).ignored, ['at']);
    assert.deepEqual(briefSearch.write({ at: '2027-11-15' }), { at: '2027-11-15' });
  });
});
