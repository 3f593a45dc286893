// The proof of a step: what kind it is, where it lies, and its digest where there is a file.
import type { ControlInput } from '@weighbridge/protocol';

type Proof = ControlInput<'stepIncident'>['proof'];

export interface ProofDraft {
  readonly kind: Proof['kind'];
  readonly ref: string;
  readonly sha256: string;
}
export const EMPTY_PROOF: ProofDraft = { kind: 'ticket', ref: '', sha256: '' };

export type ProofProblems = Readonly<Partial<Record<keyof ProofDraft, string>>>;

export type ProofReading =
  | { readonly ok: true; readonly proof: Proof }
  | { readonly ok: false; readonly problems: ProofProblems };

export function readProof({ kind, ref, sha256 }: ProofDraft): ProofReading {
  const problems: ProofProblems = {
    ...(ref.trim() === '' ? { ref: 'Say where it lies: a ticket’s number, an entry’s id.' } : {}),
    ...(sha256 === '' || /^[0-9a-f]{64}$/.test(sha256)
      ? {}
      : { sha256: 'Write the 64 hexadecimal digits, or leave it empty.' }),
  };
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return { ok: true, proof: { kind, ref: ref.trim(), ...(sha256 === '' ? {} : { sha256 }) } };
}
