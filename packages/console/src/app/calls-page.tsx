// Joins the list of calls: questions, model and view.
import { useNow } from '../parts/clock/clock.tsx';
import type { CallRow, Calls } from '../api/shapes.ts';
import { CALL_KEYS, callFilters } from '../features/calls/filters.ts';
import { callColumns, headlineOf, PAGE_ROWS } from '../features/calls/model.ts';
import { CallsView } from '../features/calls/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { parseFilter } from '../parts/filter-bar/grammar.ts';
import { rangeOr } from '../url/time-range.ts';
import { callsSearch } from './search-state.ts';
import { usePageState } from './navigate.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, useAnswer, type Asked } from './use-answer.ts';

export function CallsPage() {
  const { value: search, change, hrefOf } = usePageState(callsSearch);
  const range = steadyRange(rangeOr(search.t, useNow()));
  const { terms } = parseFilter(search.q, CALL_KEYS);
  const calls = useAnswer(
    'calls',
    { since: range.from, until: range.until, filters: callFilters(terms), limit: PAGE_ROWS },
    range.moving,
  );
  const rows = calls.state === 'ready' ? calls.value.rows : [];
  const currency = rows[0]?.currency ?? 'USD';
  const callHref = (id: string): string => hrefOf(`/calls/${id}`);
  return (
    <CallsView
      headline={calls.state === 'ready' ? headlineOf(calls.value, range, terms.length > 0) : null}
      table={tableOf(calls, terms.length > 0)}
      columns={callColumns(callHref, currency)}
      keys={CALL_KEYS}
      search={search}
      selected={rows.find(({ id }) => id === search.sel) ?? null}
      hrefOf={callHref}
      command={`weighbridge calls list --since ${new Date(range.from).toISOString()} --until ${new Date(range.until).toISOString()}`}
      change={change}
      onRetry={calls.retry}
      busy={isWaiting(calls)}
    />
  );
}

function tableOf(asked: Asked<Calls>, filtered: boolean): TableData<CallRow> {
  if (asked.state === 'loading') return { state: 'loading' };
  if (asked.state === 'problem') return { state: 'problem', problem: asked.problem };
  if (asked.value.rows.length > 0) return { state: 'rows', rows: asked.value.rows };
  const empty = filtered
    ? { what: 'No call matches this filter in this range. Take a term out, or widen the range.', command: null }
    : { what: 'No call crossed the scale in this range.', command: 'weighbridge lab load --calls 100' };
  return { state: 'empty', empty };
}
