// The overview, drawn.
import { SearchTable } from '../search-table-view.tsx';
import type { ReactNode } from 'react';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { GROUPINGS, type OverviewSearch } from '../../app/search-state.ts';
import { Choice } from '../choice-view.tsx';
import { Figures } from '../figures-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { RollupPageProps } from '../rollup-page.ts';
import { rowKey } from '../totals.ts';
import type { OverviewRow } from './model.ts';

export interface OverviewViewProps extends RollupPageProps<OverviewRow, OverviewSearch> {
  readonly spend: ChartData | null;
  readonly latency: ChartData | null;
}

export function OverviewView(props: OverviewViewProps) {
  const { headline, figures, spend, latency, table, columns, search, keys, command, change, onPick, onRetry, busy } =
    props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <FilterBar
          text={search.q}
          keys={keys}
          onChange={(q) => change({ q })}
          label="Filter the overview"
          words={false}
        />
        <Choice label="by" chosen={search.by} choices={GROUPINGS} onChange={(by) => change({ by })} />
      </div>
      <Figures figures={figures} />
      <div className="chart-pair">
        <Slot>{spend !== null && <TimeChart data={spend} onPick={onPick} />}</Slot>
        <Slot>{latency !== null && <TimeChart data={latency} onPick={onPick} />}</Slot>
      </div>
      <SearchTable
        search={search}
        change={change}
        name={`By ${search.by}`}
        data={table}
        columns={columns}
        idOf={rowKey}
        onRetry={onRetry}
        command={command}
      />
    </div>
  );
}

const Slot = ({ children }: { readonly children: ReactNode }) => <div className="chart-slot">{children}</div>;
