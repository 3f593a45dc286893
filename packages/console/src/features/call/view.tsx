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

/** A table of a few rows, no wider than it must be; scrolls by itself where it has no room. */
const Plain = ({
  name,
  head,
  children,
}: {
  readonly name: string;
  readonly head: readonly string[];
  readonly children: ReactNode;
}) => (
  <div className="plain" tabIndex={0} role="region" aria-label={name}>
    <table>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col" data-align={title.endsWith('>') ? 'right' : undefined}>
              {title.replace('>', '')}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

function DecisionSection({ page: { decision } }: { readonly page: CallPage }) {
  if (decision === null) return null;
  return (
    <section>
      <h2>Why it went there</h2>
      <p className="section-note">{decision.sentence}</p>
      <Plain name="Candidates" head={['Deployment', 'Verdict', 'Why']}>
        {decision.candidates.map(({ deployment, verdict, tone, reason }) => (
          <tr key={deployment}>
            <th scope="row">{deployment}</th>
            <td>
              <span className="tag" data-tone={tone}>
                {verdict}
              </span>
            </td>
            <td>{reason}</td>
          </tr>
        ))}
      </Plain>
      <p className="section-note">
        {decision.rules.length > 0 && <>Rules: {decision.rules.join('; ')}. </>}
        Configuration <code>{decision.config}</code>
      </p>
    </section>
  );
}

function Attempts({ page: { attempts } }: { readonly page: CallPage }) {
  if (attempts.length === 0) return null;
  return (
    <section>
      <h2>What was tried</h2>
      <Plain name="Attempts" head={['#', 'Deployment', 'After>', 'Result', 'What we changed', "Seller's request id"]}>
        {attempts.map(({ number, deployment, started, result, tone, edits, requestId }) => (
          <tr key={number}>
            <td>{number}</td>
            <th scope="row">{deployment}</th>
            <td data-align="right">{started}</td>
            <td>
              <span className="tag" data-tone={tone}>
                {result}
              </span>
            </td>
            <td>{edits.length === 0 ? 'nothing' : edits.join(', ')}</td>
            <td>{requestId === null ? <span className="word">not reported</span> : <code>{requestId}</code>}</td>
          </tr>
        ))}
      </Plain>
    </section>
  );
}

function Charges({ page: { charges, cost, fineDigits } }: { readonly page: CallPage }) {
  if (cost === null) return null;
  return (
    <section>
      <h2>What it cost</h2>
      <Plain name="Charges" head={['Class', 'Quantity>', 'Rate>', 'Amount>', 'Row of the price book']}>
        {charges.map(({ label, quantity, rate, amount, source }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td data-align="right">{quantity}</td>
            <td data-align="right">{rate}</td>
            <td data-align="right">
              <Money value={amount} room={fineDigits} />
            </td>
            <td>
              <code>{source}</code>
            </td>
          </tr>
        ))}
        <tr className="plain-total">
          <th scope="row">Billed</th>
          <td />
          <td data-align="right">
            at list price <Money value={cost.list} />
          </td>
          <td data-align="right">
            <Money value={cost.billed} room={fineDigits} />
          </td>
          <td />
        </tr>
      </Plain>
    </section>
  );
}
