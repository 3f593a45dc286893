// One call: request, decision with what was rejected, attempts, where the time went, charges line by line, and the proof
// checked in this page. Everything shown stands in `model.ts`.
import { useEffect, type ReactNode } from 'react';
import type { Receipt } from '../../api/shapes.ts';
import { Copy } from '../../parts/copy/view.tsx';
import { Evidence } from '../../parts/evidence/view.tsx';
import { Icon } from '../../parts/icon/view.tsx';
import { Money } from '../../parts/money/view.tsx';
import { ProofBadge, ProofSteps } from '../../parts/proof-badge/view.tsx';
import { Timeline } from '../../parts/timeline/view.tsx';
import { When } from '../../parts/when/view.tsx';
import type { Tone } from '../../parts/data-table/cell.ts';
import { prepareCall, type CallPage, type Fact } from './model.ts';
import { useProof } from './use-proof.ts';

interface CallViewProps {
  readonly receipt: Receipt;
  readonly vkey: string | null;
}

export function CallView({ receipt, vkey }: CallViewProps) {
  const page = prepareCall(receipt);
  const { proof, check } = useProof(receipt, vkey);
  // The check is cheap and reads only what is open to all: it runs by itself.
  useEffect(check, [check]);
  if (page === null) return <p>The public part of this receipt is not shown to you.</p>;
  return (
    <article className="call">
      <header className="page-head">
        <p className="call-marks">
          <span className="tag" data-tone={page.outcome.tone}>
            {page.outcome.text}
          </span>
          {page.simulated && (
            <span className="tag hatched" data-tone="warn">
              simulated
            </span>
          )}
          <ProofBadge proof={proof} />
          <When at={page.at} />
        </p>
        <h1>{page.headline}</h1>
        <p className="call-id">
          <code>{page.id}</code>
          <Copy text={page.id} label="Copy id" />
          <Copy text={`weighbridge explain ${page.id}`} label="Copy as command" />
        </p>
      </header>
      {page.remarks.length > 0 && (
        <ul className="remarks">
          {page.remarks.map(({ tone, text }) => (
            <li key={text} data-tone={tone}>
              <Icon name="warn" />
              {text}
            </li>
          ))}
        </ul>
      )}
      <Timeline phases={page.phases} title="Where the time went" />
      <div className="call-columns">
        <Facts title="What was asked" facts={page.asked} />
        <Facts title="What was served" facts={page.served} />
        <Facts title="Who asked" facts={page.who} />
      </div>
      <DecisionSection page={page} />
      <Attempts page={page} />
      <Charges page={page} />
      <section>
        <h2>Journal and proof</h2>
        <p className="section-note">
          Entry {page.entry.toLocaleString('en-US')} of the journal. Everything is hashed and checked in this browser,
          against the log as it is served now.
        </p>
        <ProofSteps proof={proof} onCheck={check} />
      </section>
    </article>
  );
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <dl className="facts">
        {facts.map(({ name, value, mono, grade }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {mono === true ? <code>{value}</code> : value}
              {grade !== undefined && <Evidence grade={grade} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface PlainRow {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  readonly total?: boolean;
}
interface PlainProps {
  readonly name: string;
  /** A title that ends in `>` is of numbers, and stands to the right. */
  readonly head: readonly string[];
  readonly rows: readonly PlainRow[];
}

/** A table of a few rows; where it has no room each row becomes labels and values. */
function Plain({ name, head, rows }: PlainProps) {
  const titles = head.map((title) => ({
    title: title.replace('>', ''),
    align: title.endsWith('>') ? 'right' : undefined,
  }));
  return (
    <div className="plain">
      <table role="table" aria-label={name}>
        <thead>
          <tr role="row">
            {titles.map(({ title, align }) => (
              <th key={title} role="columnheader" scope="col" data-align={align}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells, total }) => (
            <tr key={key} role="row" className={total === true ? 'plain-total' : undefined}>
              {titles.map(({ title, align }, i) => (
                <td
                  key={title}
                  role="cell"
                  data-align={align}
                  data-label={title}
                  data-empty={cells[i] === null || undefined}
                >
                  <span>{cells[i]}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Tag = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className="tag" data-tone={tone}>
    {children}
  </span>
);

function DecisionSection({ page: { decision } }: { readonly page: CallPage }) {
  if (decision === null) return null;
  const rows = decision.candidates.map(({ deployment, verdict, tone, reason }) => ({
    key: deployment,
    cells: [
      deployment,
      <Tag key="verdict" tone={tone}>
        {verdict}
      </Tag>,
      reason,
    ],
  }));
  return (
    <section>
      <h2>Why it went there</h2>
      <p className="section-note">{decision.sentence}</p>
      <Plain name="Candidates" head={['Deployment', 'Verdict', 'Why']} rows={rows} />
      <p className="section-note">
        {decision.rules.length > 0 && <>Rules: {decision.rules.join('; ')}. </>}
        Configuration <code>{decision.config}</code>
      </p>
    </section>
  );
}

function Attempts({ page: { attempts } }: { readonly page: CallPage }) {
  if (attempts.length === 0) return null;
  const rows = attempts.map(({ number, deployment, started, result, tone, edits, requestId }) => ({
    key: String(number),
    cells: [
      number,
      deployment,
      started,
      <Tag key="result" tone={tone}>
        {result}
      </Tag>,
      edits.length === 0 ? 'nothing' : edits.join(', '),
      requestId === null ? (
        <span key="id" className="word">
          not reported
        </span>
      ) : (
        <code key="id">{requestId}</code>
      ),
    ],
  }));
  return (
    <section>
      <h2>What was tried</h2>
      <Plain
        name="Attempts"
        head={['#', 'Deployment', 'After>', 'Result', 'We changed', "Seller's request id"]}
        rows={rows}
      />
    </section>
  );
}

function Charges({ page: { charges, cost, fineDigits } }: { readonly page: CallPage }) {
  if (cost === null) return null;
  const rows: PlainRow[] = charges.map(({ label, quantity, rate, amount, source }) => ({
    key: label,
    cells: [
      label,
      quantity,
      rate,
      <Money key="amount" value={amount} room={fineDigits} />,
      <code key="source">{source}</code>,
    ],
  }));
  const list = (
    <>
      at list price <Money value={cost.list} />
    </>
  );
  const total: PlainRow = {
    key: 'total',
    total: true,
    cells: ['Billed', null, list, <Money key="billed" value={cost.billed} room={fineDigits} />, null],
  };
  return (
    <section>
      <h2>What it cost</h2>
      <Plain
        name="Charges"
        head={['Class', 'Quantity>', 'Rate>', 'Amount>', 'Row of the price book']}
        rows={[...rows, total]}
      />
    </section>
  );
}
