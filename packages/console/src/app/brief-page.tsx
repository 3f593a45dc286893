// Joins the brief, its model and its view; the day it is seen from stands in the address.
import { briefPage } from '../features/brief/model.ts';
import { BriefView } from '../features/brief/view.tsx';
import { PAGES } from '../frame/navigation.ts';
import { usePageState } from './navigate.ts';
import { briefSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf } from './use-answer.ts';
import { useExport } from './use-export.ts';

export function BriefPage() {
  const { value: search, change, hrefOf } = usePageState(briefSearch);
  const question = search.at === '' ? {} : { at: search.at };
  const asked = useAnswer('brief', question);
  const { save, problem } = useExport();
  const brief = valueOf(asked);
  return (
    <BriefView
      page={brief === null ? null : briefPage(brief, { pages: PAGES, hrefOf: (path) => hrefOf(path) })}
      at={search.at}
      onDay={(at) => change({ at })}
      onPrint={() => print()}
      onSave={(format) => save({ of: 'brief', format, ...question })}
      problem={asked.state === 'problem' ? asked.problem : null}
      onRetry={asked.retry}
      exportProblem={problem}
      busy={isWaiting(asked)}
    />
  );
}
