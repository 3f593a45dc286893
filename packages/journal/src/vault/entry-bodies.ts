// Salted digests of the two bodies of an entry. Both salts come from one derivation, half of it each (128 bits, which
// nobody guesses): who is shown the one learns nothing of the other. Bodies that are there whole take the hot path: one-shot hashes only,
// since every `Hash` object costs an allocation outside the heap and a finaliser (a third of the time, measured).
import { createHash, hash } from 'node:crypto';
import type { BodyHasher, BodyLabel, BodySealer } from '../contract.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import type { Prf } from './prf.ts';

/** Bodies up to here are copied behind their salt; larger ones get a buffer of their own. */
const SCRATCH_BYTES = 64 * 1024;

const SALT_BYTES = HASH_BYTES / 2;

const scratch = Buffer.alloc(SCRATCH_BYTES);

export class EntryBodies implements BodySealer {
  readonly #salts: Buffer;

  /** `key`: the subject's. */
  constructor(key: Prf, id: string) {
    this.#salts = key.expand(`bodies\n${id}`);
  }

  /** 16 bytes. */
  salt(label: BodyLabel): Buffer {
    return label === 'request' ? this.#salts.subarray(0, SALT_BYTES) : this.#salts.subarray(SALT_BYTES);
  }

  digest(label: BodyLabel, body: Uint8Array): string {
    const bytes = SALT_BYTES + body.length;
    const target = bytes <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(bytes);
    const from = label === 'request' ? 0 : SALT_BYTES;
    this.#salts.copy(target, 0, from, from + SALT_BYTES);
    target.set(body, SALT_BYTES);
    return hash('sha256', target.subarray(0, bytes), 'base64url');
  }

  hasher(label: BodyLabel): BodyHasher {
    const sha256 = createHash('sha256').update(this.salt(label));
    return { update: (bytes) => void sha256.update(bytes), digest: () => sha256.digest('base64url') };
  }
}
