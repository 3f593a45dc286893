// What a contract says, drawn: obligations, what is only possible, credits, shortfall, leaving, parties; and its gaps.
import { Copy } from '../../parts/copy/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { daysIn, type FindingGroup, type FindingText } from './reading.ts';
import type { TableText } from './table-text.ts';

export const Tables = ({ tables }: { readonly tables: readonly TableText[] }) => (
  <>
    {tables.map(({ title, note, head, rows, none }) => (
      <section key={title} className="deal-section">
        <h2>{title}</h2>
        <p className="section-note">{note}</p>
        {none === null ? <Plain name={title} head={head} rows={rows.map(drawnRow)} /> : <p>{none}</p>}
      </section>
    ))}
  </>
);

const drawnRow = (row: TableText['rows'][number]) => ({
  ...row,
  cells: row.cells.map((text) => (text === null ? null : <Worded key={text} text={text} />)),
});

/** A day stands on one line, whatever else is broken. */
const Worded = ({ text }: { readonly text: string }) => (
  <>
    {daysIn(text).map(({ key, part, day }) =>
      day ? (
        <span key={key} className="days">
          {part}
        </span>
      ) : (
        part
      ),
    )}
  </>
);

interface FindingsProps {
  readonly groups: readonly FindingGroup[];
  /** Whether the serious ones stand open; else all are a line each. */
  readonly open: boolean;
}

export const Findings = ({ groups, open }: FindingsProps) => (
  <>
    {groups.length === 0 && <p>Nothing that a sound contract has is missing in it, and nothing in it is dangerous.</p>}
    {groups.map(({ title, note, serious, findings }) => (
      <section key={title} className="deal-section">
        <h2>
          {title} <span className="quiet-text">{findings.length}</span>
        </h2>
        <p className="section-note">{note}</p>
        <ul className="findings">
          {findings.map((finding) => (
            <Finding key={finding.key} finding={finding} open={open && serious} />
          ))}
        </ul>
      </section>
    ))}
  </>
);

interface FindingProps {
  readonly finding: FindingText;
  readonly open: boolean;
}

const Finding = ({ finding: { severity, title, where, reason, question, clause, mend }, open }: FindingProps) => (
  <li>
    <details open={open}>
      <summary>
        <span className="finding-head">
          <Tag tone={severity.tone}>{severity.text}</Tag> <strong>{title}</strong>
          {where !== '' && <span className="quiet-text">{where}</span>}
        </span>
      </summary>
      <p>{reason}</p>
      <dl>
        {question !== '' && <Proposal name="Ask" text={question} label="Copy the question" />}
        {clause !== '' && <Proposal name="Propose" text={clause} label="Copy the clause" />}
        {mend !== '' && <Proposal name="Mend" text={mend} label="Copy what to mend" />}
      </dl>
    </details>
  </li>
);

interface ProposalProps {
  readonly name: string;
  readonly text: string;
  readonly label: string;
}

const Proposal = ({ name, text, label }: ProposalProps) => (
  <div>
    <dt>{name}</dt>
    <dd>{text}</dd>
    <dd className="finding-copy">
      <Copy text={text} label={label} />
    </dd>
  </div>
);
