// Joins one contract: what it says, its gaps, its open questions, its text and its versions.
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ContractDetail } from '@weighbridge/protocol';
import { detailHead, olderText, questionsTitle } from '../features/contracts/detail.ts';
import {
  Actions,
  DetailView,
  GoneView,
  QuestionsPart,
  TextPart,
  VersionsPart,
} from '../features/contracts/detail-view.tsx';
import { findingGroups, readingText } from '../features/contracts/reading.ts';
import { Findings, Tables } from '../features/contracts/reading-view.tsx';
import { versionTexts } from '../features/contracts/versions.ts';
import { MomentRow } from '../features/moment-view.tsx';
import { NotYet } from '../features/settings/view.tsx';
import { saveText } from '../parts/copy/save-text.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { contractSearch, contractsSearch } from './deal-search.ts';
import { usePageState } from './navigate.ts';
import { isWaiting, useAnswer } from './use-answer.ts';
import { useChange } from './use-change.ts';

export function ContractPage() {
  const { id = '' } = useParams({ strict: false });
  const { value: search, change, addressFor, addressWith } = usePageState(contractSearch);
  const { at } = search;
  const asked = useAnswer('contract', { id, ...(at === '' ? {} : { at }) });
  const listHref = addressWith('/contracts', contractsSearch.write({ at }));
  const moment = <MomentRow at={at} onChange={(next) => change({ at: next })} />;
  if (asked.state === 'problem')
    return <GoneView problem={asked.problem} listHref={listHref} moment={moment} onRetry={asked.retry} />;
  if (asked.state === 'loading') return <NotYet problem={null} onRetry={asked.retry} label="The contract is loading" />;
  return (
    <DetailView
      head={detailHead(asked.value)}
      part={search.show}
      listHref={listHref}
      hrefOf={(show) => addressFor({ show })}
      busy={isWaiting(asked)}
      moment={moment}
      actions={ON_SAMPLE || at !== '' ? null : <Ways id={id} />}
    >
      <Part detail={asked.value} id={id} />
    </DetailView>
  );
}

function Part({ detail, id }: { readonly detail: ContractDetail; readonly id: string }) {
  const { value: search } = usePageState(contractSearch);
  const { reading, text, digest } = detail;
  switch (search.show) {
    case 'says':
      return <Tables tables={readingText(reading).tables} />;
    case 'gaps':
      return <Findings groups={findingGroups(reading.findings)} open />;
    case 'questions':
      return <Questions id={id} at={search.at} />;
    case 'text':
      return <TextPart text={text} digest={digest} />;
    case 'versions':
      return <VersionsPart versions={versionTexts(detail)} older={olderText(detail.older)} />;
  }
}

function Questions({ id, at }: { readonly id: string; readonly at: string }) {
  const asked = useAnswer('questionnaire', { id, ...(at === '' ? {} : { at }) });
  if (asked.state !== 'ready')
    return (
      <NotYet
        problem={asked.state === 'problem' ? asked.problem : null}
        onRetry={asked.retry}
        label="The questions are loading"
      />
    );
  const { page, questions } = asked.value;
  return (
    <QuestionsPart
      count={questionsTitle(questions.length)}
      page={page}
      file={`${id}-questions.md`}
      onSave={(name, text) => saveText(name, text, 'text/markdown')}
    />
  );
}

function Ways({ id }: { readonly id: string }) {
  const { hrefOf, go, addressWith } = usePageState(contractSearch);
  const client = useQueryClient();
  const removed = useChange('removeContract', () => {
    // The page that is left is not asked for again: there is nothing to be told of it.
    go(hrefOf('/contracts'));
    for (const name of ['contracts', 'commitments']) void client.invalidateQueries({ queryKey: [name] });
  });
  return (
    <Actions
      id={id}
      newVersionHref={addressWith('/contracts', contractsSearch.write({ show: 'enter', of: id }))}
      commitmentsHref={hrefOf('/commitments')}
      removed={removed.change}
      onRemove={() => removed.run({ id })}
    />
  );
}
