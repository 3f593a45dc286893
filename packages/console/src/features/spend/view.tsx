// Spend, drawn.
import type { ReactNode } from 'react';
import { SPEND_DIMENSIONS, type SpendDimension, type SpendSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { DataTable } from '../../parts/data-table/view.tsx';
import type { FilterKey } from '@weighbridge/protocol';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import type { MatrixData } from '../../parts/matrix/model.ts';
import { Matrix } from '../../parts/matrix/view.tsx';
import type { MoversData } from '../../parts/movers/model.ts';
import { Movers } from '../../parts/movers/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { TimeChart, type ChartPick } from '../../parts/time-chart/view.tsx';
import type { Figure } from '../figure.ts';
import { Figures } from '../figures-view.tsx';
import { Choice } from '../choice-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { rowKey } from '../totals.ts';
import type { SpendRow } from './model.ts';

export interface SpendViewProps {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly figures: readonly Figure[] | null;
  readonly overTime: ChartData | null;
  readonly movers: MoversData | null;
  readonly matrix: MatrixData | null;
  readonly matrixHref: (row: string, column: string) => string;
  readonly table: TableData<SpendRow>;
  readonly columns: readonly Column<SpendRow>[];
  readonly search: SpendSearch;
  readonly keys: readonly FilterKey[];
  readonly command: string;
  readonly change: (search: Partial<SpendSearch>) => void;
  readonly onPick: (pick: ChartPick) => void;
  readonly onRetry: () => void;
  readonly views: ReactNode;
  readonly onExport: () => void;
  readonly exportProblem: ProblemText | null;
  readonly busy: boolean;
}

export function SpendView(props: SpendViewProps) {
  const { headline, figures, overTime, movers, matrix, matrixHref, table, columns, search, change, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <FilterBar text={search.q} keys={props.keys} onChange={(q) => change({ q })} label="Filter the spend" />
        <Choice
          label="by"
          chosen={search.by}
          choices={SPEND_DIMENSIONS}
          onChange={(by) => change(swapped(search, by))}
        />
        <Choice
          label="and"
          chosen={search.and === search.by ? 'none' : search.and}
          choices={['none', ...SPEND_DIMENSIONS.filter((dimension) => dimension !== search.by)]}
          onChange={(and) => change({ and })}
        />
        {props.views}
      </div>
      {props.exportProblem !== null && <Problem problem={props.exportProblem} />}
      <Figures figures={figures} />
      <div className="chart-pair">
        <div className="chart-slot">{overTime !== null && <TimeChart data={overTime} onPick={props.onPick} />}</div>
        <div className="chart-slot">{movers !== null && <Movers data={movers} />}</div>
      </div>
      {matrix !== null && (
        <div className="chart-whole">
          <Matrix data={matrix} hrefOf={matrixHref} />
        </div>
      )}
      <DataTable
        name={search.and === 'none' ? `Spend by ${search.by}` : `Spend by ${search.by} and ${search.and}`}
        data={table}
        columns={columns}
        shown={search.cols}
        sort={search.sort}
        selected={null}
        idOf={rowKey}
        onSort={(sort) => change({ sort: sort as SpendSearch['sort'] })}
        onColumns={(cols) => change({ cols: cols as SpendSearch['cols'] })}
        onRetry={props.onRetry}
        command={props.command}
        onExportAll={props.onExport}
      />
    </div>
  );
}

/** The second dimension gives way: one that both would be is the other's now. */
const swapped = (search: SpendSearch, by: SpendDimension): Partial<SpendSearch> =>
  search.and === by ? { by, and: search.by } : { by };
