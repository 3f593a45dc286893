// What a verifier is given by its own user: a key, a remembered checkpoint, a file. A slip there says nothing about the
// evidence, and must never read as an accusation of whoever sent it; so whoever asks a person looks here first.
import { isAppError } from '@weighbridge/kernel';
import { readCheckpoint } from '../note/checkpoint.ts';
import { parseVerifierKey } from '../note/note-key.ts';
import { parseCosignerKey } from '../witness/cosignature.ts';

/** Why this text is no public key of a log (vkey), in words; null when it is one. */
export const keyProblem = (vkey: string): string | null => problemOf(() => parseVerifierKey(vkey));

/** Why this text is no public key of a witness (vkey), in words; null when it is one. */
export const cosignerKeyProblem = (vkey: string): string | null => problemOf(() => parseCosignerKey(vkey));

/** Why this text is no signed checkpoint, in words; null when it has the form of one. Its signature is not checked. */
export const checkpointProblem = (note: string): string | null => problemOf(() => readCheckpoint(note));

function problemOf(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (isAppError(error) && error.code === 'PROOF_INVALID') return error.message;
    throw error;
  }
}

const MARKS = [
  '"weighbridge-receipt/v1"',
  '"groups":',
  '"leaf":',
  '"proof":',
  '"tlog_proof":',
  '"payloadType":"application/vnd.in-toto+json"',
  '"signatures":[{"keyid":',
  'c2sp.org/tlog-proof@v1',
];
const MARKS_ENOUGH = 2;

/**
 * Whether a file is, or was meant as, a receipt. Two of its marks are enough: one that somebody changed, at any
 * place, is still a receipt, and a bad one; a file without them is something else.
 */
export const isReceiptLike = (text: string): boolean =>
  MARKS.filter((mark) => text.includes(mark)).length >= MARKS_ENOUGH;
