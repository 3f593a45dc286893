// A table whose columns and order stand in the address; with a selection there as well, the chosen row is shown beside it.
import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from '../parts/data-table/view.tsx';
import type { Sort } from '../url/search.ts';

interface TableSearch<Column extends string> {
  readonly sort: Sort<Column>;
  readonly cols: readonly Column[];
}

type Given<Row> = Omit<DataTableProps<Row>, 'shown' | 'sort' | 'selected' | 'onSelect' | 'onSort' | 'onColumns'>;

interface SearchTableProps<Row, Column extends string> extends Given<Row> {
  readonly search: TableSearch<Column>;
  readonly change: (search: Partial<TableSearch<Column>>) => void;
}

export function SearchTable<Row, Column extends string>({ search, change, ...table }: SearchTableProps<Row, Column>) {
  return <DataTable {...table} {...stateOf(search, change)} selected={null} />;
}

/** A table speaks of columns by their names; those that it has are those of the address. */
const stateOf = <Column extends string>(
  search: TableSearch<Column>,
  change: (search: Partial<TableSearch<Column>>) => void,
): Pick<DataTableProps<never>, 'shown' | 'sort' | 'onSort' | 'onColumns'> => ({
  shown: search.cols,
  sort: search.sort,
  onSort: (sort) => change({ sort: sort as Sort<Column> }),
  onColumns: (cols) => change({ cols: cols as readonly Column[] }),
});

interface Selecting<Column extends string> extends TableSearch<Column> {
  /** '' while none is chosen. */
  readonly sel: string;
}

interface TableBesideProps<Row, Column extends string> extends Given<Row> {
  readonly search: Selecting<Column>;
  readonly change: (search: Partial<Selecting<Column>>) => void;
  /** Null while none is chosen, or the chosen one is not known yet. */
  readonly chosen: Row | null;
  readonly renderBeside: (row: Row, close: () => void) => ReactNode;
}

export function TableBeside<Row, Column extends string>({
  search,
  change,
  chosen,
  renderBeside,
  ...table
}: TableBesideProps<Row, Column>) {
  return (
    <div className="with-panel" data-open={chosen !== null || undefined}>
      <DataTable
        {...table}
        {...stateOf(search, change)}
        selected={search.sel === '' ? null : search.sel}
        onSelect={(sel) => change({ sel: sel ?? '' })}
      />
      {chosen !== null && renderBeside(chosen, () => change({ sel: '' }))}
    </div>
  );
}
