// Joins the list of calls: questions, live tail, saved views, model and view.
import { CALL_KEYS, parseCallSearch, type CallRow, type Calls } from '@weighbridge/protocol';
import { useState } from 'react';
import { callsCommand, NO_CALLS } from '../features/commands.ts';
import { callColumns, headlineOf, PAGE_ROWS, sortNote, unreadFilter } from '../features/calls/model.ts';
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
  const { filters, problems } = parseCallSearch(search.q);
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
      headline={
        problems.length > 0
          ? { first: 'This filter was not understood.', second: 'No call is shown, since none was looked for.' }
          : asked.state === 'ready'
            ? headlineOf(asked.value, range, filtered, looking)
            : null
      }
      table={
        problems.length > 0 ? { state: 'problem', problem: unreadFilter(problems) } : tableOf(asked, filtered, looking)
      }
      note={asked.state === 'ready' ? sortNote(asked.value, search.sort, range.moving) : null}
      columns={callColumns(callHref, currency)}
      keys={CALL_KEYS}
      search={search}
      selected={rows.find(({ id }) => id === search.sel) ?? null}
      hrefOf={callHref}
      command={problems.length > 0 ? null : callsCommand(filters, question, PAGE_ROWS)}
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

const NO_MATCH = {
  what: 'No call matches this filter in this range. Take a term out, or widen the range.',
  command: null,
};

function tableOf(asked: Asked<Calls>, filtered: boolean, looking: boolean): TableData<CallRow> {
  if (asked.state !== 'ready') return asked;
  const { rows } = asked.value;
  if (rows.length > 0) return { state: 'rows', rows };
  if (looking) return { state: 'loading' };
  return { state: 'empty', empty: filtered ? NO_MATCH : NO_CALLS };
}
