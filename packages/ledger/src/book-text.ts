// A book as text: one canonical JSON line a list, then one a row, sorted. The SHA-256 of that text is the book's id, so
// the text can be kept as a blob beside the journal, handed over, read back, and prices every call as it did then.
import { createHash } from 'node:crypto';
import { AppError, canonicalJson, moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
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
  for (const row of rows) yield rowLine(row);
}

/** Members in sorted order, so that plain JSON is the canonical form already: a book has thousands of rows. */
function rowLine(row: PriceRow): string {
  const sorted = {
    band: { over: row.band.over, upto: row.band.upto },
    cls: row.cls,
    confidence: row.confidence,
    currency: row.currency,
    derived: row.derived === undefined ? undefined : { factor: row.derived.factor, from: row.derived.from },
    id: row.id,
    kind: row.kind,
    knownFrom: row.knownFrom,
    knownTo: row.knownTo,
    layer: row.layer,
    mode: row.mode,
    model: row.model,
    note: row.note,
    scope: row.scope,
    seller: row.seller,
    source: { page: row.source.page, read: row.source.read },
    tier: row.tier,
    unit: row.unit === null ? null : moneyToDecimal(row.unit),
    validFrom: row.validFrom,
    validTo: row.validTo,
  } satisfies { readonly [Name in keyof PriceRow]-?: unknown };
  return `${JSON.stringify({ [ROW]: sorted })}\n`;
}

/** The lines go in by the thousand: one update for each would cost more than the hash. */
const LINES_AT_ONCE = 1_000;

export function digestOf(lines: Iterable<string>): string {
  const hash = createHash('sha256');
  let held: string[] = [];
  for (const line of lines) {
    if (held.push(line) < LINES_AT_ONCE) continue;
    hash.update(held.join(''));
    held = [];
  }
  return hash.update(held.join('')).digest('base64url');
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
