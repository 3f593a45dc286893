// Keys of signed notes (c2sp.org/signed-note), in the text forms of Go's sumdb/note: a verifier key is
// `name+hash+base64(0x01 ‖ public key)`, a signer key `PRIVATE+KEY+name+hash+base64(0x01 ‖ seed)`. Ed25519 only.
import { createPrivateKey, createPublicKey, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import { decodeBase64, sha256 } from '../merkle/hash.ts';

const ED25519 = 0x01;
const KEY_BYTES = 32;
/** RFC 8410: what stands before the 32 raw bytes in PKCS#8 and SPKI. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface NoteVerifier {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), as a number. */
  readonly keyId: number;
  readonly vkey: string;
  /** Of a key that was handed over, or took over: it signs checkpoints of more than `over` and at most `upTo` entries. */
  readonly signs?: { readonly over: number; readonly upTo: number };
  verify(text: string | Uint8Array, signature: Uint8Array): boolean;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  readonly verifier: NoteVerifier;
  sign(text: string): Buffer;
}

export const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\p{White_Space}+\p{Cc}]/u.test(name);

/** Parses a vkey. Throws PROOF_INVALID with what is wrong with it. */
export function parseVerifierKey(vkey: string): NoteVerifier {
  const [name = '', hash = '', ...rest] = vkey.split('+');
  const bytes = decodeBase64(rest.join('+'));
  const shape = isKeyName(name) && /^[0-9a-f]{8}$/.test(hash) && bytes !== null;
  if (!shape) throw malformed('a verifier key has the form name+hash+base64');
  if (bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) throw malformed('the verifier key is not of Ed25519');
  const verifier = ed25519Verifier(name, bytes.subarray(1));
  if (Number.parseInt(hash, 16) !== verifier.keyId) throw malformed('the hash in the verifier key is not of this key');
  return verifier;
}

/** Parses a signer key. Throws VAULT_UNREADABLE: that is where signer keys come from. */
export function parseSignerKey(skey: string): NoteSigner {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(skey.trimEnd());
  const bytes = decodeBase64(match?.[3] ?? '-');
  if (match === null || bytes === null || bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) {
    throw new AppError(
      'VAULT_UNREADABLE',
      'the log key is not an Ed25519 signer key of the form PRIVATE+KEY+name+hash+…',
    );
  }
  const signer = ed25519Signer(match[1] ?? '', bytes.subarray(1));
  if (Number.parseInt(match[2] ?? '', 16) !== signer.keyId) {
    throw new AppError('VAULT_UNREADABLE', 'the hash in the log key is not of this key: the file was damaged');
  }
  return signer;
}

/** A new random key, as skey text. */
export function generateSignerKey(name: string, seed: Buffer = randomBytes(KEY_BYTES)): string {
  if (!isKeyName(name)) throw new AppError('BAD_REQUEST', `"${name}" cannot name a key: no spaces, no plus`);
  const signer = ed25519Signer(name, seed);
  return `PRIVATE+KEY+${name}+${keyIdText(signer.keyId)}+${Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')}`;
}

export function ed25519Verifier(name: string, publicKey: Uint8Array): NoteVerifier {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]);
  const keyId = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).readUInt32BE(0);
  return {
    name,
    keyId,
    vkey: `${name}+${keyIdText(keyId)}+${typed.toString('base64')}`,
    verify: (text, signature) =>
      signature.length === 64 && verify(null, typeof text === 'string' ? Buffer.from(text) : text, key, signature),
  };
}

function ed25519Signer(name: string, seed: Uint8Array): NoteSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const verifier = ed25519Verifier(name, rawPublicKey(key));
  return { name, keyId: verifier.keyId, verifier, sign: (text) => sign(null, Buffer.from(text), key) };
}

const rawPublicKey = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);

/** As it stands in a vkey: eight hexadecimal digits. */
export const keyIdText = (keyId: number): string => keyId.toString(16).padStart(8, '0');

const malformed = (why: string): AppError =>
  new AppError('PROOF_INVALID', why, { next: 'give the key exactly as the operator of the log published it' });
