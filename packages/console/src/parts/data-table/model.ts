// Prepares a table: which columns stand, in which order the rows come, what the keyboard does, and what goes out. The
// state that a person can change (sort, columns, selection) lives in the URL and comes in as values; nothing is kept here.
import type { Sort } from '../../url/search.ts';
import type { ProblemText } from '../problem/model.ts';
import { compareCells, spokenText, type Cell } from './cell.ts';
import { toCsv } from './csv.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Currency or unit, said once in the head. */
  readonly unit?: string;
  readonly align?: 'left' | 'right';
  /** Share of the width, 1 when not said. */
  readonly grow?: number;
  /** Width in characters where the content has a known one. */
  readonly chars?: number;
  readonly sortable?: boolean;
  readonly cell: (row: Row) => Cell;
}

export interface EmptyText {
  readonly what: string;
  /** The one command that fills it; null where nothing is to be done. */
  readonly command: string | null;
}

export type TableData<Row> =
  | { readonly state: 'loading' }
  | { readonly state: 'problem'; readonly problem: ProblemText }
  | { readonly state: 'empty'; readonly empty: EmptyText }
  | {
      readonly state: 'rows';
      readonly rows: readonly Row[];
      /** Rows there are in all, if that is known and more than are here. */
      readonly total?: number;
    };

export interface TableView<Row> {
  readonly data: TableData<Row>;
  readonly columns: readonly Column<Row>[];
  /** Keys of the columns to show, in this order. */
  readonly shown: readonly string[];
  readonly sort: Sort | null;
  readonly idOf: (row: Row) => string;
  readonly selected: string | null;
}

export interface PreparedColumn<Row> extends Column<Row> {
  readonly sorted: 'ascending' | 'descending' | 'none' | null;
}

export interface PreparedTable<Row> {
  readonly columns: readonly PreparedColumn<Row>[];
  readonly rows: readonly Row[];
  readonly selectedAt: number;
  /** `1,204 rows`, or `first 1,000 of 20,417 rows`. */
  readonly count: string;
}

export function prepareTable<Row>(view: TableView<Row>): PreparedTable<Row> {
  const { data, columns, shown, sort, idOf, selected } = view;
  const visible = shown.flatMap((key) => columns.filter((column) => column.key === key));
  const chosen = visible.length > 0 ? visible : columns;
  const prepared = chosen.map((column): PreparedColumn<Row> => {
    if (column.sortable === false) return { ...column, sorted: null };
    if (sort?.column !== column.key) return { ...column, sorted: 'none' };
    return { ...column, sorted: sort.descending ? 'descending' : 'ascending' };
  });
  const given = data.state === 'rows' ? data.rows : [];
  const rows = sortRows(given, columns, sort);
  const selectedAt = selected === null ? -1 : rows.findIndex((row) => idOf(row) === selected);
  return {
    columns: prepared,
    rows,
    selectedAt,
    count: data.state === 'rows' ? countText(rows.length, data.total) : '',
  };
}

/** A stable sort by the cells of one column; as given when no such column is. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const column = columns.find(({ key }) => key === sort?.column);
  if (sort === null || column === undefined) return rows;
  const cells = new Map(rows.map((row) => [row, column.cell(row)]));
  const cellOf = (row: Row): Cell => cells.get(row) ?? column.cell(row);
  return rows.toSorted((a, b) => compareCells(cellOf(a), cellOf(b), sort.descending));
}

function countText(count: number, total: number | undefined): string {
  const grouped = (n: number): string => n.toLocaleString('en-US');
  if (total !== undefined && total > count) return `first ${grouped(count)} of ${grouped(total)} rows`;
  return count === 1 ? '1 row' : `${grouped(count)} rows`;
}

/** What a click on a head does: numbers begin with the largest, text with the first; a second click turns it round. */
export function nextSort<Row>(column: Column<Row>, sort: Sort | null): Sort {
  if (sort?.column === column.key) return { column: column.key, descending: !sort.descending };
  return { column: column.key, descending: column.align === 'right' };
}

/** Takes a column out or puts it back at its place in the full order; the last one stays. */
export function toggleColumn<Row>(
  columns: readonly Column<Row>[],
  shown: readonly string[],
  key: string,
): readonly string[] {
  if (!shown.includes(key)) {
    const wanted = new Set([...shown, key]);
    return columns.map((column) => column.key).filter((name) => wanted.has(name));
  }
  const rest = shown.filter((name) => name !== key);
  return rest.length === 0 ? shown : rest;
}

export type TableKey = 'ArrowDown' | 'ArrowUp' | 'Home' | 'End' | 'PageDown' | 'PageUp';

/** The row that a key moves to; null when the key is not of the table. */
export function moveTo(key: string, at: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const within = (row: number): number => Math.min(last, Math.max(0, row));
  switch (key as TableKey) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown':
      return within(at + page);
    case 'PageUp':
      return within(at - page);
    default:
      return null;
  }
}

/** Exactly the rows and columns that stand on screen. */
export const tableCsv = <Row>({ columns, rows }: PreparedTable<Row>): string =>
  toCsv(
    columns.map(({ title, unit }) => (unit === undefined ? title : `${title} (${unit})`)),
    rows.map((row) => columns.map((column) => column.cell(row))),
  );

export const rowLabel = <Row>(columns: readonly Column<Row>[], row: Row): string =>
  columns
    .map((column) => `${column.title} ${spokenText(column.cell(row))}`)
    .join(', ')
    .slice(0, 400);
