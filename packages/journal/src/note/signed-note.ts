// Signed notes (c2sp.org/signed-note): a text, a blank line, signature lines. Nothing of the text is believed before a
// known key has verified; signatures of unknown keys are ignored, a wrong one of a known key condemns the note.
import { AppError } from '@weighbridge/kernel';
import { decodeBase64 } from '../merkle/hash.ts';
import { isKeyName, keyIdText, type NoteSigner, type NoteVerifier } from './note-key.ts';

/** The specification asks for at least 16 to be accepted. */
const MAX_SIGNATURES = 100;
const MAX_NOTE_CHARS = 1_000_000;
// eslint-disable-next-line no-control-regex -- the specification forbids exactly these
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Buffer;
}

export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const bad = (why: string): AppError => new AppError('PROOF_INVALID', `the signed note is malformed: ${why}`);

/** Takes a note apart without verifying it. Throws PROOF_INVALID when it is not one. */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE_CHARS) throw bad('it is too long');
  if (CONTROL.test(note) || !note.isWellFormed()) throw bad('it holds control characters');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw bad('there is no blank line before signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (split + 2 >= note.length) throw bad('it has no signature');
  if (lines.length > MAX_SIGNATURES) throw bad(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = '', encoded = '', ...more] = line.split(' ');
  const bytes = decodeBase64(encoded);
  if (dash !== '—' || more.length > 0 || !isKeyName(name) || bytes === null || bytes.length < 5) {
    throw bad('a signature line has the form "— name base64"');
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
}

/**
 * Verifies a note against the keys one trusts; returns its text and the keys that signed it. Throws PROOF_INVALID when
 * no known key signed it, or a known key's signature is wrong.
 */
export function openNote(note: string, known: readonly NoteVerifier[]): { text: string; signers: NoteVerifier[] } {
  const parsed = parseNote(note);
  const signers: NoteVerifier[] = [];
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = known.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    if (key === undefined) continue;
    if (!key.verify(parsed.text, signature)) {
      throw new AppError(
        'PROOF_INVALID',
        `the signature of ${name} does not verify: the text was changed, or the key is not its`,
      );
    }
    if (!signers.includes(key)) signers.push(key);
  }
  if (signers.length === 0) {
    const names = [...new Set(parsed.signatures.map(({ name, keyId }) => `${name} (${keyIdText(keyId)})`))].join(', ');
    const namesake = parsed.signatures.some(({ name }) => known.some((key) => key.name === name));
    const follow = namesake
      ? 'if the log has handed over its key, give its log/handovers too (--handovers). Else '
      : '';
    throw new AppError('PROOF_INVALID', `signed by another key than the one given: by ${names}`, {
      next: `${follow}check the key with the log's owner, by another way than the one this came by; if the key is right, this is not of that log`,
    });
  }
  return { text: parsed.text, signers };
}

/** Signs a text (it ends with a newline); returns the whole note. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || CONTROL.test(text)) throw bad('a text ends with a newline and has no control characters');
  const lines = signers.map((signer) => {
    const keyId = Buffer.alloc(4);
    keyId.writeUInt32BE(signer.keyId);
    return `— ${signer.name} ${Buffer.concat([keyId, signer.sign(text)]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}
