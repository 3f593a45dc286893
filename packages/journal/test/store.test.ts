import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createUlid } from '@weighbridge/kernel';
import { leafHash } from '../src/merkle/hash.ts';
import { HashReader } from '../src/store/hash-store.ts';
import { IdReader } from '../src/store/id-index.ts';
import { readKind } from '../src/store/kind-index.ts';
import { entriesFolder, PART_ENTRIES, recordsFolder } from '../src/store/layout.ts';
import { LogWriter } from '../src/store/log-writer.ts';
import { nextItem, readBundle, readItem } from '../src/store/part-store.ts';
import { formatTileIndex, formatTilePath, hashesAt, parseTilePath, tilesOf } from '../src/store/tile-path.ts';
import { treeHash } from './support/reference-tree.ts';
import { START, temporaryFolder } from './support/world.ts';

const seed = Number(process.env['SEED'] ?? 20261122);

describe('tile paths', () => {
  // The worked examples of c2sp.org/tlog-tiles.
  const indexes: readonly [number, string][] = [
    [0, '000'],
    [999, '999'],
    [1000, 'x001/000'],
    [1234067, 'x001/x234/067'],
  ];
  for (const [index, text] of indexes) {
    test(`tile ${index} is ${text}`, () => {
      assert.equal(formatTileIndex(index), text);
      assert.deepEqual(parseTilePath(`/tile/0/${text}`), { level: 0, index, width: 256 });
    });
  }

  test('a log of 70,000 entries has 273 full tiles and one of 112, one full and one of 17, and one of 1', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((level) => tilesOf(level, 70_000)),
      [
        { full: 273, partial: 112 },
        { full: 1, partial: 17 },
        { full: 0, partial: 1 },
        { full: 0, partial: 0 },
      ],
    );
  });

  test('a log of 256 entries has a full tile and one of width 1 above it', () => {
    assert.deepEqual(
      [0, 1, 2].map((level) => tilesOf(level, 256)),
      [
        { full: 1, partial: 0 },
        { full: 0, partial: 1 },
        { full: 0, partial: 0 },
      ],
    );
    assert.equal(hashesAt(1, 65_536), 256);
  });

  test('what is formatted is parsed back', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    const index = fc.integer({ min: 0, max: 999_999_999_999 });
    const path = fc.record({ level, index, width: fc.integer({ min: 1, max: 256 }) }, { noNullPrototype: true });
    fc.assert(
      fc.property(path, (given) => assert.deepEqual(parseTilePath(formatTilePath(given)), given)),
      { numRuns: 200, seed },
    );
  });

  const wrong = [
    '',
    '/',
    '/tile',
    '/tile/0',
    '/tile/0/',
    '/tile/0/0',
    '/tile/0/00',
    '/tile/0/0000',
    '/tile/00/000',
    '/tile/64/000',
    '/tile/-1/000',
    '/tile/0/000.p/0',
    '/tile/0/000.p/256',
    '/tile/0/000.p/01',
    '/tile/0/000.p',
    '/tile/0/x000/001',
    '/tile/0/001/000',
    '/tile/0/X001/000',
    '/tile/entries',
    '/tile/Entries/000',
    '/tile/0/000/',
    '//tile/0/000',
    '/tile/0/../0/000',
    '/tile/0/%30%30%30',
    '/tile/0/000?x',
    '/tile/0/000\n',
    '/tile/0/x001/x001/x001/x001/x001/000',
    '/tile/entries/../../records/0.open',
    '/tile/0/٠٠٠',
  ];
  for (const path of wrong) {
    test(`no tile is at ${JSON.stringify(path)}`, () => assert.equal(parseTilePath(path), null));
  }
});

