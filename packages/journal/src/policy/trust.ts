// Whom a verifier believes: logs by their public keys, and, where a policy is given, the witnesses whose word on top of
// that is enough. One key given by hand is the smallest case of it.
import { AppError } from '@weighbridge/kernel';
import { introducedKeys, parseHandovers } from '../note/handover.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { cosignaturesOn, type Cosignature } from '../witness/cosignature.ts';
import { meetsQuorum, quorumText, type Policy } from './policy.ts';

export interface Trust {
  readonly logs: readonly NoteVerifier[];
  readonly policy?: Policy;
}

export interface Trusted {
  readonly vkey?: string;
  readonly policy?: Policy;
  /** Statements by which a log's key was handed over: whoever believes one key of the chain believes each in its time. */
  readonly handovers?: string;
}

/**
 * `vkey` alone; or the policy's logs; or, with both, that one log under the policy's quorum. Throws PROOF_INVALID for a
 * malformed key or handover, CONFIG_INVALID when there is no log to believe or the two disagree.
 */
export function trustOf({ vkey, policy, handovers = '' }: Trusted): Trust {
  const listed = policy?.logs.map(({ key }) => key.vkey) ?? [];
  const given = vkey === undefined ? listed : [vkey];
  if (given.length === 0)
    throw new AppError('CONFIG_INVALID', 'no log is named, neither by a key nor in the policy', {
      next: 'add a line `log VKEY` to the policy, or give --key',
    });
  const logs = introducedKeys(given, parseHandovers(handovers));
  if (vkey !== undefined && listed.length > 0 && !listed.some((one) => logs.some((key) => key.vkey === one)))
    throw new AppError('CONFIG_INVALID', `the policy does not know the log of the key given, ${logs[0]?.name}`, {
      next: 'add a line `log VKEY` for it to the policy, or leave --key out',
    });
  return { logs, ...(policy === undefined ? {} : { policy }) };
}

/** What the cosignatures on one checkpoint amount to. */
export interface QuorumFinding {
  readonly met: boolean;
  readonly cosignatures: readonly Cosignature[];
  /** In words, when it is not met. */
  readonly problem?: string;
}

/** Throws PROOF_INVALID when a cosignature of a known witness is wrong. */
export function quorumOn(note: string, policy: Policy): QuorumFinding {
  const keys = policy.witnesses.map(({ key }) => key);
  const cosignatures = cosignaturesOn(note, keys);
  const met = meetsQuorum(policy.quorum, new Set(cosignatures.map(({ key }) => key)));
  return met ? { met, cosignatures } : { met, cosignatures, problem: shortOf(policy, cosignatures) };
}

/** Who is there, and what was asked for. */
export function shortOf(policy: Policy, cosignatures: readonly Cosignature[]): string {
  const names = policy.witnesses
    .filter(({ key }) => cosignatures.some((one) => one.key === key))
    .map(({ name }) => name);
  const there = names.length === 0 ? 'no witness of the policy has cosigned' : `only ${names.join(', ')} cosigned`;
  return `the policy asks for ${quorumText(policy.quorum)}, and ${there}`;
}
