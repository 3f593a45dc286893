// Checking inclusion and consistency proofs, after RFC 9162 §2.1.3.2 and §2.1.4.2 (the same tree as RFC 6962). Sizes are
// BigInt, so that none is ever rounded. Each answers null when the proof holds, else why it does not.
import { equal, type Bytes } from './bytes.ts';
import { HASH_BYTES, nodeHash } from './hash.ts';

type Size = bigint | number;
type Hashes = readonly Uint8Array[];

const MAX_HASHES = 64;

function shapeProblem(hashes: Hashes): string | null {
  if (hashes.length > MAX_HASHES + 2) return `a proof has at most ${MAX_HASHES} hashes`;
  return hashes.some((hash) => hash.length !== HASH_BYTES) ? `a hash of a proof has ${HASH_BYTES} bytes` : null;
}

/** Whether the leaf with this hash is entry `index` of the tree of `size` leaves with this root. */
export async function inclusionProblem(
  index: Size,
  size: Size,
  leaf: Uint8Array,
  proof: Hashes,
  root: Uint8Array,
): Promise<string | null> {
  const shape = shapeProblem([leaf, root, ...proof]);
  if (shape !== null) return shape;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  if (fn < 0n || fn > sn) return `entry ${index} is not in a log of ${size}`;
  let hash: Uint8Array = leaf;
  for (const step of proof) {
    if (sn === 0n) return 'the inclusion proof is too long';
    if ((fn & 1n) === 1n || fn === sn) {
      hash = await nodeHash(step, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = await nodeHash(hash, step);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) return 'the inclusion proof is too short';
  return equal(hash, root) ? null : `the hashes from entry ${index} up do not lead to the signed root`;
}

/** Whether the tree (`size2`, `root2`) extends the tree (`size1`, `root1`). An empty first tree proves nothing. */
export async function consistencyProblem(
  size1: Size,
  size2: Size,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: Hashes,
): Promise<string | null> {
  const shape = shapeProblem([root1, root2, ...proof]);
  if (shape !== null) return shape;
  const first = BigInt(size1);
  const second = BigInt(size2);
  if (first <= 0n) return 'consistency with an empty log proves nothing';
  if (first > second) return `a log of ${second} entries cannot extend one of ${first}`;
  if (first === second) {
    if (proof.length > 0) return 'logs of one size need no consistency proof, and one was given';
    return equal(root1, root2) ? null : `two logs of ${first} entries have different roots: a fork`;
  }
  const path = (first & (first - 1n)) === 0n ? [root1, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return 'the consistency proof is empty';
  const ends = await climb(first - 1n, second - 1n, start, path);
  if (typeof ends === 'string') return ends;
  if (!equal(ends.older, root1)) return 'the hashes do not lead to the older root';
  return equal(ends.newer, root2) ? null : 'the hashes do not lead to the newer root';
}

async function climb(
  first: bigint,
  second: bigint,
  start: Uint8Array,
  path: Hashes,
): Promise<string | { readonly older: Uint8Array | Bytes; readonly newer: Uint8Array | Bytes }> {
  let fn = first;
  let sn = second;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let older = start;
  let newer = start;
  for (const step of path) {
    if (sn === 0n) return 'the consistency proof is too long';
    if ((fn & 1n) === 1n || fn === sn) {
      older = await nodeHash(step, older);
      newer = await nodeHash(step, newer);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      newer = await nodeHash(newer, step);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? { older, newer } : 'the consistency proof is too short';
}
