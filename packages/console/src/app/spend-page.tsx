// Joins the questions, the model and the view of spend.
import { useMemo } from 'react';
import { useNow } from '../parts/clock/clock.tsx';
import { spendCommand } from '../features/commands.ts';
import { memberFilter } from '../features/dimension-filters.ts';
import { spendQuestions } from '../features/spend/questions.ts';
import { prepareSpend } from '../features/spend/shown.ts';
import { SpendView } from '../features/spend/view.tsx';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import { rangeOr, spanText } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { SavedViews } from './saved-views.tsx';
import { spendSearch } from './search-state.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, problemOf, useAnswer, valueOf } from './use-answer.ts';
import { useExport } from './use-export.ts';
import { useHeld } from './use-held.ts';

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
  const busy = [totals, series, before, breakdown].some(isWaiting);
  const { by, and, q } = search;
  const answers = {
    totals: valueOf(totals),
    series: valueOf(series),
    before: valueOf(before),
    breakdown: valueOf(breakdown),
    problem: problemOf(breakdown),
  };
  const shown = useHeld({ ...range, now, by, and, q, hrefOf, ...answers }, busy);
  const parts = useMemo(() => prepareSpend(shown), [shown]);
  const onPick = ({ series: picked, bucket }: ChartPick): void => {
    if (picked !== null) change({ q: memberFilter(by, picked, q) });
    else if (bucket !== null) change({ t: spanText(bucket) });
  };
  return (
    <SpendView
      {...parts}
      views={<SavedViews path="/spend" />}
      search={search}
      command={spendCommand(questions.breakdown.by, q, range)}
      change={change}
      onPick={onPick}
      onRetry={breakdown.retry}
      onExport={() => save({ of: 'breakdown', format: 'csv', question: questions.breakdown })}
      exportProblem={problem}
      busy={busy}
    />
  );
}
