// Temporary AWS credentials that the simulated STS has given out, bounded: the oldest are forgotten first.
import { randomBytes } from 'node:crypto';
import type { AwsKey } from './sigv4.ts';

const KEYS = 1_024;

export class AssumedKeys {
  readonly #keys = new Map<string, AwsKey>();

  /** A fresh triple that expires at `expires` (UTC ms). */
  issue(expires: number): AwsKey & { readonly sessionToken: string } {
    const id = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const key = {
      id,
      secret: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(300).toString('base64'),
      expires,
    };
    if (this.#keys.size >= KEYS) {
      const oldest = this.#keys.keys().next();
      if (oldest.done !== true) this.#keys.delete(oldest.value);
    }
    this.#keys.set(id, key);
    return key;
  }

  get(id: string): AwsKey | undefined {
    return this.#keys.get(id);
  }
}
