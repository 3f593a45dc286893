// The list of calls, drawn: filter, table, and the selected call beside it.
import { TableBeside } from '../search-table-view.tsx';
import type { CallRow, FilterKey } from '@weighbridge/protocol';
import type { ReactNode } from 'react';
import type { CallsSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import { Panel } from '../../parts/panel/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { FactList } from '../facts-view.tsx';
import { heldText, panelFacts } from './model.ts';

export interface CallsViewProps {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly table: TableData<CallRow>;
  /** What has to be known of the order of the rows. */
  readonly note: string | null;
  readonly columns: readonly Column<CallRow>[];
  readonly keys: readonly FilterKey[];
  readonly search: CallsSearch;
  readonly selected: CallRow | null;
  readonly hrefOf: (id: string) => string;
  readonly command: string | null;
  readonly views: ReactNode;
  /** New calls that are not shown yet, because somebody reads further down. */
  readonly held: number;
  readonly onRelease: () => void;
  /** Told whether the first row is in view. */
  readonly onTop: (top: boolean) => void;
  /** Goes on to older calls; null when there are none, or they are on their way. */
  readonly onMore: (() => void) | null;
  readonly change: (search: Partial<CallsSearch>) => void;
  readonly onExport: () => void;
  readonly exportProblem: ProblemText | null;
  readonly onRetry: () => void;
  /** Whether answers to what is asked now are still on their way. */
  readonly busy: boolean;
}

export function CallsView(props: CallsViewProps) {
  const { headline, table, columns, keys, search, selected, hrefOf, command, change, onRetry, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <FilterBar text={search.q} keys={keys} onChange={(q) => change({ q, sel: '' })} label="Filter calls" />
        {props.views}
      </div>
      {props.exportProblem !== null && <Problem problem={props.exportProblem} />}
      <p className="held" aria-live="polite">
        {props.held > 0 && (
          <button type="button" className="button" onClick={props.onRelease}>
            {heldText(props.held)}
          </button>
        )}
      </p>
      <TableBeside
        search={search}
        change={change}
        chosen={selected}
        name="Calls"
        data={table}
        columns={columns}
        idOf={({ id }) => id}
        onRetry={onRetry}
        onExportAll={props.onExport}
        onTop={props.onTop}
        onMore={props.onMore}
        command={command}
        note={props.note}
        renderBeside={(row, close) => <Beside row={row} href={hrefOf(row.id)} onClose={close} />}
      />
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
    <FactList facts={panelFacts(row)} />
  </Panel>
);
