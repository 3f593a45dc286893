// How a check ends: as a value, because "the evidence is bad" is an answer and not a failure of the verifier. Only what
// keeps it from answering (a disk that cannot be read, a host that is not there) is thrown.
import { isAppError } from '@weighbridge/kernel';
import { ClosingSets } from '../retention/closings.ts';
import type { PrunedRange } from '../retention/statements.ts';
import type { Checkpoint, HandedOver, Verification } from '../contract.ts';

export interface Tally {
  leaves: number;
  checked: number;
  unchecked: number;
  checkpoint?: Checkpoint;
  handovers?: readonly HandedOver[];
  unknownKeys?: readonly string[];
  /** Records that are empty, the parts they lie in, and what entries state as pruned. */
  emptied: number;
  readonly emptiedParts: Set<number>;
  readonly pruned: PrunedRange[];
  /** Calls by part, and what closing entries say of parts. */
  readonly calls: number[];
  readonly closings: ClosingSets;
}

export const newTally = (): Tally => ({
  leaves: 0,
  checked: 0,
  unchecked: 0,
  emptied: 0,
  emptiedParts: new Set(),
  pruned: [],
  calls: [],
  closings: new ClosingSets(),
});

export function verdict(tally: Tally, outcome: Verification['outcome'], problem?: string, next?: string): Verification {
  const { leaves, checked, unchecked, checkpoint, handovers = [], unknownKeys = [] } = tally;
  return {
    outcome,
    ...(problem === undefined ? {} : { problem }),
    ...(next === undefined ? {} : { next }),
    ...(checkpoint === undefined
      ? {}
      : {
          origin: checkpoint.origin,
          size: checkpoint.size,
          root: checkpoint.root.toString('base64'),
          checkpoint: checkpoint.text,
        }),
    ...(handovers.length === 0 ? {} : { handovers }),
    ...(unknownKeys.length === 0 ? {} : { unknown_keys: unknownKeys }),
    ...(tally.emptied === 0 ? {} : { pruned: { records: tally.emptied, ranges: tally.pruned } }),
    ...(tally.closings.whole.length === 0 ? {} : { closed: tally.closings.whole }),
    leaves,
    groups: { checked, unchecked },
  };
}

/** The end of a whole log that is sound: without a memory, nobody can say that nothing was cut off. */
export function soundLog(tally: Tally, last: Checkpoint | null): Verification {
  if (last !== null) return verdict(tally, 'ok');
  return verdict(
    tally,
    'TRUNCATION_NOT_EXCLUDED',
    'everything shown is sound, but without a remembered checkpoint nobody can tell whether newer entries were dropped',
  );
}

/** PROOF_INVALID for evidence that is bad or unreadable as evidence; anything else is thrown on. */
export function unsound(tally: Tally, error: unknown): Verification {
  if (!isAppError(error)) throw error;
  const { code, message, next, row } = error;
  if (code === 'PROOF_INVALID') return verdict(tally, code, message, next === row.next ? undefined : next);
  if (code === 'JOURNAL_CORRUPT' || code === 'RECEIPT_UNKNOWN') return verdict(tally, 'PROOF_INVALID', message);
  throw error;
}
