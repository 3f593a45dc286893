// RFC 6962 hashing by WebCrypto: a leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖ right). The prefixes keep
// a leaf from ever passing for a node.
import { concat, decodeBase64, encodeBase64Url, type Bytes } from './bytes.ts';

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export const leafHash = (leaf: Uint8Array): Promise<Bytes> => sha256(concat(LEAF, leaf));

export const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(concat(NODE, left, right));

/** What a leaf holds of a group: base64url SHA-256 over salt, then canonical bytes. */
export const groupDigest = async (salt: Uint8Array, text: Uint8Array): Promise<string> =>
  encodeBase64Url(await sha256(concat(salt, text)));

/** Standard base 64 of exactly 32 bytes, else null. */
export function decodeHash(text: string): Bytes | null {
  const bytes = decodeBase64(text);
  return bytes !== null && bytes.length === HASH_BYTES ? bytes : null;
}
