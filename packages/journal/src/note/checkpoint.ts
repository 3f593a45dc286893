// Checkpoints (c2sp.org/tlog-checkpoint): a signed note of origin, size and root. What a log signs it can never take
// back, so this is the one thing a verifier has to remember.
import { AppError } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';
import { decodeHash } from '../merkle/hash.ts';
import { openNote, parseNote, signNote } from './signed-note.ts';
import { keyIdText, type NoteSigner, type NoteVerifier } from './note-key.ts';

const bad = (why: string): AppError => new AppError('PROOF_INVALID', `the checkpoint is malformed: ${why}`);

export const checkpointText = (origin: string, size: number, root: Buffer): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

export function signCheckpoint(
  tree: { readonly origin: string; readonly size: number; readonly root: Buffer },
  signers: readonly NoteSigner[],
): Checkpoint {
  const text = signNote(checkpointText(tree.origin, tree.size, tree.root), signers);
  return { origin: tree.origin, size: tree.size, root: tree.root, text };
}

/** Verifies the signature, then reads. Throws PROOF_INVALID. The origin must be the key's name. */
export function openCheckpoint(note: string, known: readonly NoteVerifier[]): Checkpoint {
  const { text, signers } = openNote(note, known);
  const checkpoint = readBody(text, note);
  const own = signers.filter((signer) => signer.name === checkpoint.origin);
  if (own.length === 0)
    throw new AppError('PROOF_INVALID', `the checkpoint is of ${checkpoint.origin}, whose key is not the one given`);
  if (!own.some((signer) => isInForce(signer, checkpoint.size))) {
    const names = own.map(({ name, keyId }) => `${name} (${keyIdText(keyId)})`).join(', ');
    throw new AppError(
      'PROOF_INVALID',
      `the checkpoint of ${checkpoint.size} entries is signed by ${names}, which was not the key of a log of that size`,
      { next: 'treat it as forged with a key that was handed over: keep it and ask the operator of the log' },
    );
  }
  return checkpoint;
}

/**
 * Keys, as name+hash, under which the log's own name signs the checkpoint too, and that nobody introduced. A signature of
 * a key that one does not have can be anybody's, so this is no ground to refuse; but where the log's key was handed over and
 * the statement that says so was taken away, it is the trace that is left.
 */
export function unknownKeysOn({ origin, text }: Checkpoint, known: readonly NoteVerifier[]): readonly string[] {
  const own = parseNote(text).signatures.filter(({ name }) => name === origin);
  const unknown = own.filter(({ keyId }) => !known.some((key) => key.name === origin && key.keyId === keyId));
  return [...new Set(unknown.map(({ name, keyId }) => `${name}+${keyIdText(keyId)}`))];
}

const isInForce = ({ signs }: NoteVerifier, size: number): boolean =>
  signs === undefined || (size > signs.over && size <= signs.upTo);

/** Reads without verifying: for one's own files, whose truth is checked against the tiles. */
export const readCheckpoint = (note: string): Checkpoint => readBody(parseNote(note).text, note);

function readBody(text: string, note: string): Checkpoint {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n');
  const hash = decodeHash(root);
  if (origin === '') throw bad('it has no origin');
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw bad(`"${size.slice(0, 30)}" is not a size`);
  if (hash === null) throw bad('the third line is not a SHA-256 root in base 64');
  if (extensions.at(-1) !== '' || extensions.slice(0, -1).includes('')) throw bad('an extension line is empty');
  return { origin, size: Number(size), root: hash, text: note };
}
