// Joins the contracts that stand, and the place where one is entered.
import type { ContractRow } from '@weighbridge/protocol';
import { contractColumns, contractsHeadline, unreadableTexts } from '../features/contracts/model.ts';
import { ofStatus, statusCounts, type StatusChoice } from '../features/contracts/words.ts';
import { ContractsView } from '../features/contracts/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { ContractEntry } from './contract-entry.tsx';
import { commitmentsSearch, contractSearch, contractsSearch } from './deal-search.ts';
import { OWN_BASE, usePageState } from './navigate.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

export function ContractsPage() {
  const { value: search, change, addressFor, addressWith } = usePageState(contractsSearch);
  const { at } = search;
  const asked = useAnswer('contracts', at === '' ? {} : { at }, 'stream');
  const known = valueOf(asked);
  const entering = search.show === 'enter' && !ON_SAMPLE;
  return (
    <ContractsView
      headline={known === null ? null : contractsHeadline(known, at)}
      unreadable={unreadableTexts(known?.unreadable ?? [])}
      table={tableOf(asked, search.status)}
      counts={statusCounts(known?.rows ?? [], search.status)}
      columns={contractColumns(known?.at ?? '', (id) => addressWith(`/contracts/${id}`, contractSearch.write({ at })))}
      search={search}
      change={change}
      onRetry={asked.retry}
      busy={isWaiting(asked)}
      enterHref={ON_SAMPLE ? null : addressFor({ show: 'enter', of: '' })}
      ownHref={`${OWN_BASE}contracts`}
      commitmentsHref={addressWith('/commitments', commitmentsSearch.write({ at }))}
      entering={
        entering ? (
          <ContractEntry key={search.of} of={search.of} listHref={addressFor({ show: 'list', of: '' })} />
        ) : null
      }
    />
  );
}

function tableOf(
  asked: Asked<{ readonly rows: readonly ContractRow[] }>,
  status: StatusChoice,
): TableData<ContractRow> {
  if (asked.state !== 'ready') return asked;
  const { rows: all } = asked.value;
  const rows = ofStatus(all, status);
  if (rows.length > 0 || all.length > 0) return { state: 'rows', rows };
  return {
    state: 'empty',
    empty: { what: 'No contract stands in this log.', command: 'weighbridge deal import FILE' },
  };
}
