// Joins the overview's questions, model and view.
import { useNow } from '../parts/clock/clock.tsx';
import { rangeOr, spanText } from '../url/time-range.ts';
import { NO_CALLS, spendCommand } from '../features/commands.ts';
import { dimensionKeys, memberFilter } from '../features/dimension-filters.ts';
import { overviewColumns } from '../features/overview/columns.ts';
import {
  figuresOf,
  headlineOf,
  latencyChart,
  rowsOf,
  spendChart,
  type OverviewContext,
  type OverviewRow,
} from '../features/overview/model.ts';
import { currencyOf } from '../features/totals.ts';
import { latencyBy, overviewQuestions } from '../features/overview/questions.ts';
import { OverviewView } from '../features/overview/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import type { Breakdown } from '@weighbridge/protocol';
import { overviewSearch } from './search-state.ts';
import { usePageState } from './navigate.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, useAnswer, type Asked } from './use-answer.ts';

export function OverviewPage() {
  const { value: search, change, hrefOf } = usePageState(overviewSearch);
  const now = useNow();
  const range = steadyRange(rangeOr(search.t, now));
  const again = range.moving ? 'stream' : 'no';
  const questions = overviewQuestions(search, range);
  const overview = useAnswer('overview', questions.overview, again);
  const spend = useAnswer('series', questions.spend, again);
  const breakdown = useAnswer('breakdown', questions.breakdown, again);
  const latency = useAnswer('latency', questions.latency, again);
  const ttft = useAnswer('latency', questions.ttft, again);
  const callsHref = (filter: string): string => hrefOf('/calls', filter === '' ? search.q : filter);
  const context: OverviewContext = { range, by: search.by, now, callsHref };
  const currency = currencyOf(breakdown.state === 'ready' ? breakdown.value.total : null);
  const onPick = ({ series, bucket }: ChartPick): void => {
    if (series !== null) change({ q: memberFilter(search.by, series, search.q) });
    else if (bucket !== null) change({ t: spanText(bucket) });
  };
  const known =
    breakdown.state === 'ready' ? breakdown.value.rows.flatMap(({ members }) => members[0]?.value ?? []) : [];
  return (
    <OverviewView
      headline={overview.state === 'ready' ? headlineOf(overview.value, range) : null}
      figures={
        overview.state === 'ready'
          ? figuresOf(overview.value, ttft.state === 'ready' ? ttft.value : null, context)
          : null
      }
      spend={spend.state === 'ready' ? spendChart(spend.value, context) : null}
      latency={latency.state === 'ready' ? latencyChart(latency.value, latencyBy(search.by), context) : null}
      table={tableOf(breakdown)}
      columns={overviewColumns(search.by, currency, search.q, (filter) => hrefOf('/calls', filter))}
      search={search}
      keys={dimensionKeys({ [search.by]: known })}
      command={spendCommand([search.by], search.q, range)}
      change={change}
      onPick={onPick}
      onRetry={breakdown.retry}
      busy={[overview, spend, breakdown, latency].some(isWaiting)}
    />
  );
}

function tableOf(asked: Asked<Breakdown>): TableData<OverviewRow> {
  if (asked.state === 'loading') return { state: 'loading' };
  if (asked.state === 'problem') return { state: 'problem', problem: asked.problem };
  const rows = rowsOf(asked.value);
  if (rows.length === 0) return { state: 'empty', empty: NO_CALLS };
  const more = asked.value.others?.rows ?? 0;
  return { state: 'rows', rows, total: rows.length + more };
}
