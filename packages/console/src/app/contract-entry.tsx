// Joins the place where a contract is entered to the API: its text is checked once the writer pauses, and entered as the follower
// of what was seen.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { enterProblem, entryText } from '../features/contracts/entry.ts';
import { EntryView } from '../features/contracts/entry-view.tsx';
import { findingGroups, readingText } from '../features/contracts/reading.ts';
import { Problem } from '../parts/problem/view.tsx';
import { contractsSearch } from './deal-search.ts';
import { usePageState } from './navigate.ts';
import { useAnswer, valueOf } from './use-answer.ts';
import { useChange } from './use-change.ts';

interface ContractEntryProps {
  /** The contract of which a new version is entered; '' for a new one. */
  readonly of: string;
  readonly listHref: string;
}

export function ContractEntry({ of, listHref }: ContractEntryProps) {
  const standing = useAnswer('contract', of === '' ? null : { id: of });
  if (of === '') return <Writing begun="" file="contract.yaml" listHref={listHref} />;
  if (standing.state === 'problem') return <Problem problem={standing.problem} onRetry={standing.retry} />;
  if (standing.state === 'loading')
    return <div className="skeleton headline-skeleton" role="status" aria-label="The contract is loading" />;
  const { text, versions } = standing.value;
  return <Writing begun={text} file={versions[0]?.file ?? `${of}.yaml`} listHref={listHref} />;
}

interface WritingProps {
  readonly begun: string;
  readonly file: string;
  readonly listHref: string;
}

/** How long the writer pauses before it is checked. */
const PAUSE_MS = 300;

function Writing({ begun, file: begunAs, listHref }: WritingProps) {
  const { hrefOf, go } = usePageState(contractsSearch);
  const client = useQueryClient();
  const [text, setText] = useState(begun);
  const [file, setFile] = useState(begunAs);
  const settled = useSettled(text);
  const examples = useAnswer('contractExamples', {});
  const readable = entryText({ text: settled, checked: null, problem: null }).state === 'waiting';
  const checking = useAnswer('checkContract', readable ? { text: settled } : null);
  const upToDate = settled === text && checking.state === 'ready' && !checking.stale;
  const saved = useChange('saveContract', ({ id }) => {
    for (const name of ['contracts', 'contract', 'commitments', 'checkContract'])
      void client.invalidateQueries({ queryKey: [name] });
    go(hrefOf(`/contracts/${id}`));
  });
  const known = valueOf(checking)?.reading ?? null;
  const refused = checking.state === 'problem' && settled === text ? checking.problem : null;
  return (
    <EntryView
      text={text}
      entry={entryText({ text, checked: upToDate ? checking.value : null, problem: refused })}
      reading={known === null ? null : { ...readingText(known), groups: findingGroups(known.findings) }}
      examples={valueOf(examples)?.rows ?? []}
      working={saved.change.state === 'working'}
      refused={saved.change.state === 'problem' ? enterProblem(saved.change.problem) : null}
      listHref={listHref}
      onText={(next, name) => {
        setText(next);
        if (name !== undefined) setFile(name);
      }}
      onEnter={(follows) => saved.run({ text, file: file.slice(-200), follows })}
      onAgain={() => {
        saved.forget();
        checking.retry();
      }}
    />
  );
}

/** The text as it was when the writer last paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
