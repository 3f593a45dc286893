// Joins the questions, the model and the view of spend.
import { useNow } from '../parts/clock/clock.tsx';
import type { Breakdown } from '@weighbridge/protocol';
import { NO_CALLS, spendCommand } from '../features/commands.ts';
import { dimensionKeys, memberFilter } from '../features/dimension-filters.ts';
import { spendColumns } from '../features/spend/columns.ts';
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
} from '../features/spend/model.ts';
import { spendQuestions } from '../features/spend/questions.ts';
import { SpendView } from '../features/spend/view.tsx';
import { currencyOf } from '../features/totals.ts';
import type { TableData } from '../parts/data-table/model.ts';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import { rangeOr, spanText } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { SavedViews } from './saved-views.tsx';
import { spendSearch } from './search-state.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, useAnswer, type Asked } from './use-answer.ts';
import { useExport } from './use-export.ts';

export function SpendPage() {
  const { value: search, change, hrefOf } = usePageState(spendSearch);
  const now = useNow();
  const range = steadyRange(rangeOr(search.t, now));
  const again = range.moving ? 'stream' : 'no';
  const questions = spendQuestions(search, range);
  const totals = useAnswer('overview', questions.totals, again);
  const series = useAnswer('series', questions.series, again);
  const before = useAnswer('series', questions.before);
  const breakdown = useAnswer('breakdown', questions.breakdown, again);
  const { save, problem } = useExport();
  const rows = breakdown.state === 'ready' ? breakdown.value : null;
  const context: SpendContext = {
    range,
    now,
    by: search.by,
    and: search.and === 'none' || search.and === search.by ? null : search.and,
    filter: search.q,
    currency: currencyOf(rows?.total ?? null),
    callsHref: (filter) => hrefOf('/calls', filter),
  };
  // While another grouping is on its way the rows are still those of the one before.
  const fits = rows !== null && (rows.rows[0]?.members.length ?? 0) === questions.breakdown.by.length;
  const onPick = ({ series: picked, bucket }: ChartPick): void => {
    if (picked !== null) change({ q: memberFilter(search.by, picked, search.q) });
    else if (bucket !== null) change({ t: spanText(bucket) });
  };
  const known = rows?.rows.flatMap(({ members }) => members[0]?.value ?? []) ?? [];
  return (
    <SpendView
      headline={totals.state === 'ready' ? spendHeadline(totals.value, context) : null}
      figures={totals.state === 'ready' ? spendFigures(totals.value, context) : null}
      overTime={
        series.state === 'ready'
          ? spendOverTime(series.value, before.state === 'ready' ? before.value : null, context)
          : null
      }
      movers={fits ? spendMovers(rows, context) : null}
      matrix={fits ? spendMatrix(rows, context) : null}
      views={<SavedViews path="/spend" />}
      matrixHref={(row, column) => hrefOf('/calls', membersFilter([memberOf(row), memberOf(column)], context))}
      table={tableOf(breakdown, context.currency)}
      columns={spendColumns(context)}
      search={search}
      keys={dimensionKeys({ [search.by]: [...new Set(known)] })}
      command={spendCommand(questions.breakdown.by, search.q, range)}
      change={change}
      onPick={onPick}
      onRetry={breakdown.retry}
      onExport={() => save({ of: 'breakdown', format: 'csv', question: questions.breakdown })}
      exportProblem={problem}
      busy={[totals, series, before, breakdown].some(isWaiting)}
    />
  );
}

function tableOf(asked: Asked<Breakdown>, currency: string): TableData<SpendRow> {
  if (asked.state !== 'ready') return asked;
  const rows = spendRows(asked.value, currency);
  if (rows.length > 0) return { state: 'rows', rows, total: rows.length + (asked.value.others?.rows ?? 0) };
  return { state: 'empty', empty: NO_CALLS };
}
