// Cosignatures (c2sp.org/tlog-cosignature, Ed25519): a witness's statement that, at a stated time, the largest consistent
// log it had seen of this origin had this root. A cosignature is a line of a signed note whose signature begins with the
// time. Key type 4 goes into the key id, so that a witness's key never passes for a log's, nor a log's for a witness's.
import { randomBytes } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import { decodeBase64, sha256 } from '../merkle/hash.ts';
import {
  ed25519Verifier,
  generateSignerKey,
  isKeyName,
  keyIdText,
  parseSignerKey,
  type NoteVerifier,
} from '../note/note-key.ts';
import { parseNote } from '../note/signed-note.ts';

const ED25519_COSIGNATURE = 0x04;
const KEY_BYTES = 32;
const TIME_BYTES = 8;
/** 2^53 seconds: what a number holds exactly, and far beyond any clock. */
const TIME_MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** A witness's public key. Its `verify` takes the whole timestamped signature. */
export type CosignerKey = NoteVerifier;

export interface Cosigner {
  readonly key: CosignerKey;
  /** The signature line, with its newline, that states this text as of `seconds` since 1970. */
  cosign(text: string, seconds: number): string;
}

export interface Cosignature {
  readonly key: CosignerKey;
  /** UTC milliseconds. */
  readonly at: number;
}

const malformed = (why: string): AppError =>
  new AppError('PROOF_INVALID', why, { next: 'give the key exactly as the operator of the witness published it' });

/** Parses the vkey of a witness. Throws PROOF_INVALID with what is wrong with it. */
export function parseCosignerKey(vkey: string): CosignerKey {
  const [name = '', hash = '', ...rest] = vkey.split('+');
  const bytes = decodeBase64(rest.join('+'));
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(hash) || bytes === null)
    throw malformed('a verifier key has the form name+hash+base64');
  if (bytes[0] !== ED25519_COSIGNATURE || bytes.length !== KEY_BYTES + 1)
    throw malformed("this is not a witness's Ed25519 key (type 4)");
  const key = cosignerKey(name, bytes.subarray(1));
  if (Number.parseInt(hash, 16) !== key.keyId) throw malformed('the hash in the verifier key is not of this key');
  return key;
}

function cosignerKey(name: string, publicKey: Uint8Array): CosignerKey {
  const plain = ed25519Verifier(name, publicKey);
  const typed = Buffer.concat([Buffer.of(ED25519_COSIGNATURE), publicKey]);
  const keyId = keyIdOf(name, typed);
  return {
    name,
    keyId,
    vkey: `${name}+${keyIdText(keyId)}+${typed.toString('base64')}`,
    verify: (text, signature) => {
      const seconds = timeOf(signature);
      return seconds !== null && plain.verify(statement(text, seconds), signature.subarray(TIME_BYTES));
    },
  };
}

const keyIdOf = (name: string, typed: Buffer): number =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).readUInt32BE(0);

const statement = (text: string | Uint8Array, seconds: number): string =>
  `cosignature/v1\ntime ${seconds}\n${typeof text === 'string' ? text : Buffer.from(text).toString('utf8')}`;

/** Null unless it is a time that a witness may state. */
function timeOf(signature: Uint8Array): number | null {
  if (signature.length <= TIME_BYTES) return null;
  const seconds = Buffer.from(signature.buffer, signature.byteOffset, TIME_BYTES).readBigUInt64BE();
  return seconds > 0n && seconds <= TIME_MOST ? Number(seconds) : null;
}

/** A new random key as text, in the form of signer keys: `PRIVATE+KEY+name+hash+base64(4 ‖ seed)`. */
export function generateCosignerKey(name: string, seed: Buffer = randomBytes(KEY_BYTES)): string {
  const { key } = cosigner(name, seed);
  const typed = Buffer.concat([Buffer.of(ED25519_COSIGNATURE), seed]);
  return `PRIVATE+KEY+${name}+${keyIdText(key.keyId)}+${typed.toString('base64')}`;
}

/** Throws VAULT_UNREADABLE: that is what a secret file that is damaged is. */
export function parseCosigner(skey: string): Cosigner {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(skey.trimEnd());
  const bytes = decodeBase64(match?.[3] ?? '-');
  if (match === null || bytes === null || bytes[0] !== ED25519_COSIGNATURE || bytes.length !== KEY_BYTES + 1)
    throw new AppError('VAULT_UNREADABLE', "the witness's key is not an Ed25519 cosigner key (type 4)");
  const found = cosigner(match[1] ?? '', bytes.subarray(1));
  if (Number.parseInt(match[2] ?? '', 16) !== found.key.keyId)
    throw new AppError('VAULT_UNREADABLE', "the hash in the witness's key is not of this key: the file was damaged");
  return found;
}

function cosigner(name: string, seed: Buffer): Cosigner {
  const signer = parseSignerKey(generateSignerKey(name, seed));
  const publicKey = decodeBase64(signer.verifier.vkey.split('+').slice(2).join('+'))?.subarray(1);
  const key = cosignerKey(name, publicKey ?? Buffer.alloc(0));
  return {
    key,
    cosign: (text, seconds) => {
      const head = Buffer.alloc(4 + TIME_BYTES);
      head.writeUInt32BE(key.keyId);
      head.writeBigUInt64BE(BigInt(seconds), 4);
      return `— ${name} ${Buffer.concat([head, signer.sign(statement(text, seconds))]).toString('base64')}\n`;
    },
  };
}

/**
 * Which of these witnesses cosigned a note, and as of when. Lines of other keys are passed over; a wrong one of a known
 * key condemns the note (PROOF_INVALID), as c2sp.org/signed-note has it.
 */
export function cosignaturesOn(note: string, known: readonly CosignerKey[]): readonly Cosignature[] {
  const { text, signatures } = parseNote(note);
  const found = new Map<CosignerKey, number>();
  for (const { name, keyId, signature } of signatures) {
    const key = known.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    if (key === undefined) continue;
    if (!key.verify(text, signature)) {
      throw new AppError('PROOF_INVALID', `the cosignature of ${name} does not verify: it was changed, or is not its`);
    }
    found.set(key, Math.max(found.get(key) ?? 0, (timeOf(signature) ?? 0) * 1000));
  }
  return [...found].map(([key, at]) => ({ key, at }));
}

/** The raw public key within a vkey, in base 64: two vkeys of one key are the same party, whatever their names. */
export const publicKeyOf = (vkey: string): string =>
  decodeBase64(vkey.split('+').slice(2).join('+'))?.subarray(1).toString('base64') ?? '';
