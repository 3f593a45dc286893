// One call: request, decision with what was rejected, attempts, where the time went, charges line by line, and the proof
// checked in this page. Everything shown stands in `model.ts`.
import { useEffect } from 'react';
import type { CallDetail, Group } from '@weighbridge/protocol';
import { Copy } from '../../parts/copy/view.tsx';
import { Icon } from '../../parts/icon/view.tsx';
import { Money } from '../../parts/money/view.tsx';
import { Plain, type PlainRow } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { ProofBadge, ProofSteps } from '../../parts/proof-badge/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Timeline } from '../../parts/timeline/view.tsx';
import { When } from '../../parts/when/view.tsx';
import { Facts } from '../facts-view.tsx';
import { prepareCall, type CallPage } from './model.ts';
import { useProof } from './use-proof.ts';

interface CallViewProps {
  readonly receipt: CallDetail;
  readonly vkey: string | null;
  /** Has the receipt saved as a file that shows these groups. */
  readonly onSave: (groups: readonly Group[]) => void;
  readonly problem: ProblemText | null;
}

export function CallView({ receipt, vkey, onSave, problem }: CallViewProps) {
  const page = prepareCall(receipt);
  const { proof, check } = useProof(receipt.entry, receipt.disclosure, vkey);
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
        <Files onSave={onSave} problem={problem} />
      </section>
    </article>
  );
}

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
  const rows = attempts.map(({ number, deployment, started, result, tone, edits, requestId, took }) => ({
    key: String(number),
    cells: [
      number,
      deployment,
      started,
      <Tag key="result" tone={tone}>
        {result}
      </Tag>,
      took ?? '',
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
        head={['#', 'Deployment', 'After>', 'Result', 'Took, without serving', 'We changed', "Seller's request id"]}
        rows={rows}
      />
    </section>
  );
}

function Charges({ page: { charges, cost, fineDigits } }: { readonly page: CallPage }) {
  if (cost === null) return null;
  const rows: PlainRow[] = charges.map(({ key, label, quantity, rate, amount, source }) => ({
    key,
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

const Files = ({ onSave, problem }: Pick<CallViewProps, 'onSave' | 'problem'>) => (
  <>
    <p className="receipt-files">
      <button type="button" className="button" onClick={() => onSave(['public'])}>
        <Icon name="download" />
        Save the receipt
      </button>
      <button type="button" className="button" onClick={() => onSave(['public', 'commercial'])}>
        <Icon name="download" />
        Save it with prices
      </button>
    </p>
    <p className="section-note">
      The file proves itself offline to whoever has the public key of this log. What it does not show stays closed by
      its salts; who asked is in neither.
    </p>
    {problem !== null && <Problem problem={problem} />}
  </>
);