describe('a log on disk, across the border of two parts', () => {
  const count = PART_ENTRIES + 700;
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-store-'));
  const ids: string[] = [];
  const leafOf = (i: number): Buffer =>
    Buffer.from(JSON.stringify({ at: START + i, id: ids[i], kind: kindOf(i), filler: 'x'.repeat(i % 50) }));
  const kindOf = (i: number): string => (i % 1000 === 17 ? 'config' : i % 2 === 0 ? 'intent' : 'call');
  let writer: LogWriter;

  before(() => {
    let now = START;
    const ulid = createUlid(
      () => now,
      (bytes) => crypto.getRandomValues(bytes),
    );
    writer = new LogWriter(folder, 0);
    for (let i = 0; i < count; i += 1) {
      now = START + i;
      ids.push(i % 2 === 1 ? (ids[i - 1] ?? '') : ulid());
      writer.append(leafOf(i), Buffer.from(`record ${i}`), { id: ids[i] ?? '', kind: kindOf(i), at: now });
      if (i % 5000 === 0) writer.sync();
    }
    writer.sync();
    writer.compact(count);
  });
  after(() => {
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const probes = [0, 1, 255, 256, 257, PART_ENTRIES - 1, PART_ENTRIES, PART_ENTRIES + 1, count - 1];

  test('the finished part is compressed, the other is open', () => {
    assert.deepEqual(readdirSync(entriesFolder(folder)).sort(), ['0.sealed', '1.ends', '1.open']);
    assert.deepEqual(readdirSync(recordsFolder(folder)).sort(), ['0.sealed', '1.ends', '1.open']);
    assert.deepEqual(readdirSync(join(folder, 'index', 'ids')).sort(), ['0.sorted', '1.open']);
  });

  test('every leaf and record is read back, one by one and by the bundle', () => {
    for (const i of probes) {
      assert.deepEqual(readItem(entriesFolder(folder), 2, i), leafOf(i));
      assert.equal(readItem(recordsFolder(folder), 4, i).toString(), `record ${i}`);
    }
    for (const [bundle, width] of [
      [0, 256],
      [0, 3],
      [63, 256],
      [64, 256],
      [66, 188],
    ] as const) {
      const bytes = readBundle(entriesFolder(folder), 2, bundle, width);
      let at = 0;
      for (let i = 0; i < width; i += 1) {
        const next = nextItem(bytes, 2, at);
        assert.deepEqual(bytes.subarray(at + 2, next), leafOf(bundle * 256 + i));
        at = next;
      }
      assert.equal(at, bytes.length);
    }
  });

  test('the root and the tiles are those of the leaves', () => {
    const leaves = Array.from({ length: count }, (_, i) => leafOf(i));
    assert.deepEqual(writer.root(), treeHash(leaves));
    const reader = new HashReader(folder);
    assert.deepEqual(reader.read(0, 300, 1), leafHash(leafOf(300)));
    assert.deepEqual(reader.read(1, 64, 1), treeHash(leaves.slice(64 * 256, 65 * 256)));
    reader.close();
  });

  test('an id is found wherever it lies, with all its entries, and only within the size asked for', () => {
    const reader = new IdReader(folder);
    for (const i of probes) {
      const pair = [i - (i % 2), i - (i % 2) + 1].filter((index) => index < count);
      assert.deepEqual(reader.find(ids[i] ?? '', count), pair, `entry ${i}`);
    }
    assert.deepEqual(
      reader.find(ids[count - 1] ?? '', count - 1),
      [count - 2].filter((i) => ids[i] === ids[count - 1]),
    );
    assert.deepEqual(reader.find('01JDAAAAAAAAAAAAAAAAAAAAAA', count), []);
    assert.deepEqual(reader.instants(0), {
      earliest: START,
      latest: START + PART_ENTRIES - 1,
      firstId: ids[0],
      lastId: ids[PART_ENTRIES - 1],
    });
  });

  test('entries that are not traffic are listed by kind', () => {
    const expected = Array.from({ length: count }, (_, i) => i).filter((i) => kindOf(i) === 'config');
    assert.deepEqual(readKind(folder, 'config', count), expected);
    assert.deepEqual(readKind(folder, 'config', 1018), [17, 1017]);
    assert.deepEqual(readKind(folder, 'call', count), []);
  });

  test('opening at a smaller size cuts the rest, whatever was written there', () => {
    const copy = mkdtempSync(join(tmpdir(), 'weighbridge-store-'));
    try {
      const first = new LogWriter(copy, 0);
      for (let i = 0; i < 600; i += 1)
        first.append(leafOf(i), Buffer.from(`record ${i}`), { id: ids[i] ?? '', kind: kindOf(i), at: START });
      first.sync();
      first.close();
      for (const size of [599, 512, 300, 256, 255, 1, 0]) {
        const again = new LogWriter(copy, size);
        assert.equal(again.size, size);
        assert.deepEqual(again.root(), treeHash(Array.from({ length: size }, (_, i) => leafOf(i))));
        assert.deepEqual(readKind(copy, 'config', 1e9), size > 17 ? [17] : []);
        again.close();
      }
      assert.throws(() => new LogWriter(copy, 1), { code: 'JOURNAL_ROLLED_BACK' });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test('a part compressed some bundles at a time is read all the while, and comes out the same, also begun again', () => {
    const copy = mkdtempSync(join(tmpdir(), 'weighbridge-store-'));
    try {
      let slow = new LogWriter(copy, 0);
      for (let i = 0; i < count; i += 1)
        slow.append(leafOf(i), Buffer.from(`record ${i}`), { id: ids[i] ?? '', kind: kindOf(i), at: START + i });
      slow.sync();
      const steps = (grown: number): number => {
        for (let step = 1; ; step += 1) {
          slow.compact(count, grown);
          for (const i of probes) assert.deepEqual(readItem(entriesFolder(copy), 2, i), leafOf(i));
          if (existsSync(join(copy, 'index', 'ids', '0.sorted'))) return step;
        }
      };
      slow.compact(count, 3_000);
      assert.ok(existsSync(join(entriesFolder(copy), '0.open')), 'nothing is in its place before all of it is');
      // What was begun is forgotten by an end, and begins again.
      slow.close();
      slow = new LogWriter(copy, count);
      // Two stores of 64 bundles.
      assert.equal(steps(0), 17);
      slow.close();
      for (const folderOf of [entriesFolder, recordsFolder])
        assert.deepEqual(
          readFileSync(join(folderOf(copy), '0.sealed')),
          readFileSync(join(folderOf(folder), '0.sealed')),
        );
      assert.deepEqual(readdirSync(recordsFolder(copy)).sort(), ['0.sealed', '1.ends', '1.open']);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test('a sealed part with any changed byte in table or bundle is refused when read', () => {
    const path = join(entriesFolder(folder), '0.sealed');
    const bytes = readFileSync(path);
    for (const at of [0, 5, 9, 500, 1030, 1040, 1100]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      writeFileSync(path, changed);
      assert.throws(() => readBundle(entriesFolder(folder), 2, 0, 256), { code: 'JOURNAL_CORRUPT' }, `byte ${at}`);
    }
    writeFileSync(path, bytes);
    assert.ok(existsSync(path));
  });
});

describe('the size of a leaf', () => {
  test('65,535 bytes are accepted and 65,536 refused, with nothing added', (t) => {
    const writer = new LogWriter(temporaryFolder(t), 0);
    const meta = { id: '01JDAAAAAAAAAAAAAAAAAAAAAA', kind: 'call', at: START };
    const largest = Buffer.alloc(65_535, 'x');
    assert.equal(writer.append(largest, Buffer.alloc(1), meta), 0);
    assert.throws(() => writer.append(Buffer.alloc(65_536), Buffer.alloc(1), meta), {
      code: 'LEAF_TOO_LARGE',
      message: /65536 bytes/,
    });
    assert.equal(writer.size, 1);
    writer.sync();
    assert.deepEqual(readItem(entriesFolder(writer.folder), 2, 0), largest);
    writer.close();
  });
});
