// Keys, drawn: the table, one beside it, and the form that makes one. A key is shown once, where it was made.
import { TableBeside } from '../search-table-view.tsx';
import { useId, useState } from 'react';
import type { ControlKey, CreatedKey } from '@weighbridge/protocol';
import type { SettingsSearch } from '../../app/search-state.ts';
import { Copy } from '../../parts/copy/view.tsx';
import type { TableData } from '../../parts/data-table/model.ts';
import { Panel } from '../../parts/panel/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import { keyColumns, keyFacts, keyState } from './model.ts';

export type Change<T> =
  | { readonly state: 'ready' }
  | { readonly state: 'working' }
  | { readonly state: 'problem'; readonly problem: ProblemText }
  | { readonly state: 'done'; readonly value: T };

export interface NewKey {
  readonly name: string;
  readonly team: string;
  readonly project: string;
  /** With a pair that signs as Amazon's clients do. */
  readonly aws: boolean;
}

export interface KeysPartProps {
  /** Whether they are only looked at: no instance runs on this log. */
  readonly still: boolean;
  readonly table: TableData<ControlKey>;
  readonly search: SettingsSearch;
  readonly selected: ControlKey | null;
  /** Names that the configuration lists: a key of another name may use nothing. */
  readonly listed: readonly string[];
  readonly made: Change<CreatedKey>;
  readonly revoked: Change<ControlKey>;
  readonly change: (search: Partial<SettingsSearch>) => void;
  readonly onMake: (key: NewKey) => void;
  readonly onRevoke: (id: string, reason: string) => void;
  readonly onRetry: () => void;
}

export function KeysPart(props: KeysPartProps) {
  const { table, search, selected, change, onRetry } = props;
  return (
    <div className="settings-wide">
      {!props.still && <MakeKey {...props} />}
      <TableBeside
        search={search}
        change={change}
        chosen={selected}
        name="Keys"
        data={table}
        columns={keyColumns()}
        idOf={({ id }) => id}
        onRetry={onRetry}
        command="weighbridge keys list"
        renderBeside={(row) => <KeyPanel key={row.id} row={row} {...props} />}
      />
    </div>
  );
}

function MakeKey({ listed, made, onMake }: KeysPartProps) {
  const id = useId();
  const [key, setKey] = useState<NewKey>({ name: '', team: '', project: '', aws: false });
  const set = (part: Partial<NewKey>): void => setKey({ ...key, ...part });
  const unlisted = key.name !== '' && !listed.includes(key.name);
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        onMake(key);
      }}
    >
      <label htmlFor={`${id}-name`} className="labelled">
        <span>Name of a new key</span>
        <input
          id={`${id}-name`}
          className="field"
          list={`${id}-listed`}
          value={key.name}
          pattern="[a-z0-9][a-z0-9._\-]*"
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-says`}
          onChange={(event) => set({ name: event.target.value })}
        />
        <datalist id={`${id}-listed`}>
          {listed.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <Text label="Team" value={key.team} onChange={(team) => set({ team })} />
      <Text label="Project" value={key.project} onChange={(project) => set({ project })} />
      <label className="ask-tick">
        <input type="checkbox" checked={key.aws} onChange={(event) => set({ aws: event.target.checked })} />
        With a pair that signs as Amazon's clients do
      </label>
      <button type="submit" className="button primary" disabled={key.name === '' || made.state === 'working'}>
        Make the key
      </button>
      <p id={`${id}-says`} className="ask-says" aria-live="polite">
        {unlisted && 'The configuration does not list this name: the key may use nothing until it does.'}
      </p>
      {made.state === 'problem' && <Problem problem={made.problem} />}
      {made.state === 'done' && <MadeKey made={made.value} />}
    </form>
  );
}

/** What is kept nowhere: to be copied now, or made anew. */
const MadeKey = ({ made: { key, state, aws } }: { readonly made: CreatedKey }) => (
  <div className="made-keys" role="status">
    <p className="made-key">
      <span>
        Key <strong>{state.name}</strong>, shown only now:
      </span>
      <code>{key}</code>
      <Copy text={key} label="Copy the key" />
    </p>
    {aws !== undefined && (
      <>
        <p className="made-key">
          <span>Its pair, shown only now: access key id</span>
          <code>{aws.access_key_id}</code>
          <Copy text={aws.access_key_id} label="Copy the id" />
        </p>
        <p className="made-key">
          <span>Secret access key</span>
          <code>{aws.secret_access_key}</code>
          <Copy text={aws.secret_access_key} label="Copy the secret" />
        </p>
      </>
    )}
  </div>
);

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}
const Text = ({ label, value, onChange }: TextProps) => (
  <label className="labelled">
    <span>{label}</span>
    <input
      className="field"
      value={value}
      maxLength={512}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);

function KeyPanel({ still, row, revoked, change, onRevoke }: KeysPartProps & { readonly row: ControlKey }) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const state = keyState(row);
  return (
    <Panel title={`Key ${row.name}`} onClose={() => change({ sel: '' })}>
      <p className="panel-marks">
        <Tag tone={state.tone}>{state.text}</Tag>
      </p>
      <Facts title="What it is" facts={keyFacts(row)} />
      {row.state === 'in force' && !still && !asked && (
        <p>
          <button type="button" className="button" onClick={() => setAsked(true)}>
            Revoke this key
          </button>
        </p>
      )}
      {row.state === 'in force' && asked && (
        <form
          className="confirm"
          onSubmit={(event) => {
            event.preventDefault();
            onRevoke(row.id, reason.trim());
          }}
        >
          <p>It stops on every lane within a second, and stays revoked. The journal keeps who did it, and why.</p>
          <Text label="Reason" value={reason} onChange={setReason} />
          <p className="confirm-buttons">
            <button type="submit" className="button danger" disabled={revoked.state === 'working'}>
              Revoke {row.name}
            </button>
            <button type="button" className="button" onClick={() => setAsked(false)}>
              Keep it
            </button>
          </p>
        </form>
      )}
      {revoked.state === 'problem' && <Problem problem={revoked.problem} />}
    </Panel>
  );
}
