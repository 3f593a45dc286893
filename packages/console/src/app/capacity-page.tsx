// Joins reserved capacity, its model and its view. The live stream does not tell of it: it is asked for by the clock.
import type { CapacityRow } from '@weighbridge/protocol';
import { capacityColumns, capacityHeadline, type Capacity } from '../features/capacity/model.ts';
import { CapacityView } from '../features/capacity/view.tsx';
import { memberFilter } from '../features/dimension-filters.ts';
import type { TableData } from '../parts/data-table/model.ts';
import { usePageState } from './navigate.ts';
import { capacitySearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

export function CapacityPage() {
  const { value: search, change, hrefOf } = usePageState(capacitySearch);
  const capacity = useAnswer('capacity', {}, 'clock');
  const known = valueOf(capacity);
  return (
    <CapacityView
      headline={known === null ? null : capacityHeadline(known)}
      table={tableOf(capacity)}
      columns={capacityColumns()}
      search={search}
      selected={known?.rows.find(({ deployment }) => deployment === search.sel) ?? null}
      at={known?.at ?? 0}
      simulated={known?.simulated ?? false}
      callsHref={(deployment) => hrefOf('/calls', memberFilter('deployment', deployment))}
      contractsHref={hrefOf('/contracts')}
      change={change}
      onRetry={capacity.retry}
      busy={isWaiting(capacity)}
    />
  );
}

function tableOf(asked: Asked<Capacity>): TableData<CapacityRow> {
  if (asked.state !== 'ready') return asked;
  if (asked.value.rows.length > 0) return { state: 'rows', rows: asked.value.rows };
  const what =
    asked.value.source === 'none'
      ? 'No instance runs on this log: reserved capacity is counted while one does.'
      : 'No deployment of the configuration in force has reserved capacity.';
  return { state: 'empty', empty: { what, command: 'weighbridge config schema' } };
}
