// The form that brings a piece of evidence, drawn: each field with what it is for, each refusal where it belongs.
import { useState } from 'react';
import type { ClaimRow, Claims } from '@weighbridge/protocol';
import { useNow } from '../../parts/clock/clock.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { DigestDrop } from '../digest-view.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../form-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import {
  authorChoices,
  emptyDraft,
  fieldOfRefusal,
  isMeasured,
  OUTSIDER,
  readEvidenceDraft,
  type EvidenceDraft,
  type EvidenceField,
  type EvidenceInput,
  type EvidenceProblems,
} from './evidence-draft.ts';
import { EVIDENCE_KINDS, RESULTS, sentence, STATES } from './words.ts';

interface EvidenceFormProps {
  readonly row: ClaimRow;
  /** Who may be named as its author. */
  readonly parties: Claims['authors'];
  readonly added: Change<ClaimRow>;
  readonly onAdd: (input: EvidenceInput) => void;
}

export function EvidenceForm({ row, parties, added, onAdd }: EvidenceFormProps) {
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<EvidenceDraft>(() => emptyDraft(row));
  const [problems, setProblems] = useState<EvidenceProblems>({});
  const set = (part: Partial<EvidenceDraft>): void => setDraft((old) => ({ ...old, ...part }));
  const refusal = added.state === 'problem' ? added.problem : null;
  const at = refusal === null ? null : fieldOfRefusal(refusal.code, refusal.what);
  const told = { ...problems, ...(at === null ? {} : { [at]: sentence(refusal?.what ?? '') }) };
  if (!open)
    return (
      <>
        <p>
          <button type="button" className="button" onClick={() => setOpen(true)}>
            Bring evidence
          </button>
        </p>
        {added.state === 'done' && <Taken row={added.value} />}
      </>
    );
  return (
    <form
      className="form"
      noValidate
      aria-label={`Evidence about ${row.id}`}
      onSubmit={(event) => {
        event.preventDefault();
        const read = readEvidenceDraft(row.id, draft, now);
        setProblems(read.ok ? {} : read.problems);
        if (read.ok) onAdd(read.input);
      }}
    >
      <What draft={draft} set={set} problems={told} parties={parties} />
      <Times draft={draft} set={set} problems={told} />
      <Measure draft={draft} set={set} problems={told} />
      {refusal !== null && at === null && <Problem problem={refusal} />}
      {added.state === 'done' && <Taken row={added.value} />}
      <p className="confirm-buttons">
        <button type="submit" className="button primary" disabled={added.state === 'working'}>
          Enter it into the log
        </button>
        <button type="button" className="button" onClick={() => setOpen(false)}>
          Close
        </button>
      </p>
    </form>
  );
}

const Taken = ({ row }: { readonly row: ClaimRow }) => (
  <p className="form-done" role="status">
    It is in the log. The claim is {STATES[row.state].text}: {row.says}.
  </p>
);

interface PartProps {
  readonly draft: EvidenceDraft;
  readonly set: (part: Partial<EvidenceDraft>) => void;
  readonly problems: Readonly<Partial<Record<EvidenceField, string>>>;
}

const optionsOf = <K extends string>(titles: Readonly<Record<K, string>>) =>
  (Object.keys(titles) as K[]).map((value) => ({ value, title: titles[value] }));

