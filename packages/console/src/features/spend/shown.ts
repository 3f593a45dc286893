// Everything of the page of spend that is made of answers, prepared at once from answers that belong together.
import type { Breakdown, FilterKey, Overview, Series } from '@weighbridge/protocol';
import type { SpendDimension } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import type { MatrixData } from '../../parts/matrix/model.ts';
import type { MoversData } from '../../parts/movers/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import type { ChartData } from '../../parts/time-chart/model.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { NO_CALLS } from '../commands.ts';
import { dimensionKeys } from '../dimension-filters.ts';
import type { Figure } from '../figure.ts';
import { currencyOf } from '../totals.ts';
import { spendColumns } from './columns.ts';
import {
  memberOf,
  membersFilter,
  spendFigures,
  spendHeadline,
  spendMatrix,
  spendMovers,
  spendOverTime,
  spendRows,
  type SpendContext,
  type SpendRow,
} from './model.ts';

/** Answers, null where there is none yet, and what they were asked for. */
export interface SpendShown extends TimeRange {
  readonly now: number;
  readonly by: SpendDimension;
  readonly and: SpendDimension | 'none';
  readonly q: string;
  readonly hrefOf: (path: string, filter?: string) => string;
  readonly totals: Overview | null;
  readonly series: Series | null;
  readonly before: Series | null;
  readonly breakdown: Breakdown | null;
  /** Why there is no breakdown. */
  readonly problem: ProblemText | null;
}

export interface SpendParts {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly figures: readonly Figure[] | null;
  readonly overTime: ChartData | null;
  readonly movers: MoversData | null;
  readonly matrix: MatrixData | null;
  readonly matrixHref: (row: string, column: string) => string;
  readonly table: TableData<SpendRow>;
  readonly columns: readonly Column<SpendRow>[];
  readonly keys: readonly FilterKey[];
}

export function prepareSpend(shown: SpendShown): SpendParts {
  const { now, by, and, q, hrefOf, totals, series, before, breakdown } = shown;
  const context: SpendContext = {
    range: shown,
    now,
    by,
    and: and === 'none' || and === by ? null : and,
    filter: q,
    currency: currencyOf(breakdown?.total ?? null),
    callsHref: (filter) => hrefOf('/calls', filter),
  };
  // Before the first answers are whole, the rows may still be those of another grouping.
  const fits = breakdown !== null && (breakdown.rows[0]?.members.length ?? 0) === (context.and === null ? 1 : 2);
  const known = breakdown?.rows.flatMap(({ members }) => members[0]?.value ?? []) ?? [];
  return {
    headline: totals === null ? null : spendHeadline(totals, context),
    figures: totals === null ? null : spendFigures(totals, context),
    overTime: series === null ? null : spendOverTime(series, before, context),
    movers: fits ? spendMovers(breakdown, context) : null,
    matrix: fits ? spendMatrix(breakdown, context) : null,
    matrixHref: (row, column) => hrefOf('/calls', membersFilter([memberOf(row), memberOf(column)], context)),
    table: tableOf(shown, context.currency),
    columns: spendColumns(context),
    keys: dimensionKeys({ [by]: [...new Set(known)] }),
  };
}

function tableOf({ breakdown, problem }: SpendShown, currency: string): TableData<SpendRow> {
  if (problem !== null) return { state: 'problem', problem };
  if (breakdown === null) return { state: 'loading' };
  const rows = spendRows(breakdown, currency);
  if (rows.length > 0) return { state: 'rows', rows, total: rows.length + (breakdown.others?.rows ?? 0) };
  return { state: 'empty', empty: NO_CALLS };
}
