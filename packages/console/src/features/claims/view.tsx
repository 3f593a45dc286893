// Claims, drawn: the sentence, the table with one claim beside it, and the two other parts of the page under their tabs.
import type { ClaimRow, FilterKey } from '@weighbridge/protocol';
import type { ReactNode } from 'react';
import { CLAIM_PARTS, type ClaimPart, type ClaimsSearch } from '../../app/register-search.ts';
import type { Column, TableData } from '../../parts/data-table/model.ts';
import { FilterBar } from '../../parts/filter-bar/view.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { asOfDay } from '../commands.ts';
import type { MomentChoice } from '../moment.ts';
import { Moment } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { TableBeside } from '../search-table-view.tsx';
import type { Change } from '../settings/keys-view.tsx';
import { StillNote, type Still } from '../still-view.tsx';
import type { Headline } from '../headline.ts';
import { unstatedText } from './model.ts';

const TITLES: Readonly<Record<ClaimPart, string>> = {
  claims: 'Claims',
  fit: 'Do they fit together?',
  answers: 'A seller’s answers',
};

interface ClaimsViewProps {
  readonly headline: Headline | null;
  readonly search: ClaimsSearch;
  readonly further: readonly MomentChoice[];
  readonly hrefOf: (part: ClaimPart) => string;
  readonly change: (search: Partial<ClaimsSearch>) => void;
  readonly busy: boolean;
  readonly children: ReactNode;
}

export const ClaimsView = ({ headline, search, further, hrefOf, change, busy, children }: ClaimsViewProps) => (
  <div className="page claims" aria-busy={busy}>
    <PageHead {...headline} />
    <div className="tabs-row">
      <nav className="tabs" aria-label="Claims">
        {CLAIM_PARTS.map((one) => (
          <a key={one} href={hrefOf(one)} aria-current={one === search.show ? 'page' : undefined}>
            {TITLES[one]}
          </a>
        ))}
      </nav>
      <Moment at={search.at} further={further} onChange={(at) => change({ at })} />
    </div>
    {children}
  </div>
);

interface ListPartProps {
  readonly table: TableData<ClaimRow>;
  readonly columns: readonly Column<ClaimRow>[];
  readonly keys: readonly FilterKey[];
  readonly search: ClaimsSearch;
  readonly selected: ClaimRow | null;
  readonly still: Still;
  readonly nowHref: string;
  readonly unstated: number;
  readonly stated: Change<unknown>;
  readonly change: (search: Partial<ClaimsSearch>) => void;
  readonly onState: () => void;
  readonly onRetry: () => void;
  readonly renderPanel: (row: ClaimRow, close: () => void) => ReactNode;
}

export const ListPart = (props: ListPartProps) => (
  <>
    <StillNote still={props.still} what="bring evidence or state a claim" nowHref={props.nowHref} />
    {props.still === null && <Statement {...props} />}
    <div className="controls">
      <FilterBar
        text={props.search.q}
        keys={props.keys}
        onChange={(q) => props.change({ q, sel: '' })}
        label="Filter claims"
      />
    </div>
    <TableBeside
      search={props.search}
      change={props.change}
      chosen={props.selected}
      name="Claims"
      data={props.table}
      columns={props.columns}
      idOf={({ id }) => id}
      onRetry={props.onRetry}
      command={asOfDay('weighbridge deal claims', props.search.at)}
      renderBeside={props.renderPanel}
    />
  </>
);

function Statement({ unstated, stated, onState }: Pick<ListPartProps, 'unstated' | 'stated' | 'onState'>) {
  const text = unstatedText(unstated);
  return (
    <div className="statement" aria-live="polite">
      {text === null ? (
        <p className="section-note">The log says of every claim what it is now.</p>
      ) : (
        <>
          <p>{text.says}</p>
          <button type="button" className="button" disabled={stated.state === 'working'} onClick={onState}>
            {text.button}
          </button>
        </>
      )}
      {stated.state === 'problem' && <Problem problem={stated.problem} />}
    </div>
  );
}
