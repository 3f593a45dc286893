// HMAC-SHA-256 (RFC 2104) as a keyed function that is asked often: the padded key is laid out once, and each answer costs
// two one-shot hashes, a third of what `createHmac` takes for a short text. `expand` is HKDF's (RFC 5869 §2.3), first
// block: the keys here are uniformly random, so that its extraction step adds nothing (§3.3).
import { hash } from 'node:crypto';
import { HASH_BYTES, sha256 } from '../merkle/hash.ts';

const BLOCK_BYTES = 64;

export class Prf {
  #inner: Buffer;
  readonly #outer: Buffer;

  /** `key`: at most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = Buffer.alloc(BLOCK_BYTES + 256, 0x36);
    this.#outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c);
    for (const [i, byte] of key.entries()) {
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
  }

  hmac(text: string): Buffer {
    const most = BLOCK_BYTES + 3 * text.length;
    if (most > this.#inner.length) this.#inner = Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES)], most);
    const end = BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES, 'utf8');
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'latin1'), BLOCK_BYTES, HASH_BYTES, 'latin1');
    return sha256(this.#outer);
  }

  /** 32 bytes for one purpose. `info` names it; no two purposes share one. */
  expand(info: string): Buffer {
    return this.hmac(`weighbridge/v1\n${info}\u0001`);
  }
}
