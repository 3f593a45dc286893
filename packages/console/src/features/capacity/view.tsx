// Reserved capacity, drawn: the table, and beside it the chosen one minute by minute.
import type { CapacityRow } from '@weighbridge/protocol';
import type { CapacitySearch } from '../../app/search-state.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import { Facts } from '../facts-view.tsx';
import type { Headline } from '../headline.ts';
import { PageHead } from '../page-head-view.tsx';
import { TableBeside } from '../search-table-view.tsx';
import { capacityPanel } from './model.ts';

export interface CapacityViewProps {
  readonly headline: Headline | null;
  readonly table: TableData<CapacityRow>;
  readonly columns: readonly Column<CapacityRow>[];
  readonly search: CapacitySearch;
  readonly selected: CapacityRow | null;
  readonly at: number;
  readonly simulated: boolean;
  readonly callsHref: (deployment: string) => string;
  readonly contractsHref: string;
  readonly change: (search: Partial<CapacitySearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function CapacityView(props: CapacityViewProps) {
  const { headline, table, columns, search, selected, change, onRetry, busy } = props;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <TableBeside
        search={search}
        change={change}
        chosen={selected}
        name="Reserved capacity"
        data={table}
        columns={columns}
        idOf={({ deployment }) => deployment}
        onRetry={onRetry}
        command="weighbridge capacity"
        renderBeside={(row, close) => <Beside {...props} row={row} onClose={close} />}
      />
    </div>
  );
}

interface BesideProps extends Pick<CapacityViewProps, 'at' | 'simulated' | 'callsHref' | 'contractsHref'> {
  readonly row: CapacityRow;
  readonly onClose: () => void;
}

function Beside({ row, at, simulated, callsHref, contractsHref, onClose }: BesideProps) {
  const { title, facts, chart, spill } = capacityPanel(row, at);
  return (
    <Panel title={title} onClose={onClose}>
      <p className="panel-marks">
        {simulated && (
          <span className="tag hatched" data-tone="warn">
            simulated
          </span>
        )}
        <a href={callsHref(row.deployment)}>its calls</a>
        {row.cost !== null && <a href={contractsHref}>the contract</a>}
      </p>
      <TimeChart data={chart} />
      <TimeChart data={spill} />
      <Facts title="What it is" facts={facts} />
    </Panel>
  );
}
