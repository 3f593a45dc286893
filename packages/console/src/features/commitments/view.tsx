// Commitments, drawn: each with its course, its milestones and the rights to leave; what is only possible apart; beside them what
// drew a milestone.
import { useId, useState, type ReactNode } from 'react';
import { BurnDown } from '../../parts/burn-down/view.tsx';
import { Empty } from '../../parts/empty/view.tsx';
import type { MoneyValue } from '../../parts/money/model.ts';
import { Money } from '../../parts/money/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { StatusFilter } from '../contracts/status-filter-view.tsx';
import type { StatusChoice, StatusCounts } from '../contracts/words.ts';
import type { Headline } from '../headline.ts';
import { MomentRow } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { partOf, percentOf } from './growth.ts';
import type { ChargesText } from './charges.ts';
import type { CommitmentText, PossibleText, TrancheText } from './model.ts';

export interface CommitmentsViewProps {
  readonly headline: Headline | null;
  readonly problem: ProblemText | null;
  readonly commitments: readonly CommitmentText[];
  readonly possible: readonly PossibleText[];
  readonly charges: ChargesText;
  /** Planned growth, as a part of one. */
  readonly growth: string;
  readonly onGrowth: (part: string) => void;
  readonly status: StatusChoice;
  readonly counts: StatusCounts;
  readonly onStatus: (status: StatusChoice) => void;
  /** The day at whose end they are shown; '' is now. */
  readonly at: string;
  readonly onDay: (at: string) => void;
  /** Null: this log is only looked at. */
  readonly enterHref: string | null;
  readonly busy: boolean;
  readonly onRetry: () => void;
  /** What drew a milestone; null while none is chosen. */
  readonly beside: ReactNode;
}

export function CommitmentsView(props: CommitmentsViewProps) {
  const { headline, problem, commitments, possible, charges, growth, onGrowth, busy, beside } = props;
  const known = headline !== null;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <MomentRow at={props.at} onChange={props.onDay} />
      {problem !== null && <Problem problem={problem} onRetry={props.onRetry} />}
      {charges.unknown.length > 0 && <Unknown lines={charges.unknown} />}
      {commitments.length > 0 && <Growth key={growth} growth={growth} onGrowth={onGrowth} />}
      {known && (
        <StatusFilter chosen={props.status} counts={props.counts} onChange={props.onStatus} name="commitments" />
      )}
      {known && commitments.length === 0 && possible.length === 0 && charges.unknown.length === 0 && (
        <Nothing enterHref={props.enterHref} at={props.at} />
      )}
      <div className="with-panel" data-open={beside !== null || undefined}>
        <div className="commitments">
          {commitments.map((one) => (
            <CommitmentSection key={one.key} commitment={one} />
          ))}
          {possible.length > 0 && <Possible possible={possible} />}
          {charges.sentence !== '' && <Charges {...charges} />}
        </div>
        {beside}
      </div>
    </div>
  );
}

const Unknown = ({ lines }: { readonly lines: ChargesText['unknown'] }) => (
  <ul className="remarks">
    {lines.map(({ text, href }) => (
      <li key={text} data-tone="warn">
        <span>
          {text} {href !== null && <a href={href}>Look at them</a>}
        </span>
      </li>
    ))}
  </ul>
);

function Growth({ growth, onGrowth }: Pick<CommitmentsViewProps, 'growth' | 'onGrowth'>) {
  const id = useId();
  const [typed, setTyped] = useState(percentOf(growth));
  const part = partOf(typed);
  return (
    <form
      className="growth"
      onSubmit={(event) => {
        event.preventDefault();
        if (part !== null) onGrowth(part);
      }}
    >
      <label htmlFor={id}>Usage grows from month to month by, in %</label>
      <input
        id={id}
        className="field"
        inputMode="decimal"
        autoComplete="off"
        value={typed}
        aria-invalid={part === null}
        aria-describedby={`${id}-says`}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button" disabled={part === null || part === growth}>
        Foretell
      </button>
      <span id={`${id}-says`} className="section-note" aria-live="polite">
        {part === null ? 'Write a number from -90 to 200.' : 'Changes only what is to be expected.'}
      </span>
    </form>
  );
}

const Nothing = ({ enterHref, at }: Pick<CommitmentsViewProps, 'enterHref' | 'at'>) =>
  at !== '' ? (
    <p>No contract stands in the log as of that day.</p>
  ) : enterHref === null ? (
    <p>No contract stands in the log of the sample organisation.</p>
  ) : (
    <div className="no-contract">
      <p>
        <a className="button primary" href={enterHref}>
          Enter a contract
        </a>
      </p>
      <Empty what="Or by a command:" command="weighbridge deal import FILE" />
    </div>
  );

