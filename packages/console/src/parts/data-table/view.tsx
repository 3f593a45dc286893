// The table: only the rows in view are drawn, heads sort, rows are walked by the arrow keys and opened by Enter. Where
// there is no room for columns each row becomes a list of labels and values; then all rows are still equally high, and
// their height is measured. Loading, empty and failed are states of the same table.
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { Sort } from '../../url/search.ts';
import { Empty } from '../empty/view.tsx';
import { Icon } from '../icon/view.tsx';
import { Problem } from '../problem/view.tsx';
import { saveText } from '../copy/save-text.ts';
import { CellView } from './cell-view.tsx';
import { nextSort, prepareTable, tableCsv, type PreparedColumn, type PreparedTable, type TableView } from './model.ts';
import { Toolbar } from './toolbar.tsx';
import { useWalk } from './use-walk.ts';
import { windowOf, type WindowInput } from './window.ts';

export interface DataTableProps<Row> extends TableView<Row> {
  /** What the table lists: its name for screen readers, and of the exported file. */
  readonly name: string;
  readonly command: string | null;
  readonly onSort: (sort: Sort) => void;
  readonly onColumns: (shown: readonly string[]) => void;
  /** What has to be known of the rows before they are read. */
  readonly note?: string | null;
  /** Absent: rows are not opened. */
  readonly onSelect?: (id: string | null) => void;
  readonly onRetry?: () => void;
  /** Has all rows exported, when they are more than are here. */
  readonly onExportAll?: () => void;
  /** Told whether the first row is in view, when that changes. */
  readonly onTop?: (top: boolean) => void;
  /** Has more rows fetched; asked for when the last ones come into view. */
  readonly onMore?: (() => void) | null;
}

const ROW_HEIGHT = 33;
const MAX_SKELETON_CELLS = 6;
const SKELETON = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const prepared = prepareTable(props);
  const { data, columns, shown, name, command, onColumns, onExportAll } = props;
  const onExport = onExportAll ?? (() => saveCsv(name, tableCsv(prepared)));
  return (
    <div className="table">
      <Toolbar
        count={prepared.count}
        columns={columns}
        shown={shown}
        onColumns={onColumns}
        command={command}
        onExport={onExport}
      />
      {props.note !== undefined && props.note !== null && data.state === 'rows' && (
        <p className="table-note">{props.note}</p>
      )}
      {data.state === 'problem' && (
        <Problem problem={data.problem} {...(props.onRetry === undefined ? {} : { onRetry: props.onRetry })} />
      )}
      {data.state === 'empty' && <Empty {...data.empty} />}
      {data.state === 'loading' && <Skeleton name={name} columns={prepared.columns.length} />}
      {data.state === 'rows' && <Rows {...props} prepared={prepared} />}
    </div>
  );
}

const saveCsv = (name: string, csv: string): void =>
  saveText(`${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`, csv, 'text/csv');

type Prepared<Row> = DataTableProps<Row> & { readonly prepared: PreparedTable<Row> };

