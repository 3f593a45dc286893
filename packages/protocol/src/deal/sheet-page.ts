// The page that the brief is printed on, in millimetres: A4, so many lines at so much height, no type below nine points. The PDF, the
// HTML and the console's print are all drawn by these figures; `fitted` gives each section as many rows as there is room for, and a sheet
// with little on it larger type and wider gaps, so that the page is neither half empty nor ever two.
import type { SheetSection } from './sheet-words.ts';

export const A4 = { width: 210, height: 297, margin: 12 } as const;
export const ROOM = { width: A4.width - 2 * A4.margin, height: A4.height - 2 * A4.margin } as const;

/** Heights at scale 1. */
export const LINES = {
  title: 7.8,
  headline: 5.4,
  about: 4.8,
  gap: 2.2,
  head: 5.6,
  columns: 4.6,
  one: 4.8,
  two: 8.8,
  note: 4.2,
  foot: 8.9,
} as const;

/** Sizes of type at scale 1, in points. */
export const TYPE = {
  title: 14,
  headline: 10,
  about: 9,
  head: 10.5,
  lead: 9,
  columns: 9,
  cell: 9,
  note: 9,
  foot: 9,
} as const;

export interface SheetLayout {
  /** Of all heights and sizes of type. */
  readonly scale: number;
  /** Before each section, in millimetres. */
  readonly gap: number;
}

/** Borders and what a browser rounds up. */
const SPARE = 2.5;
const USABLE = ROOM.height - SPARE;

/** As wide as a letter of nine points is on average, in millimetres, a little more; and as a sign of a figure. */
const LETTER = 1.6;
const DIGIT = 1.85;
const CELL_GAP = 2;
const MARGIN_OF_DOUBT = 0.9;

export const rowHeight = ({ lines }: SheetSection, { scale }: SheetLayout): number =>
  (lines === 1 ? LINES.one : LINES.two) * scale;

/** What is left out of a section, and what is to be known. */
export const noteOf = ({ notes }: SheetSection): string => notes.join('. ');

/** None where there is nothing to say; what is longer than a line has two. */
export const noteLines = (section: SheetSection, { scale }: SheetLayout): 0 | 1 | 2 => {
  const { length } = noteOf(section);
  return length === 0 ? 0 : length * LETTER * scale <= ROOM.width ? 1 : 2;
};

const sectionHeight = (section: SheetSection, layout: SheetLayout): number =>
  layout.gap +
  LINES.head * layout.scale +
  (section.rows.length === 0 ? 0 : LINES.columns * layout.scale + section.rows.length * rowHeight(section, layout)) +
  noteLines(section, layout) * LINES.note * layout.scale;

export const heightOf = ({
  sections,
  layout,
}: {
  readonly sections: readonly SheetSection[];
  readonly layout: SheetLayout;
}): number =>
  (LINES.title + LINES.headline + LINES.about + LINES.foot) * layout.scale +
  sections.reduce((sum, section) => sum + sectionHeight(section, layout), 0);

/** Cells that have more letters than room. */
const cut = ({ rows, columns, lines }: SheetSection, scale: number, of: readonly boolean[] = [true, false]): number =>
  rows
    .flatMap((row) =>
      row.map((cell, at) => ({ cell, width: columns[at]?.width ?? 0, figure: columns[at]?.figure ?? false })),
    )
    .filter(({ cell, width, figure }) => {
      const room = ((width / 100) * ROOM.width - CELL_GAP) / ((figure ? DIGIT : LETTER) * scale);
      return of.includes(figure) && cell.length > (lines === 1 ? room : 2 * room * MARGIN_OF_DOUBT);
    }).length;

/** An amount is never cut: where one has no room on a line its section has two. */
const whole = (section: SheetSection): SheetSection =>
  section.lines === 1 && cut(section, 1, [true]) > 0 ? { ...section, lines: 2 } : section;

/** A section, made with so many rows at most. */
export interface SheetPart {
  readonly make: (most: number) => SheetSection;
  /** Rows that it has whatever else there is, has if there is room, and never has more than. */
  readonly rows: readonly [least: number, usual: number, most: number];
}

interface Placed {
  readonly part: SheetPart;
  readonly most: number;
  readonly section: SheetSection;
}

const PLAIN: SheetLayout = { scale: 1, gap: LINES.gap };
const SCALES = [1.25, 1.2, 1.15, 1.1, 1.05] as const;
const GAP_MOST = 9;

const fits = (placed: readonly Placed[], layout = PLAIN): boolean =>
  heightOf({ sections: placed.map(({ section }) => section), layout }) <= USABLE;

/** Rows first up to the usual, then a second line where texts need one, then more rows; at last larger type, and wider gaps. */
export function fitted(parts: readonly SheetPart[]): {
  readonly sections: readonly SheetSection[];
  readonly layout: SheetLayout;
} {
  let placed: readonly Placed[] = parts.map((part) => ({
    part,
    most: part.rows[0],
    section: whole(part.make(part.rows[0])),
  }));
  // What has to be decided comes before anything else has a second row.
  placed = grown(placed, 1, 1);
  placed = wrapped(grown(placed, 1));
  placed = wrapped(grown(placed, 2));
  const sections = placed.map(({ section }) => section);
  const scale = scaleOf(placed);
  const slack = USABLE - heightOf({ sections, layout: { scale, gap: LINES.gap * scale } });
  return {
    sections,
    layout: { scale, gap: Math.min(GAP_MOST, LINES.gap * scale + slack / (sections.length + 1)) },
  };
}

/** One row more for each of the first so many in turn, for as long as there is room. */
function grown(start: readonly Placed[], step: 1 | 2, parts = start.length): readonly Placed[] {
  let placed = start;
  for (let grew = true; grew;) {
    grew = false;
    for (const [at, { part, most, section }] of placed.slice(0, parts).entries()) {
      if (most >= part.rows[step]) continue;
      const more = whole({ ...part.make(most + 1), lines: section.lines });
      if (more.rows.length <= section.rows.length) continue;
      const next = placed.with(at, { part, most: most + 1, section: more });
      if (!fits(next)) continue;
      placed = next;
      grew = true;
    }
  }
  return placed;
}

function wrapped(start: readonly Placed[]): readonly Placed[] {
  let placed = start;
  for (const [at, one] of placed.entries()) {
    if (one.section.lines === 2 || cut(one.section, 1) === 0) continue;
    const next = placed.with(at, { ...one, section: { ...one.section, lines: 2 } });
    if (fits(next)) placed = next;
  }
  return placed;
}

/** The largest at which no more texts are cut than at the plain one. */
function scaleOf(placed: readonly Placed[]): number {
  const cutAt = (scale: number): number => placed.reduce((sum, { section }) => sum + cut(section, scale), 0);
  const plain = cutAt(1);
  return SCALES.find((scale) => fits(placed, { scale, gap: LINES.gap * scale }) && cutAt(scale) <= plain) ?? 1;
}
