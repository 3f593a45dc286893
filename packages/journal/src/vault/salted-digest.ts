// SHA-256 over a derived salt and a body, for the hot path. HMAC is written out over the one-shot hash (RFC 2104), since
// every `Hmac` and `Hash` object costs an allocation outside the heap and a finaliser: a third of the time, measured.
// The result equals `createHash('sha256').update(expand(key, info)).update(body)`, which a test holds it to.
import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Bodies up to here are copied behind their salt; larger ones get a buffer of their own. */
const SCRATCH_BYTES = 64 * 1024;
const PREFIX = 'weighbridge/v1\n';

const inner = Buffer.alloc(1024);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
const scratch = Buffer.alloc(SCRATCH_BYTES);

/** base64url SHA-256 of `expand(key, info)` followed by `body`. `key` is at most 64 bytes, `info` is ASCII. */
export function saltedDigest(key: Uint8Array, info: string, body: Uint8Array): string {
  const bytes = DIGEST_BYTES + body.length;
  const target = bytes <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(bytes);
  target.write(salt(key, info), 0, 'latin1');
  target.set(body, DIGEST_BYTES);
  return hash('sha256', target.subarray(0, bytes), 'base64url');
}

/** HMAC-SHA-256 of `weighbridge/v1\\n<info>\\x01` as a binary string. */
function salt(key: Uint8Array, info: string): string {
  pad(inner, key, 0x36);
  pad(outer, key, 0x5c);
  const end = BLOCK_BYTES + inner.write(`${PREFIX}${info}\u0001`, BLOCK_BYTES, 'latin1');
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
  return hash('sha256', outer, 'binary');
}

function pad(block: Buffer, key: Uint8Array, byte: number): void {
  for (let i = 0; i < BLOCK_BYTES; i += 1) block[i] = (key[i] ?? 0) ^ byte;
}
