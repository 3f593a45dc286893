import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CompactRange, edgeSizes, type OnNode } from '../src/merkle/compact-range.ts';
import { decodeBase64, decodeHash, leafHash, leafHashInto, nodeHash } from '../src/merkle/hash.ts';
import { buildRows, TileTree } from '../src/merkle/proof.ts';
import { verifyConsistency, verifyInclusion } from '../src/merkle/verify.ts';
import { missingFromCorpus, readCorpusLines } from './support/corpus.ts';
import { auditPath, consistencyProof, treeHash } from './support/reference-tree.ts';

const VECTORS = 'journal/merkle-vectors.jsonl';
const seed = Number(process.env['SEED'] ?? 20261122);

interface Vector {
  readonly file: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly root: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly leafHash: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

/** Leaves, and a tree over their tiles. */
function grow(count: number, leafOf = (i: number): Buffer => Buffer.from(`leaf ${i}`)) {
  const leaves = Array.from({ length: count }, (_, i) => leafOf(i));
  const levels: Buffer[][] = [];
  const range = new CompactRange();
  for (const leaf of leaves) {
    range.append(leafHash(leaf), (height, hash) => {
      if (height % 8 === 0) (levels[height / 8] ??= []).push(hash);
    });
  }
  const at = (size: number): TileTree =>
    new TileTree(size, (level, start, n) => {
      const hashes = (levels[level] ?? []).slice(start, start + n);
      assert.equal(hashes.length, n, `level ${level} has hashes ${start} to ${start + n}`);
      return Buffer.concat(hashes);
    });
  return { leaves, range, at };
}

const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('hex'));

describe('public vectors (transparency-dev/merkle)', { skip: missingFromCorpus(VECTORS) }, () => {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  const vectors = missingFromCorpus(VECTORS) === false ? readCorpusLines<Vector>(VECTORS) : [];

  test('the corpus holds inclusion and consistency cases, good and bad', () => {
    const kinds = new Set(vectors.map((v) => `${v.file.split('/')[1]} ${v.wantErr}`));
    assert.deepEqual([...kinds].sort(), ['consistency false', 'consistency true', 'inclusion false', 'inclusion true']);
  });

  for (const v of vectors) {
    test(`${v.file} is ${v.wantErr ? 'refused' : 'accepted'}`, () => {
      const proof = (v.proof ?? []).map(bytes);
      const check = v.file.includes('/inclusion/')
        ? () => verifyInclusion(v.leafIdx, v.treeSize, bytes(v.leafHash), proof, bytes(v.root))
        : () => verifyConsistency(v.size1, v.size2, bytes(v.root1), bytes(v.root2), proof);
      if (v.wantErr) assert.throws(check, { code: 'PROOF_INVALID' });
      else assert.doesNotThrow(check);
    });
  }
});

