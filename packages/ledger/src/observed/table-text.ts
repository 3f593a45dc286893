// CSV (RFC 4180) as it comes: text in any pieces, records out, each with the line that it begins on. Quoted fields may hold line
// breaks. A record longer than its bound, a quote that is never closed and a row of the wrong width are refused with their line.
import { AppError } from '@weighbridge/kernel';
import type { Fields } from './source.ts';

export interface TableRow {
  readonly line: number;
  readonly fields: Fields;
}

export class TableReader {
  readonly #most: number;
  #header: readonly string[] | null = null;
  #cells: string[] = [];
  #cell = '';
  #size = 0;
  #quoted = false;
  /** After a closing quote: another one is a quote in the text. */
  #closed = false;
  #line = 1;
  #began = 1;

  /** `most`: characters of one record. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Rows that are whole with this text. */
  push(text: string): TableRow[] {
    const rows: TableRow[] = [];
    for (const char of text) {
      const row = this.#take(char);
      if (row !== null) rows.push(row);
    }
    return rows;
  }

  /** The row that no line break ends, if there is one. */
  end(): TableRow[] {
    if (this.#quoted && !this.#closed)
      throw new AppError('OBSERVED_INVALID', `line ${this.#began}: a quote is opened and never closed`);
    if (this.#cells.length === 0 && this.#cell === '') return [];
    const row = this.#endRecord();
    return row === null ? [] : [row];
  }

  #take(char: string): TableRow | null {
    if (char === '\n') this.#line += 1;
    this.#size += 1;
    if (this.#size > this.#most)
      throw new AppError('OBSERVED_INVALID', `line ${this.#began}: one row has more than ${this.#most} characters`);
    if (this.#quoted && !this.#closed) {
      if (char === '"') this.#closed = true;
      else this.#cell += char;
      return null;
    }
    if (char === '"' && this.#closed) {
      this.#cell += '"';
      this.#closed = false;
      return null;
    }
    if (char === '"' && this.#cell === '') {
      this.#quoted = true;
      return null;
    }
    if (char === ',') return this.#endCell();
    if (char === '\r') return null;
    if (char === '\n') return this.#endRecord();
    this.#cell += char;
    return null;
  }

  #endCell(): null {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#quoted = false;
    this.#closed = false;
    return null;
  }

  #endRecord(): TableRow | null {
    this.#endCell();
    const cells = this.#cells;
    const line = this.#began;
    this.#cells = [];
    this.#size = 0;
    this.#began = this.#line;
    if (cells.length === 1 && cells[0] === '') return null;
    if (this.#header === null) {
      const names = cells.map((name, index) => (index === 0 ? name.replace(/^\uFEFF/, '') : name).trim());
      const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
      if (twice !== undefined)
        throw new AppError('OBSERVED_INVALID', `line ${line}: the head names "${twice.slice(0, 60)}" twice`);
      this.#header = names;
      return null;
    }
    if (cells.length !== this.#header.length)
      throw new AppError(
        'OBSERVED_INVALID',
        `line ${line}: the row has ${cells.length} fields, and the head has ${this.#header.length}`,
      );
    return { line, fields: Object.fromEntries(this.#header.map((name, index) => [name, cells[index]])) };
  }
}