const What = ({ draft, set, problems, parties }: PartProps & Pick<EvidenceFormProps, 'parties'>) => (
  <>
    <SelectField
      label="What it is"
      says="A vendor's word shows nothing, and a contract shows what is owed, never what is delivered."
      value={draft.kind}
      choices={optionsOf(EVIDENCE_KINDS)}
      onChange={(kind) => set({ kind })}
    />
    <Whose draft={draft} set={set} problems={problems} parties={parties} />
    <DigestDrop of="what it rests on" onDigest={(digest) => set({ digest })} />
    <TextField
      label="SHA-256 of it"
      says="Names the evidence: the same piece counts once, however often it comes."
      problem={problems.digest}
      value={draft.digest}
      mono
      most={64}
      onChange={(digest) => set({ digest: digest.trim().toLowerCase() })}
    />
    <TextField
      label="How it was seen"
      says="In a few words: read in the signed text; power readings of the meter at the site."
      problem={problems.method}
      value={draft.method}
      onChange={(method) => set({ method })}
    />
    <SelectField
      label="What it says of itself"
      says="Of a measurement against a figure, the interval decides instead."
      value={draft.result}
      choices={optionsOf(RESULTS)}
      onChange={(result) => set({ result })}
    />
    <CheckField
      label="It only passes on what the vendor said"
      says="Ten outlets that repeat a vendor are one vendor."
      value={draft.repeatsVendor}
      onChange={(repeatsVendor) => set({ repeatsVendor })}
    />
  </>
);

const Whose = ({ draft, set, problems, parties }: PartProps & Pick<EvidenceFormProps, 'parties'>) => {
  const choices = authorChoices(draft.kind, parties);
  if (choices.length === 0)
    return (
      <p className="section-note">Whose word it is: ours, because we measured it. What others measured is a report.</p>
    );
  return (
    <>
      <SelectField
        label="Whose word it is"
        says="Who wrote it. A party to the claim, or whoever the register ties to one, shows nothing by its word."
        problem={problems.author}
        value={draft.author}
        choices={choices}
        onChange={(author) => set({ author })}
      />
      {draft.author === OUTSIDER && (
        <TextField
          label="Name of who wrote it"
          says="As it signs. A party of the register is chosen above instead."
          problem={problems.name}
          value={draft.name}
          most={120}
          onChange={(name) => set({ name })}
        />
      )}
    </>
  );
};

const Times = ({ draft, set, problems }: PartProps) => (
  <div className="form-pair">
    <TextField
      label="Seen from"
      says="First day of what was seen."
      problem={problems.from}
      value={draft.from}
      placeholder="2026-01-01"
      most={10}
      onChange={(from) => set({ from: from.trim() })}
    />
    <TextField
      label="Until"
      says="Last day of it; it is over."
      problem={problems.until}
      value={draft.until}
      placeholder="2026-06-30"
      most={10}
      onChange={(until) => set({ until: until.trim() })}
    />
    <TextField
      label="May be relied on up to"
      says="Last day; on the next the claim's state lapses, unless other evidence holds it."
      problem={problems.validUntil}
      value={draft.validUntil}
      placeholder="2027-06-30"
      most={10}
      onChange={(validUntil) => set({ validUntil: validUntil.trim() })}
    />
  </div>
);

const Measure = ({ draft, set, problems }: PartProps) => (
  <>
    <AreaField
      label="What it covers"
      says="A dimension a line: region: westeurope, northeurope. Empty: no bounds. It has to name what the claim names."
      problem={problems.scope}
      value={draft.scope}
      placeholder="region: westeurope"
      most={2000}
      onChange={(scope) => set({ scope })}
    />
    {isMeasured(draft.kind) && (
      <div className="form-pair">
        <TextField
          label="Lowest"
          says="Of the interval that was measured."
          problem={problems.low}
          value={draft.low}
          placeholder="0.21"
          most={40}
          onChange={(low) => set({ low: low.trim() })}
        />
        <TextField
          label="Highest"
          says="An interval across the claimed figure shows nothing."
          problem={problems.high}
          value={draft.high}
          placeholder="0.24"
          most={40}
          onChange={(high) => set({ high: high.trim() })}
        />
        <TextField
          label="Unit"
          says="That of the claim."
          problem={problems.unit}
          value={draft.unit}
          most={40}
          onChange={(unit) => set({ unit })}
        />
        <TextField
          label="Observations"
          says="How many; without them the interval cannot be held against the figure."
          problem={problems.n}
          value={draft.n}
          placeholder="1440"
          most={12}
          onChange={(n) => set({ n: n.trim() })}
        />
      </div>
    )}
  </>
);
