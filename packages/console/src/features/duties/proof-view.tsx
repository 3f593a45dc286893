// The fields of a proof, and the two forms that need one: an incident that is opened, and its next step.
import { useState } from 'react';
import type { ControlInput, IncidentView } from '@weighbridge/protocol';
import { Problem } from '../../parts/problem/view.tsx';
import { DigestDrop } from '../digest-view.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../form-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import { EMPTY_PROOF, readProof, type ProofDraft, type ProofProblems } from './proof-draft.ts';
import { PROOF_KINDS, type Failure, type ProofKind, type Step } from './words.ts';

const KINDS = (Object.keys(PROOF_KINDS) as ProofKind[]).map((value) => ({ value, title: PROOF_KINDS[value] }));

interface ProofFieldsProps {
  readonly draft: ProofDraft;
  readonly problems: ProofProblems;
  readonly onChange: (draft: ProofDraft) => void;
}

const ProofFields = ({ draft, problems, onChange }: ProofFieldsProps) => (
  <>
    <SelectField
      label="What shows it"
      says="Each step stands in the log with what shows it."
      value={draft.kind}
      choices={KINDS}
      onChange={(kind) => onChange({ ...draft, kind })}
    />
    <TextField
      label="Where it lies"
      says="A ticket’s number, the id of an entry or a call, the place of a document."
      problem={problems.ref}
      value={draft.ref}
      most={200}
      onChange={(ref) => onChange({ ...draft, ref })}
    />
    <DigestDrop of="a file of it, if there is one," onDigest={(sha256) => onChange({ ...draft, sha256 })} />
    <TextField
      label="SHA-256 of the file"
      says="May stay empty."
      problem={problems.sha256}
      value={draft.sha256}
      mono
      most={64}
      onChange={(sha256) => onChange({ ...draft, sha256: sha256.trim().toLowerCase() })}
    />
  </>
);

interface OpenFormProps {
  readonly deployment: string;
  readonly failure: Failure;
  readonly opened: Change<IncidentView>;
  readonly hrefOf: (incident: string) => string;
  readonly onOpen: (input: ControlInput<'openIncident'>) => void;
}

export function OpenForm({ deployment, failure, opened, hrefOf, onOpen }: OpenFormProps) {
  const [draft, setDraft] = useState(EMPTY_PROOF);
  const [serious, setSerious] = useState(false);
  const [note, setNote] = useState('');
  const [problems, setProblems] = useState<ProofProblems>({});
  if (opened.state === 'done')
    return (
      <p className="form-done" role="status">
        The incident is open and its clock runs. <a href={hrefOf(opened.value.id)}>Go on with it</a>
      </p>
    );
  return (
    <form
      className="form"
      noValidate
      aria-label="Open an incident"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readProof(draft);
        setProblems(read.ok ? {} : read.problems);
        if (read.ok)
          onOpen({
            deployment,
            failure,
            serious,
            proof: read.proof,
            ...(note.trim() === '' ? {} : { note: note.trim() }),
          });
      }}
    >
      <p className="section-note">The clock starts at once, by this row of the map as it is now.</p>
      <ProofFields draft={draft} problems={problems} onChange={setDraft} />
      <CheckField
        label="It is serious"
        says="In the sense of the law that the clock names: it is not closed before the authority is informed."
        value={serious}
        onChange={setSerious}
      />
      <AreaField label="Note" says="What is known so far; may stay empty." value={note} onChange={setNote} />
      {opened.state === 'problem' && <Problem problem={opened.problem} />}
      <p>
        <button type="submit" className="button primary" disabled={opened.state === 'working'}>
          Open the incident
        </button>
      </p>
    </form>
  );
}

interface StepFormProps {
  readonly id: string;
  readonly may: readonly { readonly value: Step; readonly title: string }[];
  readonly taken: Change<IncidentView>;
  readonly onStep: (input: ControlInput<'stepIncident'>) => void;
}

/** `may` is not empty. */
export function StepForm({ id, may, taken, onStep }: StepFormProps) {
  const [draft, setDraft] = useState(EMPTY_PROOF);
  const [chosen, setChosen] = useState<Step | null>(null);
  const [problems, setProblems] = useState<ProofProblems>({});
  const step = may.find(({ value }) => value === chosen)?.value ?? may[0]?.value;
  if (step === undefined) return null;
  return (
    <form
      className="form"
      noValidate
      aria-label="Take the next step"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readProof(draft);
        setProblems(read.ok ? {} : read.problems);
        if (read.ok) onStep({ id, step, proof: read.proof });
      }}
    >
      <SelectField label="Step" says="Those that may come now." value={step} choices={may} onChange={setChosen} />
      <ProofFields draft={draft} problems={problems} onChange={setDraft} />
      {taken.state === 'problem' && <Problem problem={taken.problem} />}
      <p>
        <button type="submit" className="button primary" disabled={taken.state === 'working'}>
          Enter the step
        </button>
      </p>
    </form>
  );
}
