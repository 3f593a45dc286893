// Joins claims, what moves them, and their views.
import { useQueryClient } from '@tanstack/react-query';
import type { ClaimRow, Claims, ControlAnswer } from '@weighbridge/protocol';
import { AnswersPart } from '../features/claims/answers-view.tsx';
import { topicTexts } from '../features/claims/answers.ts';
import { EvidenceForm } from '../features/claims/evidence-view.tsx';
import { fitText } from '../features/claims/fit.ts';
import { FitPart } from '../features/claims/fit-view.tsx';
import {
  claimColumns,
  claimKeys,
  claimPanel,
  claimsHeadline,
  expiries,
  findClaims,
  unreadClaims,
  type FoundClaims,
} from '../features/claims/model.ts';
import { ClaimPanelView } from '../features/claims/panel-view.tsx';
import { ClaimsView, ListPart } from '../features/claims/view.tsx';
import { NotYet } from '../features/settings/view.tsx';
import { StillNote, type Still } from '../features/still-view.tsx';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { Empty } from '../parts/empty/view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { claimsSearch } from './register-search.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useChange } from './use-change.ts';

export function ClaimsPage() {
  const { value: search, change, addressFor } = usePageState(claimsSearch);
  const now = useNow();
  const asked = useAnswer('claims', search.at === '' ? {} : { at: search.at }, 'stream');
  const known = valueOf(asked);
  return (
    <ClaimsView
      headline={known === null ? null : claimsHeadline(known, search.at, now)}
      search={search}
      further={expiries(known?.rows ?? [])}
      hrefOf={(show) => addressFor({ show, sel: '' })}
      change={change}
      busy={isWaiting(asked)}
    >
      {search.show === 'claims' && <List asked={asked} />}
      {search.show !== 'claims' && known === null && (
        <NotYet
          problem={asked.state === 'problem' ? asked.problem : null}
          onRetry={asked.retry}
          label="The claims are loading"
        />
      )}
      {search.show === 'fit' && known !== null && (
        <FitPart fit={fitText(known)} hrefOfClaim={(sel) => addressFor({ show: 'claims', sel, q: '' })} />
      )}
      {search.show === 'answers' && known !== null && <Answers rows={known.rows} />}
    </ClaimsView>
  );
}

const stillOf = (at: string): Still => (ON_SAMPLE ? 'log' : at === '' ? null : 'moment');

function List({ asked }: { readonly asked: Asked<Claims> }) {
  const { value: search, change, addressFor, addressWith } = usePageState(claimsSearch);
  const client = useQueryClient();
  const again = (): void => void client.invalidateQueries({ queryKey: ['claims'] });
  const stated = useChange('stateClaims', again);
  const rows = valueOf(asked)?.rows ?? [];
  const found = findClaims(rows, search.q);
  const hrefOfEntry = (sel: string): string => addressWith('/journal', { sel });
  const still = stillOf(search.at);
  return (
    <ListPart
      table={tableOf(asked, found)}
      columns={claimColumns(hrefOfEntry)}
      keys={claimKeys(rows)}
      search={search}
      selected={rows.find(({ id }) => id === search.sel) ?? null}
      still={still}
      nowHref={addressFor({ at: '' })}
      unstated={valueOf(asked)?.unstated ?? 0}
      stated={stated.change}
      change={change}
      onState={() => stated.run({})}
      onRetry={asked.retry}
      renderPanel={(row, close) => (
        <Beside
          key={row.id}
          row={row}
          parties={valueOf(asked)?.authors ?? []}
          still={still}
          hrefOfEntry={hrefOfEntry}
          onAdded={again}
          onClose={close}
        />
      )}
    />
  );
}

interface BesideProps {
  readonly row: ClaimRow;
  readonly parties: Claims['authors'];
  readonly still: Still;
  readonly hrefOfEntry: (id: string) => string;
  readonly onAdded: () => void;
  readonly onClose: () => void;
}

function Beside({ row, parties, still, hrefOfEntry, onAdded, onClose }: BesideProps) {
  const added = useChange('addEvidence', onAdded);
  return (
    <ClaimPanelView claim={claimPanel(row)} text={row.text} hrefOfEntry={hrefOfEntry} onClose={onClose}>
      {still === null && <EvidenceForm row={row} parties={parties} added={added.change} onAdd={added.run} />}
    </ClaimPanelView>
  );
}

function tableOf(asked: Asked<Claims>, { rows, problems }: FoundClaims): TableData<ClaimRow> {
  if (asked.state !== 'ready') return asked;
  if (problems.length > 0) return { state: 'problem', problem: unreadClaims(problems) };
  if (rows.length > 0) return { state: 'rows', rows };
  const none = asked.value.rows.length === 0;
  return {
    state: 'empty',
    empty: none
      ? { what: 'No claim is known here.', command: 'weighbridge deal claims' }
      : { what: 'No claim matches this filter. Take a term out.', command: null },
  };
}

function Answers({ rows }: { readonly rows: readonly ClaimRow[] }) {
  const { value: search, addressFor } = usePageState(claimsSearch);
  const contracts = useAnswer('contracts', {}, 'stream');
  const still = stillOf(search.at);
  const known = valueOf(contracts)?.rows ?? null;
  if (still !== null) return <StillNote still={still} what="enter answers" nowHref={addressFor({ at: '' })} />;
  if (known === null)
    return (
      <NotYet
        problem={contracts.state === 'problem' ? contracts.problem : null}
        onRetry={contracts.retry}
        label="The contracts are loading"
      />
    );
  const contract = known.find(({ id }) => id === search.of) ?? known[0];
  if (contract === undefined)
    return (
      <Empty
        what="No contract was entered yet: answers belong to the questionnaire of one."
        command="weighbridge deal import FILE"
      />
    );
  return <OfContract key={contract.id} contract={contract.id} contracts={known} rows={rows} />;
}

interface OfContractProps {
  readonly contract: string;
  readonly contracts: ControlAnswer<'contracts'>['rows'];
  readonly rows: readonly ClaimRow[];
}

function OfContract({ contract, contracts, rows }: OfContractProps) {
  const { change, addressFor } = usePageState(claimsSearch);
  const client = useQueryClient();
  const questions = useAnswer('questionnaire', { id: contract });
  const entered = useChange('enterAnswers', () => void client.invalidateQueries({ queryKey: ['claims'] }));
  const known = valueOf(questions);
  if (known === null || questions.state !== 'ready' || questions.stale)
    return (
      <NotYet
        problem={questions.state === 'problem' ? questions.problem : null}
        onRetry={questions.retry}
        label="The questions are loading"
      />
    );
  return (
    <AnswersPart
      contract={contract}
      contracts={contracts.map(({ id, title }) => ({ value: id, title }))}
      topics={topicTexts(contract, known.questions, rows)}
      entered={entered.change}
      claimsHref={addressFor({ show: 'claims', q: `from:entered subject:${contract}`, sel: '' })}
      onContract={(of) => change({ of })}
      onEnter={entered.run}
    />
  );
}
