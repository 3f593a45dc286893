// The contracts that stand, drawn; where none does, how one comes in.
import type { ReactNode } from 'react';
import type { ContractRow } from '@weighbridge/protocol';
import type { ContractsSearch } from '../../app/deal-search.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { Empty } from '../../parts/empty/view.tsx';
import { asOfDay } from '../commands.ts';
import { MomentRow } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { SearchTable } from '../search-table-view.tsx';
import type { Headline } from '../headline.ts';
import type { UnreadableText } from './model.ts';
import { StatusFilter } from './status-filter-view.tsx';
import type { StatusCounts } from './words.ts';
import { Unreadable } from './unreadable-view.tsx';

export interface ContractsViewProps {
  readonly headline: Headline | null;
  readonly unreadable: readonly UnreadableText[];
  readonly table: TableData<ContractRow>;
  readonly counts: StatusCounts;
  readonly columns: readonly Column<ContractRow>[];
  readonly search: ContractsSearch;
  readonly change: (search: Partial<ContractsSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
  /** Address where one is entered; null: this log is only looked at. */
  readonly enterHref: string | null;
  /** Of the contracts of one's own log, where this one is only looked at. */
  readonly ownHref: string;
  readonly commitmentsHref: string;
  /** The place where one is entered; null while the list is shown. */
  readonly entering: ReactNode;
}

export function ContractsView(props: ContractsViewProps) {
  const { headline, unreadable, table, entering, enterHref, search, busy } = props;
  if (entering !== null)
    return (
      <div className="page">
        <PageHead
          first="Enter a contract"
          second="It is checked as you write: what is missing in it, what it obliges to, when a shortfall bites and when to leave. No call has to be made."
        />
        {entering}
      </div>
    );
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      <MomentRow at={search.at} onChange={(at) => props.change({ at })} />
      <Unreadable unreadable={unreadable} />
      <Ways {...props} />
      {table.state === 'empty' && unreadable.length > 0 ? null : table.state === 'empty' ? (
        <NoContract enterHref={enterHref} at={search.at} />
      ) : (
        <>
          <StatusFilter
            name="contracts"
            chosen={search.status}
            counts={props.counts}
            onChange={(status) => props.change({ status })}
          />
          <SearchTable
            search={search}
            change={props.change}
            name="Contracts"
            data={table}
            columns={props.columns}
            idOf={({ id }) => id}
            onRetry={props.onRetry}
            command={asOfDay('weighbridge deal list', search.at)}
          />
        </>
      )}
    </div>
  );
}

const Ways = ({ enterHref, ownHref, commitmentsHref, table, unreadable, search }: ContractsViewProps) => (
  <p className="ways">
    {enterHref === null ? (
      <span className="section-note">
        This log is only looked at, so nothing can be entered in it. <a href={ownHref}>Enter one in your own log</a>.
      </span>
    ) : (
      search.at === '' &&
      (table.state !== 'empty' || unreadable.length > 0) && (
        <a className="button primary" href={enterHref}>
          Enter a contract
        </a>
      )
    )}
    {table.state === 'rows' && (
      <a className="button" href={commitmentsHref}>
        What is drawn of them
      </a>
    )}
  </p>
);

const NoContract = ({ enterHref, at }: Pick<ContractsViewProps, 'enterHref'> & { readonly at: string }) => (
  <div className="no-contract">
    {at !== '' ? (
      <p>No contract stands in the log as of that day.</p>
    ) : enterHref === null ? (
      <p>No contract stands in the log of the sample organisation.</p>
    ) : (
      <>
        <p>Write or paste one, choose its file, or begin with an example:</p>
        <p>
          <a className="button primary" href={enterHref}>
            Enter a contract
          </a>
        </p>
        <Empty what="Or by a command:" command="weighbridge deal import FILE" />
      </>
    )}
  </div>
);
