// The form that attests a fact, drawn by its kind; opened by a button, so that a panel of facts stays readable.
import { useState } from 'react';
import type { ControlAnswer, ControlInput } from '@weighbridge/protocol';
import { useNow } from '../../parts/clock/clock.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { SelectField, TextField } from '../form-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import { ATTEST_SAYS, emptyAttest, readAttest, readWithdrawal, type AttestReading } from './attest-draft.ts';
import type { FactText } from './model.ts';

interface AttestFormProps {
  readonly fact: FactText;
  readonly change: Change<ControlAnswer<'attest'>>;
  readonly onAttest: (input: ControlInput<'attest'>) => void;
}

const NO_PROBLEMS = { value: '', proof: '' };
const FLAGS = [
  { value: 'yes', title: 'Yes' },
  { value: 'no', title: 'No' },
] as const;

export function AttestForm({ fact, change, onAttest }: AttestFormProps) {
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(() => emptyAttest(fact.kind));
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const send = (read: AttestReading): void => {
    setProblems(read.ok ? NO_PROBLEMS : read.problems);
    if (read.ok) onAttest(read.input);
  };
  if (!open)
    return (
      <>
        <p>
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {fact.attested === null ? 'Attest it' : 'Attest it anew'}
            <span className="unseen">: {fact.what}</span>
          </button>
        </p>
        <Said change={change} />
      </>
    );
  return (
    <form
      className="form"
      noValidate
      aria-label={`Attest: ${fact.what}`}
      onSubmit={(event) => {
        event.preventDefault();
        send(readAttest(fact.name, fact.kind, draft, now));
      }}
    >
      <ValueField
        fact={fact}
        value={draft.value}
        problem={problems.value}
        onChange={(value) => setDraft({ ...draft, value })}
      />
      <TextField
        label="What shows it"
        says="A document, a ticket, a message. It stands in the log beside your name for it."
        problem={problems.proof}
        value={draft.proof}
        onChange={(proof) => setDraft({ ...draft, proof })}
      />
      {change.state === 'problem' && <Problem problem={change.problem} />}
      <Said change={change} />
      <p className="confirm-buttons">
        <button type="submit" className="button primary" disabled={change.state === 'working'}>
          Attest it
        </button>
        {fact.attested !== null && (
          <button
            type="button"
            className="button"
            disabled={change.state === 'working'}
            onClick={() => send(readWithdrawal(fact.name, draft.proof))}
          >
            Take it back
          </button>
        )}
        <button type="button" className="button" onClick={() => setOpen(false)}>
          Close
        </button>
      </p>
    </form>
  );
}

const Said = ({ change }: Pick<AttestFormProps, 'change'>) =>
  change.state === 'done' && (
    <p className="form-done" role="status">
      {change.value.changed ? 'It is in the log.' : 'It stood so already: nothing was written.'}
    </p>
  );

interface ValueFieldProps {
  readonly fact: FactText;
  readonly value: string;
  readonly problem: string;
  readonly onChange: (value: string) => void;
}

const ValueField = ({ fact: { what, kind }, value, problem, onChange }: ValueFieldProps) =>
  kind === 'flag' ? (
    <SelectField label={what} says={ATTEST_SAYS.flag} value={value} choices={FLAGS} onChange={onChange} />
  ) : (
    <TextField label={what} says={ATTEST_SAYS[kind]} problem={problem} value={value} onChange={onChange} />
  );
