// The brief as a PDF of exactly one page of A4, with the text selectable and its type embedded. Every text has a box of its own and
// is cut where the box ends, so that nothing flows onto a second page. A sign that the type does not have is written by its number
// instead of being left out.
import { fileURLToPath } from 'node:url';
import type PDFDocument from 'pdfkit';
import {
  A4,
  noteLines,
  noteOf,
  rowHeight,
  SHEET_LINES as LINES,
  SHEET_ROOM as ROOM,
  SHEET_TYPE as TYPE,
  type Sheet,
  type SheetLayout,
  type SheetSection,
} from '@weighbridge/protocol';

const FONTS = {
  text: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
  strong: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')),
} as const;
const INK = { text: '#1c1a17', quiet: '#5b5750', line: '#d9d5ce', mark: '#7a4700' } as const;
const POINTS = 72 / 25.4;
const CELL_GAP = 2;
/** Figures of one width set hyphens too far apart. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Document = InstanceType<typeof PDFDocument>;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly lines?: number;
  readonly ink?: string;
  readonly strong?: boolean;
  readonly right?: boolean;
  /** Digits of one width, so that they stand below each other. */
  readonly figure?: boolean;
}

export async function briefPdf(sheet: Sheet): Promise<Uint8Array<ArrayBuffer>> {
  // Fetched by whoever prints: a start does without.
  const { default: Made } = await import('pdfkit');
  const document = new Made({
    size: 'A4',
    margin: 0,
    lang: 'en',
    displayTitle: true,
    info: { Title: sheet.title, Creator: 'Weighbridge' },
  });
  const parts: Buffer[] = [];
  const whole = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on('error', reject);
  });
  drawSheet(document, sheet);
  document.end();
  return whole;
}

/** What is drawn at the scale of the sheet: heights in millimetres, sizes in points. */
interface Drawing {
  readonly document: Document;
  readonly layout: SheetLayout;
  readonly height: (of: keyof typeof LINES) => number;
  readonly size: (of: keyof typeof TYPE) => number;
  /** So many millimetres at scale 1. */
  readonly inset: (millimetres: number) => number;
}

function drawSheet(document: Document, { title, headline, about, mark, sections, foot, layout }: Sheet): void {
  const { scale } = layout;
  const drawing: Drawing = {
    document,
    layout,
    height: (of) => LINES[of] * scale,
    size: (of) => TYPE[of] * scale,
    inset: (millimetres) => millimetres * scale,
  };
  const { height, size, inset } = drawing;
  let y: number = A4.margin;
  const left = A4.margin;
  const markWidth = mark === null ? 0 : inset(24);
  write(document, title, { x: left, y, width: ROOM.width - markWidth, size: size('title'), strong: true });
  if (mark !== null)
    write(document, mark, {
      x: left + ROOM.width - markWidth,
      y: y + inset(1.4),
      width: markWidth,
      size: size('lead'),
      ink: INK.mark,
      strong: true,
      right: true,
    });
  y += height('title');
  write(document, headline, { x: left, y, width: ROOM.width, size: size('headline') });
  y += height('headline');
  write(document, about, { x: left, y, width: ROOM.width, size: size('about'), ink: INK.quiet });
  y += height('about');
  for (const section of sections) y = drawSection(drawing, section, y);
  const bottom = A4.height - A4.margin - height('foot');
  rule(document, bottom, INK.line, 0.15);
  write(document, foot, {
    x: left,
    y: bottom + inset(0.8),
    width: ROOM.width,
    size: size('foot'),
    ink: INK.quiet,
    lines: 2,
  });
}

/** Where the next one begins. */
function drawSection(drawing: Drawing, section: SheetSection, top: number): number {
  const { document, layout, height, size, inset } = drawing;
  const { title, lead, columns, rows, lines } = section;
  let y = top + layout.gap;
  const titled = write(document, title, { x: A4.margin, y, width: 90, size: size('head'), strong: true });
  const beside = A4.margin + titled + 3;
  write(document, lead, {
    x: beside,
    y: y + inset(0.5),
    width: A4.margin + ROOM.width - beside,
    size: size('lead'),
    ink: INK.quiet,
    right: true,
  });
  y += height('head');
  rule(document, y - inset(0.5), INK.text, 0.3);
  if (rows.length > 0) {
    const titles = columns.map((column) => column.title);
    drawRow(document, titles, section, { y: y + inset(0.3), size: size('columns'), ink: INK.quiet });
    y += height('columns');
  }
  for (const row of rows) {
    rule(document, y, INK.line, 0.15);
    drawRow(document, row, section, { y: y + inset(0.5), size: size('cell'), lines });
    y += rowHeight(section, layout);
  }
  const told = noteLines(section, layout);
  if (told === 0) return y;
  write(document, noteOf(section), {
    lines: told,
    x: A4.margin,
    y: y + inset(0.2),
    width: ROOM.width,
    size: size('note'),
    ink: INK.quiet,
  });
  return y + told * height('note');
}

function drawRow(
  document: Document,
  cells: readonly string[],
  { columns }: SheetSection,
  box: Omit<Box, 'x' | 'width'>,
): void {
  let x: number = A4.margin;
  for (const [at, { width, figure }] of columns.entries()) {
    const room = (width / 100) * ROOM.width;
    const last = at === columns.length - 1;
    write(document, cells[at] ?? '', { ...box, x, width: last ? room : room - CELL_GAP, right: figure, figure });
    x += room;
  }
}

function rule(document: Document, y: number, ink: string, thick: number): void {
  document
    .moveTo(A4.margin * POINTS, y * POINTS)
    .lineTo((A4.margin + ROOM.width) * POINTS, y * POINTS)
    .lineWidth(thick * POINTS)
    .stroke(ink);
}

/** How wide it came to be, in millimetres. */
function write(
  document: Document,
  text: string,
  { x, y, width, size, lines = 1, ink = INK.text, strong, right, figure }: Box,
): number {
  document
    .font(strong === true ? FONTS.strong : FONTS.text)
    .fontSize(size)
    .fillColor(ink);
  const shown = drawable(document, text);
  if (shown === '') return 0;
  const room = width * POINTS;
  document.text(shown, x * POINTS, y * POINTS, {
    width: room,
    // The last line that has room is cut, where more would follow; a hundredth keeps a sum of fractions from being short of it.
    height: document.currentLineHeight(true) * (lines + 0.01),
    ellipsis: '…',
    align: right === true ? 'right' : 'left',
    features: figure === true && !DAY.test(shown) ? ['tnum', 'kern'] : ['kern'],
  });
  return Math.min(width, document.widthOfString(shown) / POINTS);
}

interface Typeface {
  hasGlyphForCodePoint(code: number): boolean;
}

/** The typeface in hand, as its library holds it: there is no other way to ask it for a sign. */
const typefaceOf = (document: Document): Typeface =>
  (document as unknown as { readonly _font: { readonly font: Typeface } })._font.font;

function drawable(document: Document, text: string): string {
  const typeface = typefaceOf(document);
  return Array.from(text.normalize('NFC'))
    .map((sign) => {
      const code = sign.codePointAt(0) ?? 0;
      return typeface.hasGlyphForCodePoint(code) ? sign : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    })
    .join('');
}
