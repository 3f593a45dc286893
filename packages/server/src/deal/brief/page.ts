// The page that the brief is printed on, in millimetres: A4, so many lines at so much height. Both files are drawn by these figures,
// and the sheet is made so that all of it fits: `heightOf` is what it takes, and a test holds it against what there is.
import type { Sheet, SheetSection } from '@weighbridge/protocol';

export const A4 = { width: 210, height: 297, margin: 12 } as const;
export const ROOM = { width: A4.width - 2 * A4.margin, height: A4.height - 2 * A4.margin } as const;

/** Heights. */
export const LINES = {
  title: 7.6,
  headline: 5.6,
  about: 4.6,
  gap: 3.2,
  head: 5.4,
  columns: 4.2,
  one: 4.4,
  two: 7.8,
  note: 3.7,
  foot: 7.6,
} as const;

/** Sizes of type, in points. */
export const TYPE = {
  title: 14,
  headline: 10,
  about: 7.5,
  head: 9.5,
  lead: 7.5,
  columns: 6.5,
  cell: 7.5,
  note: 6.8,
  foot: 6.8,
} as const;

export const rowHeight = ({ lines }: SheetSection): number => (lines === 1 ? LINES.one : LINES.two);

/** What is left out of a section, and what is to be known. */
export const noteOf = ({ notes }: SheetSection): string => notes.join('. ');

const NOTE_LINE = 145;
/** None where there is nothing to say; what is longer than a line has two. */
export const noteLines = (section: SheetSection): 0 | 1 | 2 => {
  const { length } = noteOf(section);
  return length === 0 ? 0 : length <= NOTE_LINE ? 1 : 2;
};

const sectionHeight = (section: SheetSection): number =>
  LINES.gap +
  LINES.head +
  (section.rows.length === 0 ? 0 : LINES.columns + section.rows.length * rowHeight(section)) +
  noteLines(section) * LINES.note;

export const heightOf = ({ sections }: Sheet): number =>
  LINES.title +
  LINES.headline +
  LINES.about +
  sections.reduce((sum, section) => sum + sectionHeight(section), 0) +
  LINES.foot;
