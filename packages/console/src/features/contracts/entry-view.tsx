// Entering a contract: written, pasted, chosen or dropped to the left; to the right what is wrong with it, or what it would oblige
// to, as one writes. A click on a fault puts the cursor there.
import { useId, useRef, useState, type RefObject } from 'react';
import { Copy } from '../../parts/copy/view.tsx';
import { Icon } from '../../parts/icon/view.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { Answers } from './answers-view.tsx';
import type { FaultText } from '../fault.ts';
import { fileProblem, gutterOf, placeOf, viewOf, type EnterProblem, type EntryText } from './entry.ts';
import type { FindingGroup, ReadingText } from './reading.ts';
import { Findings, Tables } from './reading-view.tsx';

export interface EntryViewProps {
  readonly text: string;
  readonly entry: EntryText;
  /** What the newest sound text says; shown while the next is checked. */
  readonly reading: (ReadingText & { readonly groups: readonly FindingGroup[] }) | null;
  readonly examples: readonly {
    readonly name: string;
    readonly title: string;
    readonly about: string;
    readonly text: string;
  }[];
  readonly working: boolean;
  readonly refused: EnterProblem | null;
  readonly listHref: string;
  readonly onText: (text: string, file?: string) => void;
  readonly onEnter: (follows: string | null) => void;
  /** Looks again at what stands. */
  readonly onAgain: () => void;
}

export function EntryView(props: EntryViewProps) {
  const { text, entry, examples, listHref, onText } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const faults = entry.state === 'sound' || entry.state === 'unsound' ? entry.faults : [];
  const goTo = (fault: FaultText): void => moveTo(field.current, text, fault);
  const file = useFile(onText);
  return (
    <div className="entry">
      <section className="entry-write" aria-label="The text of the contract">
        <Begin examples={examples} empty={text === ''} file={file} onText={onText} />
        <Editor field={field} text={text} faults={faults} file={file} onText={onText} />
        <p className="entry-foot">
          <a href={listHref}>Leave without entering</a>
          {text !== '' && (
            <button type="button" className="button quiet" onClick={() => onText('', 'contract.yaml')}>
              Empty the text
            </button>
          )}
          {text !== '' && <Copy text={text} label="Copy the text" />}
        </p>
      </section>
      <section className="entry-says" aria-label="What it says">
        <Verdict {...props} goTo={goTo} />
      </section>
    </div>
  );
}

function Verdict(props: EntryViewProps & { readonly goTo: (fault: FaultText) => void }) {
  const { entry, reading, goTo } = props;
  return (
    <>
      <p className="entry-verdict" role="status" data-state={entry.state}>
        {verdictText(entry)}
      </p>
      {entry.state === 'refused' && <Problem problem={entry.problem} onRetry={props.onAgain} />}
      {(entry.state === 'sound' || entry.state === 'unsound') && <Faults faults={entry.faults} onGo={goTo} />}
      {reading !== null && entry.state !== 'empty' && entry.state !== 'unsound' && (
        <div className="entry-reading" data-waiting={entry.state === 'waiting' || undefined}>
          <h2>{reading.title}</h2>
          <p>{reading.sentence}</p>
          <Answers answers={reading.answers} />
          <Enter {...props} />
          <Tables tables={reading.tables.slice(0, -1)} />
          <Findings groups={reading.groups} open={false} />
          <Tables tables={reading.tables.slice(-1)} />
        </div>
      )}
    </>
  );
}

function verdictText(entry: EntryText): string {
  switch (entry.state) {
    case 'empty':
      return 'Nothing is written yet. What you write is checked as you go, and kept only when you enter it.';
    case 'waiting':
      return 'It is being read.';
    case 'refused':
      return 'It could not be checked.';
    default:
      return entry.summary;
  }
}

function Enter({ entry, working, refused, onEnter, onAgain }: EntryViewProps) {
  const ready = entry.state === 'sound' ? entry : null;
  return (
    <div className="entry-enter">
      <button
        type="button"
        className="button primary"
        disabled={ready === null || working}
        onClick={() => ready !== null && onEnter(ready.follows)}
      >
        {ready?.enter ?? 'Enter this contract'}
      </button>
      <span className="section-note">{ready?.into}</span>
      {refused !== null && <Problem problem={refused.problem} />}
      {refused?.again === true && (
        <button type="button" className="button" onClick={onAgain}>
          Look at what stands now
        </button>
      )}
    </div>
  );
}

