// The verifier's heart against a tree built leaf by leaf: the same tiles and roots at every width of the last bundle, and
// every remembered checkpoint compared, wherever in a bundle it ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CompactRange } from '../src/merkle/compact-range.ts';
import { leafHash } from '../src/merkle/hash.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey } from '../src/note/note-key.ts';
import { hashesAt } from '../src/store/tile-path.ts';
import { LogCheck, type ExpectedTile } from '../src/verify/log-check.ts';

const ORIGIN = 'check.example/node-1';
const signer = parseSignerKey(generateSignerKey(ORIGIN));
const { vkey } = signer.verifier;

const leafText = (index: number): Buffer => Buffer.from(`leaf ${index}`);

interface Reference {
  readonly roots: Buffer[];
  /** By level: the hashes of its tiles, side by side. */
  readonly levels: Buffer[][];
}

function grow(size: number): Reference {
  const range = new CompactRange();
  const roots = [range.root()];
  const levels: Buffer[][] = [];
  for (let index = 0; index < size; index += 1) {
    range.append(leafHash(leafText(index)), (height, hash) => {
      if (height % 8 === 0) (levels[height / 8] ??= []).push(hash);
    });
    roots.push(range.root());
  }
  return { roots, levels };
}

const note = (size: number, root: Buffer): string => signCheckpoint({ origin: ORIGIN, size, root }, [signer]).text;

function bundle(first: number, width: number): Buffer {
  const parts: Buffer[] = [];
  for (let index = first; index < first + width; index += 1) {
    const text = leafText(index);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    parts.push(length, text);
  }
  return Buffer.concat(parts);
}

/** Feeds a log of `size` to a verifier; the tiles it expects. */
function feed(size: number, root: Buffer, last?: string): ExpectedTile[] {
  const check = new LogCheck(note(size, root), { vkey, ...(last === undefined ? {} : { last }) });
  const tiles: ExpectedTile[] = [];
  while (check.nextWidth > 0) {
    check.addBundle(bundle(check.leaves, check.nextWidth));
    tiles.push(...check.takeTiles());
  }
  check.finish();
  return tiles;
}

const LARGEST = 65_536 + 2 * 256 + 3;
const reference = grow(LARGEST);
const rootOf = (size: number): Buffer => reference.roots[size] ?? assert.fail(`there is no root of ${size}`);

describe('a verifier that is fed bundles', () => {
  for (const size of [1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, LARGEST]) {
    test(`expects every tile of a log of ${size}, and its root`, () => {
      const tiles = feed(size, rootOf(size));
      for (const { level, index, width, hashes } of tiles) {
        const wanted = (reference.levels[level] ?? []).slice(index * 256, index * 256 + width);
        assert.deepEqual(hashes, Buffer.concat(wanted), `tile ${index} of level ${level}`);
      }
      for (const level of [0, 1, 2]) {
        const widths = tiles.filter((tile) => tile.level === level).map(({ width }) => width);
        const sum = widths.reduce((total, width) => total + width, 0);
        assert.equal(sum, hashesAt(level, size), `level ${level}`);
      }
    });
  }

  test('compares the remembered root, whether it ends with a bundle or within one', () => {
    for (const size of [600, 768])
      for (let remembered = 0; remembered <= size; remembered += remembered < 200 || remembered > 520 ? 13 : 1) {
        assert.ok(feed(size, rootOf(size), note(remembered, rootOf(remembered))).length > 0);
        assert.throws(
          () => feed(size, rootOf(size), note(remembered, Buffer.alloc(32, 7))),
          /are not those of the remembered checkpoint/,
          `${remembered} of ${size}`,
        );
      }
  });

  test('refuses a root that its leaves do not have', () => {
    for (const size of [1, 256, 300]) assert.throws(() => feed(size, rootOf(size + 1)), /do not have the signed root/);
  });
});
