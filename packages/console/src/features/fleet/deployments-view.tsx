// Deployments, drawn: the table, and beside it the chosen one lane by lane.
import { TableBeside } from '../search-table-view.tsx';
import type { DeploymentRow } from '@weighbridge/protocol';
import type { DeploymentsSearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { Headline } from '../headline.ts';
import { deploymentPanel, type DeploymentPanel } from './model.ts';

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
      <TableBeside
        search={search}
        change={change}
        chosen={selected}
        name="Deployments"
        data={table}
        columns={columns}
        idOf={({ id }) => id}
        onRetry={onRetry}
        command="weighbridge config show"
        renderBeside={(row, close) => <Beside row={row} href={callsHref(row.id)} onClose={close} />}
      />
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
      {lanes.length > 0 && <Lanes lanes={lanes} />}
    </Panel>
  );
}

const Lanes = ({ lanes }: Pick<DeploymentPanel, 'lanes'>) => (
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
);
