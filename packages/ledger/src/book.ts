// The price book: all rows known at one moment, checked for contradiction, under a digest that is its version id. Two
// books with the same id price every call the same, so a charge that names book and row can be computed again.
import { AppError, invariant, type Money } from '@weighbridge/kernel';
import { bookLines, digestOf } from './book-text.ts';
import type { PriceClass, PriceList, PriceRow, PriceSheets } from './price-row.ts';

export interface PriceBook {
  /** base64url SHA-256 of the canonical lists and rows in force: the version. */
  readonly id: string;
  /** UTC milliseconds; rows known then and not retracted by then. Null: everything known to this build. */
  readonly knownAt: number | null;
  readonly lists: readonly PriceList[];
  /** Sorted by id. */
  readonly rows: readonly PriceRow[];
  /** Rows of one seller and model, `*` for seller-wide prices. */
  rowsOf(seller: string, model: string): readonly PriceRow[];
  /** Row by id; undefined when the book has none. */
  row(id: string): PriceRow | undefined;
  /** Models with at least one row of their own. */
  hasModel(seller: string, model: string): boolean;
  /** Whether the list prices this very column and place apart, e.g. `datazone:apac`. */
  hasScope(seller: string, scope: string): boolean;
}

const NONE: readonly PriceRow[] = [];

/**
 * Chooses what was known at `knownAt` (default: all that is not retracted) and checks it. Throws PRICE_BOOK_INVALID
 * when two rows of one layer claim the same price at the same time, or a row names a list that does not exist. `id` is
 * that of these very sheets where they were compiled before, in another thread of this process: they are not checked and
 * digested a second time.
 */
export function compileBook(
  sheets: PriceSheets,
  options: { readonly knownAt?: number; readonly id?: string } = {},
): PriceBook {
  const knownAt = options.knownAt ?? null;
  const sellers = new Set(sheets.lists.map((list) => list.seller));
  if (options.id === undefined) refuseOverlaps(sheets.rows);
  const rows = sheets.rows
    .filter((row) => known(row, knownAt))
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const groups = new Map<string, PriceRow[]>();
  const byId = new Map<string, PriceRow>();
  const scopes = new Set<string>();
  for (const row of rows) {
    invariant(sellers.has(row.seller), `row ${row.id} belongs to a list of the book`);
    byId.set(row.id, row);
    scopes.add(`${row.seller}\n${row.scope}`);
    const key = `${row.seller}\n${row.model}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const lists = sheets.lists.toSorted((a, b) => (a.seller < b.seller ? -1 : 1));
  return {
    id: options.id ?? digestOf(bookLines(lists, rows)),
    knownAt,
    lists,
    rows,
    rowsOf: (seller, model) => groups.get(`${seller}\n${model}`) ?? NONE,
    row: (id) => byId.get(id),
    hasModel: (seller, model) => groups.has(`${seller}\n${model}`),
    hasScope: (seller, scope) => scopes.has(`${seller}\n${scope}`),
  };
}

const known = (row: PriceRow, at: number | null): boolean =>
  at === null ? row.knownTo === null : row.knownFrom <= at && (row.knownTo === null || at < row.knownTo);

const meet = (aFrom: number, aTo: number | null, bFrom: number, bTo: number | null): boolean =>
  (bTo === null || aFrom < bTo) && (aTo === null || bFrom < aTo);

/** One price per key, band, kind and layer at any valid time as known at any time. */
function refuseOverlaps(rows: readonly PriceRow[]): void {
  const groups = new Map<string, PriceRow[]>();
  for (const row of rows) {
    const key = [row.seller, row.model, row.scope, row.tier, row.mode, row.cls, row.kind, row.layer].join('\n');
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
      continue;
    }
    const clash = group.find(
      (other) =>
        meet(row.validFrom, row.validTo, other.validFrom, other.validTo) &&
        meet(row.knownFrom, row.knownTo, other.knownFrom, other.knownTo) &&
        row.band.over < (other.band.upto ?? Infinity) &&
        other.band.over < (row.band.upto ?? Infinity),
    );
    if (clash !== undefined) {
      throw new AppError('PRICE_BOOK_INVALID', `rows ${clash.id} and ${row.id} give two prices for the same call`, {
        next: 'end the earlier row with `to` (or `known_to`) before the later one begins',
      });
    }
    group.push(row);
  }
}

/** Unit price of one class at a moment, for amounts that no call's usage counts (hours). Null when there is none. */
export function priceAt(
  book: PriceBook,
  key: { readonly seller: string; readonly model: string; readonly cls: PriceClass },
  at: number,
): { readonly unit: Money; readonly row: string } | null {
  const rows = [...book.rowsOf(key.seller, key.model), ...book.rowsOf(key.seller, '*')];
  const inForce = rows.filter(
    (row) =>
      row.cls === key.cls && row.kind === 'list' && row.validFrom <= at && (row.validTo === null || at < row.validTo),
  );
  const best = inForce.toSorted((a, b) => b.layer - a.layer)[0];
  return best === undefined || best.unit === null ? null : { unit: best.unit, row: best.id };
}
