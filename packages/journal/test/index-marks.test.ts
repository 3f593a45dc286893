// The indexes are folds: whatever happens to their files, opening the log gives them back whole. A list of keys that
// lost its last row would let a revoked key in.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createUlid } from '@weighbridge/kernel';
import { PART_ENTRIES } from '../src/store/layout.ts';
import { LogWriter } from '../src/store/log-writer.ts';
import { START } from './support/world.ts';

const KINDS = ['key', 'config', 'alert', 'intent', 'call'];

function fill(writer: LogWriter, from: number, to: number): void {
  let now = START + from;
  const ulid = createUlid(
    () => now,
    (bytes) => bytes.fill(7),
  );
  for (let i = from; i < to; i += 1) {
    now = START + i;
    const [id, kind] = [ulid(), KINDS[i % 97 < 3 ? i % 3 : 3 + (i % 2)] ?? ''];
    writer.append(Buffer.from(JSON.stringify({ at: now, id, kind })), Buffer.from('record'), { id, kind, at: now });
  }
}

const indexFiles = (folder: string): string[] =>
  readdirSync(join(folder, 'index'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(indexFiles(folder).map((path) => [path, readFileSync(path, 'latin1')]));

function reopen(folder: string, size: number): void {
  const writer = new LogWriter(folder, size);
  writer.sync();
  writer.compact(size);
  writer.close();
}

function* damages(bytes: Buffer, every: number): Generator<readonly [string, (path: string) => void]> {
  for (let length = 0; length < bytes.length; length += every)
    yield [`cut to ${length} bytes`, (path) => truncateSync(path, length)];
  for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8((flipped[at] ?? 0) ^ 1, at);
    yield [`a bit of byte ${at} flipped`, (path) => writeFileSync(path, flipped)];
  }
  yield ['gone', (path) => rmSync(path)];
  yield ['grown', (path) => writeFileSync(path, Buffer.concat([bytes, bytes]))];
}

describe('an index file that is not what it was is made anew when the log is opened', () => {
  const small = { folder: mkdtempSync(join(tmpdir(), 'weighbridge-index-')), size: 120, every: 8 };
  // With a sorted part, and every 40,008th byte only: that file is large.
  const large = { folder: mkdtempSync(join(tmpdir(), 'weighbridge-index-')), size: PART_ENTRIES + 50, every: 40_008 };
  before(() => {
    for (const { folder, size } of [small, large]) {
      const writer = new LogWriter(folder, 0);
      fill(writer, 0, size);
      writer.sync();
      writer.compact(size);
      writer.close();
      reopen(folder, size);
    }
  });
  after(() => {
    for (const { folder } of [small, large]) rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, log] of Object.entries({ small, large })) {
    test(`in a ${name} log, whatever was done to it`, () => {
      const { folder, size, every } = log;
      const whole = contents(folder);
      let tried = 0;
      for (const path of Object.keys(whole)) {
        const bytes = readFileSync(path);
        for (const [what, damage] of damages(bytes, every)) {
          damage(path);
          reopen(folder, size);
          assert.deepEqual(contents(folder), whole, `${path}: ${what}`);
          tried += 1;
        }
      }
      assert.ok(tried > 40, `${tried} damages`);
    });
  }

  test('one that lags, with its mark, is filled in; what lies beyond the log is cut', () => {
    const { folder, size } = small;
    const before_ = contents(folder);
    const writer = new LogWriter(folder, size);
    fill(writer, size, size + 100);
    writer.sync();
    writer.close();
    const longer = contents(folder);
    for (const [path, text] of Object.entries(before_)) writeFileSync(path, text, 'latin1');
    reopen(folder, size + 100);
    assert.deepEqual(contents(folder), longer);
    reopen(folder, size);
    assert.deepEqual(contents(folder), before_);
  });
});
