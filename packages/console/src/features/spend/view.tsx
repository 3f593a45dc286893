// Spend, drawn.
import { SearchTable } from '../search-table-view.tsx';
import type { ReactNode } from 'react';
import { SPEND_DIMENSIONS, type SpendDimension, type SpendSearch } from '../../app/search-state.ts';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import type { MatrixData } from '../../parts/matrix/model.ts';
import { Matrix } from '../../parts/matrix/view.tsx';
import type { MoversData } from '../../parts/movers/model.ts';
import { Movers } from '../../parts/movers/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import { Figures } from '../figures-view.tsx';
import { Choice } from '../choice-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { RollupPageProps } from '../rollup-page.ts';
import { rowKey } from '../totals.ts';
import type { SpendRow } from './model.ts';

export interface SpendViewProps extends RollupPageProps<SpendRow, SpendSearch> {
  readonly overTime: ChartData | null;
  readonly movers: MoversData | null;
  readonly matrix: MatrixData | null;
  readonly matrixHref: (row: string, column: string) => string;
  readonly views: ReactNode;
  readonly onExport: () => void;
  readonly exportProblem: ProblemText | null;
}

export function SpendView(props: SpendViewProps) {
  const { headline, figures, overTime, movers, matrix, matrixHref, table, columns, search, change, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="controls">
        <FilterBar
          text={search.q}
          keys={props.keys}
          onChange={(q) => change({ q })}
          label="Filter the spend"
          words={false}
        />
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
      <SearchTable
        search={search}
        change={change}
        name={search.and === 'none' ? `Spend by ${search.by}` : `Spend by ${search.by} and ${search.and}`}
        data={table}
        columns={columns}
        idOf={rowKey}
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
