// A log in memory that grows, forks and forgets as a test pleases: leaves are texts, trees and proofs come from the slow
// transcription of the RFC, checkpoints are signed with the log's own key.
import { createHash } from 'node:crypto';
import { signCheckpoint } from '../../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey } from '../../src/note/note-key.ts';
import { formatAddCheckpoint } from '../../src/witness/add-checkpoint.ts';
import type { KnownLog } from '../../src/witness/known-log.ts';
import { consistencyProof, treeHash } from './reference-tree.ts';

export interface GrownLog {
  readonly origin: string;
  readonly known: KnownLog;
  readonly vkey: string;
  /** The signed checkpoint of the first `size` leaves, of this branch. */
  checkpoint(size: number): string;
  /** An add-checkpoint body from `old` to `size`, with the true proof where there is one. */
  body(old: number, size: number): Buffer;
  root(size: number): Buffer;
  proof(old: number, size: number): Buffer[];
  /** The same log, which from leaf `at` on says something else. */
  fork(at: number): GrownLog;
}

const LEAVES_MOST = 64;

export function growLog(origin = 'log.example/node-1', seed = origin, forkedAt = LEAVES_MOST, branch = 'b'): GrownLog {
  const signer = parseSignerKey(generateSignerKey(origin, createHash('sha256').update(seed).digest()));
  const leaves = Array.from({ length: LEAVES_MOST }, (_, at) =>
    Buffer.from(at < forkedAt ? `leaf ${at}` : `leaf ${at} of ${branch}`),
  );
  const root = (size: number): Buffer => treeHash(leaves.slice(0, size));
  const proof = (old: number, size: number): Buffer[] =>
    old === 0 || old >= size ? [] : consistencyProof(old, leaves.slice(0, size));
  const checkpoint = (size: number): string => signCheckpoint({ origin, size, root: root(size) }, [signer]).text;
  return {
    origin,
    known: { origin, keys: [signer.verifier] },
    vkey: signer.verifier.vkey,
    checkpoint,
    root,
    proof,
    body: (old, size) => Buffer.from(formatAddCheckpoint({ old, proof: proof(old, size), note: checkpoint(size) })),
    fork: (at) => growLog(origin, seed, at, `${branch}'`),
  };
}
