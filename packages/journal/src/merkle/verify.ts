// Checking inclusion and consistency proofs, after RFC 9162 §2.1.3.2 and §2.1.4.2 (same tree as RFC 6962). Sizes are
// BigInt, so that a 64-bit size from elsewhere is never rounded. Nothing is returned: what does not verify throws.
import { AppError } from '@weighbridge/kernel';
import { nodeHash, HASH_BYTES } from './hash.ts';

type Size = bigint | number;

const bad = (why: string): never => {
  throw new AppError('PROOF_INVALID', why);
};

function checkHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.length > 64) bad(`a proof has at most 64 hashes, this one ${hashes.length}`);
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) bad(`a hash of a proof has ${HASH_BYTES} bytes`);
}

/** Throws PROOF_INVALID unless the leaf with this hash is entry `index` of the tree of `size` leaves with this root. */
export function verifyInclusion(
  index: Size,
  size: Size,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  checkHashes([leaf, root, ...proof]);
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  if (fn < 0n || fn > sn) bad(`entry ${index} is not in a log of ${size}`);
  let hash: Uint8Array = leaf;
  for (const step of proof) {
    if (sn === 0n) bad('the inclusion proof is too long');
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(step, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = nodeHash(hash, step);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) bad('the inclusion proof is too short');
  if (Buffer.compare(hash, root) !== 0) bad(`the inclusion proof of entry ${index} does not lead to the root`);
}

/**
 * Throws PROOF_INVALID unless the tree (`size2`, `root2`) extends the tree (`size1`, `root1`). An empty first tree has
 * nothing to prove and is refused, whatever the second: there is no proof that could say more than "anything goes".
 */
export function verifyConsistency(
  size1: Size,
  size2: Size,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): void {
  checkHashes([root1, root2, ...proof]);
  const first = BigInt(size1);
  const second = BigInt(size2);
  if (first <= 0n) bad('consistency with an empty log proves nothing');
  if (first > second) bad(`a log of ${second} entries cannot extend one of ${first}`);
  if (first === second) {
    if (proof.length > 0) bad('logs of one size need no consistency proof, and one was given');
    if (Buffer.compare(root1, root2) !== 0) bad(`two logs of ${first} entries have different roots: a fork`);
    return;
  }
  const path = (first & (first - 1n)) === 0n ? [root1, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return bad('the consistency proof is empty');
  climb(first - 1n, second - 1n, start, path, root1, root2);
}

function climb(
  first: bigint,
  second: bigint,
  start: Uint8Array,
  path: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): void {
  let fn = first;
  let sn = second;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let older = start;
  let newer = start;
  for (const step of path) {
    if (sn === 0n) bad('the consistency proof is too long');
    if ((fn & 1n) === 1n || fn === sn) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      newer = nodeHash(newer, step);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) bad('the consistency proof is too short');
  if (Buffer.compare(older, root1) !== 0) bad('the consistency proof does not lead to the older root');
  if (Buffer.compare(newer, root2) !== 0) bad('the consistency proof does not lead to the newer root');
}
