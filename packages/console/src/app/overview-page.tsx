// Joins the overview's questions, model and view.
import { useMemo } from 'react';
import { useNow } from '../parts/clock/clock.tsx';
import { rangeOr, spanText } from '../url/time-range.ts';
import { spendCommand } from '../features/commands.ts';
import { memberFilter } from '../features/dimension-filters.ts';
import { overviewQuestions } from '../features/overview/questions.ts';
import { prepareOverview } from '../features/overview/shown.ts';
import { OverviewView } from '../features/overview/view.tsx';
import type { ChartPick } from '../parts/time-chart/view.tsx';
import { overviewSearch } from './search-state.ts';
import { usePageState } from './navigate.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, problemOf, useAnswer, valueOf } from './use-answer.ts';
import { useHeld } from './use-held.ts';

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
  const busy = [overview, spend, breakdown, latency, ttft].some(isWaiting);
  const { by, q } = search;
  const answers = {
    overview: valueOf(overview),
    spend: valueOf(spend),
    breakdown: valueOf(breakdown),
    latency: valueOf(latency),
    ttft: valueOf(ttft),
    problem: problemOf(breakdown),
  };
  const shown = useHeld({ ...range, now, by, q, hrefOf, ...answers }, busy);
  const parts = useMemo(() => prepareOverview(shown), [shown]);
  const onPick = ({ series, bucket }: ChartPick): void => {
    if (series !== null) change({ q: memberFilter(by, series, q) });
    else if (bucket !== null) change({ t: spanText(bucket) });
  };
  return (
    <OverviewView
      {...parts}
      search={search}
      command={spendCommand([by], q, range)}
      change={change}
      onPick={onPick}
      onRetry={breakdown.retry}
      busy={busy}
    />
  );
}
