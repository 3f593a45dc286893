// Everything that is known of one call, from its receipt in the journal.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import { receiptInput, type CallCommercial, type Receipt } from '@weighbridge/protocol';
import type { Query, Sources } from './query.ts';
import { toCount } from './sql.ts';

export const receipt: Query<typeof receiptInput, Receipt> = {
  input: receiptInput,
  answer: async (sources, { id }) => {
    const { journal } = sources;
    const entry = journal.find(id).findLast(({ leaf }) => leaf.kind === 'call');
    if (entry === undefined) throw new AppError('RECEIPT_UNKNOWN', `the log holds no call ${id}`);
    const { index, leaf, text } = entry;
    const groups = journal.groups(index);
    const commercial = parse(groups.commercial?.text);
    const personal = personalOf(journal, index);
    return {
      id: leaf.id,
      entry: index,
      at: leaf.at,
      leaf: text,
      public: parse(groups.public?.text),
      commercial,
      personal,
      erased: personal === null && leaf.groups.personal !== undefined,
      decision: await decisionOf(sources, commercial as CallCommercial | null),
    };
  },
};

type Group = Record<string, unknown>;

const parse = (text: string | undefined): Group | null => (text === undefined ? null : (JSON.parse(text) as Group));

function personalOf(journal: Journal, index: number): Group | null {
  try {
    return parse(journal.groups(index, ['personal']).personal?.text);
  } catch (error) {
    if (isAppError(error) && error.code === 'SUBJECT_ERASED') return null;
    throw error;
  }
}

/** Calls decided alike share one entry, the first; the table of decisions says which. */
async function decisionOf(sources: Sources, commercial: CallCommercial | null): Promise<Group | null> {
  const sql = 'SELECT entry FROM decision WHERE digest = $1::text LIMIT 1';
  const [row] = await sources.reader.read(sql, [commercial?.decided ?? ''], 1);
  return row === undefined ? null : parse(sources.journal.groups(toCount(row['entry'])).commercial?.text);
}
