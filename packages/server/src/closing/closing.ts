// Closes the books on a part of the log whose records are about to go, and holds what was said against records that are
// still there. It is the projections' own reading of a record that is added up, so that tables folded from the figures
// are the tables folded from the records.
import { AppError, isAppError } from '@weighbridge/kernel';
import { closingTexts, type Closing, type ClosedPart, type EntryRange, type Journal } from '@weighbridge/journal';
import { GROUPS, type Group } from '@weighbridge/protocol';
import { decode } from '../projector/decode.ts';
import type { CallFact } from '../projector/call-fact.ts';
import type { ClosedFact } from '../projector/facts.ts';
import { formatFigures, readFigures } from './closing-text.ts';
import { decidedRoutes } from './decided-routes.ts';
import { Figures } from './figures.ts';

/** A person may be erased just while figures are read: then they are read once more. */
const TRIES = 3;

export const closing: Closing = {
  make: (journal, part, seal) => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return formatFigures(figuresOf(journal, part, GROUPS), part, seal);
      } catch (error) {
        if (left <= 1 || !isAppError(error) || error.code !== 'SUBJECT_ERASED') throw error;
      }
    }
  },
  check: (journal, part, texts) => checkFigures(journal, part, texts, true),
};

/** `persons`: false where no vault is at hand; then who asked is left out on both sides. Throws JOURNAL_CORRUPT. */
export function checkFigures(journal: Journal, part: EntryRange, texts: readonly string[], persons: boolean): void {
  const groups: readonly Group[] = persons ? GROUPS : ['public', 'commercial'];
  for (let left = TRIES; ; left -= 1) {
    const unsealed = (subject: string, sealed: string): string | null =>
      persons ? journal.unsealed(subject, sealed) : null;
    const said = readFigures(texts, part, unsealed).lines();
    const found = figuresOf(journal, part, groups).lines();
    const differs = found.findIndex((line, i) => line !== said[i]);
    if (differs === -1 && said.length === found.length) return;
    if (left > 1) continue;
    const which = `the closing entries of ${part.from} to ${part.to - 1} do not say what the records there come to`;
    const [there, instead] = [found[differs], said[differs]].map((line) => line?.slice(0, 400) ?? 'nothing');
    throw new AppError('JOURNAL_CORRUPT', which, { details: { records: there, closing: instead } });
  }
}

/** What the closing entries of a pruned part say, as one fact at its beginning. Throws JOURNAL_CORRUPT. */
export function closedFact(journal: Journal, part: ClosedPart): ClosedFact {
  const texts = closingTexts(journal, part);
  const figures = readFigures(texts, part, (subject, sealed) => journal.unsealed(subject, sealed));
  return { kind: 'closed', entry: part.from, to: part.to, figures };
}

/** Throws RECORD_PRUNED once they are gone, JOURNAL_CORRUPT for a record that cannot be read. */
function figuresOf(journal: Journal, part: EntryRange, groups: readonly Group[]): Figures {
  const calls: CallFact[] = [];
  for (const record of journal.records({ kinds: ['call'], ...part }, groups)) {
    const fact = decode(record);
    if (fact.kind === 'call') calls.push(fact);
    else throw unreadable(record.index, fact.kind === 'broken' ? fact.reason : `it is ${fact.kind}`);
  }
  const digests = new Set(calls.flatMap(({ decided }) => (decided === '' ? [] : [decided])));
  const routes = decidedRoutes(journal, digests, part.to);
  const figures = new Figures();
  for (const fact of calls) figures.addCall({ ...fact, route: routes.get(fact.decided) || null });
  return figures;
}

const unreadable = (entry: number, why: string): AppError =>
  new AppError('JOURNAL_CORRUPT', `the books cannot be closed: call ${entry} cannot be read: ${why}`);
