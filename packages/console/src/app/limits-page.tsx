// Joins the limits, the members of the chosen one and the alerts about it with the view. The live stream tells of calls, not
// of counters: they are asked for by the clock.
import type { LimitRow } from '@weighbridge/protocol';
import { limitColumns, limitsHeadline, type Limits } from '../features/limits/model.ts';
import { LimitsView } from '../features/limits/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { usePageState } from './navigate.ts';
import { limitsSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

const ALERTS = 200;
const MEMBERS = 20;

export function LimitsPage() {
  const { value: search, change, hrefOf } = usePageState(limitsSearch);
  const limits = useAnswer('limits', {}, 'clock');
  const known = valueOf(limits);
  const there = known?.rows.some(({ id }) => id === search.sel) === true;
  const page = there ? { id: search.sel, skip: Number(search.skip), limit: MEMBERS } : null;
  const members = useAnswer('limitMembers', page, 'clock');
  const alerts = useAnswer('alerts', there ? { limit: ALERTS } : null, 'stream');
  const chosen = valueOf(members);
  return (
    <LimitsView
      headline={known === null ? null : limitsHeadline(known)}
      table={tableOf(limits)}
      columns={limitColumns(known?.currency ?? 'USD')}
      search={search}
      chosen={there && chosen?.row.id === search.sel ? chosen : null}
      alerts={valueOf(alerts)?.rows ?? []}
      callsHref={(filter) => hrefOf('/calls', filter)}
      change={change}
      onRetry={limits.retry}
      busy={isWaiting(limits)}
    />
  );
}

function tableOf(asked: Asked<Limits>): TableData<LimitRow> {
  if (asked.state !== 'ready') return asked;
  if (asked.value.rows.length > 0) return { state: 'rows', rows: asked.value.rows };
  const empty = { what: 'The configuration in force sets no limit.', command: 'weighbridge config schema' };
  return { state: 'empty', empty };
}
