// The pair of an access key id and a secret by which a client of Amazon's signs in a Weighbridge key's name. Nothing of it
// is stored: the id holds the key's own, and the secret follows from the vault's pepper and the key's record, so that it
// stops with the key and nobody who reads the journal can make it (docs/decisions/0047).
import type { KeyRecord } from '../deployment.ts';
import type { KeyDigest } from '../ports.ts';

export interface AwsPair {
  readonly access_key_id: string;
  readonly secret_access_key: string;
}

const PREFIX = 'WBKA';
const SHAPE = /^WBKA([0-9A-Za-z]{1,32})$/;
/** As long as Amazon's own: 240 bits. */
const SECRET_CHARS = 40;

export const pairOf = (digest: KeyDigest, key: Pick<KeyRecord, 'id' | 'hmac'>): AwsPair => ({
  access_key_id: `${PREFIX}${key.id}`,
  secret_access_key: secretOf(digest, key),
});

/** No presented key has this form, so no digest of one is ever a secret. */
export const secretOf = (digest: KeyDigest, { id, hmac }: Pick<KeyRecord, 'id' | 'hmac'>): string =>
  digest(`aws4-secret:v1:${id}:${hmac}`).slice(0, SECRET_CHARS);

/** Id of the Weighbridge key that an access key id stands for; null for any other. */
export const keyIdOf = (accessKeyId: string): string | null => SHAPE.exec(accessKeyId)?.[1] ?? null;
