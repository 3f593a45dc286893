// The body of an add-checkpoint request: `old N`, the hashes of a consistency proof, a blank line, the checkpoint. Both
// ends stand here: the log writes it, the witness reads it. Reading is strict, so that one request has one meaning.
import { isUtf8 } from 'node:buffer';
import { AppError } from '@weighbridge/kernel';
import { decodeHash } from '../merkle/hash.ts';

const PROOF_MOST = 63;

export interface AddCheckpoint {
  /** Size of the checkpoint that the proof starts from; 0 where there is none. */
  readonly old: number;
  readonly proof: readonly Buffer[];
  /** The signed note, verbatim. */
  readonly note: string;
}

export const formatAddCheckpoint = ({ old, proof, note }: AddCheckpoint): string =>
  `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;

const bad = (why: string): AppError => new AppError('BAD_REQUEST', `this is not an add-checkpoint request: ${why}`);

/** Takes a body apart; nothing in it is verified yet. Throws BAD_REQUEST. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (!isUtf8(body)) throw bad('it is not UTF-8');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const split = text.indexOf('\n\n');
  if (split < 0) throw bad('there is no blank line before the checkpoint');
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const old = parseSize(/^old (.*)$/.exec(first)?.[1] ?? '');
  if (old === null) throw bad('the first line has not the form: old SIZE');
  if (lines.length > PROOF_MOST) throw bad(`the proof has more than ${PROOF_MOST} lines`);
  const proof = lines.map((line) => {
    const hash = decodeHash(line);
    if (hash === null) throw bad('a line of the proof is not a SHA-256 hash in base 64');
    return hash;
  });
  return { old, proof, note: text.slice(split + 2) };
}

/** A tree size as the specifications write it: decimal, no leading zero. Null for anything else, or beyond 2^53. */
export function parseSize(text: string): number | null {
  const size = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}
