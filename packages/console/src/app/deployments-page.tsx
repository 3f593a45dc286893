// Joins the health of deployments, its model and its view. The live stream does not tell of it: it is asked for.
import type { DeploymentRow } from '@weighbridge/protocol';
import { memberFilter } from '../features/dimension-filters.ts';
import { DeploymentsView } from '../features/fleet/deployments-view.tsx';
import { deploymentColumns, deploymentsHeadline, type Deployments } from '../features/fleet/model.ts';
import type { TableData } from '../parts/data-table/model.ts';
import { usePageState } from './navigate.ts';
import { deploymentsSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

export function DeploymentsPage() {
  const { value: search, change, hrefOf } = usePageState(deploymentsSearch);
  const deployments = useAnswer('deployments', {}, 'clock');
  const known = valueOf(deployments);
  return (
    <DeploymentsView
      headline={known === null ? null : deploymentsHeadline(known)}
      table={tableOf(deployments)}
      columns={deploymentColumns(hrefOf)}
      search={search}
      selected={known?.rows.find(({ id }) => id === search.sel) ?? null}
      callsHref={(id) => hrefOf('/calls', memberFilter('deployment', id))}
      change={change}
      onRetry={deployments.retry}
      busy={isWaiting(deployments)}
    />
  );
}

function tableOf(asked: Asked<Deployments>): TableData<DeploymentRow> {
  if (asked.state !== 'ready') return asked;
  if (asked.value.rows.length > 0) return { state: 'rows', rows: asked.value.rows };
  const empty = { what: 'The configuration in force names no deployment.', command: 'weighbridge config schema' };
  return { state: 'empty', empty };
}
