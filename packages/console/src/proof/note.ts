// Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), checked with Ed25519 of WebCrypto.
// Nothing of a note is believed before a known key has verified; signatures of unknown keys are ignored, a wrong one of
// a known key condemns the note.
import { concat, decodeBase64, equal, utf8, type Bytes } from './bytes.ts';
import { decodeHash, sha256 } from './hash.ts';
import { bad, good, unsupported, type Outcome } from './outcome.ts';

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const MAX_SIGNATURES = 100;
const MAX_NOTE_CHARS = 1_000_000;
// eslint-disable-next-line no-control-regex -- the specification forbids exactly these
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

export interface NoteKey {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ LF ‖ type ‖ key). */
  readonly id: Bytes;
  readonly publicKey: Bytes;
  /** `name+hash+base64`, as published. */
  readonly vkey: string;
}
export interface NoteSignature {
  readonly name: string;
  readonly id: Bytes;
  readonly signature: Bytes;
}
export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** The signed note, verbatim. */
  readonly note: string;
  /** Names of all who signed, checked or not: witnesses among them. */
  readonly signers: readonly string[];
}

const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\p{White_Space}+\p{Cc}]/u.test(name);

export async function parseVerifierKey(vkey: string): Promise<Outcome<NoteKey>> {
  const [name = '', hash = '', ...rest] = vkey.trim().split('+');
  const bytes = decodeBase64(rest.join('+'));
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(hash) || bytes === null)
    return bad('a public key of a log has the form name+hash+base64');
  if (bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) return bad('the public key is not one of Ed25519');
  const id = (await sha256(concat(utf8(`${name}\n`), bytes))).slice(0, 4);
  const text = [...id].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (text !== hash) return bad('the hash in the public key is not of this key');
  return good({ name, id, publicKey: bytes.slice(1), vkey: vkey.trim() });
}

/** Takes a note apart without verifying it. */
export function parseNote(note: string): Outcome<Note> {
  const malformed = (why: string) => bad(`the signed note is malformed: ${why}`);
  if (note.length > MAX_NOTE_CHARS) return malformed('it is too long');
  if (CONTROL.test(note) || !note.isWellFormed()) return malformed('it holds control characters');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return malformed('there is no blank line before signatures');
  if (split + 2 >= note.length) return malformed('it has no signature');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  const signatures = lines.map(parseSignature);
  if (!signatures.every((signature) => signature !== null)) return malformed('a signature line is not of its form');
  return good({ text: note.slice(0, split + 1), signatures });
}

function parseSignature(line: string): NoteSignature | null {
  const [dash, name = '', encoded = '', ...more] = line.split(' ');
  const bytes = decodeBase64(encoded);
  if (dash !== '—' || more.length > 0 || !isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Verifies a checkpoint with the key one trusts, then reads it. The origin must be the key's name. */
export async function openCheckpoint(note: string, key: NoteKey): Promise<Outcome<Checkpoint>> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const signed = await signedBy(parsed.value, key);
  if (!signed.ok) return signed;
  if (!signed.value) {
    const names = [...new Set(parsed.value.signatures.map(({ name }) => name))].join(', ');
    return bad(`the checkpoint is signed by another key than the one of ${key.name}: by ${names}`);
  }
  const checkpoint = readCheckpoint(note, parsed.value);
  if (checkpoint.ok && checkpoint.value.origin !== key.name)
    return bad(`the checkpoint is of ${checkpoint.value.origin}, whose key is not the one given`);
  return checkpoint;
}

/** Whether this key signed the note. A wrong signature of it condemns the note. */
export async function signedBy({ text, signatures }: Note, key: NoteKey): Promise<Outcome<boolean>> {
  const own = signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));
  for (const { signature } of own) {
    const sound = await verifies(key.publicKey, signature, utf8(text));
    if (!sound.ok) return sound;
    if (!sound.value) return bad(`the signature of ${key.name} does not verify: what it signed was changed`);
  }
  return good(own.length > 0);
}

/** Reads what a note says of a log. Its signatures are not checked. */
export function readCheckpoint(note: string, { text, signatures }: Note): Outcome<Checkpoint> {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n');
  const hash = decodeHash(root);
  if (origin === '') return bad('the checkpoint has no origin');
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    return bad('the second line of the checkpoint is not a size');
  if (hash === null) return bad('the third line of the checkpoint is not a root hash');
  if (extensions.at(-1) !== '' || extensions.slice(0, -1).includes('')) return bad('a line of the checkpoint is empty');
  return good({ origin, size: Number(size), root: hash, note, signers: signatures.map(({ name }) => name) });
}

/** Whether this is an Ed25519 signature of the text. */
export async function verifies(publicKey: Bytes, signature: Bytes, text: Bytes): Promise<Outcome<boolean>> {
  if (signature.length !== SIGNATURE_BYTES) return good(false);
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'NotSupportedError' && name !== 'SyntaxError') return bad('the public key is not a point of Ed25519');
    return unsupported('This browser has no Ed25519 in WebCrypto (Chrome 137, Firefox 129 and Safari 17 have it).');
  }
  return good(await crypto.subtle.verify('Ed25519', key, signature, text));
}

/** Why nothing can be checked here at all; null when it can. */
export const cryptoProblem = (): string | null =>
  globalThis.crypto?.subtle === undefined
    ? 'This page was opened without HTTPS and not from this machine: browsers then withhold WebCrypto.'
    : null;
