// A plan's report as a PDF: A4 on its side, as many pages as it takes, text selectable and its type embedded. A row of a table is never
// torn; the head of a table stands on every page that it runs over.
import { fileURLToPath } from 'node:url';
import type PDFDocument from 'pdfkit';
import type { PlanDocument, PlanRun } from '@weighbridge/protocol';
import type { Drawing } from './drawing.ts';
import { documentPaper, paperOf, type Paper, type PaperSection, type PaperTable } from './sheet.ts';

const FONTS = {
  text: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
  strong: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')),
} as const;
const INK = { text: '#1c1a17', quiet: '#5b5750', line: '#d9d5ce', mark: '#7a4700' } as const;
const MARGIN = 36;
const SIZE = { title: 18, says: 12, head: 12, text: 9, cell: 8, drawn: 11 } as const;
const GAP = 6;
const SECTION = 16;

type Document = InstanceType<typeof PDFDocument>;

type Pdf = Uint8Array<ArrayBuffer>;

export const planPdf = (run: PlanRun): Promise<Pdf> => pdfOf(paperOf(run));

export const documentPdf = (document: PlanDocument, from: string): Promise<Pdf> => pdfOf(documentPaper(document, from));

async function pdfOf(paper: Paper): Promise<Pdf> {
  // Fetched by whoever prints: a start does without.
  const { default: Made } = await import('pdfkit');
  const document = new Made({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    info: { Title: paper.title, Creator: 'Weighbridge' },
  });
  const parts: Buffer[] = [];
  const whole = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on('error', reject);
  });
  drawPaper(document, paper);
  document.end();
  return whole;
}

function drawPaper(document: Document, { title, mark, says, about, cautions, sections }: Paper): void {
  paragraph(document, title, SIZE.title, INK.text, true);
  paragraph(document, mark, SIZE.text, INK.mark, true);
  paragraph(document, says, SIZE.says, INK.text);
  paragraph(document, about, SIZE.text, INK.quiet);
  for (const caution of cautions) paragraph(document, `Take care: ${caution}`, SIZE.text, INK.mark);
  for (const section of sections) drawSection(document, section);
  numberPages(document, `${title} · ${mark}`);
}

const widthOf = (document: Document): number => document.page.width - 2 * MARGIN;
const bottomOf = (document: Document): number => document.page.height - MARGIN - 14;

/** Begins a page where less than `height` is left. */
function need(document: Document, height: number): void {
  if (document.y + height > bottomOf(document)) document.addPage();
}

function paragraph(document: Document, text: string, size: number, ink: string, strong = false): void {
  document.font(strong ? FONTS.strong : FONTS.text).fontSize(size);
  need(document, document.heightOfString(text, { width: widthOf(document) }));
  document.fillColor(ink).text(text, MARGIN, document.y, { width: widthOf(document) });
  document.y += 3;
}

function drawSection(document: Document, { title, words, drawing, table, note }: PaperSection): void {
  document.y += SECTION;
  need(document, drawing === null ? 60 : 40 + drawnHeight(document, drawing));
  paragraph(document, title, SIZE.head, INK.text, true);
  for (const each of words) paragraph(document, each, SIZE.text, INK.quiet);
  if (drawing !== null) draw(document, drawing);
  if (table !== null && table.rows.length > 0) drawTable(document, table);
  if (note !== null) paragraph(document, note, SIZE.text, INK.quiet);
}

const scaleOf = (document: Document, drawing: Drawing): number => Math.min(1, widthOf(document) / drawing.width);
const drawnHeight = (document: Document, drawing: Drawing): number => drawing.height * scaleOf(document, drawing);

function draw(document: Document, drawing: Drawing): void {
  const top = document.y;
  document.save();
  document.translate(MARGIN, top).scale(scaleOf(document, drawing));
  for (const shape of drawing.shapes) {
    if (shape.is === 'text') {
      document.font(FONTS.text).fontSize(SIZE.drawn).fillColor(INK.quiet);
      const from = shape.right ? shape.x - document.widthOfString(shape.text) : shape.x;
      document.text(shape.text, from, shape.y - SIZE.drawn, { lineBreak: false });
    } else if (shape.is === 'area') document.path(shape.path).fillOpacity(0.22).fill(shape.ink);
    else document.path(shape.path).lineWidth(1.2).stroke(shape.ink);
    document.fillOpacity(1);
  }
  document.restore();
  document.y = top + drawnHeight(document, drawing) + GAP;
}

function drawTable(document: Document, table: PaperTable): void {
  const widths = columnWidths(document, table);
  const head = table.head.map(({ title }) => title);
  const row = (cells: readonly string[], ink: string): void => drawRow(document, table, widths, cells, ink);
  row(head, INK.quiet);
  for (const cells of table.rows) {
    if (document.y + rowHeight(document, widths, cells) > bottomOf(document)) {
      document.addPage();
      row(head, INK.quiet);
    }
    row(cells, INK.text);
  }
}

/** By what each column holds; a long text is broken rather than let others starve. */
function columnWidths(document: Document, { head, rows }: PaperTable): number[] {
  document.font(FONTS.text).fontSize(SIZE.cell);
  const wanted = head.map(({ title }, at) => {
    const texts = [title, ...rows.map((row) => row[at] ?? '')];
    return Math.min(260, Math.max(...texts.map((text) => document.widthOfString(text)))) + 2 * GAP;
  });
  const all = wanted.reduce((sum, width) => sum + width, 0);
  return wanted.map((width) => (width / all) * widthOf(document));
}

function rowHeight(document: Document, widths: readonly number[], cells: readonly string[]): number {
  document.font(FONTS.text).fontSize(SIZE.cell);
  return Math.max(...cells.map((cell, at) => document.heightOfString(cell, { width: (widths[at] ?? 0) - GAP }))) + GAP;
}

function drawRow(
  document: Document,
  { head }: PaperTable,
  widths: readonly number[],
  cells: readonly string[],
  ink: string,
): void {
  const height = rowHeight(document, widths, cells);
  const top = document.y;
  let left = MARGIN;
  cells.forEach((cell, at) => {
    const width = widths[at] ?? 0;
    document
      .fillColor(ink)
      .text(cell, left, top + GAP / 2, { width: width - GAP, align: head[at]?.figure === true ? 'right' : 'left' });
    left += width;
  });
  document.y = top + height;
  document
    .moveTo(MARGIN, document.y)
    .lineTo(MARGIN + widthOf(document), document.y)
    .lineWidth(0.4)
    .stroke(INK.line);
}

function numberPages(document: Document, text: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    document.page.margins.bottom = 0;
    document
      .font(FONTS.text)
      .fontSize(SIZE.cell)
      .fillColor(INK.quiet)
      .text(`${text} · ${page - start + 1} of ${count}`, MARGIN, document.page.height - MARGIN, { lineBreak: false });
  }
}
