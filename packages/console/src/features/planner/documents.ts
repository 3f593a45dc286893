// The papers that a plan comes to, beside its figures: section by section, each line with its reason and its source, and all of it as
// text to be saved. Where a kind makes one and none is asked for, the way to it is told.
import type { PlanDocument, PlanReport } from '@weighbridge/protocol';
import type { PlainRow } from '../../parts/plain-table/view.tsx';
import { placeOf } from './places.ts';

export interface PaperText {
  readonly key: string;
  readonly title: string;
  readonly says: string;
  readonly sections: readonly { readonly title: string; readonly name: string; readonly rows: readonly PlainRow[] }[];
  readonly file: { readonly name: string; readonly text: string };
  readonly place: string;
}

export interface PapersText {
  readonly papers: readonly PaperText[];
  /** Where there is none: the place of the choice that makes one; null: no choice does. */
  readonly choice: string | null;
}

/** Id of the choice whose document it is. */
const EXIT = 'exit';

export function papersOf({ plan, documents, choices }: PlanReport): PapersText | null {
  if (documents === undefined) return null;
  const choice = choices.find(({ id }) => id === EXIT);
  return {
    papers: documents.map((document) => paperOf(plan, document, choice?.value ?? '')),
    choice: choice === undefined ? null : placeOf('choice', choice.id),
  };
}

const paperOf = (plan: string, { id, title, as_of, sections, text }: PlanDocument, of: string): PaperText => ({
  key: id,
  title,
  says: `As of ${as_of}. What is played through is simulated, at the likely value of every assumption.`,
  sections: sections.map((section, at) => ({
    title: section.title,
    name: `${title}: ${section.title}`,
    rows: section.lines.map((line, row) => ({ key: `${at} ${row}`, cells: [line.text, line.why, line.source] })),
  })),
  file: { name: `${[plan, id, of].map(fileWord).filter(Boolean).join('-')}.md`, text },
  place: placeOf('document', id),
});

const FILE_WORD_MOST = 60;

const fileWord = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, FILE_WORD_MOST);
