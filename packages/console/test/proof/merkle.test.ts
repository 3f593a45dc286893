import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { concat, decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from '../../src/proof/bytes.ts';
import { leafHash, nodeHash, sha256 } from '../../src/proof/hash.ts';
import { consistencyProblem, inclusionProblem } from '../../src/proof/merkle.ts';
import { tileIndexPath, tilePath } from '../../src/proof/tiles.ts';
import { missingFromCorpus, readCorpusLines } from '../support/corpus.ts';
import { seed } from '../support/seed.ts';

const VECTORS = 'journal/merkle-vectors.jsonl';

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

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const plain = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

describe('public vectors (transparency-dev/merkle)', { skip: missingFromCorpus(VECTORS) }, () => {
  const vectors = missingFromCorpus(VECTORS) === false ? readCorpusLines<Vector>(VECTORS) : [];

  test('the corpus holds inclusion and consistency cases, good and bad', () => {
    const kinds = new Set(vectors.map((v) => `${v.file.split('/')[1]} ${v.wantErr}`));
    assert.deepEqual([...kinds].sort(), ['consistency false', 'consistency true', 'inclusion false', 'inclusion true']);
  });

  for (const v of vectors) {
    test(`${v.file} is ${v.wantErr ? 'refused' : 'accepted'}`, async () => {
      const proof = (v.proof ?? []).map(plain);
      const problem = v.file.includes('/inclusion/')
        ? await inclusionProblem(v.leafIdx, v.treeSize, plain(v.leafHash), proof, plain(v.root))
        : await consistencyProblem(v.size1, v.size2, plain(v.root1), plain(v.root2), proof);
      assert.equal(problem !== null, v.wantErr, problem ?? 'accepted');
    });
  }
});

describe('hashing', () => {
  test('a leaf and a node carry the prefixes of RFC 6962', async () => {
    // Certificate Transparency reference tests: the leaf of no bytes, and the root over the first two leaves.
    const empty = await leafHash(new Uint8Array());
    assert.equal(hex(empty), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    const second = await leafHash(Uint8Array.of(0));
    assert.equal(
      hex(await nodeHash(empty, second)),
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    );
    assert.equal(
      hex(await sha256(new Uint8Array())),
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});

describe('text forms of bytes', () => {
  test('agree with Node on every value, and every value has one text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (given) => {
        const bytes = concat(given);
        assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString('base64'));
        assert.equal(encodeBase64Url(bytes), Buffer.from(bytes).toString('base64url'));
        assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
        assert.deepEqual(decodeBase64Url(encodeBase64Url(bytes)), bytes);
      }),
      { seed },
    );
  });

  test('what is not exactly of the form is refused: padding, spaces, unused bits, the other alphabet', () => {
    for (const text of ['AAA', 'AA==\n', ' AA==', 'AB==', 'AA=A', '_A==', 'A'])
      assert.equal(decodeBase64(text), null, text);
    for (const text of ['AB', 'AA==', '+A', 'A']) assert.equal(decodeBase64Url(text), null, text);
  });
});

test('tile paths are those of the specification', () => {
  assert.equal(tileIndexPath(1_234_067), 'x001/x234/067');
  assert.equal(tilePath(0, 0, 256), '/tile/0/000');
  assert.equal(tilePath('entries', 1000, 3), '/tile/entries/x001/000.p/3');
});
