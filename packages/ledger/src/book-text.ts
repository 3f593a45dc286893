// A book as text: one canonical JSON line a list, then one a row, sorted. The SHA-256 of that text is the book's id, so
// the text can be kept as a blob beside the journal, handed over, read back, and prices every call as it did then.
import { createHash } from 'node:crypto';
import { AppError, canonicalJson, moneyFromDecimal, moneyToDecimal, type Json } from '@weighbridge/kernel';
import type { PriceList, PriceRow, PriceSheets } from './price-row.ts';

const LIST = 'list';
const ROW = 'row';
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/** Lines of the text, each with its line end. */
export function* bookLines(lists: readonly PriceList[], rows: readonly PriceRow[]): Generator<string> {
  for (const { invoiceUnit, ...list } of lists) {
    const unit =
      invoiceUnit === undefined ? {} : { invoiceUnit: { ...invoiceUnit, price: moneyToDecimal(invoiceUnit.price) } };
    yield `${canonicalJson({ [LIST]: { ...list, ...unit } })}\n`;
  }
  for (const { unit, ...row } of rows) {
    const price = unit === null ? null : moneyToDecimal(unit);
    yield `${canonicalJson({ [ROW]: { ...row, unit: price } } as unknown as Json)}\n`;
  }
}

export function digestOf(lines: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('base64url');
}

/** The whole text of a book; its SHA-256 is `book.id`. */
export const bookText = (book: { readonly lists: readonly PriceList[]; readonly rows: readonly PriceRow[] }): string =>
  [...bookLines(book.lists, book.rows)].join('');

/**
 * Lists and rows from a book's text, for `compileBook`. Throws PRICE_BOOK_INVALID when the text does not hash to `id`
 * (it is not that book) or is not a book's text.
 */
export function readBookText(text: string, id: string): PriceSheets {
  if (text.length > MAX_TEXT_BYTES)
    throw new AppError('PRICE_BOOK_INVALID', `the text of a book is over ${MAX_TEXT_BYTES} characters`);
  if (digestOf([text]) !== id) {
    throw new AppError('PRICE_BOOK_INVALID', `the text does not hash to ${id}: it is another book, or was altered`, {
      next: 'fetch the blob again by its digest, or treat the evidence as tampered with',
    });
  }
  const lists: PriceList[] = [];
  const rows: PriceRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const item = parseLine(line, index + 1);
    if (item[LIST] !== undefined) lists.push(listFrom(item[LIST]));
    else if (item[ROW] !== undefined) rows.push(rowFrom(item[ROW]));
    else throw new AppError('PRICE_BOOK_INVALID', `line ${index + 1} of the book is neither a list nor a row`);
  }
  return { lists, rows };
}

type Listed = Omit<PriceList, 'invoiceUnit'> & {
  readonly invoiceUnit?: { readonly name: string; readonly price: string };
};
type Rowed = Omit<PriceRow, 'unit'> & { readonly unit: string | null };

function parseLine(line: string, number: number): { readonly list?: Listed; readonly row?: Rowed } {
  try {
    return JSON.parse(line) as { list?: Listed; row?: Rowed };
  } catch (cause) {
    throw new AppError('PRICE_BOOK_INVALID', `line ${number} of the book is not JSON`, { cause });
  }
}

function listFrom({ invoiceUnit, ...list }: Listed): PriceList {
  return invoiceUnit === undefined
    ? list
    : { ...list, invoiceUnit: { name: invoiceUnit.name, price: moneyFromDecimal(invoiceUnit.price) } };
}

const rowFrom = ({ unit, ...row }: Rowed): PriceRow => ({
  ...row,
  unit: unit === null ? null : moneyFromDecimal(unit),
});
