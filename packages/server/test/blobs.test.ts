// Blobs: whole and durable before anybody names them, held against their name whenever they are counted on.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { useDisk, type Disk } from '@weighbridge/journal';
import { openBlobs } from '@weighbridge/server';

const TEXT = 'a contract, or a price book: größer als ein Eintrag\n'.repeat(400);
const DIGEST = createHash('sha256').update(TEXT).digest('hex');

function place(t: TestContext): { readonly folder: string; readonly path: string } {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-blobs-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'blobs');
  return { folder, path: join(folder, DIGEST) };
}

/** The machine's disk with some calls in place of its own, in use until the test ends. */
function onDisk(t: TestContext, own: Partial<Disk>): void {
  useDisk({ ...(fs as unknown as Disk), ...own });
  t.after(() => useDisk(null));
}

describe('a blob that is kept', () => {
  test('has its digest for its name, its length beside it, and lies there alone', (t) => {
    const { folder, path } = place(t);
    const blobs = openBlobs(folder);
    const reference = blobs.keep(TEXT);
    assert.deepEqual(reference, { blob: DIGEST, bytes: Buffer.byteLength(TEXT) });
    assert.deepEqual(readdirSync(folder), [DIGEST]);
    assert.equal(readFileSync(path, 'utf8'), TEXT);
    assert.deepEqual([blobs.text(reference), blobs.trouble(reference)], [TEXT, null]);
  });

  test('is whole also on a disk that takes a few bytes at a time', (t) => {
    const { folder, path } = place(t);
    onDisk(t, {
      writeSync: (fd, bytes, offset, length, position) =>
        fs.writeSync(fd, bytes, offset, Math.min(length, 1_000), position),
    });
    openBlobs(folder).keep(TEXT);
    assert.equal(readFileSync(path, 'utf8'), TEXT);
  });

  test('is synced before it takes its name, and its name after that', (t) => {
    const { folder, path } = place(t);
    const calls: string[] = [];
    const paths = new Map<number, string>();
    onDisk(t, {
      openSync: (name, flags, mode) => {
        const fd = fs.openSync(name, flags, mode);
        paths.set(fd, name);
        return fd;
      },
      fsyncSync: (fd) => {
        calls.push(`sync ${paths.get(fd)}`);
        fs.fsyncSync(fd);
      },
      renameSync: (from, to) => {
        calls.push(`rename ${to}`);
        fs.renameSync(from, to);
      },
    });
    const blobs = openBlobs(folder);
    blobs.keep(TEXT);
    assert.deepEqual(calls.slice(-3), [`sync ${path}.new`, `rename ${path}`, `sync ${folder}`]);
    calls.length = 0;
    blobs.keep(TEXT);
    assert.deepEqual(calls, [`sync ${folder}`], 'what is there is not written again, and its name is made sure of');
  });

  test('that the disk refuses is no entry: it is told, and nothing bears its name', (t) => {
    const { folder } = place(t);
    onDisk(t, {
      fsyncSync: () => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    });
    assert.throws(() => openBlobs(folder).keep(TEXT), { code: 'JOURNAL_UNAVAILABLE', message: /ENOSPC/ });
    assert.equal(fs.existsSync(join(folder, DIGEST)), false);
  });
});

const SPOILT: readonly (readonly [string, (path: string) => void, RegExp])[] = [
  ['gone', (path) => rmSync(path), /is gone$/],
  ['emptied', (path) => writeFileSync(path, ''), /is empty, and had \d+ bytes$/],
  ['cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, -1)), /has \d+ bytes, and had \d+$/],
  [
    'altered',
    (path) => writeFileSync(path, readFileSync(path, 'latin1').replace('price', 'pricy'), 'latin1'),
    /its SHA-256 is not its name$/,
  ],
];

describe('a blob that is', () => {
  for (const [what, spoil, says] of SPOILT)
    test(`${what} is told as that, never read, and put right by keeping its text again`, (t) => {
      const { folder, path } = place(t);
      const blobs = openBlobs(folder);
      const reference = blobs.keep(TEXT);
      spoil(path);
      assert.match(blobs.trouble(reference) ?? '', says);
      assert.throws(() => blobs.text(reference), { code: 'JOURNAL_CORRUPT', message: says });
      assert.throws(() => blobs.resolve(reference), { code: 'JOURNAL_CORRUPT' });
      assert.deepEqual(blobs.keep(TEXT), reference);
      assert.equal(blobs.text(reference), TEXT);
    });

  test('a folder, or named by no digest, is no blob', (t) => {
    const { folder, path } = place(t);
    mkdirSync(path, { recursive: true });
    const blobs = openBlobs(folder);
    assert.match(blobs.trouble({ blob: DIGEST, bytes: 3 }) ?? '', /is no file any more/);
    assert.match(blobs.trouble({ blob: '../../etc/passwd', bytes: 3 }) ?? '', /which is no digest/);
    assert.throws(() => blobs.keep(TEXT), { code: 'JOURNAL_UNAVAILABLE' });
  });
});
