// Prices of one model at one seller, in one column, ready for the hot path. Between two moments at which any of its
// rows begins or ends, a tariff is constant: such a slice holds plain objects, one per context band, built once.
import { moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { PriceBook } from './book.ts';
import type { PriceClass, PriceRow, PriceScope } from './price-row.ts';

/** One class's price as a charge needs it. `unit` null: billed, but not by token or use. */
export interface Priced {
  readonly unit: Money | null;
  /** `unit` as a number where that is exact, else NaN: most charges then need no big integer. */
  readonly unitNumber: number;
  /** Decimal string of `unit`. */
  readonly unitText: string | null;
  /** Null when only a contract price exists. */
  readonly list: Money | null;
  readonly ref: { readonly book: string; readonly list_row?: string; readonly row: string };
  readonly note: string | null;
}

export interface BandPrices {
  readonly over: number;
  /** Prompt tokens up to and including this; Infinity for the last. */
  readonly upto: number;
  readonly prices: ReadonlyMap<PriceClass, Priced>;
}

export interface Slice {
  readonly from: number;
  readonly to: number;
  /** Ascending by `upto`; the last is unbounded. */
  readonly bands: readonly BandPrices[];
}

/** Where a call was served: a column of the list. */
export interface Column {
  readonly scope: PriceScope;
  readonly tier: string;
  readonly mode: string;
}

/** `datazone:eu` is narrower than `datazone`, which is narrower than `*`. */
const narrowness = (scope: PriceScope): number => (scope === '*' ? 0 : scope.includes(':') ? 2 : 1);

const specificity = (row: PriceRow): number =>
  Number(row.model !== '*') * 12 + narrowness(row.scope) * 4 + Number(row.tier !== '*') * 2 + Number(row.mode !== '*');

const inForce = (row: PriceRow, at: number): boolean =>
  row.validFrom <= at && (row.validTo === null || at < row.validTo);

/** Rows of a model (and of the whole seller) that apply in a column, at any time. */
export function columnRows(book: PriceBook, seller: string, model: string, column: Column): readonly PriceRow[] {
  const base = column.scope.split(':', 1)[0];
  const fits = (row: PriceRow): boolean =>
    (row.scope === column.scope || row.scope === base || row.scope === '*') &&
    (row.tier === column.tier || row.tier === '*') &&
    (row.mode === column.mode || row.mode === '*');
  return [...book.rowsOf(seller, model), ...book.rowsOf(seller, '*')].filter(fits);
}

/** The constant stretch around `at`. */
export function sliceAt(book: PriceBook, rows: readonly PriceRow[], at: number): Slice {
  let from = -Infinity;
  let to = Infinity;
  for (const row of rows)
    for (const edge of [row.validFrom, row.validTo]) {
      if (edge === null) continue;
      if (edge <= at) from = Math.max(from, edge);
      else to = Math.min(to, edge);
    }
  const live = rows.filter((row) => inForce(row, at));
  const edges = [...new Set(live.flatMap((row) => [row.band.over, row.band.upto ?? Infinity]))].filter(
    (edge) => edge > 0,
  );
  const uptos = [...new Set([...edges, Infinity])].toSorted((a, b) => a - b);
  const bands = uptos.map((upto, index) => {
    const over = uptos[index - 1] ?? 0;
    const here = live.filter((row) => row.band.over <= over && upto <= (row.band.upto ?? Infinity));
    return { over, upto, prices: bandPrices(book, here) };
  });
  return { from, to, bands };
}

function bandPrices(book: PriceBook, rows: readonly PriceRow[]): ReadonlyMap<PriceClass, Priced> {
  const prices = new Map<PriceClass, Priced>();
  for (const cls of new Set(rows.map((row) => row.cls))) {
    const list = best(rows.filter((row) => row.cls === cls && row.kind === 'list'));
    const contract = best(rows.filter((row) => row.cls === cls && row.kind === 'contract'));
    const row = contract ?? list;
    if (row === undefined) continue;
    const differs = contract !== undefined && list !== undefined;
    prices.set(cls, {
      unit: row.unit,
      unitNumber: row.unit !== null && row.unit <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(row.unit) : Number.NaN,
      unitText: row.unit === null ? null : moneyToDecimal(row.unit),
      list: list?.unit ?? null,
      ref: { book: book.id, ...(differs ? { list_row: list.id } : {}), row: row.id },
      note: noteOf(row),
    });
  }
  return prices;
}

/** The latest layer wins, then the row that names most. */
const best = (rows: readonly PriceRow[]): PriceRow | undefined =>
  rows.toSorted((a, b) => b.layer - a.layer || specificity(b) - specificity(a))[0];

function noteOf(row: PriceRow): string | null {
  const doubt =
    row.confidence === 'published'
      ? null
      : `${row.confidence === 'third_party' ? 'third-party' : 'uncertain'} price of ${row.source.read}`;
  const parts = [row.unit === null ? (row.note ?? 'not billed by the use') : null, doubt].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? null : parts.join('; ');
}

/** All columns that a model may be billed in at these scopes: what a bound must look at. */
export function columnsOf(
  book: PriceBook,
  seller: string,
  model: string,
  scopes: readonly PriceScope[],
): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const { tier, mode } of book.rowsOf(seller, model)) {
    if (tier === '*' || mode === '*') continue;
    for (const scope of scopes) columns.set(`${scope}\n${tier}\n${mode}`, { scope, tier, mode });
  }
  return [...columns.values()];
}
