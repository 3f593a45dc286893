// A table of comma-separated values, read with the line of every row: quoted fields, all three line ends, a byte-order mark. What is wrong
// with a row is told with its line; nothing is guessed and no row disappears.
import { AppError } from '@weighbridge/kernel';

export interface CsvRow {
  /** Counted from 1, as an editor shows it. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface CsvFault {
  readonly line: number;
  readonly reason: string;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly CsvFault[];
}

export const ROWS_MOST = 100_000;

/** Throws PLAN_INVALID where there is no table, or one of `needed` is missing. `file`: its name in messages. */
export function readCsv(file: string, text: string, needed: readonly string[]): CsvTable {
  const lines = recordsOf(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const [head, ...body] = lines;
  if (head === undefined || head.open)
    throw new AppError('PLAN_INVALID', `${file} has no line of column names`, {
      next: `write the columns in its first line: ${needed.join(',')}`,
    });
  const columns = head.fields.map((name) => name.trim());
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new AppError(
      'PLAN_INVALID',
      `${file} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
      {
        next: `this kind of table needs ${needed.join(', ')}; its other columns may be left out`,
      },
    );
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined)
    throw new AppError('PLAN_INVALID', `${file} has two columns named ${twice}`, { next: 'leave one of them out' });
  if (body.length > ROWS_MOST)
    throw new AppError('PLAN_INVALID', `${file} has more than ${ROWS_MOST} rows`, { next: 'make several files of it' });
  const rows: CsvRow[] = [];
  const faults: CsvFault[] = [];
  for (const { line, fields, open } of body) {
    if (open) faults.push({ line, reason: 'a quotation mark is not closed' });
    else if (fields.length !== columns.length)
      faults.push({ line, reason: `it has ${fields.length} fields, the first line has ${columns.length}` });
    else rows.push({ line, values: Object.fromEntries(columns.map((name, at) => [name, (fields[at] ?? '').trim()])) });
  }
  return { columns, rows, faults };
}

interface Held {
  readonly line: number;
  readonly fields: string[];
  /** A quotation mark was opened and never closed. */
  readonly open: boolean;
}

function recordsOf(text: string): Held[] {
  const records: Held[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let [line, start] = [1, 1];
  const close = (): void => {
    fields.push(field);
    if (fields.length > 1 || field !== '') records.push({ line: start, fields, open: quoted });
    [fields, field, start] = [[], '', line];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    // The first of \r\n is no end of its own.
    if (letter === '\r' && text[at + 1] === '\n') continue;
    const ends = letter === '\n' || letter === '\r';
    if (ends) line += 1;
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',') {
      fields.push(field);
      field = '';
    } else if (ends) close();
    else field += letter;
  }
  if (field !== '' || fields.length > 0 || quoted) close();
  return records;
}
