// Two dimensions at once: rows and columns in the order of their size, what is beyond them added up as `others`, and each
// cell shaded by its share of the largest. The sums are exact; a cell nobody used is empty, one without a price says so.
import { decimalOf, picoOf, ratioOf, type Pico } from '../money/decimal.ts';
import { moneyText } from '../money/model.ts';
import type { ChartTable } from '../chart-frame/model.ts';

export interface MatrixEntry {
  readonly row: MatrixName;
  readonly column: MatrixName;
  /** Decimal text; null: it has no price. */
  readonly amount: string | null;
}
export interface MatrixName {
  readonly key: string;
  readonly label: string;
}
export interface MatrixData {
  readonly title: string;
  readonly currency: string;
  readonly rowTitle: string;
  readonly entries: readonly MatrixEntry[];
  /** What is in the total and in none of the entries: decimal text, `0` for nothing. */
  readonly missing: string;
}

export interface MatrixCell {
  readonly text: string;
  readonly exact: string;
  /** 0: empty; 1 to 7: step of the sequential scale. */
  readonly step: number;
  /** Keys of what it stands for; null where it stands for several. */
  readonly row: string | null;
  readonly column: string | null;
}
export interface MatrixRow {
  readonly key: string;
  readonly label: string;
  readonly cells: readonly MatrixCell[];
  readonly total: string;
}
export type PreparedMatrix =
  | { readonly state: 'empty'; readonly title: string; readonly summary: string }
  | {
      readonly state: 'ready';
      readonly title: string;
      readonly summary: string;
      readonly rowTitle: string;
      readonly columns: readonly MatrixName[];
      readonly rows: readonly MatrixRow[];
      readonly totals: readonly string[];
      readonly whole: string;
      readonly table: ChartTable;
    };

export const MATRIX_ROWS = 10;
export const MATRIX_COLUMNS = 7;
const STEPS = 7;
const REST = '\u0000rest';

interface Sum {
  amount: Pico;
  /** Whether anything was added that has a price. */
  priced: boolean;
}

export function prepareMatrix(data: MatrixData): PreparedMatrix {
  const { title, currency, entries, rowTitle } = data;
  if (entries.length === 0) return { state: 'empty', title, summary: 'Nothing was recorded in this range.' };
  const rows = ranked(
    entries.map(({ row, amount }) => ({ ...row, amount })),
    MATRIX_ROWS,
  );
  const columns = ranked(
    entries.map(({ column, amount }) => ({ ...column, amount })),
    MATRIX_COLUMNS,
  );
  const sums = new Map<string, Sum>();
  for (const { row, column, amount } of entries) {
    const key = `${rows.keyOf(row.key)}\n${columns.keyOf(column.key)}`;
    add(sums, key, amount);
  }
  const most = [...sums.values()].reduce((largest, { amount }) => (amount > largest ? amount : largest), 0n);
  const short = (amount: Pico): string => moneyText({ amount: decimalOf(amount), currency }, 'brief');
  const cellOf = (row: string, column: string): MatrixCell => {
    const sum = sums.get(`${row}\n${column}`);
    const [of, by] = [row === REST ? null : row, column === REST ? null : column];
    if (sum === undefined) return { text: '', exact: 'nothing', step: 0, row: of, column: by };
    if (!sum.priced) return { text: 'unpriced', exact: 'no price is known', step: 0, row: of, column: by };
    const exact = moneyText({ amount: decimalOf(sum.amount), currency });
    return { text: short(sum.amount), exact, step: stepOf(sum.amount, most), row: of, column: by };
  };
  const drawn = rows.shown.map(({ key, label, amount }): MatrixRow => {
    const cells = columns.shown.map((column) => cellOf(key, column.key));
    return { key, label, cells, total: short(amount) };
  });
  const whole = rows.shown.reduce((sum, { amount }) => sum + amount, 0n);
  const totals = columns.shown.map(({ amount }) => short(amount));
  return {
    state: 'ready',
    title,
    summary: summaryOf(data, rows.shown, columns.shown, drawn, whole),
    rowTitle,
    columns: columns.shown.map(({ key, label }) => ({ key, label })),
    rows: drawn,
    totals,
    whole: short(whole),
    table: {
      columns: [rowTitle, ...columns.shown.map(({ label }) => label), 'all'],
      rows: [
        ...drawn.map(({ label, cells, total }) => [label, ...cells.map(({ exact }) => exact), total]),
        ['all', ...totals, short(whole)],
      ],
    },
  };
}

function add(sums: Map<string, Sum>, key: string, amount: string | null): void {
  const sum = sums.get(key) ?? { amount: 0n, priced: false };
  const pico = amount === null ? null : picoOf(amount);
  if (pico !== null) {
    sum.amount += pico;
    sum.priced = true;
  }
  sums.set(key, sum);
}

interface Ranked {
  readonly key: string;
  readonly label: string;
  readonly amount: Pico;
}

/** The largest by what they sum up to, then one for all others. */
function ranked(
  all: readonly (MatrixName & { readonly amount: string | null })[],
  most: number,
): { readonly shown: readonly Ranked[]; readonly keyOf: (key: string) => string } {
  const sums = new Map<string, Sum>();
  const labels = new Map<string, string>();
  for (const { key, label, amount } of all) {
    add(sums, key, amount);
    labels.set(key, label);
  }
  const sorted = [...sums]
    .map(([key, { amount }]): Ranked => ({ key, label: labels.get(key) ?? key, amount }))
    .toSorted((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1));
  // One that is left over is shown rather than called "1 others".
  const cut = sorted.length > most + 1 ? most : sorted.length;
  const rest = sorted.slice(cut);
  const named = new Set(sorted.slice(0, cut).map(({ key }) => key));
  const others: readonly Ranked[] =
    rest.length === 0
      ? []
      : [{ key: REST, label: `${rest.length} others`, amount: rest.reduce((sum, { amount }) => sum + amount, 0n) }];
  return { shown: [...sorted.slice(0, cut), ...others], keyOf: (key) => (named.has(key) ? key : REST) };
}

/** By the square root, so that small parts can be told apart beside a large one. */
function stepOf(amount: Pico, most: Pico): number {
  const ratio = ratioOf(amount, most);
  if (ratio === null || ratio <= 0) return 0;
  return Math.max(1, Math.min(STEPS, Math.ceil(Math.sqrt(ratio) * STEPS)));
}

function summaryOf(
  { currency, missing }: MatrixData,
  rows: readonly Ranked[],
  columns: readonly Ranked[],
  drawn: readonly MatrixRow[],
  whole: Pico,
): string {
  const [row, column] = [rows[0], columns[0]];
  const brief = (amount: Pico): string => moneyText({ amount: decimalOf(amount), currency }, 'brief');
  const largest = drawn
    .flatMap(({ label, cells }) => cells.map((cell, i) => ({ cell, label, column: columns[i]?.label ?? '' })))
    .toSorted((a, b) => b.cell.step - a.cell.step)[0];
  const left = picoOf(missing) ?? 0n;
  return [
    `${brief(whole)} in all.`,
    row === undefined || column === undefined
      ? ''
      : `Most: ${row.label} with ${brief(row.amount)}, ${column.label} with ${brief(column.amount)}.`,
    largest === undefined || largest.cell.step === 0
      ? ''
      : `The largest cell is ${largest.label} on ${largest.column}, ${largest.cell.text}.`,
    left > 0n ? `${brief(left)} more is in rows too small to be listed.` : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
