// Joins the list of calls: questions, live tail, saved views, model and view.
import { CALL_KEYS, parseCallSearch, type CallRow, type Calls } from '@weighbridge/protocol';
import { useState } from 'react';
import { callColumns, headlineOf } from '../features/calls/model.ts';
import { CallsView } from '../features/calls/view.tsx';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { rangeOr } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { SavedViews } from './saved-views.tsx';
import { callsSearch } from './search-state.ts';
import { steadyRange } from './steady-range.ts';
import { isWaiting, valueOf, type Asked } from './use-answer.ts';
import { useCalls } from './use-calls.ts';
import { useExport } from './use-export.ts';

export function CallsPage() {
  const { value: search, change, hrefOf } = usePageState(callsSearch);
  const range = steadyRange(rangeOr(search.t, useNow()));
  const { filters } = parseCallSearch(search.q);
  const [atTop, setAtTop] = useState(true);
  // A range that moves has no end: what comes in belongs to it.
  const question = { since: range.from, ...(range.moving ? {} : { until: range.until }) };
  const newestFirst = search.sort.column === 'at' && search.sort.descending;
  const live = range.moving && newestFirst;
  const { asked, looking, more, held, release } = useCalls({
    question,
    filters,
    live,
    atTop: atTop && search.sel === '',
  });
  const { save, problem } = useExport();
  const rows = valueOf(asked)?.rows ?? [];
  const currency = rows[0]?.currency ?? 'USD';
  const callHref = (id: string): string => hrefOf(`/calls/${id}`);
  const filtered = filters.length > 0;
  return (
    <CallsView
      headline={asked.state === 'ready' ? headlineOf(asked.value, range, filtered, looking) : null}
      table={tableOf(asked, filtered, looking)}
      columns={callColumns(callHref, currency)}
      keys={CALL_KEYS}
      search={search}
      selected={rows.find(({ id }) => id === search.sel) ?? null}
      hrefOf={callHref}
      command={commandOf(question)}
      views={<SavedViews path="/calls" />}
      held={held}
      onRelease={release}
      onTop={setAtTop}
      onMore={more}
      change={change}
      onExport={() => save({ of: 'calls', format: 'csv', filters, ...question })}
      exportProblem={problem}
      onRetry={asked.retry}
      busy={isWaiting(asked)}
    />
  );
}

const commandOf = ({ since, until }: { readonly since: number; readonly until?: number }): string =>
  `weighbridge calls --since ${new Date(since).toISOString()}${until === undefined ? '' : ` --until ${new Date(until).toISOString()}`}`;

function tableOf(asked: Asked<Calls>, filtered: boolean, looking: boolean): TableData<CallRow> {
  if (asked.state !== 'ready') return asked;
  const { rows } = asked.value;
  if (rows.length > 0) return { state: 'rows', rows };
  if (looking) return { state: 'loading' };
  const empty = filtered
    ? { what: 'No call matches this filter in this range. Take a term out, or widen the range.', command: null }
    : { what: 'No call crossed the scale in this range.', command: 'weighbridge lab load --requests 100' };
  return { state: 'empty', empty };
}
