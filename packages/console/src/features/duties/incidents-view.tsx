// Incidents, drawn: what is late first, the table, and one beside it with its clock, its steps and the next one.
import type { IncidentView } from '@weighbridge/protocol';
import type { ReactNode } from 'react';
import type { DutiesSearch } from '../../app/register-search.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { asOfDay } from '../commands.ts';
import { EntryReference } from '../entry-reference-view.tsx';
import { Facts } from '../facts-view.tsx';
import { TableBeside } from '../search-table-view.tsx';
import type { IncidentPanel, OverdueText } from './incidents.ts';

interface IncidentsPartProps {
  readonly table: TableData<IncidentView>;
  readonly columns: readonly Column<IncidentView>[];
  readonly search: DutiesSearch;
  readonly selected: IncidentView | null;
  readonly overdue: readonly OverdueText[];
  readonly hrefOf: (incident: string) => string;
  readonly watchHref: string;
  readonly change: (search: Partial<DutiesSearch>) => void;
  readonly onRetry: () => void;
  readonly renderPanel: (row: IncidentView, close: () => void) => ReactNode;
}

export const IncidentsPart = (props: IncidentsPartProps) => (
  <>
    {props.overdue.length > 0 && (
      <section className="overdue" aria-labelledby="overdue-title">
        <h2 id="overdue-title">Overdue</h2>
        <Plain
          name="Overdue"
          head={['What', 'Was due', 'Late by>', 'Whose']}
          rows={props.overdue.map(({ key, what, due, late, owner, incident }) => ({
            key,
            cells: [
              <a key="what" href={incident === null ? props.watchHref : props.hrefOf(incident)}>
                {what}
              </a>,
              <When key="due" at={due} />,
              late,
              owner,
            ],
          }))}
        />
      </section>
    )}
    <TableBeside
      search={props.search}
      change={props.change}
      chosen={props.selected}
      name="Incidents"
      data={props.table}
      columns={props.columns}
      idOf={({ id }) => id}
      onRetry={props.onRetry}
      command={asOfDay('weighbridge deal duties', props.search.at)}
      renderBeside={props.renderPanel}
    />
  </>
);

interface IncidentPanelProps {
  readonly incident: IncidentPanel;
  readonly hrefOfEntry: (id: string) => string;
  readonly onClose: () => void;
  /** The form of the next step, or why there is none. */
  readonly children: ReactNode;
}

export const IncidentPanelView = ({ incident, hrefOfEntry, onClose, children }: IncidentPanelProps) => (
  <Panel title={incident.title} onClose={onClose}>
    <p className="panel-marks">
      <Tag tone={incident.state.tone}>{incident.state.text}</Tag>
      {incident.serious && <Tag tone="bad">serious</Tag>}
    </p>
    <section>
      <h2>Its clock</h2>
      <ol className="pieces">
        {incident.deadlines.map(({ key, step, due, says, tone }) => (
          <li key={key}>
            <p className="piece-head">
              <strong>{step}</strong> <Tag tone={tone}>{says}</Tag>
            </p>
            <p className="section-note">
              due <When at={due} />
            </p>
          </li>
        ))}
      </ol>
    </section>
    <section>
      <h2>What was done</h2>
      <ol className="pieces">
        {incident.steps.map(({ key, step, at, by, proof, sha256, entry }) => (
          <li key={key}>
            <p className="piece-head">
              <strong>{step}</strong> <When at={at} />
            </p>
            <p>{proof}</p>
            {sha256 !== null && (
              <p className="section-note">
                SHA-256 <code>{sha256}</code>
              </p>
            )}
            <p className="section-note">
              {by}, entry <EntryReference id={entry} href={hrefOfEntry(entry)} />
            </p>
          </li>
        ))}
      </ol>
    </section>
    {children}
    <Facts title="By the map, as it was then" facts={incident.facts} />
  </Panel>
);