const Faults = ({
  faults,
  onGo,
}: {
  readonly faults: readonly FaultText[];
  readonly onGo: (fault: FaultText) => void;
}) => (
  <ol className="faults" aria-label="What is wrong">
    {faults.map((fault) => (
      <li key={fault.key} data-tone={fault.severity === 'error' ? 'bad' : 'warn'}>
        <button type="button" onClick={() => onGo(fault)}>
          <Icon name="warn" />
          <span>
            <code>{fault.where}</code> {fault.what} <span className="fault-mend">Mend: {fault.mend}</span>
          </span>
        </button>
      </li>
    ))}
  </ol>
);

type OnText = EntryViewProps['onText'];

interface FileReading {
  readonly problem: string;
  readonly read: (file: File | undefined) => void;
}

/** A file that was chosen or dropped becomes the text; one that cannot be a contract is not read. */
function useFile(onText: OnText): FileReading {
  const [problem, setProblem] = useState('');
  const read = (file: File | undefined): void => {
    if (file === undefined) return;
    setProblem(fileProblem(file));
    if (fileProblem(file) === '') void file.text().then((text) => onText(text, file.name));
  };
  return { problem, read };
}

interface BeginProps {
  readonly examples: EntryViewProps['examples'];
  readonly empty: boolean;
  readonly file: FileReading;
  readonly onText: OnText;
}

function Begin({ examples, empty, file, onText }: BeginProps) {
  const id = useId();
  return (
    <div className="entry-begin">
      {empty && (
        <>
          <p>Paste or write it below, drop its file there, or begin with one of these:</p>
          <ul className="examples">
            {examples.map(({ name, title, about, text }) => (
              <li key={name}>
                <button type="button" className="button" onClick={() => onText(text, `${name}.yaml`)}>
                  {title}
                </button>
                <span className="section-note">{about}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="entry-file">
        <label htmlFor={id}>File of a contract</label>
        <input
          id={id}
          type="file"
          accept=".yaml,.yml,.txt,text/yaml"
          onChange={(event) => file.read(event.target.files?.[0])}
        />
        <span aria-live="polite">{file.problem}</span>
      </p>
    </div>
  );
}

interface EditorProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly faults: readonly FaultText[];
  readonly file: FileReading;
  readonly onText: OnText;
}

function Editor({ field, text, faults, file, onText }: EditorProps) {
  const [over, setOver] = useState(false);
  const gutter = useRef<HTMLDivElement>(null);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a second way to choose a file
    <div
      className="editor"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        // A text that is dragged here goes in where it is dropped.
        const [dropped] = event.dataTransfer.files;
        if (dropped === undefined) return;
        event.preventDefault();
        file.read(dropped);
      }}
    >
      <div ref={gutter} className="editor-gutter" aria-hidden="true">
        {gutterOf(text, faults).map(({ line, tone }) => (
          <span key={line} data-tone={tone}>
            {line}
          </span>
        ))}
      </div>
      <textarea
        ref={field}
        aria-label="Contract (YAML)"
        value={text}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        placeholder={'version: 1\nid: cloud-2027\ntitle: …'}
        onChange={(event) => onText(event.target.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

/** Width of a character of the monospace, as a part of its size. */
const CHARACTER = 0.6;

/** The cursor to the place of a fault, with its line in view. */
function moveTo(field: HTMLTextAreaElement | null, text: string, fault: FaultText): void {
  if (field === null) return;
  const { start, end } = placeOf(text, fault);
  field.focus();
  field.setSelectionRange(start, end);
  const { lineHeight, fontSize } = getComputedStyle(field);
  const { lines, columns } = viewOf(fault);
  field.scrollTop = lines * Number.parseFloat(lineHeight);
  field.scrollLeft = columns * CHARACTER * Number.parseFloat(fontSize);
  field.scrollIntoView({ block: 'nearest' });
}
