// The list of calls, drawn: filter, table, and the selected call beside it.
import type { CallRow } from '../../api/shapes.ts';
import type { CallsSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { DataTable } from '../../parts/data-table/view.tsx';
import { Evidence } from '../../parts/evidence/view.tsx';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import type { FilterKey } from '../../parts/filter-bar/grammar.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { panelFacts } from './model.ts';

export interface CallsViewProps {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly table: TableData<CallRow>;
  readonly columns: readonly Column<CallRow>[];
  readonly keys: readonly FilterKey[];
  readonly search: CallsSearch;
  readonly selected: CallRow | null;
  readonly hrefOf: (id: string) => string;
  readonly command: string;
  readonly change: (search: Partial<CallsSearch>) => void;
  readonly onRetry: () => void;
  /** Whether answers to what is asked now are still on their way. */
  readonly busy: boolean;
}

export function CallsView({
  headline,
  table,
  columns,
  keys,
  search,
  selected,
  hrefOf,
  command,
  change,
  onRetry,
  busy,
}: CallsViewProps) {
  return (
    <div className="page" aria-busy={busy}>
      <header className="page-head">
        <h1>{headline?.first ?? <span className="skeleton headline-skeleton" />}</h1>
        <p>{headline?.second ?? ' '}</p>
      </header>
      <div className="controls">
        <FilterBar text={search.q} keys={keys} onChange={(q) => change({ q, sel: '' })} label="Filter calls" />
      </div>
      <div className="with-panel" data-open={selected !== null || undefined}>
        <DataTable
          name="Calls"
          data={table}
          columns={columns}
          shown={search.cols}
          sort={search.sort}
          selected={search.sel === '' ? null : search.sel}
          idOf={({ id }) => id}
          onSelect={(sel) => change({ sel: sel ?? '' })}
          onSort={(sort) => change({ sort: sort as CallsSearch['sort'] })}
          onColumns={(cols) => change({ cols: cols as CallsSearch['cols'] })}
          onRetry={onRetry}
          command={command}
        />
        {selected !== null && <Beside row={selected} href={hrefOf(selected.id)} onClose={() => change({ sel: '' })} />}
      </div>
    </div>
  );
}

const Beside = ({
  row,
  href,
  onClose,
}: {
  readonly row: CallRow;
  readonly href: string;
  readonly onClose: () => void;
}) => (
  <Panel title={`Call ${row.id.slice(0, 10)}…`} onClose={onClose}>
    <p>
      <a className="button primary" href={href}>
        Open the call and its proof
      </a>
    </p>
    <When at={row.at} />
    <dl className="facts">
      {panelFacts(row).map(({ name, value, grade }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {grade !== undefined && <Evidence grade={grade} />}
          </dd>
        </div>
      ))}
    </dl>
  </Panel>
);
