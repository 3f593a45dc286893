// A keyed function that is asked often. HMAC-SHA-256 or, wide, -512 (RFC 2104): the padded key is laid out once, and each
// answer costs two one-shot hashes, a third of what `createHmac` takes for a short text. `expand` is HKDF's (RFC 5869 §2.3),
// first block: the keys here are uniformly random, so that its extraction step adds nothing (§3.3).
import { hash } from 'node:crypto';
import { invariant } from '@weighbridge/kernel';
import { HASH_BYTES } from '../merkle/hash.ts';

const BLOCK_BYTES = 64;
/** SHA-512: its block, its digest. */
const WIDE_BLOCK_BYTES = 128;
const WIDE_BYTES = 64;
/** Neither of HMAC's two: no key block is shared. */
const ONCE_TURN = 0x6a;
const ONCE_MOST = 192;

export class Prf {
  #inner: Buffer;
  readonly #outer: Buffer;
  #wideInner: Buffer;
  readonly #wideOuter: Buffer;
  readonly #once: Buffer;

  /** `key`: at most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = padded(key, 0x36, BLOCK_BYTES, BLOCK_BYTES + 256);
    this.#outer = padded(key, 0x5c, BLOCK_BYTES, BLOCK_BYTES + HASH_BYTES);
    this.#once = padded(key, ONCE_TURN, BLOCK_BYTES, BLOCK_BYTES + ONCE_MOST);
    this.#wideInner = padded(key, 0x36, WIDE_BLOCK_BYTES, WIDE_BLOCK_BYTES + 256);
    this.#wideOuter = padded(key, 0x5c, WIDE_BLOCK_BYTES, WIDE_BLOCK_BYTES + WIDE_BYTES);
  }

  hmac(text: string): Buffer {
    return Buffer.from(this.#hmac(text), 'latin1');
  }

  /** 32 bytes for one purpose. `info` names it; no two purposes share one. */
  expand(info: string): Buffer {
    return Buffer.from(this.expandText(info), 'latin1');
  }

  /** The same as a binary string. */
  expandText(info: string): string {
    return this.#hmac(`weighbridge/v1\n${info}\u0001`);
  }

  /**
   * 32 bytes, as a binary string, by one hash behind a block of key of its own: for texts that are never the beginning of each other, which
   * makes this a pseudorandom function as HMAC's inner half is (Bellare, Canetti, Krawczyk, "Pseudorandom functions
   * revisited: the cascade construction", 1996, §3). `text`: ASCII of one form and length; at most 192 characters.
   */
  once(text: string): string {
    invariant(text.length <= ONCE_MOST, 'a text for one hash is short');
    const end = BLOCK_BYTES + this.#once.write(text, BLOCK_BYTES, 'latin1');
    return hash('sha256', this.#once.subarray(0, end), 'latin1');
  }

  /** The bytes as a binary string, which is the cheapest form to take over from the library. */
  #hmac(text: string): string {
    const most = BLOCK_BYTES + 3 * text.length;
    if (most > this.#inner.length) this.#inner = Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES)], most);
    const end = BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES, 'utf8');
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'latin1'), BLOCK_BYTES, HASH_BYTES, 'latin1');
    return hash('sha256', this.#outer, 'latin1');
  }

  /** 64 bytes for one purpose, by HMAC-SHA-512: a key and a salt at the cost of one. */
  expandWide(info: string): Buffer {
    const text = `weighbridge/v1\n${info}\u0001`;
    const most = WIDE_BLOCK_BYTES + 3 * text.length;
    if (most > this.#wideInner.length) {
      this.#wideInner = Buffer.concat([this.#wideInner.subarray(0, WIDE_BLOCK_BYTES)], most);
    }
    const end = WIDE_BLOCK_BYTES + this.#wideInner.write(text, WIDE_BLOCK_BYTES, 'utf8');
    const first = hash('sha512', this.#wideInner.subarray(0, end), 'latin1');
    this.#wideOuter.write(first, WIDE_BLOCK_BYTES, WIDE_BYTES, 'latin1');
    return Buffer.from(hash('sha512', this.#wideOuter, 'latin1'), 'latin1');
  }
}

/** A buffer of `bytes` that begins with the key's block, each byte of it turned by `turn`. */
function padded(key: Uint8Array, turn: number, block: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.fill(turn, 0, block);
  for (const [i, byte] of key.entries()) buffer[i] = byte ^ turn;
  return buffer;
}
