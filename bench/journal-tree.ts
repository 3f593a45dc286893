// A log of ten million entries in seconds: only what inclusion proofs read (tile hashes, checkpoint, key) is written, by
// code of the bench's own after RFC 6962 and the journal's documented layout. The proofs that the journal then makes are
// checked here as well, so a fast wrong proof does not count.
import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openJournal } from '@weighbridge/journal';
import { Samples, type Spread } from './samples.ts';

const HASH = 32;
const WIDTH = 256;
const FILE_HASHES = 2 ** 20;
const ORIGIN = 'bench.example/tree';

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

const nodeBytes = Buffer.alloc(1 + 2 * HASH, 1);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 1 + HASH);
  return sha256(nodeBytes);
};

/** Root of any number of hashes (RFC 6962, section 2.1): split at the largest power of two below the count. */
const rootOf = (hashes: readonly Uint8Array[]): Uint8Array => {
  const [only] = hashes;
  if (hashes.length === 1 && only !== undefined) return only;
  const split = 2 ** (31 - Math.clz32(hashes.length - 1));
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
};

/** Stands for a leaf's hash: a proof never looks below it, and ten million real ones would double the wait. */
const leafOf = (index: number): Buffer => {
  const value = Buffer.alloc(HASH);
  for (let at = 0; at < HASH; at += 4) value.writeUInt32LE(Math.imul(index + at + 1, 2_654_435_761) >>> 0, at);
  value.writeUInt32LE(index, 0);
  return value;
};

/** Hashes of one tile level, cut into the journal's files. */
class LevelFile {
  readonly #folder: string;
  readonly #level: number;
  readonly #buffer = Buffer.allocUnsafe(WIDTH * 64 * HASH);
  #used = 0;
  #written = 0;
  #fd = -1;

  constructor(folder: string, level: number) {
    this.#folder = folder;
    this.#level = level;
  }

  add(value: Uint8Array): void {
    this.#buffer.set(value, this.#used);
    this.#used += HASH;
    if (this.#used === this.#buffer.length) this.flush();
  }

  flush(): void {
    if (this.#used === 0) return;
    if (this.#written % FILE_HASHES === 0) this.#next();
    writeSync(this.#fd, this.#buffer, 0, this.#used);
    this.#written += this.#used / HASH;
    this.#used = 0;
  }

  close(): void {
    this.flush();
    if (this.#fd !== -1) closeSync(this.#fd);
  }

  #next(): void {
    if (this.#fd !== -1) closeSync(this.#fd);
    const path = join(this.#folder, 'log', 'tile', String(this.#level), String(this.#written / FILE_HASHES));
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, 'w');
  }
}

/** Writes the tiles of `size` leaves; returns the root. */
const writeTiles = (folder: string, size: number): Uint8Array => {
  const files: LevelFile[] = [];
  const open: Uint8Array[][] = [];
  const add = (level: number, value: Uint8Array): void => {
    (files[level] ??= new LevelFile(folder, level)).add(value);
    const tile = (open[level] ??= []);
    tile.push(value);
    if (tile.length < WIDTH) return;
    open[level] = [];
    add(level + 1, rootOf(tile));
  };
  for (let index = 0; index < size; index += 1) add(0, leafOf(index));
  for (const file of files) file.close();
  // Each level's open tile is the right edge: lower levels fold into the ones above.
  let right: Uint8Array | null = null;
  for (const tile of open) {
    const hashes: readonly Uint8Array[] = tile;
    right = foldRight(hashes, right);
  }
  assert.ok(right !== null, 'a tree has at least one leaf');
  return right;
};

/** Root of a tile's hashes followed by the smaller tree to their right. */
const foldRight = (hashes: readonly Uint8Array[], right: Uint8Array | null): Uint8Array | null => {
  if (right === null) return hashes.length === 0 ? null : rootOf(hashes);
  let rest = right;
  let end = hashes.length;
  // The right edge joins the perfect subtrees from the smallest upwards.
  while (end > 0) {
    const take = end & -end;
    rest = nodeHash(rootOf(hashes.slice(end - take, end)), rest);
    end -= take;
  }
  return rest;
};

const writeCheckpoint = (folder: string, size: number, root: Uint8Array): void => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const typed = Buffer.concat([Buffer.of(1), raw]);
  const id = sha256(Buffer.concat([Buffer.from(`${ORIGIN}\n`), typed])).subarray(0, 4);
  const text = `${ORIGIN}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64');
  writeFileSync(join(folder, 'log', 'checkpoint'), `${text}\n— ${ORIGIN} ${signature}\n`);
  writeFileSync(join(folder, 'log', 'vkey'), `${ORIGIN}+${id.toString('hex')}+${typed.toString('base64')}\n`);
};

/** Checks an inclusion path (RFC 9162, section 2.1.3.2). */
const assertIncluded = (index: number, size: number, path: readonly Buffer[], root: Uint8Array): void => {
  let at = index;
  let last = size - 1;
  let value: Uint8Array = leafOf(index);
  for (const sibling of path) {
    assert.ok(last > 0, 'a proof that is too long');
    if (at % 2 === 1 || at === last) {
      value = nodeHash(sibling, value);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else value = nodeHash(value, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  assert.equal(last, 0, 'a proof that is too short');
  assert.deepEqual(Buffer.from(value), Buffer.from(root), `the proof of entry ${index} does not lead to the root`);
};

/** The hashes of a `tlog-proof`: one base64 line each, after the index and before the blank line. */
const hashesIn = (proof: string): readonly Buffer[] =>
  (proof.split('\n\n', 1)[0] ?? '')
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/]{43}=$/.test(line))
    .map((line) => Buffer.from(line, 'base64'));

export interface ProofResult {
  readonly latency: Spread;
  readonly method: string;
}

/** Time to make a proof for entries all over a log of `size`. */
export const measureProofs = (folder: string, size: number, proofs: number): ProofResult => {
  const from = performance.now();
  const root = writeTiles(folder, size);
  writeCheckpoint(folder, size, root);
  const seconds = (performance.now() - from) / 1000;
  const journal = openJournal(folder);
  const samples = new Samples();
  for (let done = 0; done < proofs; done += 1) {
    // A fixed stride that is prime to the size visits the whole log.
    const index = (done * 7_368_787) % size;
    const start = performance.now();
    const proof = journal.proofFor(index);
    samples.add(performance.now() - start);
    if (done % 10 === 0) assertIncluded(index, size, hashesIn(proof), root);
  }
  journal.close();
  return {
    latency: samples.spread(),
    method:
      `journal.proofFor over ${size.toLocaleString('en-US')} entries, ${proofs} entries spread over the log, checkpoint ` +
      `read and proof formatted each time, one in ten checked by the bench’s own RFC 9162 code; tree built in ${seconds.toFixed(0)} s`,
  };
};