describe('the tree of RFC 6962', () => {
  // Leaves and roots of the Certificate Transparency reference tests (google/certificate-transparency, merkletree tests).
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  test('the roots of the reference leaves are the published ones', () => {
    const range = new CompactRange();
    const seen = [range.root().toString('hex')];
    for (const leaf of leaves) {
      range.append(leafHash(Buffer.from(leaf, 'hex')));
      seen.push(range.root().toString('hex'));
    }
    assert.deepEqual(seen, roots);
  });

  test('a subtree that is added whole leads to the root of its leaves, and says of the nodes above it', () => {
    const nodes = (range: CompactRange, add: (onNode: OnNode) => void): string[] => {
      const seen: string[] = [];
      add((level, hash) => void (level >= 3 && seen.push(`${level} ${hash.toString('hex')}`)));
      return [...seen, range.root().toString('hex')];
    };
    const one = new CompactRange();
    const eight = new CompactRange();
    for (let group = 0; group < 11; group += 1) {
      const hashes = Array.from({ length: 8 }, (_, i) => leafHash(Buffer.from(`${group}.${i}`)));
      const alone = nodes(one, (onNode) => hashes.forEach((hash) => one.append(hash, onNode)));
      const rows = buildRows(Buffer.concat(hashes));
      const together = nodes(eight, (onNode) => eight.append(rows[3] ?? Buffer.alloc(0), onNode, 3));
      assert.deepEqual(together, alone);
      assert.equal(eight.size, one.size);
    }
  });

  test('a leaf hash taken in place equals the one of a copy, and gives the borrowed byte back', () => {
    const bytes = Buffer.from('xxhello worldyy');
    const into = Buffer.alloc(40);
    leafHashInto(bytes, 2, 13, into, 4);
    assert.deepEqual(into.subarray(4, 36), leafHash(Buffer.from('hello world')));
    assert.equal(bytes.toString(), 'xxhello worldyy');
    assert.equal(
      leafHash(Buffer.alloc(70_000)).toString('hex'),
      createHash('sha256').update(Buffer.alloc(70_001)).digest('hex'),
    );
  });

  test('roots, inclusion and consistency proofs equal those of a plain transcription of the RFC, for every size to 70', () => {
    const tree = grow(70);
    for (let n = 1; n <= 70; n += 1) {
      const part = tree.leaves.slice(0, n);
      const mine = tree.at(n);
      assert.deepEqual(mine.root(), treeHash(part));
      for (let m = 0; m < n; m += 1) assert.deepEqual(hex(mine.inclusion(m)), hex(auditPath(m, part)), `${m} of ${n}`);
      for (let m = 1; m <= n; m += 1)
        assert.deepEqual(hex(mine.consistency(m)), hex(consistencyProof(m, part)), `${m} to ${n}`);
    }
  });

  test('the same holds across tile borders, for random sizes and indexes', () => {
    const tree = grow(1400);
    const sizes = fc.tuple(fc.integer({ min: 1, max: 1400 }), fc.nat(), fc.nat());
    fc.assert(
      fc.property(sizes, ([n, a, b]) => {
        const part = tree.leaves.slice(0, n);
        const mine = tree.at(n);
        const index = a % n;
        const older = 1 + (b % n);
        assert.deepEqual(hex(mine.inclusion(index)), hex(auditPath(index, part)));
        assert.deepEqual(hex(mine.consistency(older)), hex(consistencyProof(older, part)));
        assert.deepEqual(mine.rootAt(older), treeHash(part.slice(0, older)));
        verifyInclusion(index, n, leafHash(part[index] ?? Buffer.alloc(0)), mine.inclusion(index), mine.root());
        verifyConsistency(older, n, mine.rootAt(older), mine.root(), mine.consistency(older));
      }),
      { numRuns: 25, seed },
    );
  });

  test('a range continued from its right edge ends at the same root', () => {
    const tree = grow(700);
    for (const n of [0, 1, 255, 256, 257, 511, 600]) {
      const resumed = new CompactRange(n, tree.at(n).edge());
      for (const leaf of tree.leaves.slice(n)) resumed.append(leafHash(leaf));
      assert.deepEqual(resumed.root(), tree.range.root(), `from ${n}`);
    }
    assert.deepEqual(edgeSizes(13), [8, 4, 1]);
  });

  test('an index outside the tree has no proof', () => {
    assert.throws(() => grow(3).at(3).inclusion(3), { code: 'RECEIPT_UNKNOWN' });
  });
});

describe('refusals', () => {
  const root = nodeHash(leafHash(Buffer.from('a')), leafHash(Buffer.from('b')));

  test('a consistency proof from an empty log is refused, even to an empty log', () => {
    const empty = treeHash([]);
    assert.throws(() => verifyConsistency(0, 0, empty, empty, []), { code: 'PROOF_INVALID' });
    assert.throws(() => verifyConsistency(0n, 2n, empty, root, []), { code: 'PROOF_INVALID' });
  });

  test('sizes beyond 2^53 are not rounded', () => {
    const huge = 2n ** 63n;
    assert.throws(() => verifyInclusion(huge, huge, root, [], root), {
      message: /entry 9223372036854775808 is not in a log of/,
    });
    assert.throws(() => verifyInclusion(huge - 1n, huge, root, [], root), { message: /too short/ });
  });

  test('a fork at one size, a shrinking log and hashes of another length are refused', () => {
    const other = leafHash(Buffer.from('c'));
    assert.throws(() => verifyConsistency(2, 2, root, other, []), { message: /a fork/ });
    assert.throws(() => verifyConsistency(2, 1, root, other, []), { message: /cannot extend/ });
    assert.throws(() => verifyConsistency(2, 2, root, root, [other]), { message: /need no consistency proof/ });
    assert.throws(() => verifyInclusion(0, 2, root, [Buffer.alloc(31)], root), { message: /32 bytes/ });
  });

  test('base 64 with loose ends, other alphabets or spaces is not taken for a hash', () => {
    const good = root.toString('base64');
    assert.deepEqual(decodeHash(good), root);
    const loose = `${good.slice(0, -2)}${good.at(-2) === 'B' ? 'C' : 'B'}=`;
    for (const bad of [loose, `${good} `, good.slice(0, -1), root.toString('base64url')]) {
      const decoded = decodeHash(bad);
      assert.ok(decoded === null || (bad === loose && !decoded.equals(root)), bad);
    }
    assert.equal(decodeBase64('YQ'), null);
    assert.equal(decodeBase64('YR=='), null);
  });
});
