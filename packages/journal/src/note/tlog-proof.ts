// `c2sp.org/tlog-proof@v1`: a checkpoint, an index and the inclusion proof between them, as one text that verifies
// offline.
import { AppError } from '@weighbridge/kernel';
import { decodeBase64, decodeHash } from '../merkle/hash.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  /** Opaque and not authenticated. */
  readonly extra?: Buffer;
}

const bad = (why: string): AppError => new AppError('PROOF_INVALID', `the proof is malformed: ${why}`);

export function formatTlogProof(proof: TlogProof): string {
  const extra = proof.extra === undefined ? '' : `extra ${proof.extra.toString('base64')}\n`;
  const hashes = proof.hashes.map((hash) => `${hash.toString('base64')}\n`).join('');
  return `${HEADER}\n${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

/** Takes a proof apart; nothing in it is verified yet. Throws PROOF_INVALID when it is not one. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw bad('there is no blank line before the checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw bad(`the first line is not ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') === true ? decodeBase64(lines.shift()?.slice(6) ?? '') : undefined;
  if (extra === null) throw bad('the extra data is not base 64');
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw bad('there is no index line');
  if (lines.length > MAX_HASHES) throw bad(`more than ${MAX_HASHES} hashes`);
  const hashes = lines.map((line) => {
    const hash = decodeHash(line);
    if (hash === null) throw bad('a line is not a SHA-256 hash in base 64');
    return hash;
  });
  const proof = { index: Number(index), hashes, checkpoint: text.slice(split + 2) };
  return extra === undefined ? proof : { ...proof, extra };
}
