// The log beside its checkpoint, drawn: witnesses, growth, tables, and the entries with the check of the chosen one.
import { TableBeside } from '../search-table-view.tsx';
import type { ControlEntry } from '@weighbridge/protocol';
import { useEffect } from 'react';
import type { JournalSearch } from '../../app/search-state.ts';
import { Copy } from '../../parts/copy/view.tsx';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { ProofBadge, ProofSteps } from '../../parts/proof-badge/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { TimeChart } from '../../parts/time-chart/view.tsx';
import { useProof } from '../call/use-proof.ts';
import { Facts } from '../facts-view.tsx';
import { entryFacts, type TableText, type WitnessText } from './state.ts';

interface LogStateProps {
  readonly witnesses: readonly WitnessText[];
  readonly growth: ChartData | null;
  readonly tables: readonly TableText[];
}

export const LogState = ({ witnesses, growth, tables }: LogStateProps) => (
  <>
    <section>
      <h2>Who cosigned it</h2>
      {witnesses.length === 0 ? (
        <p className="section-note">
          No witness is configured. A second party that countersigns the checkpoints makes it impossible to show
          different logs to different people: <code>weighbridge witness</code> runs one.
        </p>
      ) : (
        <Plain
          name="Witnesses"
          head={['Witness', 'State', 'Has cosigned', 'Address']}
          rows={witnesses.map(({ name, state, tone, seen, url }) => ({
            key: name,
            cells: [
              <code key="name">{name}</code>,
              <Tag key="state" tone={tone}>
                {state}
              </Tag>,
              seen,
              url,
            ],
          }))}
        />
      )}
    </section>
    {growth !== null && <TimeChart data={growth} />}
    {tables.length > 0 && (
      <section>
        <h2>How far the tables are</h2>
        <Plain
          name="Tables"
          head={['Table', 'State', 'Lag']}
          rows={tables.map(({ name, state, tone, lag }) => ({
            key: name,
            cells: [
              name,
              <Tag key="state" tone={tone}>
                {state}
              </Tag>,
              lag,
            ],
          }))}
        />
      </section>
    )}
  </>
);

interface EntriesProps {
  readonly table: TableData<ControlEntry>;
  readonly columns: readonly Column<ControlEntry>[];
  readonly search: JournalSearch;
  readonly selected: ControlEntry | null;
  readonly vkey: string | null;
  readonly change: (search: Partial<JournalSearch>) => void;
  readonly onMore: (() => void) | null;
  readonly onRetry: () => void;
}

export const Entries = ({ table, columns, search, selected, vkey, change, onMore, onRetry }: EntriesProps) => (
  <section className="entries">
    <h2>Its entries</h2>
    <TableBeside
      search={search}
      change={change}
      chosen={selected}
      name="Entries"
      data={table}
      columns={columns}
      idOf={({ entry }) => String(entry)}
      onMore={onMore}
      onRetry={onRetry}
      command={null}
      renderBeside={(row, close) => <EntryPanel key={row.entry} entry={row} vkey={vkey} onClose={close} />}
    />
  </section>
);

interface EntryPanelProps {
  readonly entry: ControlEntry;
  readonly vkey: string | null;
  readonly onClose: () => void;
}

function EntryPanel({ entry, vkey, onClose }: EntryPanelProps) {
  const { proof, check } = useProof(entry.entry, NOTHING, vkey);
  useEffect(check, [check]);
  return (
    <Panel title={`Entry ${entry.entry}`} onClose={onClose}>
      <p className="panel-marks">
        <ProofBadge proof={proof} />
        <Copy text={entry.leaf} label="Copy the leaf" />
      </p>
      <Facts title="What it is" facts={entryFacts(entry)} />
      <ProofSteps proof={proof} onCheck={check} />
    </Panel>
  );
}

/** The log shows commitments; what they commit to is disclosed elsewhere. */
const NOTHING = {};
