// A table as text (RFC 4180: commas, quotes, a first line of names) to rows by column name. Tables are others' and are read in place; a
// column that is missing, or a row that has more cells than there are names, is refused with its line.
import { AppError, didYouMean } from '@weighbridge/kernel';

export interface CsvRow {
  /** Of its first character, counted from 1. */
  readonly line: number;
  /** Empty where the table leaves it empty, or has no such column. */
  readonly cell: (column: string) => string;
}

const CELLS_MOST = 2_000_000;

/** Throws PLAN_INVALID. `file`: its name in messages; `needed`: columns that have to be there. */
export function readCsv(file: string, text: string, needed: readonly string[]): CsvRow[] {
  const [head, ...rows] = recordsOf(file, text.replace(/^\uFEFF/, ''));
  const names = head?.cells.map((name) => name.trim()) ?? [];
  for (const column of needed) {
    if (names.includes(column)) continue;
    const near = didYouMean(column, names);
    throw new AppError('PLAN_INVALID', `${file}: there is no column "${column}"`, {
      next:
        near === undefined
          ? `the table has ${names.join(', ') || 'no columns'}: add it`
          : `rename "${near}" to "${column}"`,
    });
  }
  const places = new Map(names.map((name, at) => [name, at]));
  return rows.map(({ line, cells }) => {
    if (cells.length > names.length)
      throw new AppError(
        'PLAN_INVALID',
        `${file}:${line}: the row has ${cells.length} cells for ${names.length} columns`,
        {
          next: 'quote a cell that holds a comma',
        },
      );
    return { line, cell: (column) => cells[places.get(column) ?? -1]?.trim() ?? '' };
  });
}

function recordsOf(file: string, text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let [cells, cell, line, start, count] = [[] as string[], '', 1, 1, 0];
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
    count += 1;
    if (count > CELLS_MOST)
      throw new AppError('PLAN_INVALID', `${file}: it holds more than ${CELLS_MOST} cells`, {
        next: 'give it in parts',
      });
  };
  const endRecord = (): void => {
    endCell();
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells });
    cells = [];
    start = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' && cell === '') {
      const end = closingQuote(text, at + 1);
      if (end < 0)
        throw new AppError('PLAN_INVALID', `${file}:${line}: a quote is not closed`, {
          next: 'close it, or write it twice',
        });
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      line += cell.split('\n').length - 1;
      at = end;
    } else if (character === ',') endCell();
    else if (character === '\n') {
      line += 1;
      endRecord();
    } else if (character !== '\r') cell += character;
  }
  endRecord();
  return records;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
  return -1;
}
