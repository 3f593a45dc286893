// One contract, drawn: what it says, its gaps, the questions it leaves open, its text, its versions, and the way out.
import { useState, type ReactNode } from 'react';
import { CONTRACT_PARTS, type ContractPart } from '../../app/deal-search.ts';
import { Copy } from '../../parts/copy/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import type { Tone } from '../../parts/data-table/cell.ts';
import { When } from '../../parts/when/view.tsx';
import { ChangeList } from '../change-list-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import { Answers } from './answers-view.tsx';
import type { Answer } from './reading.ts';
import type { VersionText } from './versions.ts';

export interface DetailHead {
  readonly id: string;
  readonly title: string;
  readonly status: { readonly text: string; readonly tone: Tone };
  readonly sentence: string;
  readonly entered: string;
  readonly answers: readonly Answer[];
  /** What stands beside the name of a part. */
  readonly counts: Readonly<Partial<Record<ContractPart, string>>>;
}

interface DetailViewProps {
  readonly head: DetailHead;
  readonly part: ContractPart;
  readonly listHref: string;
  readonly hrefOf: (part: ContractPart) => string;
  readonly busy: boolean;
  /** The choice of the day that it is shown for. */
  readonly moment: ReactNode;
  /** What can be done with it; nothing in a log that is only looked at, or on another day than now. */
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

const TITLES: Readonly<Record<ContractPart, string>> = {
  says: 'What it says',
  gaps: 'Gaps',
  questions: 'Questions to the seller',
  text: 'Text',
  versions: 'Versions',
};

export const DetailView = ({ head, part, listHref, hrefOf, busy, moment, actions, children }: DetailViewProps) => (
  <div className="page contract" aria-busy={busy}>
    <p className="crumb">
      <a href={listHref}>Contracts</a> <span aria-hidden="true">/</span> <code>{head.id}</code>{' '}
      <Tag tone={head.status.tone}>{head.status.text}</Tag>
    </p>
    <header className="page-head">
      <h1>{head.title}</h1>
      <p className="lead">{head.sentence}</p>
      <p>{head.entered}</p>
    </header>
    {moment}
    <Answers answers={head.answers} />
    {actions}
    <nav className="tabs" aria-label="Contract">
      {CONTRACT_PARTS.map((one) => (
        <a key={one} href={hrefOf(one)} aria-current={one === part ? 'page' : undefined}>
          {TITLES[one]}
          {head.counts[one] !== undefined && <span className="quiet-text"> {head.counts[one]}</span>}
        </a>
      ))}
    </nav>
    {children}
  </div>
);

interface ActionsProps {
  readonly id: string;
  readonly newVersionHref: string;
  readonly commitmentsHref: string;
  readonly removed: Change<unknown>;
  readonly onRemove: () => void;
}

export function Actions({ id, newVersionHref, commitmentsHref, removed, onRemove }: ActionsProps) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <p className="ways">
        <a className="button" href={commitmentsHref}>
          What is drawn of it
        </a>
        <a className="button" href={newVersionHref}>
          Enter a new version
        </a>
        {!asked && (
          <button type="button" className="button" onClick={() => setAsked(true)}>
            Take it out
          </button>
        )}
      </p>
      {asked && (
        <div className="confirm" role="group" aria-label="Take the contract out">
          <p>It obliges to nothing here any more, and charges draw nothing of it. Its versions stay in the log.</p>
          <p className="confirm-buttons">
            <button type="button" className="button danger" disabled={removed.state === 'working'} onClick={onRemove}>
              Take out {id}
            </button>
            <button type="button" className="button" onClick={() => setAsked(false)}>
              Keep it
            </button>
          </p>
          {removed.state === 'problem' && <Problem problem={removed.problem} />}
        </div>
      )}
    </>
  );
}

export const TextPart = ({ text, digest }: { readonly text: string; readonly digest: string }) => (
  <section className="deal-section">
    <div className="section-head">
      <h2>As it was entered</h2>
      <Copy text={text} label="Copy the text" />
    </div>
    <p className="section-note">
      SHA-256 <code>{digest}</code>
    </p>
    <pre className="disclosed whole" tabIndex={0} role="region" aria-label="Text of the contract">
      {text}
    </pre>
  </section>
);

interface QuestionsPartProps {
  readonly count: string;
  readonly page: string;
  readonly file: string;
  readonly onSave: (name: string, text: string) => void;
}

/** What the seller is sent; answers are the seller's word. */
export const QuestionsPart = ({ count, page, file, onSave }: QuestionsPartProps) => (
  <section className="deal-section">
    <div className="section-head">
      <h2>{count}</h2>
      <Copy text={page} label="Copy as Markdown" />
      <button type="button" className="button" onClick={() => onSave(file, page)}>
        Save as a file
      </button>
    </div>
    <p className="section-note">
      A page to send. What comes back is the seller’s word: a claim, not evidence. Questions before there is an offer:{' '}
      <code>deal lint CONTRACT --questionnaire --all</code>.
    </p>
    <pre className="disclosed whole" tabIndex={0} role="region" aria-label="Questions to the seller">
      {page}
    </pre>
  </section>
);

export const VersionsPart = ({
  versions,
  older,
}: {
  readonly versions: readonly VersionText[];
  readonly older: string;
}) => (
  <div className="settings">
    {versions.map((version) => (
      <Version key={version.key} version={version} />
    ))}
    {older !== '' && <p className="section-note">{older}</p>}
  </div>
);

const pathInWords = ({ path, difference }: VersionText['changes'][number]) => (
  <span className="change-path">
    {path} {difference !== '' && <strong>{difference}</strong>}
  </span>
);

const Version = ({ version }: { readonly version: VersionText }) => (
  <section className="change-entry" aria-label={version.title}>
    <header>
      <h2>{version.title}</h2>
      <When at={version.at} />
    </header>
    <p className="section-note">
      {version.by}; entry <code>{version.entry}</code> of the journal; SHA-256 <code>{version.digest}</code>
    </p>
    {version.none !== '' && <p>{version.none}</p>}
    <ChangeList changes={version.changes} name={pathInWords} />
  </section>
);

interface GoneProps {
  readonly problem: ProblemText;
  readonly listHref: string;
  readonly moment: ReactNode;
  readonly onRetry: () => void;
}

export const GoneView = ({ problem, listHref, moment, onRetry }: GoneProps) => (
  <div className="page">
    <p className="crumb">
      <a href={listHref}>Contracts</a>
    </p>
    {moment}
    <Problem problem={problem} onRetry={onRetry} />
  </div>
);
