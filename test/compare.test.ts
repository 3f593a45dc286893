// What docs/compare.md says of us is a test that exists: each link of its tables leads to a file that has a test of that name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const PAGE = join(import.meta.dirname, '../docs/compare.md');
const rows = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '));
const LINK = /\[([^\]]+)\]\((\.\.\/[^)]+\.test\.ts)\)/g;
const links = rows.flatMap((row) => [...row.matchAll(LINK)].map(([, name = '', path = '']) => ({ row, name, path })));

/** Whether a file has a test whose title holds these words. */
function hasTest(path: string, name: string): boolean {
  const source = readFileSync(join(import.meta.dirname, '../docs', path), 'utf8');
  const titles = source.matchAll(/^\s*test\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/gm);
  return titles.some(([, , title = '']) => title.replaceAll(/\\(.)/g, '$1').includes(name));
}

test('every cell of ours leads to a test of that name', () => {
  const missing = links.filter(({ path, name }) => !hasTest(path, name)).map(({ path, name }) => `${path}: ${name}`);
  assert.deepEqual(missing, []);
  assert.ok(links.length > 30, `only ${links.length} links were found`);
  assert.equal(hasTest('../test/compare.test.ts', 'a test that nobody wrote'), false);
});

test('every group of complaints has its tests, and no row is without one', () => {
  const from = rows.findIndex((row) => row.startsWith('| group |'));
  const complaints = rows.slice(from + 1);
  assert.deepEqual(
    complaints.filter((row) => !links.some((link) => link.row === row)),
    [],
  );
  const groups = new Set(complaints.map((row) => row.split('|')[1]?.trim().split(':')[0]));
  for (const group of GROUPS) assert.ok(groups.has(group), group);
});

const GROUPS = [
  'spend wrong',
  'geography and speed',
  'client disconnects',
  'metering rows lost',
  'budget races',
  'limits across instances',
  'memory and database',
  'streams, tools, thinking',
  'quirks of providers',
  'reserved capacity',
  'what is asked for',
];
