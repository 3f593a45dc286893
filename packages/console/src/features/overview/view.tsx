// The overview, drawn.
import type { ReactNode } from 'react';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { DataTable } from '../../parts/data-table/view.tsx';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import type { FilterKey } from '@weighbridge/protocol';
import { TimeChart, type ChartPick } from '../../parts/time-chart/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { GROUPINGS, type OverviewSearch } from '../../app/search-state.ts';
import { Choice } from '../choice-view.tsx';
import type { Figure } from '../figure.ts';
import { Figures } from '../figures-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { rowKey } from '../totals.ts';
import type { OverviewRow } from './model.ts';

export interface OverviewViewProps {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly figures: readonly Figure[] | null;
  readonly spend: ChartData | null;
  readonly latency: ChartData | null;
  readonly table: TableData<OverviewRow>;
  readonly columns: readonly Column<OverviewRow>[];
  readonly search: OverviewSearch;
  readonly keys: readonly FilterKey[];
  readonly command: string;
  readonly change: (search: Partial<OverviewSearch>) => void;
  readonly onPick: (pick: ChartPick) => void;
  readonly onRetry: () => void;
  /** Whether answers to what is asked now are still on their way. */
  readonly busy: boolean;
}

export function OverviewView(props: OverviewViewProps) {
  const { headline, figures, spend, latency, table, columns, search, keys, command, change, onPick, onRetry, busy } =
    props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <FilterBar text={search.q} keys={keys} onChange={(q) => change({ q })} label="Filter the overview" />
        <Choice label="by" chosen={search.by} choices={GROUPINGS} onChange={(by) => change({ by })} />
      </div>
      <Figures figures={figures} />
      <div className="chart-pair">
        <Slot>{spend !== null && <TimeChart data={spend} onPick={onPick} />}</Slot>
        <Slot>{latency !== null && <TimeChart data={latency} onPick={onPick} />}</Slot>
      </div>
      <DataTable
        name={`By ${search.by}`}
        data={table}
        columns={columns}
        shown={search.cols}
        sort={search.sort}
        selected={null}
        idOf={rowKey}
        onSort={(sort) => change({ sort: sort as OverviewSearch['sort'] })}
        onColumns={(cols) => change({ cols: cols as OverviewSearch['cols'] })}
        onRetry={onRetry}
        command={command}
      />
    </div>
  );
}

const Slot = ({ children }: { readonly children: ReactNode }) => <div className="chart-slot">{children}</div>;
