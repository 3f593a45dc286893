// The organisation's own register: a place for its file, what the file would do, and every version that was entered.
import { Copy } from '../../parts/copy/view.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { When } from '../../parts/when/view.tsx';
import { ChangeList } from '../change-list-view.tsx';
import { EntryReference } from '../entry-reference-view.tsx';
import { FaultList } from '../fault-list-view.tsx';
import { FileDrop } from '../file-drop-view.tsx';
import type { ChangeText, UploadText, VersionText } from './model.ts';

interface UploadProps {
  /** What became of the file that was dropped. */
  readonly says: string;
  readonly upload: UploadText | null;
  readonly problem: ProblemText | null;
  readonly working: boolean;
  /** Whether one stands that can be taken out. */
  readonly standing: boolean;
  readonly onFile: (file: File | undefined) => void;
  readonly onEnter: (follows: string | null) => void;
  readonly onRemove: () => void;
}

const path = ({ path: text }: ChangeText) => <code className="change-path">{text}</code>;

export const Upload = (props: UploadProps) => {
  const { says, upload, problem, working, standing, onFile, onEnter, onRemove } = props;
  return (
    <section className="deal-section" aria-label="Your own file">
      <FileDrop
        small
        label="Drop the file of your register here, or choose it"
        accept=".yaml,.yml,.txt,text/yaml"
        says={says}
        state={upload?.state === 'unsound' ? 'bad' : 'quiet'}
        onFile={onFile}
      />
      {upload !== null && upload.faults.length > 0 && <FaultList faults={upload.faults} />}
      {upload?.state === 'sound' && (
        <div className="entry-enter">
          <button type="button" className="button primary" disabled={working} onClick={() => onEnter(upload.follows)}>
            {upload.enter}
          </button>
          <span className="section-note">{upload.more}</span>
        </div>
      )}
      {upload?.state === 'sound' && upload.changes.length > 0 && <ChangeList changes={upload.changes} name={path} />}
      {problem !== null && <Problem problem={problem} />}
      {standing && (
        <p className="entry-foot">
          <button type="button" className="button quiet" disabled={working} onClick={onRemove}>
            Take yours out; its versions stay in the log
          </button>
        </p>
      )}
    </section>
  );
};

/** The form, by an example that can be copied or saved and written over. */
export const Example = ({ text, onSave }: { readonly text: string; readonly onSave: () => void }) => (
  <details className="deal-section">
    <summary>An example to begin with</summary>
    <p className="section-note">
      Parties, links, matters to watch, steps of the playbook, duties and claims; each part may be left out. All of it
      is explained in docs/register.md.
    </p>
    <p className="ways">
      <Copy text={text} label="Copy the example" />
      <button type="button" className="button" onClick={onSave}>
        Save as a file
      </button>
    </p>
    <pre className="disclosed" tabIndex={0} role="region" aria-label="Example of a register">
      {text}
    </pre>
  </details>
);

interface OwnVersionsProps {
  readonly versions: readonly VersionText[];
  readonly unread: string | null;
  readonly text: string | null;
  readonly hrefOfEntry: (id: string) => string;
}

export const OwnVersions = ({ versions, unread, text, hrefOfEntry }: OwnVersionsProps) => (
  <div className="settings">
    {unread !== null && (
      <section className="change-entry" aria-label="It can no longer be read">
        <p>Yours can no longer be read, and adds nothing until it is mended:</p>
        <pre className="disclosed">{unread}</pre>
      </section>
    )}
    {text !== null && (
      <details>
        <summary>The text that stands</summary>
        <pre className="disclosed" tabIndex={0} role="region" aria-label="Text of your register">
          {text}
        </pre>
      </details>
    )}
    {versions.map(({ key, title, at, by, none, changes }) => (
      <section key={key} className="change-entry" aria-label={title}>
        <header>
          <h2>{title}</h2>
          <When at={at} />
        </header>
        <p className="section-note">
          {by}; entry <EntryReference id={key} href={hrefOfEntry(key)} />
        </p>
        <ChangeList changes={changes} name={path} />
        {none !== '' && <p>{none}</p>}
      </section>
    ))}
    {versions.length === 0 && <p className="section-note">Nothing of your own was ever entered here.</p>}
  </div>
);
