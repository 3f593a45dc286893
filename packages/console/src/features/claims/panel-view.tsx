// One claim, drawn: word for word, in its state with the rule, on what it rests, and how it came to be so.
import type { ReactNode } from 'react';
import { Panel } from '../../parts/panel/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { EntryReference } from '../entry-reference-view.tsx';
import { Facts } from '../facts-view.tsx';
import type { ClaimPanel, EvidenceText } from './model.ts';

interface ClaimPanelProps {
  readonly claim: ClaimPanel;
  readonly text: string;
  readonly hrefOfEntry: (id: string) => string;
  readonly onClose: () => void;
  /** The form that brings evidence, or why there is none. */
  readonly children: ReactNode;
}

export const ClaimPanelView = ({ claim, text, hrefOfEntry, onClose, children }: ClaimPanelProps) => (
  <Panel title={claim.title} onClose={onClose}>
    <blockquote className="verbatim">“{text}”</blockquote>
    <div className="claim-state">
      <Tag tone={claim.state.tone}>{claim.state.text}</Tag>
      <p>
        {claim.rule} {claim.ahead}
      </p>
    </div>
    <Facts title="What it says" facts={claim.facts} />
    <Readings readings={claim.readings} />
    <Facts title="Where it was read" facts={claim.source} />
    {claim.url !== null && (
      <p>
        <a href={claim.url} rel="noreferrer" target="_blank">
          Open the source in a new tab
        </a>
      </p>
    )}
    <section aria-label="Evidence">
      <h2>Evidence</h2>
      {claim.evidence.length === 0 && <p className="section-note">None was brought yet.</p>}
      <ol className="pieces">
        {claim.evidence.map((piece) => (
          <Piece key={piece.key} piece={piece} href={hrefOfEntry(piece.entry)} />
        ))}
      </ol>
      {children}
    </section>
    <section aria-label="Stated in the log">
      <h2>Stated in the log</h2>
      <Stated stated={claim.stated} hrefOfEntry={hrefOfEntry} />
    </section>
    <section aria-label="History">
      <h2>History</h2>
      <ol className="pieces">
        {claim.history.map(({ key, at, what, why }) => (
          <li key={key}>
            <p className="piece-head">
              <strong>{what}</strong> <When at={at} />
            </p>
            <p className="section-note">{why}</p>
          </li>
        ))}
      </ol>
    </section>
  </Panel>
);

const Readings = ({ readings }: Pick<ClaimPanel, 'readings'>) =>
  readings.length === 0 ? null : (
    <section>
      <h2>It is told in {readings.length} ways</h2>
      <ul className="pieces">
        {readings.map(({ key, says, note }) => (
          <li key={key}>
            <p>“{says}”</p>
            <p className="section-note">{note}</p>
          </li>
        ))}
      </ul>
    </section>
  );

const Piece = ({ piece, href }: { readonly piece: EvidenceText; readonly href: string }) => (
  <li>
    <p className="piece-head">
      <span>
        <strong>{piece.kind}</strong>, {piece.author}
      </span>
      <Tag tone={piece.weight.tone}>{piece.weight.text}</Tag>
    </p>
    <p>{piece.rule}</p>
    <p className="section-note">{piece.method}</p>
    <details>
      <summary>What it is</summary>
      <dl className="facts">
        {piece.facts.map(({ name, value, mono }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{mono === true ? <code>{value}</code> : value}</dd>
          </div>
        ))}
        <div>
          <dt>Entry</dt>
          <dd>
            <EntryReference id={piece.entry} href={href} />
          </dd>
        </div>
      </dl>
    </details>
  </li>
);

const Stated = ({ stated, hrefOfEntry }: Pick<ClaimPanel, 'stated'> & Pick<ClaimPanelProps, 'hrefOfEntry'>) =>
  stated === null ? (
    <p className="section-note">Nothing was stated of it yet.</p>
  ) : (
    <p>
      As <strong>{stated.what}</strong>, <When at={stated.at} />, in entry{' '}
      <EntryReference id={stated.entry} href={hrefOfEntry(stated.entry)} />
      {stated.same ? '.' : ', which is not what it is now.'}
    </p>
  );
