// Everything of the overview that is made of answers, prepared at once from answers that belong together.
import type { Breakdown, FilterKey, Latency, Overview, Series } from '@weighbridge/protocol';
import type { Grouping } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import type { ChartData } from '../../parts/time-chart/model.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { NO_CALLS } from '../commands.ts';
import { dimensionKeys } from '../dimension-filters.ts';
import type { Figure } from '../figure.ts';
import { currencyOf } from '../totals.ts';
import { overviewColumns } from './columns.ts';
import {
  figuresOf,
  headlineOf,
  latencyChart,
  rowsOf,
  spendChart,
  type OverviewContext,
  type OverviewRow,
} from './model.ts';
import { latencyBy } from './questions.ts';

/** Answers, null where there is none yet, and what they were asked for. */
export interface OverviewShown extends TimeRange {
  readonly now: number;
  readonly by: Grouping;
  readonly q: string;
  readonly hrefOf: (path: string, filter?: string) => string;
  readonly overview: Overview | null;
  readonly spend: Series | null;
  readonly breakdown: Breakdown | null;
  readonly latency: Latency | null;
  readonly ttft: Latency | null;
  /** Why there is no breakdown. */
  readonly problem: ProblemText | null;
}

export interface OverviewParts {
  readonly headline: { readonly first: string; readonly second: string } | null;
  readonly figures: readonly Figure[] | null;
  readonly spend: ChartData | null;
  readonly latency: ChartData | null;
  readonly table: TableData<OverviewRow>;
  readonly columns: readonly Column<OverviewRow>[];
  readonly keys: readonly FilterKey[];
}

export function prepareOverview(shown: OverviewShown): OverviewParts {
  const { now, by, q, hrefOf, overview, spend, breakdown, latency, ttft } = shown;
  const callsHref = (filter: string): string => hrefOf('/calls', filter === '' ? q : filter);
  const context: OverviewContext = { range: shown, by, now, callsHref };
  const known = breakdown?.rows.flatMap(({ members }) => members[0]?.value ?? []) ?? [];
  return {
    headline: overview === null ? null : headlineOf(overview, shown),
    figures: overview === null ? null : figuresOf(overview, ttft, context),
    spend: spend === null ? null : spendChart(spend, context),
    latency: latency === null ? null : latencyChart(latency, latencyBy(by), context),
    table: tableOf(shown),
    columns: overviewColumns(by, currencyOf(breakdown?.total ?? null), q, (filter) => hrefOf('/calls', filter)),
    keys: dimensionKeys({ [by]: known }),
  };
}

function tableOf({ breakdown, problem }: OverviewShown): TableData<OverviewRow> {
  if (problem !== null) return { state: 'problem', problem };
  if (breakdown === null) return { state: 'loading' };
  const rows = rowsOf(breakdown);
  if (rows.length === 0) return { state: 'empty', empty: NO_CALLS };
  return { state: 'rows', rows, total: rows.length + (breakdown.others?.rows ?? 0) };
}
