// Who a counter belongs to, as a digest of fixed size: names are of any length and of the caller's making, and two of
// them must never share a counter by accident or design. A lane remembers the digests of those it saw last.
import { hash } from 'node:crypto';
import { BoundedCache } from '../routing/bounded-cache.ts';

/** Of a name, what a counter has room for beside its length. */
export const LABEL_BYTES = 63;

export interface Member {
  /** 128 bits of SHA-256; the first word is never zero. */
  readonly digest: Int32Array;
  /** The name, cut to what a counter has room for, in UTF-8. */
  readonly label: Uint8Array;
}

const KNOWN_MOST = 10_000;
const known = new BoundedCache<string, Member>(KNOWN_MOST);

/** `name`: the value of the dimension, or the JSON list of several. */
export function memberOf(name: string): Member {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const bytes = hash('sha256', name, 'buffer');
  const digest = new Int32Array(4);
  for (let i = 0; i < 4; i += 1) digest[i] = bytes.readInt32LE(i * 4);
  digest[0] = (digest[0] ?? 0) | 1;
  const member = { digest, label: labelOf(name) };
  known.set(name, member);
  return member;
}

function labelOf(name: string): Uint8Array {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= LABEL_BYTES) return bytes;
  let end = LABEL_BYTES;
  // Not in the middle of a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
