// Who has the console open, drawn: each session can be ended, this one included.
import { CommandLine } from '../../parts/command/view.tsx';
import type { ControlSession } from '@weighbridge/protocol';
import { Plain } from '../../parts/plain-table/view.tsx';
import { When } from '../../parts/when/view.tsx';

interface SessionsPartProps {
  readonly rows: readonly ControlSession[];
  readonly onEnd: (session: ControlSession) => void;
}

export const SessionsPart = ({ rows, onEnd }: SessionsPartProps) => (
  <div className="settings">
    <p className="section-note">
      A session is opened once by a link that only the operator of the machine can have printed (
      <CommandLine line="weighbridge console" />
      ). What is changed in it stands in the journal under its id.
    </p>
    <Plain
      name="Sessions"
      head={['Session', 'Opened', 'Ends unless used', 'Ends in any case', '']}
      rows={rows.map((row) => ({
        key: row.id,
        cells: [
          <span key="id">
            <code>{row.id}</code>
            {row.own && ' (this one)'}
          </span>,
          <When key="opened" at={row.opened} />,
          <When key="idle" at={row.idle_until} />,
          <When key="expires" at={row.expires} />,
          <button key="end" type="button" className="button" onClick={() => onEnd(row)}>
            {row.own ? 'Sign out' : 'End it'}
          </button>,
        ],
      }))}
    />
  </div>
);
