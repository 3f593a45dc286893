// Closing entries in a log that is verified: that they are of the leaves that are there the verifier has checked; here what
// they say is held against the records, as long as those are there.
import { AppError, isAppError } from '@weighbridge/kernel';
import { closingTexts, openJournal, type Journal, type SealedClosing, type Verification } from '@weighbridge/journal';
import { checkFigures } from '@weighbridge/server';

export interface ClosedBooks {
  /** Parts that were closed, and their calls. */
  readonly parts: number;
  readonly calls: number;
  /** Parts whose figures were held against their records. */
  readonly held: number;
}

/** Undefined where nothing was closed. Throws PROOF_INVALID for figures that are not what the records come to. */
export function closedBooks(
  folder: string,
  vault: string | undefined,
  verified: Verification,
): ClosedBooks | undefined {
  const { closed } = verified;
  if (closed === undefined) return undefined;
  const journal = openJournal(folder, vault === undefined ? {} : { vault });
  try {
    const held = closed.filter((part) => isHeld(journal, part, vault !== undefined)).length;
    return { parts: closed.length, calls: closed.reduce((sum, { calls }) => sum + calls, 0), held };
  } finally {
    journal.close();
  }
}

/** False once the records are gone. */
function isHeld(journal: Journal, part: SealedClosing, persons: boolean): boolean {
  try {
    checkFigures(journal, part, closingTexts(journal, part), persons);
    return true;
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'RECORD_PRUNED') return false;
    if (error.code !== 'JOURNAL_CORRUPT') throw error;
    throw new AppError('PROOF_INVALID', error.message, { cause: error });
  }
}
