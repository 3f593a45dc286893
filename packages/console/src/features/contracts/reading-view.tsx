// What a contract says, drawn: obligations, what is only possible, credits, shortfall, leaving, parties; and its gaps.
import { Copy } from '../../parts/copy/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { isDays, type FindingGroup, type FindingText, type TableText } from './reading.ts';

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

/** A day stands on one line. */
const drawnRow = (row: TableText['rows'][number]) => ({
  ...row,
  cells: row.cells.map((text) =>
    text !== null && isDays(text) ? (
      <span key={text} className="days">
        {text}
      </span>
    ) : (
      text
    ),
  ),
});

export const Findings = ({ groups }: { readonly groups: readonly FindingGroup[] }) => (
  <>
    {groups.length === 0 && <p>Nothing that a sound contract has is missing in it, and nothing in it is dangerous.</p>}
    {groups.map(({ title, note, findings }) => (
      <section key={title} className="deal-section">
        <h2>
          {title} <span className="quiet-text">{findings.length}</span>
        </h2>
        <p className="section-note">{note}</p>
        <ul className="findings">
          {findings.map((finding) => (
            <Finding key={finding.key} finding={finding} />
          ))}
        </ul>
      </section>
    ))}
  </>
);

const Finding = ({
  finding: { severity, title, where, reason, question, clause },
}: {
  readonly finding: FindingText;
}) => (
  <li>
    <p className="finding-head">
      <Tag tone={severity.tone}>{severity.text}</Tag> <strong>{title}</strong>
      {where !== '' && <span className="quiet-text">{where}</span>}
    </p>
    <p>{reason}</p>
    <dl>
      <div>
        <dt>Ask</dt>
        <dd>
          {question} <Copy text={question} label="Copy the question" />
        </dd>
      </div>
      {clause !== '' && (
        <div>
          <dt>Propose</dt>
          <dd>
            {clause} <Copy text={clause} label="Copy the clause" />
          </dd>
        </div>
      )}
    </dl>
  </li>
);
