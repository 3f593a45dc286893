// The handovers of a log's key, held against the entries that record them, where the records lie beside the log. The
// statements themselves are checked where they are read (note/handover), their place in the log by the pass over it.
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { openJournal } from '../journal.ts';
import { decodeBase64Url } from '../merkle/hash.ts';
import type { Handover } from '../note/handover.ts';
import { recordsFolder } from '../store/layout.ts';
import { handoverMissing } from './key-changes.ts';
import { checkGroup } from './verify-receipt.ts';

const bad = (why: string): AppError => new AppError('PROOF_INVALID', why);

/**
 * Throws PROOF_INVALID unless the entries that change the key hand it over by the statements that are shown, and by no
 * others. `changes`: indexes of those entries.
 */
export function checkHandoverRecords(folder: string, handovers: readonly Handover[], changes: readonly number[]): void {
  if (changes.length === 0 || !disk.existsSync(recordsFolder(folder))) return;
  const shown = new Map(handovers.map(({ size, statement }) => [size, statement]));
  const journal = openJournal(folder);
  try {
    for (const index of changes) {
      const { leaf } = journal.entry(index);
      const { public: group } = journal.groups(index, ['public']);
      if (group === undefined) throw bad(`entry ${index} does not say how the log's key was handed over`);
      checkGroup('public', leaf.groups.public, decodeBase64Url(group.salt), group.text);
      const said = JSON.parse(group.text) as { readonly statement?: unknown };
      if (said.statement === shown.get(index)) continue;
      if (!shown.has(index)) throw handoverMissing(index);
      throw bad(`entry ${index} hands the log's key over by another statement than the one that is shown`);
    }
  } finally {
    journal.close();
  }
}