const CommitmentSection = ({ commitment }: { readonly commitment: CommitmentText }) => (
  <section className="commitment" aria-label={commitment.title}>
    <header>
      <h2>
        <a href={commitment.href}>{commitment.title}</a>
      </h2>
      <Tag tone={commitment.status.tone}>{commitment.status.text}</Tag>
      <span className="section-note">{commitment.about}</span>
    </header>
    {commitment.known.length > 0 && (
      <ul className="remarks">
        {commitment.known.map(({ key, text, tone }) => (
          <li key={key} data-tone={tone}>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    )}
    <BurnDown {...commitment.burn} />
    <Plain
      name={`Milestones of ${commitment.title}`}
      head={HEAD.map((title) => title.replace('CUR', commitment.burn.currency))}
      rows={commitment.tranches.map((tranche) => ({ key: tranche.key, cells: cellsOf(tranche) }))}
    />
    <h3>Leaving</h3>
    <ul className="exits">
      {commitment.exits.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  </section>
);

const HEAD = ['Milestone', 'Committed, CUR>', 'Drawn>', 'Left>', 'Lapsed>', 'To be expected'];

const cellsOf = (tranche: TrancheText): readonly ReactNode[] => [
  <span key="name" className="stacked">
    <span>
      {tranche.name} <Tag tone={tranche.state.tone}>{tranche.state.text}</Tag>
    </span>
    <small>{tranche.span}</small>
  </span>,
  <Noted key="committed" amount={tranche.committed} note={tranche.committedNote} />,
  <Drawn key="drawn" tranche={tranche} />,
  <Noted key="left" amount={tranche.left} note={tranche.leftNote} />,
  <Noted key="lapsed" amount={tranche.lapsed} note={tranche.lapsedNote} />,
  <span key="expected" className="expected" data-tone={tranche.expectedTone}>
    {tranche.expected}
  </span>,
];

/** What is not known is no zero. */
const Drawn = ({ tranche: { name, drawn, drawnNote, drawnHref } }: { readonly tranche: TrancheText }) => (
  <span className="stacked">
    {drawn === null ? (
      <span>not known</span>
    ) : drawnHref === null ? (
      <Money value={drawn} form="column" />
    ) : (
      <a href={drawnHref} title={`By what ${name} was drawn`}>
        <Money value={drawn} form="column" />
      </a>
    )}
    {drawnNote !== '' && <small>{drawnNote}</small>}
  </span>
);

const Noted = ({ amount, note }: { readonly amount: MoneyValue; readonly note: string }) => (
  <span className="stacked">
    <Money value={amount} form="column" />
    {note !== '' && <small>{note}</small>}
  </span>
);

const Possible = ({ possible }: { readonly possible: readonly PossibleText[] }) => (
  <section className="deal-section">
    <h2>Only possible: “up to”</h2>
    <p className="section-note">Nobody owes this. It is in no sum, above or anywhere.</p>
    <Plain
      name="Only possible"
      head={['Contract', 'Status', 'What', 'Who decides', 'Up to>', 'When']}
      rows={possible.map(({ key, contract, href, status, what, holder, upTo, when }) => ({
        key,
        cells: [
          <a key="contract" href={href}>
            {contract}
          </a>,
          <Tag key="status" tone={status.tone}>
            {status.text}
          </Tag>,
          what,
          holder,
          upTo,
          when,
        ],
      }))}
    />
  </section>
);

const Charges = ({ sentence, sums }: ChargesText) => (
  <section className="deal-section">
    <h2>What the charges came to</h2>
    <p className="section-note">{sentence}</p>
    {sums.length > 0 && (
      <Plain
        name="What the charges came to"
        head={['Currency', 'Spent>', 'Drew>', 'Drew nothing>']}
        rows={sums.map(({ currency, total, drawn, rest }) => ({
          key: currency,
          cells: [
            currency,
            <Money key="total" value={total} form="column" />,
            <Money key="drawn" value={drawn} form="column" />,
            <Money key="rest" value={rest} form="column" />,
          ],
        }))}
      />
    )}
    <p className="section-note">
      A charge is what one deployment came to in one day (UTC). Who sells and bills it is what the newest configuration
      that named the deployment says; classes of tokens and units of an invoice are not told apart, so a row of a
      contract that asks for them does not fit.
    </p>
  </section>
);
