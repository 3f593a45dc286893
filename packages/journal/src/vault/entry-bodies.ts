// Salted digests of the two bodies of an entry. Both salts come from one derivation, half of it each (128 bits, which
// nobody guesses): who is shown the one learns nothing of the other. Bodies that are there whole and small take the hot path: one-shot
// hashes, since every `Hash` object costs an allocation outside the heap and a finaliser (a third of the time, measured). Of
// a large one a copy behind its salt costs more than that (half of the time at 100 kB, measured).
import { createHash, hash, type Hash } from 'node:crypto';
import { invariant } from '@weighbridge/kernel';
import type { BodyHasher, BodyLabel, BodySealer } from '../contract.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import type { Prf } from './prf.ts';

/** Bodies up to here are copied behind their salt. */
const SCRATCH_BYTES = 64 * 1024;

const SALT_BYTES = HASH_BYTES / 2;

const scratch = Buffer.alloc(SCRATCH_BYTES);

export class EntryBodies implements BodySealer {
  readonly #salts: string;

  /** `key`: the subject's. `id`: of the entry, a ULID. */
  constructor(key: Prf, id: string) {
    this.#salts = key.once(`weighbridge/v1\nbodies\n${id}\u0001`);
  }

  /** 16 bytes. */
  salt(label: BodyLabel): Buffer {
    return Buffer.from(this.#salt(label), 'latin1');
  }

  digest(label: BodyLabel, body: Uint8Array): string {
    const bytes = SALT_BYTES + body.length;
    const salt = this.#salt(label);
    if (bytes > SCRATCH_BYTES) return createHash('sha256').update(salt, 'latin1').update(body).digest('base64url');
    scratch.write(salt, 0, SALT_BYTES, 'latin1');
    scratch.set(body, SALT_BYTES);
    return hash('sha256', scratch.subarray(0, bytes), 'base64url');
  }

  hasher(label: BodyLabel): BodyHasher {
    return new GatheringHasher(this.#salt(label));
  }

  /** As a binary string. */
  #salt(label: BodyLabel): string {
    return label === 'request' ? this.#salts.slice(0, SALT_BYTES) : this.#salts.slice(SALT_BYTES);
  }
}

/** What comes in small pieces is gathered up to here: a frame of a stream costs a copy and not a call of the library. */
const GATHER_BYTES = 4096;
/** Buffers that are kept for the next body: as many as there usually are streams at once. */
const SPARE_MOST = 512;
const spare: Buffer[] = [];

/** An answer that fits what is gathered gets a one-shot hash; the stateful one is only made for what is longer. */
class GatheringHasher implements BodyHasher {
  readonly #held: Buffer = spare.pop() ?? Buffer.allocUnsafeSlow(GATHER_BYTES);
  #used = SALT_BYTES;
  #sha256: Hash | null = null;
  #digest: string | null = null;

  constructor(salt: string) {
    this.#held.write(salt, 0, SALT_BYTES, 'latin1');
  }

  update(bytes: Uint8Array): void {
    invariant(this.#digest === null, 'a digest that was given out takes nothing more');
    if (this.#used + bytes.length > GATHER_BYTES) this.#pass();
    if (bytes.length > GATHER_BYTES) return void this.#sha256?.update(bytes);
    this.#held.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  digest(): string {
    if (this.#digest !== null) return this.#digest;
    const held = this.#held.subarray(0, this.#used);
    this.#digest =
      this.#sha256 === null ? hash('sha256', held, 'base64url') : this.#sha256.update(held).digest('base64url');
    if (spare.length < SPARE_MOST) spare.push(this.#held);
    return this.#digest;
  }

  #pass(): void {
    this.#sha256 ??= createHash('sha256');
    this.#sha256.update(this.#held.subarray(0, this.#used));
    this.#used = 0;
  }
}
