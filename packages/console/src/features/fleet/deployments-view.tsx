// Deployments, drawn: the table, and beside it the chosen one lane by lane.
import type { DeploymentRow } from '@weighbridge/protocol';
import type { DeploymentsSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { DataTable } from '../../parts/data-table/view.tsx';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { deploymentPanel, type Headline } from './model.ts';

export interface DeploymentsViewProps {
  readonly headline: Headline | null;
  readonly table: TableData<DeploymentRow>;
  readonly columns: readonly Column<DeploymentRow>[];
  readonly search: DeploymentsSearch;
  readonly selected: DeploymentRow | null;
  readonly callsHref: (deployment: string) => string;
  readonly change: (search: Partial<DeploymentsSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function DeploymentsView(props: DeploymentsViewProps) {
  const { headline, table, columns, search, selected, callsHref, change, onRetry, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <div className="with-panel" data-open={selected !== null || undefined}>
        <DataTable
          name="Deployments"
          data={table}
          columns={columns}
          shown={search.cols}
          sort={search.sort}
          selected={search.sel === '' ? null : search.sel}
          idOf={({ id }) => id}
          onSelect={(sel) => change({ sel: sel ?? '' })}
          onSort={(sort) => change({ sort: sort as DeploymentsSearch['sort'] })}
          onColumns={(cols) => change({ cols: cols as DeploymentsSearch['cols'] })}
          onRetry={onRetry}
          command="weighbridge config show"
        />
        {selected !== null && (
          <Beside row={selected} href={callsHref(selected.id)} onClose={() => change({ sel: '' })} />
        )}
      </div>
    </div>
  );
}

interface BesideProps {
  readonly row: DeploymentRow;
  readonly href: string;
  readonly onClose: () => void;
}

function Beside({ row, href, onClose }: BesideProps) {
  const { title, state, simulated, facts, lanes } = deploymentPanel(row);
  return (
    <Panel title={title} onClose={onClose}>
      <p className="panel-marks">
        <Tag tone={state.tone}>{state.text}</Tag>
        {simulated && (
          <span className="tag hatched" data-tone="warn">
            simulated
          </span>
        )}
        <a href={href}>its calls</a>
      </p>
      <Facts title="What it is" facts={facts} />
      <section>
        <h2>Lane by lane</h2>
        <Plain
          name="Lanes"
          head={['Lane>', 'Circuit', 'In flight>', 'Faults in a row>', 'Last fault', 'Now']}
          rows={lanes.map(({ lane, circuit, inFlight, failures, fault, reason, until }) => ({
            key: lane,
            cells: [
              lane,
              <Tag key="circuit" tone={circuit.tone}>
                {circuit.text}
              </Tag>,
              inFlight,
              failures,
              fault,
              until === '' ? reason : `${reason}; ${until}`,
            ],
          }))}
        />
      </section>
    </Panel>
  );
}
