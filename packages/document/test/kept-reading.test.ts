// A file that comes with the product is read once: the same text by the same reader gives the same value again, and nothing
// else does.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { keptReading, type ShippedFile } from '@weighbridge/document';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-kept-'));
const readings = join(folder, 'readings');
const reader = join(folder, 'reader.ts');
after(() => rmSync(folder, { recursive: true, force: true }));

let read = 0;
const given = (value: unknown) => (): unknown => {
  read += 1;
  return value;
};
const file = (text: string): ShippedFile => ({ name: 'book.yaml', text, reader: pathToFileURL(reader).href });

beforeEach(() => {
  read = 0;
  rmSync(readings, { recursive: true, force: true });
  writeFileSync(reader, 'a reader');
});

test('a file is read once, and gives the same value again', () => {
  const value = { rows: [{ price: '0.10', line: 3 }], none: null };
  assert.deepEqual(keptReading(file('a'), given(value), folder), value);
  assert.deepEqual(keptReading(file('a'), given('another'), folder), value);
  assert.equal(read, 1);
});

test('another text, and another reader of the same text, are read anew and take its place', () => {
  keptReading(file('a'), given(1), folder);
  assert.equal(keptReading(file('b'), given(2), folder), 2);
  writeFileSync(reader, 'a reader that was changed');
  assert.equal(keptReading(file('b'), given(3), folder), 3);
  assert.equal(keptReading(file('b'), given(4), folder), 3);
  assert.deepEqual(readdirSync(readings), ['book-yaml.json']);
});

test('half of a reading counts as none', () => {
  keptReading(file('a'), given([1, 2, 3]), folder);
  const kept = join(readings, 'book-yaml.json');
  writeFileSync(kept, readFileSync(kept, 'utf8').slice(0, 40));
  assert.deepEqual(keptReading(file('a'), given([4]), folder), [4]);
});

test('what JSON cannot hold is not kept, nor a reading that failed', () => {
  for (const value of [undefined, Number.NaN, { at: new Date(0) }, [undefined]]) {
    assert.deepEqual(keptReading(file('a'), given(value), folder), value);
    assert.deepEqual(keptReading(file('a'), given(value), folder), value);
  }
  assert.equal(read, 8);
  const fails = (): never => {
    throw new RangeError('no book');
  };
  assert.throws(() => keptReading(file('a'), fails, folder), /no book/);
});

test('a folder that cannot be written, or none, costs the reading and nothing else', () => {
  assert.equal(keptReading(file('a'), given(5), join(reader, 'under-a-file')), 5);
  assert.equal(keptReading(file('a'), given(6), join(reader, 'under-a-file')), 6);
});
