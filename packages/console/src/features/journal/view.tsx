// The journal, drawn: what was signed, and a place to drop a receipt file, which is checked in this page.
import { useState, type ReactNode } from 'react';
import { Copy } from '../../parts/copy/view.tsx';
import { ProofSteps } from '../../parts/proof-badge/view.tsx';
import type { ProofState } from '../../parts/proof-badge/model.ts';
import { FileDrop } from '../file-drop-view.tsx';
import { MAX_RECEIPT_BYTES, type DroppedText, type JournalText } from './model.ts';

export interface JournalViewProps {
  readonly journal: JournalText;
  /** The signed note, verbatim; null while there is none. */
  readonly note: string | null;
  readonly dropped: { readonly name: string; readonly text: DroppedText | null; readonly proof: ProofState } | null;
  readonly onFile: (name: string, text: string) => void;
  /** The log beside its checkpoint. */
  readonly children: ReactNode;
}

export const JournalView = ({ journal, note, dropped, onFile, children }: JournalViewProps) => (
  <article className="journal">
    <header className="page-head">
      <h1>{journal.headline}</h1>
      <p>{journal.note}</p>
    </header>
    {journal.facts.length > 0 && (
      <section>
        <dl className="facts">
          {journal.facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
        {note !== null && (
          <p>
            <Copy text={note} label="Copy the signed checkpoint" />
          </p>
        )}
      </section>
    )}
    <section>
      <h2>Check a receipt</h2>
      <p className="section-note">
        A receipt file proves itself against the key of this journal. It is read and hashed in this browser, and sent
        nowhere.
      </p>
      <Drop onFile={onFile} />
    </section>
    {dropped !== null && (
      <section>
        <h2>{dropped.text?.title ?? dropped.name}</h2>
        <ProofSteps proof={dropped.proof} />
        {dropped.text?.simulated === true && <p>Simulated: no real money was spent.</p>}
        {dropped.text?.groups.map(({ name, text }) => (
          <figure key={name}>
            <figcaption>What it discloses: {name}</figcaption>
            <pre className="disclosed" tabIndex={0} role="region" aria-label={`The ${name} group`}>
              {text}
            </pre>
          </figure>
        ))}
      </section>
    )}
    {children}
  </article>
);

function Drop({ onFile }: { readonly onFile: JournalViewProps['onFile'] }) {
  const [problem, setProblem] = useState('');
  const read = (file: File | undefined): void => {
    if (file === undefined) return;
    const large = file.size > MAX_RECEIPT_BYTES;
    setProblem(large ? `${file.name} is too large to be a receipt. Choose a file of at most 8 MB.` : '');
    if (!large) void file.text().then((text) => onFile(file.name, text));
  };
  return (
    <FileDrop
      label="Drop a receipt file here, or choose one"
      accept=".json,application/json"
      says={problem}
      onFile={read}
    />
  );
}