function Rows<Row>(props: Prepared<Row>) {
  const { prepared, idOf, sort, onSort, onSelect, selected, name, onTop, onMore } = props;
  const { rows, columns, selectedAt } = prepared;
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const { rowHeight, viewHeight } = useMeasure(scroller, body, columns.length);
  const view: WindowInput = { count: rows.length, rowHeight, viewHeight, scrollTop };
  const { start, end, before, after } = windowOf(view);
  const open = (at: number): void => {
    const row = rows[at];
    if (row !== undefined) onSelect?.(idOf(row));
  };
  const onEscape = (): void => {
    if (selected !== null) onSelect?.(null);
  };
  const walk = useWalk({ view, scroller, grid, selected, selectedAt, onEnter: open, onEscape });
  const drawn = walk.at >= start && walk.at < end;
  useMore(end >= rows.length ? (onMore ?? null) : null);
  const onScroll = (top: number): void => {
    if (scrollTop > 0 !== top > 0) onTop?.(top === 0);
    setScrollTop(top);
  };
  return (
    <div ref={scroller} className="table-scroll" onScroll={(event) => onScroll(event.currentTarget.scrollTop)}>
      <table
        ref={grid}
        role="grid"
        tabIndex={0}
        aria-activedescendant={drawn ? walk.rowId(walk.at) : undefined}
        aria-label={name}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        onKeyDown={walk.onKeyDown}
      >
        <Head columns={columns} sort={sort} onSort={onSort} />
        <tbody ref={body}>
          <Spacer height={before} columns={columns.length} />
          {rows.slice(start, end).map((row, i) => (
            <RowView
              key={idOf(row)}
              id={walk.rowId(start + i)}
              row={row}
              columns={columns}
              at={start + i}
              selected={start + i === selectedAt}
              active={start + i === walk.at}
              onFocus={walk.setAt}
              onOpen={open}
            />
          ))}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

/** Asks once for each time that the end comes into view and there is more to be had. */
function useMore(more: (() => void) | null): void {
  const ask = useEffectEvent(() => more?.());
  const wanted = more !== null;
  useEffect(() => {
    if (wanted) ask();
  }, [wanted]);
}

interface RowViewProps<Row> {
  readonly id: string;
  readonly row: Row;
  readonly columns: readonly PreparedColumn<Row>[];
  readonly at: number;
  readonly selected: boolean;
  /** Whether it is the row that keys are meant for. */
  readonly active: boolean;
  readonly onFocus: (at: number) => void;
  readonly onOpen: (at: number) => void;
}

const RowView = <Row,>({ id, row, columns, at, selected, active, onFocus, onOpen }: RowViewProps<Row>) => (
  <tr
    id={id}
    role="row"
    data-row={at}
    data-active={active || undefined}
    aria-rowindex={at + 2}
    aria-selected={selected}
    onFocus={() => onFocus(at)}
    onClick={({ target }) => {
      onFocus(at);
      if (target instanceof Element && target.closest('a, button') === null) onOpen(at);
    }}
  >
    {columns.map((column) => (
      <td key={column.key} role="gridcell" data-align={column.align} data-label={column.title} data-unit={column.unit}>
        <CellView cell={column.cell(row)} />
      </td>
    ))}
  </tr>
);

const Spacer = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height <= 0 ? null : (
    <tr className="spacer" role="presentation" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );

/** All rows are equally high; how high, the first one tells. */
function useMeasure(
  scroller: { readonly current: HTMLElement | null },
  body: { readonly current: HTMLElement | null },
  columns: number,
): { readonly rowHeight: number; readonly viewHeight: number } {
  const [size, setSize] = useState({ rowHeight: ROW_HEIGHT, viewHeight: 640 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const row = body.current?.querySelector<HTMLElement>('[data-row]');
      const rowHeight = row?.getBoundingClientRect().height ?? ROW_HEIGHT;
      // The head stays at the top and covers as much of the view; where there is no room for columns there is none.
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const head = top - (body.current?.parentElement?.getBoundingClientRect().top ?? top);
      const viewHeight = element.clientHeight - head;
      setSize((old) =>
        old.rowHeight === rowHeight && old.viewHeight === viewHeight ? old : { rowHeight, viewHeight },
      );
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller, body, columns]);
  return size;
}

interface HeadProps<Row> {
  readonly columns: readonly PreparedColumn<Row>[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort) => void;
}

function Head<Row>({ columns, sort, onSort }: HeadProps<Row>) {
  return (
    <thead>
      <tr role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <th
            key={column.key}
            role="columnheader"
            scope="col"
            data-align={column.align}
            aria-sort={column.sorted ?? undefined}
            style={column.chars === undefined ? undefined : { width: `calc(${column.chars}ch + 24px)` }}
          >
            {column.sorted === null ? (
              <HeadLabel column={column} />
            ) : (
              <button type="button" onClick={() => onSort(nextSort(column, sort))}>
                <HeadLabel column={column} />
                {column.sorted !== 'none' && <Icon name={column.sorted === 'descending' ? 'down' : 'up'} />}
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

const HeadLabel = <Row,>({ column }: { readonly column: PreparedColumn<Row> }): ReactNode => (
  <span>
    {column.title}
    {column.unit !== undefined && <span className="unit"> {column.unit}</span>}
  </span>
);

const Skeleton = ({ name, columns }: { readonly name: string; readonly columns: number }) => (
  <div className="table-scroll" role="status" aria-label={`${name} are loading`}>
    {SKELETON.map((row) => (
      <div key={row} className="skeleton-row">
        {Array.from({ length: Math.min(columns, MAX_SKELETON_CELLS) }, (_, i) => (
          <span key={i} className="skeleton" />
        ))}
      </div>
    ))}
  </div>
);
